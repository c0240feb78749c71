package envoytest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxGrowth is how much a bomb may cost Envoy, in bytes: one read of 32 KiB inflates to at most 33 MiB, and there
// are copies on the way. Without a bound on reads it was 2 GB.
const maxGrowth = 400 << 20

func TestCompressedBodiesReachUpstreamsWholeAndBombsCostLittle(t *testing.T) {
	t.Parallel()
	m := newMesh(t)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		_ = json.NewEncoder(w).Encode(map[string]any{"headers": map[string]string{
			"n": fmt.Sprint(n), "encoding": r.Header.Get("Content-Encoding"),
		}})
	}))
	t.Cleanup(upstream.Close)
	snapshot := m.snapshot(tenantOf("acme", "acme.example.com"))
	snapshot.Upstreams["api"] = tenant.UpstreamSpec{Endpoints: []string{strings.TrimPrefix(upstream.URL, "http://")}}
	m.apply(snapshot)
	m.startEnvoy()
	m.await("acme.example.com", "/api", http.StatusOK)

	before := m.peakMemory()
	for _, size := range []int{1000, 1_000_000, 300_000_000} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+m.gateway+"/api", zeros(t, size))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "acme.example.com"
		request.Header.Set("Content-Encoding", "gzip")
		got, err := m.do(request)
		if err != nil || got.upstream["n"] != fmt.Sprint(size) || got.upstream["encoding"] != "" {
			t.Errorf("%d bytes: upstream saw %v; %d %s %v", size, got.upstream, got.status, got.body, err)
		}
	}
	if growth := m.peakMemory() - before; growth > maxGrowth {
		t.Errorf("Envoy grew by %d MiB", growth>>20)
	}
}

// zeros is a gzip stream of so many zeros.
func zeros(t *testing.T, size int) io.Reader {
	t.Helper()
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	block := make([]byte, 1<<20)
	for rest := size; rest > 0; rest -= len(block) {
		if _, err := writer.Write(block[:min(rest, len(block))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return &compressed
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory is the most memory that Envoy ever had, in bytes.
func (m *mesh) peakMemory() int {
	m.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.pid.Load()))
	if err != nil {
		m.t.Fatal(err)
	}
	match := highWater.FindSubmatch(raw)
	if match == nil {
		m.t.Fatalf("no VmHWM in %s", raw)
	}
	kib, err := strconv.Atoi(string(match[1]))
	if err != nil {
		m.t.Fatal(err)
	}
	return kib << 10
}
