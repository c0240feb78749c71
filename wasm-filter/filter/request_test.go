package filter_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

const (
	attack = wordengine.Attack
	card   = wordengine.Card
)

func TestNothingOfARequestIsReleasedBeforeItsBodyWasJudged(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "application/json", "content-length", "9"), false), held)
		step(t, "first chunk", h.CallOnRequestBody(id, []byte(`{"a":`), false), held)
		step(t, "last chunk", h.CallOnRequestBody(id, []byte(`"b"}`), true), goesOn)
		h.notRefused(id)
		if got := string(h.GetCurrentRequestBody(id)); got != `{"a":"b"}` {
			t.Errorf("the body became %s", got)
		}
		if h.counter("verdicts.direction.request.mode.enforce.verdict.pass") != 1 {
			t.Error("the verdict was not counted")
		}
		if got := h.counter("bytes.direction.request"); got != 9 {
			t.Errorf("%d bytes counted", got)
		}
	})
}

func TestAnAnswerNamesTheRequestAsExtauthzDoes(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		// Behind a proxy that Envoy trusts, x-request-id is whatever the client wrote.
		for _, own := range []string{`a"} b`, "other"} {
			headers := [][2]string{{":method", "POST"}, {":path", "/"}, {"x-request-id", own}, {"content-type", "text/plain"}}
			id := h.InitializeHttpContext()
			h.CallOnRequestHeaders(id, headers, false)
			h.CallOnRequestBody(id, []byte(attack), true)
			h.refusedWith(id, 403, `"request_id":"r-1"}}`)
			h.CompleteHttpContext(id)
		}
	})
}

func TestAnAttackIsRefusedWithItsTypeAndNotItsText(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
		step(t, "first half", h.CallOnRequestBody(id, []byte("x ATT"), false), held)
		step(t, "second half", h.CallOnRequestBody(id, []byte("ACK y"), true), held)
		h.refusedWith(id, 403, `{"error":{"code":"CONTENT_BLOCKED","message":"the content was blocked: sqli","request_id":"r-1"}}`)
		if strings.Contains(string(h.GetSentLocalResponse(id).Data), attack) {
			t.Error("the answer holds the matched text")
		}
		log := strings.Join(h.GetInfoLogs(), "\n")
		for _, part := range []string{"verdict=block", "types=sqli", "tenant=acme", "request_id=r-1"} {
			if !strings.Contains(log, part) {
				t.Errorf("the log lacks %s: %s", part, log)
			}
		}
		if strings.Contains(log, attack) {
			t.Error("the log holds the matched text")
		}
		if h.counter("findings.direction.request.action.block.type.sqli") != 1 {
			t.Error("the finding was not counted")
		}
	})
}

func TestOurOwnReplyIsNotJudgedAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
		h.CallOnRequestBody(id, []byte(attack), true)
		step(t, "headers", h.CallOnResponseHeaders(id, response("403", "application/json"), false), goesOn)
		step(t, "body", h.CallOnResponseBody(id, []byte(attack), true), goesOn)
	})
}

func TestARedactedRequestHasTheRightLengthAndNoStaleDigest(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		body := "card " + card + " end"
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain",
			"content-length", strconv.Itoa(len(body)), "content-digest", "sha-256=:x:", "content-md5", "x"), false)
		step(t, "body", h.CallOnRequestBody(id, []byte(body), true), goesOn)
		want := "card [CARD] end"
		if got := string(h.GetCurrentRequestBody(id)); got != want {
			t.Errorf("the body became %q", got)
		}
		headers := h.GetCurrentRequestHeaders(id)
		if length, _ := value(headers, "content-length"); length != strconv.Itoa(len(want)) {
			t.Errorf("content-length is %s", length)
		}
		for _, name := range []string{"content-digest", "content-md5"} {
			if _, there := value(headers, name); there {
				t.Errorf("%s survived", name)
			}
		}
	})
}

func TestAChunkedRequestGetsNoLength(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain", "transfer-encoding", "chunked"), false)
		h.CallOnRequestBody(id, []byte(card), true)
		if _, there := value(h.GetCurrentRequestHeaders(id), "content-length"); there {
			t.Error("both a length and chunks")
		}
	})
}

