//go:build !wasip1

package envoytest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func fetchesCoalesce(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	release := g.policies.hold()
	c := g.client("main", policy, true) // one connection, so one worker
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if status, _, body := c.post("/", "x"); status != 200 {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	eventually(t, "all requests", func() bool { return g.stat("envoy_http_downstream_rq_active", `"main"`) >= 50 })
	release()
	all.Wait()
	if n := g.policies.timesAsked(policy); n != 1 {
		t.Errorf("fetched %d times", n)
	}
}

func leavingClients(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	release := g.policies.hold()
	defer release()
	c := g.raw("main")
	c.send("POST / HTTP/1.1\nhost: a\nx-handoff: %s\ncontent-type: text/plain\ncontent-length: 100\n\nhalf", handOver(policy))
	eventually(t, "the fetch", func() bool { return g.policies.timesAsked(policy) > 0 })
	gone := g.stat("envoy_http_downstream_cx_destroy_remote_active_rq", `"main"`)
	c.Close()
	eventually(t, "the disconnect", func() bool { return g.stat("envoy_http_downstream_cx_destroy_remote_active_rq", `"main"`) > gone })
	release()
	for range 20 {
		if status, _, body := g.client("main", policy, false).post("/", "x"); status != 200 {
			t.Errorf("%d %s", status, body)
		}
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
}

func deadPolicies(t *testing.T, g *gateway) {
	for _, name := range []string{"absent", "dead"} {
		lenient := g.policies.publish(t.Name()+name, func(p *scan.Policy) { p.Request.Actions = nil })
		c := g.client(name, lenient, false)
		if status, _, body := c.post("/", attack); status != 403 {
			t.Errorf("%s: an attack got %d %s", name, status, body)
		}
		if status, _, body := c.post("/", "x"); status != 200 {
			t.Errorf("%s: a harmless request got %d %s", name, status, body)
		}
	}
	if n := g.stat("meshwarden_scan_policies", `result="unavailable"`); n == 0 {
		t.Error("the failures were not counted")
	}
}

func hangingPolicies(t *testing.T, g *gateway) {
	lenient := g.policies.publish(t.Name(), func(p *scan.Policy) { p.Request.Actions = nil })
	release := g.policies.hold()
	defer release()
	c := g.client("main", lenient, true)
	started := time.Now()
	if status, _, body := c.post("/", attack); status != 403 {
		t.Errorf("%d %s", status, body)
	}
	// Envoy's timers have milliseconds.
	if waited := time.Since(started); waited < 990*time.Millisecond {
		t.Errorf("gave up after %v", waited)
	}
	release()
	eventually(t, "the policy's return", func() bool {
		status, _, _ := c.post("/", attack)
		return status == 200
	})
}

func attacksStayOutDuringAFetch(t *testing.T, g *gateway) {
	for _, h2 := range []bool{false, true} {
		policy := g.policies.publish(fmt.Sprint(t.Name(), h2), nil)
		release := g.policies.hold()
		before := g.upstream.requests.Load()
		answered := make(chan int, 1)
		go func() {
			status, _, _ := g.client("main", policy, h2).post("/early", attack)
			answered <- status
		}()
		eventually(t, "the fetch", func() bool { return g.policies.timesAsked(policy) > 0 })
		// The whole body is at Envoy by now or comes while the policy is away; neither may let it through.
		select {
		case status := <-answered:
			t.Errorf("answered %d before the policy was there", status)
		case <-time.After(100 * time.Millisecond):
		}
		if g.upstream.requests.Load() != before {
			t.Error("the upstream saw a request that nobody had judged")
		}
		release()
		if status := <-answered; status != 403 {
			t.Errorf("answered %d", status)
		}
		if g.upstream.requests.Load() != before {
			t.Error("the upstream saw the request")
		}
	}
}

func bodiesSurviveAFetch(t *testing.T, g *gateway) {
	for _, mode := range []scan.Mode{scan.Enforce, scan.Shadow, scan.Off} {
		for _, contentType := range []string{"text/plain", "image/png", "application/grpc"} {
			policy := g.policies.publish(fmt.Sprint(t.Name(), mode, contentType), func(p *scan.Policy) { p.Mode = mode })
			release := g.policies.hold()
			first := "first"
			if contentType == "application/grpc" {
				first = "\x00\x00\x00\x00\x05" // the header of a message of five bytes
			}
			c := g.raw("main")
			c.send("POST /echo HTTP/1.1\nhost: a\nx-handoff: %s\ncontent-type: %s\ncontent-length: 10\n\n%s", handOver(policy), contentType, first)
			eventually(t, "the fetch", func() bool { return g.policies.timesAsked(policy) > 0 })
			release()
			// The second half comes once the answer has been acted on.
			time.Sleep(50 * time.Millisecond)
			c.send("later")
			if status, body := c.receive(); status != 200 || body != first+"later" {
				t.Errorf("mode %d, %s: %d %q", mode, contentType, status, body)
			}
		}
	}
}

func uploadsSurviveAFetch(t *testing.T, g *gateway) {
	for _, h2 := range []bool{false, true} {
		policy := g.policies.publish(fmt.Sprint(t.Name(), h2), nil)
		release := g.policies.hold()
		answered := make(chan int, 1)
		upload := "\x89PNG\r\n\x1a\n{" + attack + strings.Repeat("x", 5<<20)
		go func() {
			status, _, _ := g.client("main", policy, h2).post("/", upload, "Content-Type", "image/png")
			answered <- status
		}()
		eventually(t, "the fetch", func() bool { return g.policies.timesAsked(policy) > 0 })
		// What Envoy takes before it stops reading fills its buffers meanwhile.
		time.Sleep(100 * time.Millisecond)
		release()
		if status := <-answered; status != 200 {
			t.Errorf("answered %d", status)
		}
		if last := g.upstream.last(); last.body != upload {
			t.Errorf("the upstream got %d bytes", len(last.body))
		}
	}
}

func hiddenTextStaysOutDuringAFetch(t *testing.T, g *gateway) {
	for _, body := range []string{"{" + attack, strings.Repeat(" ", 30) + "[" + attack} {
		policy := g.policies.publish(t.Name()+body, nil)
		release := g.policies.hold()
		before := g.upstream.requests.Load()
		c := g.raw("main")
		c.send("POST /early HTTP/1.1\nhost: a\nx-handoff: %s\ncontent-type: image/png\ncontent-length: %d\n\n", handOver(policy), len(body))
		eventually(t, "the fetch", func() bool { return g.policies.timesAsked(policy) > 0 })
		c.send("%s", body[:5])
		time.Sleep(50 * time.Millisecond)
		release()
		time.Sleep(50 * time.Millisecond)
		c.send("%s", body[5:])
		if status, answer := c.receive(); status != 403 {
			t.Errorf("%q: %d %s", body, status, answer)
		}
		if g.upstream.requests.Load() != before {
			t.Errorf("%q: the upstream saw the request", body)
		}
	}
}
