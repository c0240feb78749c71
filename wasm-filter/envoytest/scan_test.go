//go:build !wasip1

package envoytest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

const (
	attack = wordengine.Attack
	card   = wordengine.Card
)

// TestGateway shares one Envoy: its start costs more than all of the cases.
func TestGateway(t *testing.T) {
	t.Parallel()
	g := start(t, modules.word, listener{name: "main", policies: "policies"},
		listener{name: "absent", policies: "no_such_cluster"}, listener{name: "dead", policies: "dead"})
	cases := []struct {
		name string
		run  func(t *testing.T, g *gateway)
	}{
		{"an attack never reaches the upstream", attacksStayOut},
		{"an attack never reaches the upstream while its policy is fetched", attacksStayOutDuringAFetch},
		{"a body in two halves around the fetch is whole", bodiesSurviveAFetch},
		{"a binary upload larger than the buffer survives the fetch", uploadsSurviveAFetch},
		{"text that calls itself binary waits for its policy like any text", hiddenTextStaysOutDuringAFetch},
		{"text that calls itself binary is judged, and an upload of any size flows", declaredBinaries},
		{"an answer to HEAD tells nothing of the unredacted body", headAnswers},
		{"a redacted request leaves the connection in step", redactedRequestsKeepStep},
		{"a redacted response leaves the connection in step", redactedResponsesKeepStep},
		{"a request that ends in trailers is judged", requestTrailers},
		{"a response that ends in trailers is judged", responseTrailers},
		{"a blocked response is replaced", blockedResponses},
		{"a response that cannot be read is replaced", unreadableResponses},
		{"an upgrade is neither held nor a way past the scanner", upgrades},
		{"bodies at and over the limits", limits},
		{"slow chunks are judged as one body", slowChunks},
		{"many requests fetch a policy once", fetchesCoalesce},
		{"a client that leaves during the fetch harms nobody", leavingClients},
		{"a policy cluster that is absent or dead means the strict policy", deadPolicies},
		{"a policy server that hangs costs one second", hangingPolicies},
		{"a panic refuses one request and the VM lives on", panics},
		{"a fault in the scanner cuts a stream", faultsInStreams},
		{"counters have labels", labels},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bound := *g
			bound.t = t
			c.run(t, &bound)
		})
	}
}

func bothProtocols(t *testing.T, g *gateway, policy string, run func(t *testing.T, c *client, prefix string)) {
	for _, h2 := range []bool{false, true} {
		prefix := map[bool]string{false: "", true: "/h2"}[h2]
		t.Run("h1"+prefix, func(t *testing.T) {
			c := g.client("main", policy, h2)
			c.t = t
			run(t, c, prefix)
		})
	}
}

func attacksStayOut(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		before := g.upstream.requests.Load()
		status, header, body := c.post(prefix+"/early", "x "+attack)
		if status != 403 || !strings.Contains(body, `"code":"CONTENT_BLOCKED"`) || header.Get("Content-Type") != "application/json" {
			t.Errorf("answered %d %s %s", status, header.Get("Content-Type"), body)
		}
		if g.upstream.requests.Load() != before {
			t.Error("the upstream saw the request")
		}
	})
}

func redactedRequestsKeepStep(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		for _, chunked := range []bool{false, true} {
			for i := range 5 {
				var body io.Reader = strings.NewReader("card " + card)
				if chunked {
					body = io.MultiReader(body)
				}
				path := fmt.Sprintf("%s/%d", prefix, i)
				if status, _, text := c.do("POST", path, body); status != 200 {
					t.Fatalf("%d %s", status, text)
				}
				last := g.upstream.last()
				if last.path != path || last.body != "card [CARD]" || last.bodyErr != nil {
					t.Errorf("the upstream read %+v", last)
				}
				if !chunked && last.length != int64(len(last.body)) {
					t.Errorf("content-length is %d", last.length)
				}
				// Unrelated and on the same upstream connection: the first bytes out of step would be its method.
				if status, _, text := c.do("GET", prefix+"/next", nil); status != 200 || text != "ok" {
					t.Errorf("the next request got %d %s", status, text)
				}
			}
		}
	})
}