func TestABodyThatEndsInTrailersIsJudged(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		blocked, redacted := h.InitializeHttpContext(), h.InitializeHttpContext()
		for id, body := range map[uint32]string{blocked: attack, redacted: card} {
			h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
			step(t, "body", h.CallOnRequestBody(id, []byte(body), false), held)
		}
		step(t, "trailers", h.CallOnRequestTrailers(blocked, [][2]string{{"a", "b"}}), held)
		h.refusedWith(blocked, 403)
		step(t, "trailers", h.CallOnRequestTrailers(redacted, [][2]string{{"a", "b"}}), goesOn)
		if got := string(h.GetCurrentRequestBody(redacted)); got != "[CARD]" {
			t.Errorf("the body became %q", got)
		}
	})
}

func TestARequestWithoutBodyGoesOnAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("GET", "/a?b=c", "", "cookie", "d=e"), true), goesOn)
		h.notRefused(id)
	})
}

func TestAttacksInTheHeadAreRefused(t *testing.T) {
	for name, headers := range map[string][][2]string{
		"path":    request("GET", "/"+attack, ""),
		"query":   request("GET", "/?q="+attack, ""),
		"cookie":  request("GET", "/", "", "cookie", "a=b", "cookie", "c="+attack),
		"referer": request("GET", "/", "", "referer", "https://a/?"+attack),
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				id := h.InitializeHttpContext()
				step(t, "headers", h.CallOnRequestHeaders(id, headers, true), held)
				h.refusedWith(id, 403, "sqli")
			})
		})
	}
}

func TestPersonalDataInTheHeadIsLeftAlone(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Request.Actions["CARD"] = scan.Block })
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("GET", "/?q="+card, "", "cookie", "s="+card), true), goesOn)
	})
}

func TestOversizedRequestsFollowThePolicy(t *testing.T) {
	small := func(oversize scan.Oversize) func(*scan.Policy) {
		return func(p *scan.Policy) { p.Request.MaxBytes, p.Request.Oversize = 1024, oversize }
	}
	big := []byte(strings.Repeat("x", 1025))
	t.Run("declared and blocked", func(t *testing.T) {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(small(scan.OversizeBlock))
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain", "content-length", "1025"), false), held)
			h.refusedWith(id, 413, "PAYLOAD_TOO_LARGE")
		})
	})
	t.Run("undeclared and blocked", func(t *testing.T) {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(small(scan.OversizeBlock))
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false), held)
			step(t, "within", h.CallOnRequestBody(id, big[:1024], false), held)
			step(t, "beyond", h.CallOnRequestBody(id, big[1024:], true), held)
			h.refusedWith(id, 413, "PAYLOAD_TOO_LARGE")
			if h.counter("unscanned.direction.request.cause.oversize") != 1 {
				t.Error("not counted")
			}
		})
	})
	t.Run("passed", func(t *testing.T) {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(small(scan.OversizePass))
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false), held)
			step(t, "beyond", h.CallOnRequestBody(id, big, false), goesOn)
			step(t, "rest", h.CallOnRequestBody(id, []byte(attack), true), goesOn)
			h.notRefused(id)
		})
	})
	t.Run("exactly the limit is judged", func(t *testing.T) {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(small(scan.OversizeBlock))
			id := h.InitializeHttpContext()
			h.CallOnRequestHeaders(id, request("POST", "/", "text/plain", "content-length", "1024"), false)
			step(t, "all", h.CallOnRequestBody(id, big[:1024], true), goesOn)
			h.notRefused(id)
		})
	})
}

func TestWhatIsNotScannedPassesAndIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		headers [][2]string
		cause   string
	}{
		"websocket": {request("GET", "/", "", "upgrade", "websocket", "connection", "upgrade"), "upgrade"},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				id := h.InitializeHttpContext()
				step(t, "headers", h.CallOnRequestHeaders(id, c.headers, false), goesOn)
				step(t, "body", h.CallOnRequestBody(id, []byte(attack), true), goesOn)
				if h.counter("unscanned.direction.request.cause."+c.cause) != 1 {
					t.Error("not counted")
				}
			})
		})
	}
}

