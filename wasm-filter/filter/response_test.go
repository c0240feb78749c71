package filter_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

// answered is a stream whose request has passed.
func (h *host) answered(method string) uint32 {
	h.t.Helper()
	id := h.InitializeHttpContext()
	step(h.t, "request", h.CallOnRequestHeaders(id, request(method, "/", ""), true), goesOn)
	return id
}

func TestAResponseIsHeldJudgedAndRedacted(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.answered("GET")
		step(t, "headers", h.CallOnResponseHeaders(id, response("200", "text/plain",
			"content-length", "21", "etag", `"v1"`, "accept-ranges", "bytes", "repr-digest", "x"), false), held)
		step(t, "first half", h.CallOnResponseBody(id, []byte("card "+card[:8]), false), held)
		step(t, "second half", h.CallOnResponseBody(id, []byte(card[8:]), true), goesOn)
		if got := string(h.GetCurrentResponseBody(id)); got != "card [CARD]" {
			t.Errorf("the body became %q", got)
		}
		headers := h.GetCurrentResponseHeaders(id)
		if length, _ := value(headers, "content-length"); length != "11" {
			t.Errorf("content-length is %s", length)
		}
		for _, name := range []string{"etag", "accept-ranges", "repr-digest"} {
			if _, there := value(headers, name); there {
				t.Errorf("%s survived", name)
			}
		}
	})
}

func TestTokensAreMadeWithAKeyOfTheTenant(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		key := scan.TokenKey(strings.Repeat("k", 32))
		h.use(func(p *scan.Policy) { p.TokenKey, p.Response.Actions["CARD"] = key, scan.Tokenize })
		id := h.answered("GET")
		h.CallOnResponseHeaders(id, response("200", "text/plain"), false)
		step(t, "body", h.CallOnResponseBody(id, []byte(card), true), goesOn)
		if got, want := h.GetCurrentResponseBody(id), (&scan.Policy{TokenKey: key}).ForTenant("acme").TokenKey; string(got) != string(want) {
			t.Errorf("the body became %q, not the tenant's key", got)
		}
	})
}

func TestASanitizedResponseLosesItsMarkupWhateverWasFound(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Response.Sanitize = scan.SanitizeHTML })
		for body, want := range map[string]string{"a <b>word": "a word", "a word": "a word", "<b>" + card: "[CARD]"} {
			id := h.answered("GET")
			h.CallOnResponseHeaders(id, response("200", "text/plain", "content-length", "9", "etag", `"v1"`), false)
			step(t, "body", h.CallOnResponseBody(id, []byte(body), true), goesOn)
			if got := string(h.GetCurrentResponseBody(id)); got != want {
				t.Errorf("%q became %q", body, got)
			}
			if _, there := value(h.GetCurrentResponseHeaders(id), "etag"); there != (body == want) {
				t.Errorf("%q: its validator is there: %t", body, there)
			}
			h.CompleteHttpContext(id)
		}
	})
}

func TestAnUntouchedResponseKeepsItsValidators(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.answered("GET")
		h.CallOnResponseHeaders(id, response("200", "text/plain", "content-length", "2", "etag", `"v1"`), false)
		step(t, "body", h.CallOnResponseBody(id, []byte("ok"), true), goesOn)
		if etag, _ := value(h.GetCurrentResponseHeaders(id), "etag"); etag != `"v1"` {
			t.Errorf("etag is %q", etag)
		}
	})
}

func TestMoreFindingsThanCanBeReplacedAreBlocked(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		for n, refused := range map[int]bool{wordengine.MaxFindings: false, wordengine.MaxFindings + 1: true} {
			id := h.answered("GET")
			h.CallOnResponseHeaders(id, response("200", "text/plain"), false)
			h.CallOnResponseBody(id, []byte(strings.Repeat(card+" ", n)), true)
			if got := h.GetSentLocalResponse(id) != nil; got != refused {
				t.Errorf("%d cards: refused is %v", n, got)
			}
		}
	})
}

func TestABlockedResponseIsReplaced(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.answered("GET")
		h.CallOnResponseHeaders(id, response("200", "text/plain"), false)
		step(t, "body", h.CallOnResponseBody(id, []byte(attack), true), held)
		h.refusedWith(id, 403, "CONTENT_BLOCKED", "sqli", "r-1")
	})
}

func TestAResponseThatEndsInTrailersIsJudged(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.answered("GET")
		h.CallOnResponseHeaders(id, response("200", "text/plain"), false)
		step(t, "body", h.CallOnResponseBody(id, []byte(card), false), held)
		step(t, "trailers", h.CallOnResponseTrailers(id, [][2]string{{"a", "b"}}), goesOn)
		if got := string(h.GetCurrentResponseBody(id)); got != "[CARD]" {
			t.Errorf("the body became %q", got)
		}
	})
}