func redactedResponsesKeepStep(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Request.Actions = nil })
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		for _, path := range []string{"/echo", "/chunks"} {
			for range 3 {
				status, header, body := c.post(prefix+path, "a "+card+" b")
				if status != 200 || body != "a [CARD] b" {
					t.Errorf("%s: %d %q", path, status, body)
				}
				if length := header.Get("Content-Length"); length != "" && length != "10" {
					t.Errorf("content-length is %s", length)
				}
			}
		}
	})
}

func requestTrailers(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Response.Actions = nil })
	send := func(c *client, path, body string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), "POST", c.base+path, io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "text/plain")
		request.Header.Set("X-Handoff", handOver(policy))
		request.Trailer = http.Header{"X-End": {"yes"}}
		response, err := c.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(text)
	}
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		if status, body := send(c, prefix+"/echo", "a "+card); status != 200 || body != "a [CARD]" {
			t.Errorf("%d %q", status, body)
		}
		before := g.upstream.requests.Load()
		if status, _ := send(c, prefix+"/echo", attack); status != 403 {
			t.Errorf("answered %d", status)
		}
		if g.upstream.requests.Load() != before {
			t.Error("the upstream saw the request")
		}
	})
}

func responseTrailers(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Request.Actions = nil })
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		if status, _, body := c.post(prefix+"/trailers", "a "+card); status != 200 || body != "a [CARD]" {
			t.Errorf("%d %q", status, body)
		}
		if status, _, body := c.post(prefix+"/trailers", attack); status != 403 || strings.Contains(body, attack) {
			t.Errorf("%d %q", status, body)
		}
	})
}

func blockedResponses(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Request.Actions = nil })
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		for _, path := range []string{"/echo", "/chunks"} {
			status, _, body := c.post(prefix+path, "a b "+attack+" c")
			if status != 403 || !strings.Contains(body, "CONTENT_BLOCKED") || strings.Contains(body, attack) {
				t.Errorf("%s: %d %s", path, status, body)
			}
			if status, _, text := c.do("GET", prefix+"/next", nil); status != 200 || text != "ok" {
				t.Errorf("the next request got %d %s", status, text)
			}
		}
	})
}

func unreadableResponses(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	if status, _, body := g.client("main", policy, false).do("GET", "/gzip", nil); status != 502 || !strings.Contains(body, "could not be inspected") {
		t.Errorf("%d %s", status, body)
	}
}

func upgrades(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	const upgrade = " HTTP/1.1\nhost: a\nconnection: upgrade\nupgrade: websocket\nx-handoff: %s\n"
	c := g.raw("main")
	c.send("GET /websocket"+upgrade+"\n", handOver(policy))
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil || response.StatusCode != 101 {
		t.Fatalf("%+v, %v", response, err)
	}
	for range 3 {
		c.send(attack)
		back := make([]byte, len(attack))
		if _, err := io.ReadFull(c.reader, back); err != nil || string(back) != attack {
			t.Errorf("%q came back, %v", back, err)
		}
	}
	for name, body := range map[string]string{
		"a length": "content-length: 6\n\n" + attack,
		"chunks":   "transfer-encoding: chunked\n\n6\n" + attack + "\n0\n\n",
	} {
		c := g.raw("main")
		before := g.upstream.requests.Load()
		c.send("POST /"+upgrade+"content-type: text/plain\n"+body, handOver(policy))
		if status, _ := c.receive(); status != 400 {
			t.Errorf("an upgrade with %s got %d", name, status)
		}
		if g.upstream.requests.Load() != before {
			t.Errorf("an upgrade with %s reached the upstream", name)
		}
	}
	// The upstream ignores this upgrade, so what follows would be its next request.
	before := g.upstream.requests.Load()
	c = g.raw("main")
	c.send("GET /ignored"+upgrade+"\nPOST /smuggled HTTP/1.1\nhost: a\ncontent-type: text/plain\ncontent-length: 6\n\n"+attack, handOver(policy))
	if status, _ := c.receive(); status != 200 {
		t.Errorf("answered %d", status)
	}
	c.Close()
	if status, _, _ := g.client("main", policy, false).do("GET", "/after", nil); status != 200 {
		t.Errorf("answered %d", status)
	}
	if n := g.upstream.requests.Load(); n != before+2 {
		t.Errorf("the upstream saw %d requests for 2: last %+v", n-before, g.upstream.last())
	}
}

