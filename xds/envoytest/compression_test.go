package envoytest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxGrowth is how much a bomb of 300 KB may cost Envoy, in bytes: a hundred times its size, and copies on the way.
// Without the bound it was 600 MB.
const maxGrowth = 128 << 20

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
	for _, body := range []struct {
		content io.Reader
		size    int
		whole   bool
	}{
		{strings.NewReader(strings.Repeat("an ordinary body ", 100)), 1700, true},
		{io.LimitReader(rand.NewChaCha8([32]byte{}), 1<<20), 1 << 20, true},
		{io.LimitReader(zeros{}, 300_000_000), 300_000_000, false},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+m.gateway+"/api", compressed(t, body.content))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "acme.example.com"
		request.Header.Set("Content-Encoding", "gzip")
		got, err := m.do(request)
		if err != nil || (got.upstream["n"] == fmt.Sprint(body.size)) != body.whole || got.upstream["encoding"] != "" {
			t.Errorf("%d bytes: upstream saw %v; %d %s %v", body.size, got.upstream, got.status, got.body, err)
		}
	}
	if growth := m.peakMemory() - before; growth > maxGrowth {
		t.Errorf("Envoy grew by %d MiB", growth>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func compressed(t *testing.T, content io.Reader) io.Reader {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := io.Copy(writer, content); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return &out
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
