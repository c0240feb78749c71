package e2e

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	grpchealth "google.golang.org/grpc/health"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
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

// expires is the moment that a token says.
func expires(t *testing.T, token string) time.Time {
	t.Helper()
	var claims struct {
		Exp int64
	}
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[len(parts)/2])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	if err != nil || claims.Exp == 0 {
		t.Fatalf("the token has no expiry: %v", err)
	}
	return time.Unix(claims.Exp, 0)
}

// ended is how a stream went: whether it was admitted or refused for its credential, what came over it, and when it ended, zero when
// it did not.
type ended struct {
	admitted, refused bool
	got               string
	at                time.Time
}

// overHTTP opens a stream over HTTP/1.1, sends ping over upgrades, and reads until it ends.
func (g *gateway) overHTTP(t *testing.T, target string, headers ...string) func(token string, until time.Time) ended {
	return func(token string, until time.Time) (e ended) {
		status, conn, reader := g.open(t, head("GET", target, token, headers...))
		if e.admitted, e.refused = status == 200 || status == 101, status == 401; !e.admitted {
			return e
		}
		if status == 101 {
			_, _ = io.WriteString(conn, "ping\n")
		}
		_ = conn.SetReadDeadline(until)
		rest, err := io.ReadAll(reader)
		e.got = string(rest)
		var late net.Error
		if !errors.As(err, &late) || !late.Timeout() {
			e.at = time.Now()
		}
		return e
	}
}

// overGRPC watches the upstream's health, a stream that the server does not end.
func (g *gateway) overGRPC(t *testing.T) func(token string, until time.Time) ended {
	conn, err := grpc.NewClient(strings.TrimPrefix(g.Gateway, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority("acme.localhost"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return func(token string, until time.Time) (e ended) {
		ctx, cancel := context.WithDeadline(t.Context(), until)
		defer cancel()
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token, "x-envoy-upstream-stream-duration-ms", "86400000")
		stream, err := health.NewHealthClient(conn).Watch(ctx, &health.HealthCheckRequest{})
		for err == nil {
			var m *health.HealthCheckResponse
			if m, err = stream.Recv(); err == nil {
				e.admitted, e.got = true, e.got+m.Status.String()
			}
		}
		if ctx.Err() == nil {
			e.at = time.Now()
		}
		e.refused = status.Code(err) == codes.Unauthenticated
		return e
	}
}

// watched is a gRPC server that has a health service.
func watched(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	health.RegisterHealthServer(server, grpchealth.NewServer())
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// TestNoStreamOutlivesItsCredential opens streams whose credential ends soon, and one of a route with a limit of its own. What is
// too short for this machine is tried with more time: what is asserted is the order of events.
func TestNoStreamOutlivesItsCredential(t *testing.T) {
	t.Parallel()
	g := &gateway{dir: quickstart(t)}
	g.live(t, endless(t))
	g.write(t, "upstreams/watched.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: watched}\nspec: {http2: true, endpoints: [\""+watched(t)+"\"]}\n")
	g.edit(t, "tenants/acme.yaml", "        development: true\n", "        development: true\n        leeway: 0s\n")
	g.edit(t, "tenants/acme.yaml", "  routes:\n", "  routes:\n"+
		"    - {name: answers, match: {prefix: /answers}, upstream: live, timeout: 10m}\n"+
		"    - {name: calls, match: {prefix: /grpc.health.v1.Health}, upstream: watched}\n"+
		"    - {name: brief-1, match: {path: /brief/1}, upstream: live, websocket: true, max_stream_duration: 1s}\n"+
		"    - {name: brief-16, match: {path: /brief/16}, upstream: live, websocket: true, max_stream_duration: 16s}\n")
	g = up(t, g.dir)
	upgrade := []string{
		"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
		// No client says how long its request may last.
		"X-Envoy-Upstream-Stream-Duration-Ms: 86400000",
	}
	lasting := g.token(t, "acme", "ed", "editor")
	for _, test := range []struct {
		name string
		open func(token string, until time.Time) ended
		want func(got string) bool
	}{
		{"a WebSocket", g.overHTTP(t, "/live", upgrade...), func(got string) bool { return got == "\nping\n" }},
		{"an answer without end", g.overHTTP(t, "/answers", upgrade[4]), func(got string) bool { return strings.Contains(got, "data: \n") }},
		{"a gRPC call", g.overGRPC(t), func(got string) bool { return got == "SERVING" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var token string
			var e ended
			for ttl := 2 * time.Second; ; ttl *= 2 {
				token = g.token(t, "acme", "ed", "editor", "--ttl", ttl.String())
				end := expires(t, token)
				e = test.open(token, end.Add(patience))
				if e.admitted && e.at.IsZero() {
					t.Fatal("the stream goes on")
				}
				if early := time.Until(end); early > 0 {
					t.Fatalf("a stream (%+v) ended %v before its token", e, early)
				}
				if e.admitted && test.want(e.got) {
					break
				}
				if ttl > patience {
					t.Fatalf("no token is good for long enough; the last stream was %+v", e)
				}
			}
			if again := test.open(token, time.Now().Add(patience)); !again.refused {
				t.Errorf("the same token is not refused: %+v", again)
			}
			for wait := time.Second; ; wait *= 4 {
				again := test.open(lasting, time.Now().Add(wait))
				if again.admitted && again.at.IsZero() {
					break
				}
				if again.admitted || again.refused || wait > patience {
					t.Fatalf("a good token's stream does not go on: %+v", again)
				}
			}
		})
	}
	t.Run("a route's own limit", func(t *testing.T) {
		t.Parallel()
		var e ended
		for _, target := range []string{"/brief/1", "/brief/16"} {
			if e = g.overHTTP(t, target, upgrade...)(lasting, time.Now().Add(patience)); e.got == "\nping\n" {
				break
			}
		}
		if e.got != "\nping\n" || e.at.IsZero() {
			t.Errorf("the stream was %+v", e)
		}
	})
}