func limits(t *testing.T, g *gateway) {
	block := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Response.MaxBytes = 10 << 20 })
	pass := g.policies.publish(t.Name()+"pass", func(p *scan.Policy) { p.Request.Oversize = scan.OversizePass })
	c, passing := g.client("main", block, false), g.client("main", pass, false)
	// What exceeds Envoy's buffer while its worker fetches the policy is refused by Envoy.
	g.warm(pass)
	const mebi = 1 << 20
	for _, chunked := range []bool{false, true} {
		post := func(c *client, size int, end string) int {
			var body io.Reader = strings.NewReader(strings.Repeat("x", size-len(end)) + end)
			if chunked {
				body = io.MultiReader(body)
			}
			status, _, _ := c.do("POST", "/", body)
			return status
		}
		for what, got := range map[string][2]int{
			"at the limit":              {post(c, mebi, ""), 200},
			"an attack at the limit":    {post(c, mebi, attack), 403},
			"one more":                  {post(c, mebi+1, ""), 413},
			"far more":                  {post(c, 5*mebi, ""), 413},
			"one more, passing":         {post(passing, mebi+1, ""), 200},
			"far more, passing":         {post(passing, 5*mebi, ""), 200},
			"at the limit, but passing": {post(passing, mebi, attack), 403},
		} {
			if got[0] != got[1] {
				t.Errorf("%s, chunked %v: %d, want %d", what, chunked, got[0], got[1])
			}
		}
	}
}

func slowChunks(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	before := g.upstream.requests.Load()
	c := g.raw("main")
	c.send("POST / HTTP/1.1\nhost: a\nx-handoff: %s\ncontent-type: text/plain\ntransfer-encoding: chunked\n\n", handOver(policy))
	for _, part := range attack {
		c.send("1\n%c\n", part)
		time.Sleep(2 * time.Millisecond)
	}
	if g.upstream.requests.Load() != before {
		t.Error("the upstream saw a body without end")
	}
	c.send("0\n\n")
	if status, _ := c.receive(); status != 403 {
		t.Errorf("answered %d", status)
	}
}

func panics(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	c := g.client("main", policy, true)
	before := g.stat("meshwarden_scan_panics")
	// The first is judged in the callback of the policy's arrival, the second in its own.
	for range 2 {
		if status, _, body := c.post("/", wordengine.Panic); status != 500 || !strings.Contains(body, "INTERNAL_ERROR") {
			t.Errorf("%d %s", status, body)
		}
		if status, _, body := c.post("/", "x"); status != 200 {
			t.Errorf("the next request got %d %s", status, body)
		}
	}
	if n := g.stat("meshwarden_scan_panics"); n != before+2 {
		t.Errorf("%d panics counted", n-before)
	}
}

func labels(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	c := g.client("main", policy, false)
	c.post("/", attack)
	if g.stat("meshwarden_scan_verdicts", `direction="request"`, `mode="enforce"`, `verdict="block"`) == 0 ||
		g.stat("meshwarden_scan_findings", `direction="request"`, `action="block"`, `type="sqli"`) == 0 ||
		g.stat("meshwarden_scan_unscanned", `direction="response"`, `cause="upgrade"`) == 0 {
		raw, _ := g.admin("/stats/prometheus?filter=meshwarden")
		t.Error(raw)
	}
}
