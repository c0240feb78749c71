//go:build !wasip1

package envoytest_test

import (
	"flag"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

var soak = flag.Int("soak", 2000, "requests of TestMemoryStaysFlat")

// TestMemoryStaysFlat sends bodies of all kinds and sizes over concurrent streams. What a VM needs, it has after a part of
// them: a leak, or a heap that only grows, shows in the rest.
func TestMemoryStaysFlat(t *testing.T) {
	t.Parallel()
	g := start(t, modules.final, listener{name: "main", policies: "policies"})
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { *p = *scan.Strict() })
	ready := memory(t, g.process())
	rounds := 4
	var sizes []int
	for range rounds {
		mixture(t, g, policy, *soak/rounds)
		sizes = append(sizes, memory(t, g.process()))
	}
	t.Logf("%d requests a round; resident %d KiB when ready, then %v", *soak/rounds, ready, sizes)
	// Envoy's own buffers and the allocator's caches are in it.
	const noise = 24 << 10
	if grown := sizes[rounds-1] - sizes[0]; grown > noise {
		t.Errorf("grew by %d KiB after the first round", grown)
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
}

// mixture sends n requests and reads what comes back.
func mixture(t *testing.T, g *gateway, policy string, n int) {
	small, middle, large := string(benign(2<<10)), string(benign(64<<10)), string(benign(900<<10))
	prose := strings.Repeat("The committee met on Tuesday; its members, who had read the report, asked for figures of the year before. ", 300)
	event := "event: delta\ndata: {\"choices\":[{\"delta\":{\"content\":\"a few words of it \"}}]}\n\n"
	kinds := []struct {
		kind, body string
		status     int
	}{
		{"application/json", small, 200},
		{"application/json", middle, 200},
		{"application/json", large, 200},
		{"text/plain", prose, 200},
		{"text/html", "<html><body><p>" + strings.Repeat("<b>bold</b> and <a href=/x?a=1&amp;b=2>linked</a> ", 800) + "</p></body></html>", 200},
		{"text/event-stream", strings.Repeat(event, 400), 200},
		{"application/json", `{"messages":[{"role":"user","content":"` + prose[:8000] + `"}]}`, 200},
		{"application/json", `{"card":"4111 1111 1111 1111","rest":` + middle + `}`, 200},
		{"application/octet-stream", "\x00\x01\x02" + strings.Repeat("\x89", 1<<20), 200},
		{"application/json", `{"q":"1' UNION SELECT password FROM users--"}`, 403},
		{"text/plain", strings.Repeat("x", 2<<20), 413},
	}
	var left atomic.Int64
	left.Store(int64(n))
	var load sync.WaitGroup
	for seed := range uint64(connections) {
		c := g.client("main", policy, seed%2 == 0)
		load.Go(func() {
			defer c.CloseIdleConnections()
			random := rand.New(rand.NewPCG(seed, uint64(n)))
			for left.Add(-1) >= 0 {
				k := kinds[random.IntN(len(kinds))]
				if len(k.body) > 128<<10 && random.IntN(4) > 0 {
					k = kinds[0]
				}
				if status, _, body := c.post("/mirror", k.body, "Content-Type", k.kind); status != k.status {
					t.Errorf("%d bytes of %s: %d %.200s", len(k.body), k.kind, status, body)
					return
				}
			}
		})
	}
	load.Wait()
}
