package filter_test

import (
	"strings"
	"testing"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// stream opens a response of events.
func (h *host) stream(contentType string, headers ...string) uint32 {
	h.t.Helper()
	id := h.answered("GET")
	step(h.t, "headers", h.CallOnResponseHeaders(id, response("200", contentType, headers...), false), goesOn)
	return id
}

// passes gives a stream its next bytes and returns what Envoy passes on.
func (h *host) passes(id uint32, chunk string, end bool) string {
	h.t.Helper()
	step(h.t, "body", h.CallOnResponseBody(id, []byte(chunk), end), goesOn)
	return string(h.GetCurrentResponseBody(id))
}

func TestAStreamIsEditedWhileItPasses(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.stream("text/event-stream; charset=utf-8", "content-length", "99", "etag", `"v1"`, "accept-ranges", "bytes")
		for _, name := range []string{"content-length", "etag", "accept-ranges"} {
			if _, there := value(h.GetCurrentResponseHeaders(id), name); there {
				t.Errorf("%s survived", name)
			}
		}
		const before = "data: a long enough beginning "
		out := h.passes(id, before+card[:8], false)
		if !strings.HasPrefix(before, out) || out == "" {
			t.Errorf("%q left first", out)
		}
		out += h.passes(id, card[8:], false)
		if strings.Contains(out, card[:4]) {
			t.Errorf("%q left", out)
		}
		if out += h.passes(id, "\n\n", true); out != before+"[CARD]\n\n" {
			t.Errorf("the body became %q", out)
		}
		h.CompleteHttpContext(id)
		if h.counter("verdicts.direction.response.mode.enforce.verdict.redact") != 1 || h.counter("stream_bytes.result.scanned") == 0 {
			t.Error("not counted")
		}
	})
}

func TestAStreamThatIsOnlyWatchedKeepsItsBytes(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Mode = scan.Shadow })
		id := h.stream("text/event-stream", "etag", `"v1"`)
		if _, there := value(h.GetCurrentResponseHeaders(id), "etag"); !there {
			t.Error("the etag is gone")
		}
		if out := h.passes(id, "data: "+card+" "+attack+"\n\n", false); out != "data: "+card+" "+attack+"\n\n" {
			t.Errorf("the body became %q", out)
		}
		h.passes(id, "", true)
		h.CompleteHttpContext(id)
		if h.counter("verdicts.direction.response.mode.shadow.verdict.block") != 1 {
			t.Error("not counted")
		}
	})
}

func TestABlockedStreamSaysWhyAndEnds(t *testing.T) {
	for contentType, want := range map[string]string{
		"text/event-stream":    "event: error\ndata: {\"error\":{\"code\":\"CONTENT_BLOCKED\",\"message\":\"",
		"application/x-ndjson": "{\"error\":{\"code\":\"CONTENT_BLOCKED\",\"message\":\"",
	} {
		t.Run(contentType, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				id := h.stream(contentType)
				out := h.passes(id, "data: a "+attack+"\n\n", false)
				if !strings.HasPrefix(out, want) || !strings.Contains(out, "sqli") || strings.Contains(out, attack) || !strings.HasSuffix(out, "\n") {
					t.Errorf("%q came out", out)
				}
				h.notRefused(id)
				if rest := h.passes(id, "data: b\n\n", false); rest != "" {
					t.Errorf("then %q came out", rest)
				}
				h.passes(id, "", true)
				h.notRefused(id)
				if h.counter("streams.result.blocked") != 1 {
					t.Error("not counted")
				}
			})
		})
	}
}

func TestAStreamThatTrailersEnd(t *testing.T) {
	trailers := [][2]string{{"a", "b"}}
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		whole := h.stream("text/event-stream")
		h.passes(whole, "", false)
		step(t, "nothing is held", h.CallOnResponseTrailers(whole, trailers), goesOn)
		h.notRefused(whole)

		rest := h.stream("text/event-stream")
		h.passes(rest, "data: x", false)
		step(t, "something is held", h.CallOnResponseTrailers(rest, trailers), types.ActionPause)
		h.refusedWith(rest, 500)
		if h.counter("streams.result.cut") != 1 {
			t.Error("not counted")
		}
	})
}

func TestLinesOfJSONStreamWhenNobodyKnowsTheirLength(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		h.stream("application/x-ndjson")
		id := h.answered("GET")
		step(t, "of known length", h.CallOnResponseHeaders(id, response("200", "application/x-ndjson", "content-length", "99"), false), held)
	})
}