func TestNoHeaderTricksABodyPastTheScanner(t *testing.T) {
	for name, headers := range map[string][][2]string{
		"two content types":            request("POST", "/", "image/png", "content-type", "application/json"),
		"two content types, reversed":  request("POST", "/", "application/json", "content-type", "image/png"),
		"joined content types":         request("POST", "/", "image/png, application/json"),
		"no content type":              request("POST", "/", ""),
		"identity as content encoding": request("POST", "/", "text/plain", "content-encoding", "identity"),
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				id := h.InitializeHttpContext()
				step(t, "headers", h.CallOnRequestHeaders(id, headers, false), held)
				step(t, "body", h.CallOnRequestBody(id, []byte(attack), true), held)
				h.refusedWith(id, 403)
			})
		})
	}
}

func TestAnUpgradeWithABodyIsMalformed(t *testing.T) {
	for _, headers := range [][][2]string{
		request("GET", "/", "text/plain", "upgrade", "websocket", "content-length", "6"),
		// Envoy has removed its Transfer-Encoding.
		request("POST", "/", "text/plain", "upgrade", "websocket"),
	} {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(func(p *scan.Policy) { p.Request.Oversize = scan.OversizePass })
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, headers, false), held)
			h.refusedWith(id, 400, "VALIDATION_ERROR")
		})
	}
}

func TestAnEncodingThatIsLeftIsUnsupported(t *testing.T) {
	for _, oversize := range []scan.Oversize{scan.OversizeBlock, scan.OversizePass} {
		everywhere(t, func(t *testing.T, h *host) {
			h.use(func(p *scan.Policy) { p.Request.Oversize = oversize })
			id := h.InitializeHttpContext()
			step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain", "content-encoding", "compress"), false), held)
			h.refusedWith(id, 415, "UNSUPPORTED_MEDIA_TYPE")
		})
	}
}

func TestUpstreamsAreAskedForPlainResponses(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("GET", "/", "", "accept-encoding", "gzip, br"), true)
		if got, _ := value(h.GetCurrentRequestHeaders(id), "accept-encoding"); got != "identity" {
			t.Errorf("accept-encoding is %q", got)
		}
	})
}

func TestShadowModeHoldsAndRefusesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Mode, p.Request.MaxBytes = scan.Shadow, 1024 })
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/?"+attack, "text/plain"), false), goesOn)
		step(t, "first half", h.CallOnRequestBody(id, []byte("ATT"), false), goesOn)
		step(t, "second half", h.CallOnRequestBody(id, []byte("ACK "+card), true), goesOn)
		if got := string(h.GetCurrentRequestBody(id)); got != "ACK "+card {
			t.Errorf("the chunk became %q", got)
		}
		if h.counter("verdicts.direction.request.mode.shadow.verdict.block") != 2 {
			t.Error("the verdicts of query and body were not counted")
		}
		long := h.InitializeHttpContext()
		h.CallOnRequestHeaders(long, request("POST", "/", "text/plain"), false)
		step(t, "too long", h.CallOnRequestBody(long, make([]byte, 2000), true), goesOn)
		h.notRefused(id)
		h.notRefused(long)
	})
}

func TestAPanicAfterAFetchRefusesOnlyItsOwnStream(t *testing.T) {
	compiledOnly(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		id, other := h.InitializeHttpContext(), h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("GET", "/?"+wordengine.Panic, ""), true)
		h.CallOnRequestHeaders(other, request("GET", "/", ""), true)
		h.answer(id, "200", document)
		h.refusedWith(id, 500, "INTERNAL_ERROR")
		step(t, "other stream", h.GetCurrentHttpStreamAction(other), goesOn)
	})
}

func TestAPanicRefusesOnlyItsOwnStream(t *testing.T) {
	// The recovery is the dispatcher's, which only the compiled module has.
	compiledOnly(t, func(t *testing.T, h *host) {
		h.use(nil)
		other, id := h.InitializeHttpContext(), h.InitializeHttpContext()
		for _, id := range []uint32{other, id} {
			h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
		}
		step(t, "body", h.CallOnRequestBody(id, []byte(wordengine.Panic), true), held)
		h.refusedWith(id, 500, "INTERNAL_ERROR")
		step(t, "own reply", h.CallOnResponseHeaders(id, response("500", "text/plain"), false), goesOn)
		step(t, "other stream", h.CallOnRequestBody(other, []byte(attack), true), held)
		h.refusedWith(other, 403)
		if h.counter("panics") != 1 {
			t.Error("the panic was not counted")
		}
	})
}
