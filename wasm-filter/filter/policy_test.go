package filter_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
)

// lenient redacts and blocks nothing, unlike the strict policy.
func lenient(p *scan.Policy) { p.Request.Actions, p.Response.Actions = nil, nil }

func TestWithoutAHandoffTheStrictPolicyJudges(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false), held)
		step(t, "body", h.CallOnRequestBody(id, []byte(attack), true), held)
		h.refusedWith(id, 403)
		if h.counter("policies.result.strict") != 1 {
			t.Error("not counted")
		}
	})
}

func TestAnUnreadableHandoffMeansTheStrictPolicy(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		for _, left := range []string{"2 a b c d", "1 acme ../../x r-1 -", "1 acme " + "A" + " r-1 -"} {
			if err := h.SetProperty([]string{"metadata", "filter_metadata", handoff.Namespace, handoff.Key}, []byte(left)); err != nil {
				t.Fatal(err)
			}
			id := h.InitializeHttpContext()
			step(t, left, h.CallOnRequestHeaders(id, request("GET", "/?"+attack, ""), true), held)
			h.refusedWith(id, 403)
		}
		if len(h.calls()) != 0 {
			t.Error("something was fetched for what is not a hash")
		}
	})
}

func TestTheBodyWaitsForThePolicyToo(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		refused bool
	}{"clean": {"ok", false}, "attack": {attack, true}} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				hash, document := policy(t, nil)
				h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
				id := h.InitializeHttpContext()
				step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false), held)
				step(t, "body", h.CallOnRequestBody(id, []byte(c.body), true), held)
				h.answer(id, "200", document)
				if c.refused {
					h.refusedWith(id, 403)
					return
				}
				step(t, "resumed", h.GetCurrentHttpStreamAction(id), goesOn)
				h.notRefused(id)
			})
		})
	}
}

func TestABodyThatArrivesAfterThePolicyIsHeldOn(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
		step(t, "first half", h.CallOnRequestBody(id, []byte("ATT"), false), held)
		h.answer(id, "200", document)
		step(t, "not resumed", h.GetCurrentHttpStreamAction(id), held)
		step(t, "second half", h.CallOnRequestBody(id, []byte("ACK"), true), held)
		h.refusedWith(id, 403)
	})
}

func TestTrailersWaitForThePolicyToo(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("POST", "/", "text/plain"), false)
		h.CallOnRequestBody(id, []byte(attack), false)
		step(t, "trailers", h.CallOnRequestTrailers(id, [][2]string{{"a", "b"}}), held)
		h.answer(id, "200", document)
		h.refusedWith(id, 403)
	})
}

func TestARequestWhoseBodyDoesNotMatterIsParked(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		get, call := h.InitializeHttpContext(), h.InitializeHttpContext()
		step(t, "no body", h.CallOnRequestHeaders(get, request("GET", "/", ""), true), parked)
		step(t, "a call", h.CallOnRequestHeaders(call, request("POST", "/", "application/grpc"), false), parked)
		h.answer(get, "200", document)
		step(t, "no body", h.GetCurrentHttpStreamAction(get), goesOn)
		step(t, "a call", h.GetCurrentHttpStreamAction(call), goesOn)
	})
}

func TestAPolicyIsFetchedOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		var ids []uint32
		for range 20 {
			id := h.InitializeHttpContext()
			h.CallOnRequestHeaders(id, request("GET", "/", ""), true)
			ids = append(ids, id)
		}
		calls := h.calls()
		if len(calls) != 1 {
			t.Fatalf("%d calls", len(calls))
		}
		if path, _ := value(calls[0].Headers, ":path"); path != "/scan-policies/"+hash || calls[0].Upstream != cluster {
			t.Errorf("asked %s for %s", calls[0].Upstream, path)
		}
		h.answer(0, "200", document)
		for _, id := range ids {
			step(t, "waiter", h.GetCurrentHttpStreamAction(id), goesOn)
		}
		h.answered("GET")
		if len(h.calls()) != 1 || h.counter("policies.result.cached") != 1 {
			t.Error("the policy was not kept")
		}
	})
}

