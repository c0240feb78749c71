package filter_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
)

// frame is a message of gRPC with its header.
func frame(message string) string {
	n := len(message)
	return string([]byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + message
}

const stars = "****************"

// calls opens a call and returns its stream.
func (h *host) call(contentType string, headers ...string) uint32 {
	h.t.Helper()
	id := h.InitializeHttpContext()
	step(h.t, "headers", h.CallOnRequestHeaders(id, request("POST", "/a/b", contentType, headers...), false), goesOn)
	return id
}

// sends gives a call the client's next bytes and returns what Envoy passes on.
func (h *host) sends(id uint32, chunk string, end bool) string {
	h.t.Helper()
	step(h.t, "body", h.CallOnRequestBody(id, []byte(chunk), end), goesOn)
	return string(h.GetCurrentRequestBody(id))
}

// answers does the same in the other direction.
func (h *host) answers(id uint32, chunk string, end bool) string {
	h.t.Helper()
	step(h.t, "body", h.CallOnResponseBody(id, []byte(chunk), end), goesOn)
	return string(h.GetCurrentResponseBody(id))
}

func (h *host) endedWith(id uint32, grpcStatus int32, message string) {
	h.t.Helper()
	reply := h.GetSentLocalResponse(id)
	if reply == nil {
		h.t.Fatal("the call goes on")
	}
	if reply.GRPCStatus != grpcStatus || string(reply.Data) != message || len(reply.Headers) != 0 {
		h.t.Errorf("ended with %d %q %v", reply.GRPCStatus, reply.Data, reply.Headers)
	}
}

func TestMessagesOfACallPassOnceTheyAreWhole(t *testing.T) {
	clean, masked := frame("clean"), frame("card "+stars+".")
	all := clean + frame("card "+card+".") + frame("") + clean
	want := clean + masked + frame("") + clean
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		for cut := range all {
			id := h.call("application/grpc")
			first := h.sends(id, all[:cut], false)
			if !strings.HasPrefix(want, first) || cut-len(first) >= len(masked) {
				t.Errorf("%q left at %d", first, cut)
			}
			if whole := first + h.sends(id, all[cut:], true); whole != want {
				t.Errorf("cut at %d it became %q", cut, whole)
			}
			h.CompleteHttpContext(id)
		}
		if got := h.counter("verdicts.direction.request.mode.enforce.verdict.redact"); got != uint64(len(all)) {
			t.Errorf("%d calls counted", got)
		}
	})
}

func TestACallIsRefusedInTheWordsOfGRPC(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		status  int32
		message string
	}{
		"an attack":             {frame("clean") + frame(attack), 7, "the content was blocked: sqli"},
		"a compressed message":  {"\x01\x00\x00\x00\x02ab", 12, "the content encoding is not supported"},
		"a message too long":    {"\x00\x00\x10\x00\x00", 8, "the body is too large"},
		"what is not gRPC":      {"{" + attack, 3, "the request is malformed"},
		"a byte of that":        {"\n", 3, "the request is malformed"},
		"a message that is cut": {frame(attack)[:7], 3, "the request is malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(func(p *scan.Policy) { p.Request.MaxBytes = 1 << 20 })
				id := h.call("application/grpc+proto")
				step(t, "body", h.CallOnRequestBody(id, []byte(c.body), true), held)
				h.endedWith(id, c.status, c.message)
			})
		})
	}
}

func TestAMessageThatIsTooLongPassesWhereThePolicySaysSo(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Request.MaxBytes, p.Request.Oversize = 16, scan.OversizePass })
		id := h.call("application/grpc")
		long := frame("a long message " + card)
		if got := h.sends(id, long[:9], false); got != long[:9] {
			t.Errorf("%q left", got)
		}
		if got, want := h.sends(id, long[9:]+frame("x"), false), long[9:]+frame("x"); got != want {
			t.Errorf("%q left", got)
		}
		step(t, "the next", h.CallOnRequestBody(id, []byte(frame(attack)), false), held)
		h.endedWith(id, 7, "the content was blocked: sqli")
		if h.counter("unscanned.direction.request.cause.oversize") != 1 {
			t.Error("not counted")
		}
	})
}

