//go:build !wasip1

package envoytest_test

import (
	"sync"
	"testing"

	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

func TestAVMThatDiesIsRebuiltAndScansAgain(t *testing.T) {
	t.Parallel()
	g := start(t, modules.word, listener{name: "main", policies: "policies"})
	policy := g.policies.publish(t.Name(), nil)
	c := g.client("main", policy, true) // one connection, so one worker's VM
	// Too little memory refuses one request, or kills the VM of the standard compiler.
	for _, word := range []string{wordengine.Fatal, wordengine.Hungry, wordengine.Fatal, wordengine.Hungry} {
		if status, _, body := c.post("/", "x"); status != 200 {
			t.Errorf("before %s: %d %s", word, status, body)
		}
		if status, _, body := c.post("/", word); status == 200 {
			t.Fatalf("%s passed: %s", word, body)
		}
		eventually(t, "service", func() bool {
			// Until then it is refused. An attack that passed would be a filter that failed open.
			status, _, body := c.post("/", attack)
			if status == 200 {
				t.Fatalf("an attack passed a dead VM: %s", body)
			}
			return status == 403
		})
	}
}

func TestAConfigurationIsReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	g := start(t, modules.word, listener{name: "main", policies: "no_such_cluster"})
	// Redacts cards in requests; the strict policy, which stands in while the cluster is missing, does not.
	policy := g.policies.publish(t.Name(), nil)
	done := make(chan struct{})
	var load sync.WaitGroup
	for _, h2 := range []bool{false, true} {
		c := g.client("main", policy, h2)
		load.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if status, _, body := c.post("/", card); status != 200 {
					t.Errorf("%d %s", status, body)
					return
				}
			}
		})
	}
	defer load.Wait()
	defer close(done)

	g.writeListeners([]listener{{name: "main", policies: "policies"}})
	eventually(t, "the new configuration", func() bool { return g.upstream.last().body == "[CARD]" })
	for nonce := range uint64(3) {
		updates := g.stat("envoy_listener_manager_listener_in_place_updated")
		g.writeListeners([]listener{{name: "main", policies: "policies", nonce: nonce + 1}})
		eventually(t, "the update", func() bool { return g.stat("envoy_listener_manager_listener_in_place_updated") > updates })
	}
	// The VMs live on and keep their policies: one fetch a worker.
	if n := g.policies.timesAsked(policy); n > workers {
		t.Errorf("%d fetches by %d workers", n, workers)
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
}