func TestALateAnswerTouchesNoDeadStreamAndServesTheLiving(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		dead, alive := h.InitializeHttpContext(), h.InitializeHttpContext()
		for _, id := range []uint32{dead, alive} {
			h.CallOnRequestHeaders(id, request("GET", "/?"+attack, ""), true)
		}
		h.CompleteHttpContext(dead)
		h.answer(alive, "200", document)
		if h.GetSentLocalResponse(dead) != nil {
			t.Error("a dead stream was answered")
		}
		h.refusedWith(alive, 403)
	})
}

func TestAPolicyThatCannotBeHadIsTheStrictOneForAWhile(t *testing.T) {
	for name, c := range map[string]struct {
		status, result string
		body           func(document []byte) []byte
	}{
		"not found":         {"404", "not_found", nil},
		"server error":      {"500", "unavailable", nil},
		"refused":           {"503", "unavailable", nil},
		"timed out":         {"504", "unavailable", nil},
		"connection reset":  {"", "unavailable", nil},
		"another document":  {"200", "mismatch", func(d []byte) []byte { return append(d, ' ') }},
		"an empty document": {"200", "invalid", nil},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, h *host) {
				hash, document := policy(t, lenient)
				h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
				var body []byte
				if c.body != nil {
					body = c.body(document)
				}
				first, second := h.InitializeHttpContext(), h.InitializeHttpContext()
				h.CallOnRequestHeaders(first, request("GET", "/?"+attack, ""), true)
				h.answer(first, c.status, body)
				h.refusedWith(first, 403)
				if h.counter("policies.result."+c.result) != 1 {
					t.Error("not counted")
				}
				step(t, "next", h.CallOnRequestHeaders(second, request("GET", "/?"+attack, ""), true), held)
				h.refusedWith(second, 403)
				if len(h.calls()) != 1 || h.counter("policies.result.recently_failed") != 1 {
					t.Error("a dead server costs a call per request")
				}
			})
		})
	}
}

func TestADocumentThatDoesNotParseIsNotUsed(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		document := []byte("meshwarden-scan-policy 999\n" + t.Name())
		hash := sum(document)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		id := h.InitializeHttpContext()
		h.CallOnRequestHeaders(id, request("GET", "/?"+attack, ""), true)
		h.answer(id, "200", document)
		h.refusedWith(id, 403)
		if h.counter("policies.result.invalid") != 1 {
			t.Error("not counted")
		}
	})
}

func TestTheRequestsModeOverridesThePolicys(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, document := policy(t, func(p *scan.Policy) { p.Mode = scan.Shadow })
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash})
		first := h.InitializeHttpContext()
		h.CallOnRequestHeaders(first, request("GET", "/?"+attack, ""), true)
		h.answer(first, "200", document)
		step(t, "the policy's own", h.GetCurrentHttpStreamAction(first), goesOn)
		for mode, want := range map[string]bool{"enforce": true, "shadow": false, "off": false, "": false, "nonsense": false} {
			h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash, Mode: mode})
			id := h.InitializeHttpContext()
			h.CallOnRequestHeaders(id, request("GET", "/?"+attack, ""), true)
			if refused := h.GetSentLocalResponse(id) != nil; refused != want {
				t.Errorf("mode %q: refused is %v", mode, refused)
			}
		}
	})
}

func TestScanningThatIsOffNeedsNoPolicy(t *testing.T) {
	everywhere(t, func(t *testing.T, h *host) {
		hash, _ := policy(t, nil)
		h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash, Mode: "off"})
		id := h.InitializeHttpContext()
		step(t, "headers", h.CallOnRequestHeaders(id, request("POST", "/?"+attack, "text/plain"), false), goesOn)
		step(t, "body", h.CallOnRequestBody(id, []byte(attack), true), goesOn)
		step(t, "response", h.CallOnResponseHeaders(id, response("200", "text/plain"), false), goesOn)
		if len(h.calls()) != 0 {
			t.Error("a policy was fetched")
		}
	})
}
