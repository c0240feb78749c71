//go:build !wasip1

package envoytest_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// benign is JSON as services exchange it, of about n bytes.
func benign(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < n-200; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"3f2b8c1e-%04x-4d2a-9b1c-5e6f7a8b9c0d","name":"Product %d","price":%d.95,"tags":["garden","tools"],"created":"2026-03-%02dT10:15:30Z","description":"A sturdy tool for everyday work in the garden, delivered within three days."}`, i, i, i%90+5, i%28+1)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// connections keep the workers busy: an idle one spends more time on waking up than on a request.
const connections = 16

// BenchmarkEnvoy measures Envoy's own CPU time for requests with and without the scanner, response included.
// The wall-clock time is mostly the client's.
func BenchmarkEnvoy(b *testing.B) {
	started := time.Now()
	bare := start(b, modules.final, listener{name: "main", noWasm: true})
	bareReady := time.Since(started)
	started = time.Now()
	scanned := start(b, modules.final, listener{name: "main", policies: "policies"})
	b.Logf("ready in %v without, %v with the scanner; resident %d and %d KiB", bareReady, time.Since(started),
		memory(b, bare.process()), memory(b, scanned.process()))
	requestOnly := func(p *scan.Policy) { p.Response.MaxBytes, p.Response.Oversize = 1024, scan.OversizePass }
	for _, body := range []int{0, 2 << 10, 64 << 10} {
		for _, c := range []struct {
			name string
			g    *gateway
		}{{"bare", bare}, {"scanned", scanned}} {
			b.Run(fmt.Sprintf("%s/%dB", c.name, body), func(b *testing.B) {
				client := c.g.client("main", c.g.policies.publish(b.Name(), requestOnly), false)
				load(b, c.g, client, body)
			})
		}
	}
	b.Logf("resident afterwards %d and %d KiB", memory(b, bare.process()), memory(b, scanned.process()))
}

func load(b *testing.B, g *gateway, c *client, size int) {
	payload := benign(size)
	post := func() {
		method := "GET"
		request, err := http.NewRequest(method, c.base+"/", nil)
		if size > 0 {
			request, err = http.NewRequest("POST", c.base+"/", bytes.NewReader(payload))
		}
		if err != nil {
			b.Error(err)
			return
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Handoff", handOver(c.policy))
		response, err := c.Do(request)
		if err != nil {
			b.Error(err)
			return
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode != 200 {
			b.Errorf("answered %d", response.StatusCode)
		}
	}
	for range 20 {
		post()
	}
	before := cpu(b, g.process())
	b.SetParallelism(connections / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			post()
		}
	})
	b.StopTimer()
	b.ReportMetric(float64((cpu(b, g.process())-before).Microseconds())/float64(b.N), "cpu-us/op")
}

// process is Envoy's process id.
func (g *gateway) process() int {
	pid := <-g.pid
	g.pid <- pid
	return pid
}

// cpu is the time that a process has spent on a processor, by the scheduler's accounting of its threads.
func cpu(b *testing.B, pid int) time.Duration {
	dir := fmt.Sprintf("/proc/%d/task", pid)
	threads, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	var total int64
	for _, thread := range threads {
		var running int64
		raw, err := os.ReadFile(dir + "/" + thread.Name() + "/schedstat")
		if err != nil {
			continue // the thread has ended
		}
		if _, err := fmt.Sscan(string(raw), &running); err == nil {
			total += running
		}
	}
	return time.Duration(total)
}

// memory is the resident size of a process in KiB.
func memory(b testing.TB, pid int) (kib int) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(raw), "VmRSS:")
	if _, err := fmt.Sscan(after, &kib); err != nil {
		b.Fatal(err)
	}
	return kib
}
