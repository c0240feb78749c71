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
	for range 3 {
		if status, _, body := c.post("/", wordengine.Fatal); status == 200 {
			t.Fatalf("the request that killed the VM passed: %s", body)
		}
		eventually(t, "service", func() bool {
			// Until then it is refused. An attack that passed would be a filter that failed open.
			status, _, body := c.post("/", attack)
			if status == 200 {
				t.Fatalf("an attack passed a dead VM: %s", body)
			}
			return status == 403
		})
		if status, _, body := c.post("/", "x"); status != 200 {
			t.Errorf("%d %s", status, body)
		}
	}
}

func TestAConfigurationIsReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	g := start(t, modules.word, listener{name: "main", policies: "no_such_cluster"})
	// Blocks nothing, unlike the strict policy that stands in while the cluster is missing.
	lenient := g.policies.publish(t.Name(), nil)
	lenient2 := g.policies.publish(t.Name()+"2", nil)
	address := "http://" + g.address("main")
	stop := make(chan struct{})
	var load sync.WaitGroup
	for _, h2 := range []bool{false, true} {
		c := g.client("main", lenient, h2)
		load.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if status, _, body := c.post("/echo", "a "+card); status != 200 || body != "a [CARD]" && body != "a "+card {
					t.Errorf("%d %s", status, body)
					return
				}
			}
		})
	}
	_ = address
	_ = lenient2
	close(stop)
	load.Wait()
}