func TestWhatFollowsABlockedMessageOfAServerIsDropped(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.call("application/grpc")
		h.sends(id, frame("x"), true)
		step(t, "headers", h.CallOnResponseHeaders(id, response("200", "application/grpc"), false), goesOn)
		if got := h.answers(id, frame("clean")+frame(attack)+frame("more"), false); got != frame("clean") {
			t.Errorf("%q left", got)
		}
		if got := h.answers(id, frame("more"), false); got != "" {
			t.Errorf("%q left", got)
		}
		step(t, "trailers", h.CallOnResponseTrailers(id, [][2]string{{"grpc-status", "0"}}), goesOn)
		h.notRefused(id)
	})
}

func TestAGRPCWebBodyEndsInTrailersOfItsOwn(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		const trailers = "grpc-status: 7\r\ngrpc-message: the content was blocked: sqli\r\n"
		want := frame("clean") + "\x80" + frame(trailers)[1:]
		for contentType, coded := range map[string]func(string) string{
			"application/grpc-web+proto": func(s string) string { return s },
			"application/grpc-web-text":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		} {
			id := h.call(contentType)
			if got, want := h.sends(id, coded(frame(card)), true), coded(frame(stars)); got != want {
				t.Errorf("%q left", got)
			}
			headers := response("200", contentType, "content-length", "99")
			step(t, "headers", h.CallOnResponseHeaders(id, headers, false), goesOn)
			if _, there := value(h.GetCurrentResponseHeaders(id), "content-length"); there {
				t.Error("the length stayed")
			}
			if got := h.answers(id, coded(frame("clean")+frame(attack)), false); got != coded(want) {
				t.Errorf("%q left", got)
			}
			if got := h.answers(id, coded("\x80"+frame("grpc-status: 0\r\n")[1:]), true); got != "" {
				t.Errorf("%q left", got)
			}
		}
	})
}

func TestBase64OfACallMayBePaddedAnywhere(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		message := frame("card " + card)
		text := base64.StdEncoding.EncodeToString([]byte(message[:7])) + base64.StdEncoding.EncodeToString([]byte(message[7:]))
		want := base64.StdEncoding.EncodeToString([]byte(frame("card " + stars)))
		for cut := range text {
			id := h.call("application/grpc-web-text+proto")
			if got := h.sends(id, text[:cut], false) + h.sends(id, text[cut:], true); got != want {
				t.Errorf("cut at %d it became %q", cut, got)
			}
		}
		id := h.call("application/grpc-web-text")
		step(t, "no base64", h.CallOnRequestBody(id, []byte("AA=A"), true), held)
		h.refusedWith(id, 400)
	})
}

func TestACallIsOnlyWatchedInShadowMode(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Mode = scan.Shadow })
		for _, chunks := range [][]string{{frame(attack)[:8], frame(attack)[8:]}, {"\x01\x00\x00\x00\x02ab" + frame(attack)}, {"{" + attack}} {
			id := h.call("application/grpc")
			for _, chunk := range chunks {
				if got := h.sends(id, chunk, false); got != chunk {
					t.Errorf("%q became %q", chunk, got)
				}
			}
			h.notRefused(id)
			h.CompleteHttpContext(id)
		}
		if h.counter("verdicts.direction.request.mode.shadow.verdict.block") != 2 || h.counter("unscanned.direction.request.cause.grpc") != 2 {
			t.Error("not counted")
		}
	})
}

func TestACallWaitsForItsPolicy(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/a/b", "application/grpc"), false), parked)
		h.answer(id, "200", document)
		step(t, "body", h.CallOnRequestBody(id, []byte(frame(attack)), true), held)
		h.endedWith(id, 7, "the content was blocked: sqli")
	})
}
