package e2e

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// endless answers upgrades and other requests with one line of what it saw of the request's end, then echoes or stays silent.
func endless(t *testing.T) string {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := r.Header.Get("X-Envoy-Upstream-Stream-Duration-Ms") + "\n"
		if r.Header.Get("Upgrade") == "" {
			// Anything else is held back for the scanner until it is there.
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: "+seen+"\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			return
		}
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"+seen)
		_, _ = io.Copy(conn, buffered)
	}))
	t.Cleanup(upstream.Close)
	return upstream.URL
}

// open sends a request and returns the status, and the connection behind the answer's head.
func (g *gateway) open(t *testing.T, request string) (status int, conn net.Conn, reader *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.Gateway, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err = io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	reader = bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, conn, reader
}

// TestNoStreamOutlivesItsCredential opens streams whose credential ends in two seconds, and one of a route with a limit of its own.
func TestNoStreamOutlivesItsCredential(t *testing.T) {
	t.Parallel()
	g := &gateway{dir: quickstart(t)}
	g.live(t, endless(t))
	g.edit(t, "tenants/acme.yaml", "        development: true\n", "        development: true\n        leeway: 0s\n")
	g.edit(t, "tenants/acme.yaml", "  routes:\n", "  routes:\n"+
		"    - {name: answers, match: {prefix: /answers}, upstream: live, timeout: 10m}\n"+
		"    - {name: brief, match: {prefix: /brief}, upstream: live, websocket: true, max_stream_duration: 1s}\n")
	g = up(t, g.dir)
	lasting := g.token(t, "acme", "ed", "editor")
	upgrade := []string{
		"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
		// No client says how long its request may last.
		"X-Envoy-Upstream-Stream-Duration-Ms: 86400000",
	}
	for _, test := range []struct {
		name, target string
		headers      []string
		brief        bool
		status       int
	}{
		{"a WebSocket", "/live", upgrade, true, 101},
		{"an answer without end", "/answers", nil, true, 200},
		{"a route's own limit", "/brief", upgrade, false, 101},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			started, token := time.Now(), lasting
			// The expiry is in whole seconds, and the token is good until it.
			ends := started.Add(time.Second)
			if test.brief {
				token = g.token(t, "acme", "ed", "editor", "--ttl", "2s")
			}
			request := head("GET", test.target, token, test.headers...)
			status, conn, reader := g.open(t, request)
			if status != test.status {
				t.Fatalf("the stream is answered with %d", status)
			}
			if test.status == 101 {
				if _, err := io.WriteString(conn, "ping\n"); err != nil {
					t.Fatal(err)
				}
			}
			_ = conn.SetReadDeadline(started.Add(30 * time.Second))
			rest, err := io.ReadAll(reader)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Fatal("the stream goes on")
			}
			if early := time.Until(ends); test.brief == false && early > 0 {
				t.Errorf("the stream ended %v early", early)
			}
			if got := string(rest); test.status == 101 && got != "\nping\n" || strings.Contains(got, "000") {
				t.Errorf("the upstream sent %q", got)
			}
			if !test.brief {
				return
			}
			if again, _, _ := g.open(t, request); again != 401 {
				t.Errorf("the same token opens another: %d", again)
			}
			if again, _, _ := g.open(t, head("GET", test.target, lasting, test.headers...)); again != test.status {
				t.Errorf("a good token does not: %d", again)
			}
		})
	}
}
