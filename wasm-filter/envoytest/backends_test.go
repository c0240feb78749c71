//go:build !wasip1

package envoytest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// seen is a request as the upstream got it.
type seen struct {
	method, path, body string
	header             http.Header
	length             int64
	bodyErr            error
}

// upstream records every request, h1 and h2, and answers by path. /mirror is for loads that would be too much to record.
type upstream struct {
	address string
	// connections counts those accepted, requests those begun: also one whose body never ends.
	connections, requests atomic.Int32
	mu                    sync.Mutex
	log                   []seen
	// live are the streams that tests feed, by path.
	live sync.Map
}

func newUpstream(t testing.TB) *upstream {
	u := &upstream{}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: u, Protocols: protocols, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				u.connections.Add(1)
			}
		}}
	u.address = serve(t, server)
	return u
}

func serve(t testing.TB, server *http.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return listener.Addr().String()
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.requests.Add(1)
	path := strings.TrimPrefix(r.URL.Path, "/h2")
	if path == "/websocket" && r.Header.Get("Upgrade") != "" {
		echoRaw(w)
		return
	}
	if path == "/mirror" {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = io.Copy(w, r.Body)
		return
	}
	if path == "/early" {
		// Answers before it reads, as a service that authorizes by headers would.
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
	}
	body, err := io.ReadAll(r.Body)
	u.mu.Lock()
	u.log = append(u.log, seen{r.Method, r.URL.Path, string(body), r.Header.Clone(), r.ContentLength, err})
	u.mu.Unlock()
	if live, fed := u.live.Load(path); fed {
		live.(*feed).serve(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	switch path {
	case "/echo":
		_, _ = w.Write(body)
	case "/chunks":
		for _, chunk := range bytes.SplitAfter(body, []byte(" ")) {
			_, _ = w.Write(chunk)
			w.(http.Flusher).Flush()
		}
	case "/trailers":
		w.Header().Set("Trailer", "X-End")
		_, _ = w.Write(body)
		w.Header().Set("X-End", "yes")
	case "/described", "/unmodified":
		for _, name := range []string{"Etag", "Accept-Ranges", "Repr-Digest"} {
			w.Header().Set(name, "x")
		}
		if path == "/unmodified" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Length", "16")
	case "/gzip":
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte("not looked at"))
	default:
		_, _ = w.Write([]byte("ok"))
	}
}

// echoRaw accepts an upgrade and returns every byte.
func echoRaw(w http.ResponseWriter) {
	connection, both, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = both.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	_ = both.Flush()
	_, _ = io.Copy(connection, both)
}

func (u *upstream) last() seen {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.log) == 0 {
		return seen{}
	}
	return u.log[len(u.log)-1]
}

// policyServer serves documents by hash and counts how often.
type policyServer struct {
	address, deadAddress string
	mu                   sync.Mutex
	documents            map[string][]byte
	asked                map[string]int
	// gate, when set, holds every answer until it is closed.
	gate chan struct{}
}

func newPolicyServer(t testing.TB) *policyServer {
	p := &policyServer{documents: map[string][]byte{}, asked: map[string]int{}}
	p.address = serve(t, &http.Server{Handler: p})
	// A port on which nobody listens any more.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.deadAddress = listener.Addr().String()
	listener.Close()
	return p
}

func (p *policyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash := strings.TrimPrefix(r.URL.Path, "/scan-policies/")
	p.mu.Lock()
	p.asked[hash]++
	document, known := p.documents[hash]
	gate := p.gate
	p.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	if !known {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(document)
}

// hold makes every answer wait until the returned function is called.
func (p *policyServer) hold() (release func()) {
	gate := make(chan struct{})
	p.mu.Lock()
	p.gate = gate
	p.mu.Unlock()
	return sync.OnceFunc(func() {
		p.mu.Lock()
		p.gate = nil
		p.mu.Unlock()
		close(gate)
	})
}

func (p *policyServer) timesAsked(hash string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[hash]
}

// publish makes a policy that blocks attacks and redacts cards, changed by change, and returns its hash.
func (p *policyServer) publish(name string, change func(*scan.Policy)) string {
	policy := &scan.Policy{
		Name:     name,
		Request:  scan.DirectionPolicy{Actions: map[string]scan.Action{"sqli": scan.Block, "CARD": scan.Redact}},
		Response: scan.DirectionPolicy{Actions: map[string]scan.Action{"sqli": scan.Block, "CARD": scan.Redact}},
	}
	if change != nil {
		change(policy)
	}
	document := policy.Document()
	sum := sha256.Sum256(document)
	hash := hex.EncodeToString(sum[:])
	p.mu.Lock()
	defer p.mu.Unlock()
	p.documents[hash] = document
	return hash
}

// logBuffer keeps Envoy's output for tests that fail.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logBuffer) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