func TestResponsesThatAreNotTextAreNotHeld(t *testing.T) {
	for contentType, cause := range map[string]string{
		"application/grpc+proto": "grpc",
		"image/png":              "content_type",
	} {
		t.Run(cause, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(nil)
				id := h.answered("GET")
				step(t, "headers", h.CallOnResponseHeaders(id, response("200", contentType), false), goesOn)
				step(t, "body", h.CallOnResponseBody(id, []byte(card), false), goesOn)
				if h.counter("unscanned.direction.response.cause."+cause) != 1 {
					t.Error("not counted")
				}
			})
		})
	}
}

func TestAnUpgradeIsNotHeldOnceItIsAnswered(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		upgrade := request("GET", "/", "", "upgrade", "websocket", "connection", "upgrade")
		id, ignored := h.InitializeHttpContext(), h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, upgrade, false)
		step(t, "101", h.CallOnResponseHeaders(id, response("101", "", "upgrade", "websocket"), false), goesOn)
		h.CallOnRequestHeaders(ignored, upgrade, false)
		step(t, "200", h.CallOnResponseHeaders(ignored, response("200", "text/plain"), false), held)
	})
}

func TestResponsesWithoutBodyGoOn(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		for _, c := range []struct{ method, status string }{{"HEAD", "200"}, {"GET", "204"}, {"GET", "304"}} {
			id := h.answered(c.method)
			step(t, c.status, h.CallOnResponseHeaders(id, response(c.status, "application/json", "content-length", "99"), true), goesOn)
		}
	})
}

func TestAnAnswerWithoutItsBodyDoesNotTellOfTheUnredactedOne(t *testing.T) {
	described := []string{"content-length", "99", "etag", `"v1"`, "accept-ranges", "bytes", "repr-digest", "x"}
	for name, c := range map[string]struct {
		method, status, contentType string
		change                      func(*scan.Policy)
		dropped                     bool
	}{
		"HEAD":             {"HEAD", "200", "application/json", nil, true},
		"not modified":     {"GET", "304", "", nil, true},
		"HEAD of an image": {"HEAD", "200", "image/png", nil, false},
		"no content":       {"GET", "204", "", nil, false},
		"in shadow mode":   {"HEAD", "200", "text/plain", func(p *scan.Policy) { p.Mode = scan.Shadow }, false},
		"when nothing is acted on": {"HEAD", "200", "text/plain", func(p *scan.Policy) {
			p.Response.Actions = map[string]scan.Action{"CARD": scan.Log}
		}, false},
		"when the default acts": {"HEAD", "200", "text/plain", func(p *scan.Policy) {
			p.Response.Actions, p.Response.Default = nil, scan.Redact
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(c.change)
				id := h.answered(c.method)
				step(t, "headers", h.CallOnResponseHeaders(id, response(c.status, c.contentType, described...), true), goesOn)
				headers := h.GetCurrentResponseHeaders(id)
				for i := 0; i < len(described); i += 2 {
					if _, there := value(headers, described[i]); there == c.dropped {
						t.Errorf("%s is there: %v", described[i], there)
					}
				}
			})
		})
	}
}

func TestAResponseThatCannotBeReadFollowsThePolicysOversize(t *testing.T) {
	for name, headers := range map[string][][2]string{
		"encoded":          response("200", "text/plain", "content-encoding", "gzip"),
		"a part":           response("206", "text/plain", "content-range", "bytes 0-9/20"),
		"several parts":    response("206", "multipart/byteranges; boundary=x"),
		"encoded events":   response("200", "text/event-stream", "content-encoding", "gzip"),
		"a part of events": response("206", "text/event-stream"),
		"too long":         response("200", "text/plain", "content-length", "1025"),
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				h.use(func(p *scan.Policy) { p.Response.MaxBytes = 1024 })
				id := h.answered("GET")
				step(t, "refused", h.CallOnResponseHeaders(id, headers, false), held)
				h.refusedWith(id, 502, "the response could not be inspected")

				h.use(func(p *scan.Policy) { p.Response.MaxBytes, p.Response.Oversize = 1024, scan.OversizePass })
				id = h.answered("GET")
				step(t, "passed", h.CallOnResponseHeaders(id, headers, false), goesOn)
				h.notRefused(id)
			})
		})
	}
}

func TestAPartOfABinaryResponsePasses(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(nil)
		id := h.answered("GET")
		step(t, "headers", h.CallOnResponseHeaders(id, response("206", "video/mp4"), false), goesOn)
	})
}

func TestALongResponseIsRefusedWhereItGetsTooLong(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		h.use(func(p *scan.Policy) { p.Response.MaxBytes = 1024 })
		id := h.answered("GET")
		h.CallOnResponseHeaders(id, response("200", "text/plain"), false)
		step(t, "within", h.CallOnResponseBody(id, []byte(strings.Repeat("x", 1024)), false), held)
		step(t, "beyond", h.CallOnResponseBody(id, []byte("x"), false), held)
		h.refusedWith(id, 502)
	})
}
