//go:build !wasip1

package envoytest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/handoff"
)

// client speaks one protocol to one listener.
type client struct {
	*http.Client
	t      testing.TB
	base   string
	policy string
}

func (g *gateway) client(listener, policy string, h2 bool) *client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!h2)
	protocols.SetUnencryptedHTTP2(h2)
	transport := &http.Transport{Protocols: protocols, DisableCompression: true, MaxIdleConnsPerHost: 64}
	g.t.Cleanup(transport.CloseIdleConnections)
	return &client{&http.Client{Transport: transport, Timeout: patience}, g.t, "http://" + g.address(listener), policy}
}

func handOver(policy string) string {
	if policy == "" {
		return ""
	}
	return handoff.Handoff{Tenant: "acme", ScanPolicy: policy, RequestID: "r-1"}.String()
}

// do sends a request; headers are names and values in turn.
func (c *client) do(method, path string, body io.Reader, headers ...string) (status int, header http.Header, text string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "text/plain")
	}
	if left := handOver(c.policy); left != "" {
		request.Header.Set("X-Handoff", left)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.Do(request)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, response.Header, string(raw) + " then " + err.Error()
	}
	return response.StatusCode, response.Header, string(raw)
}

func (c *client) post(path, body string, headers ...string) (int, http.Header, string) {
	c.t.Helper()
	return c.do("POST", path, strings.NewReader(body), headers...)
}

// warm makes every worker have a policy: each new connection is some worker's.
func (g *gateway) warm(policy string) {
	g.t.Helper()
	eventually(g.t, "a fetch by every worker", func() bool {
		c := g.client("main", policy, false)
		defer c.CloseIdleConnections()
		c.do("GET", "/", nil)
		return g.policies.timesAsked(policy) >= workers
	})
}

// raw is a connection on which a test writes HTTP/1.1 by hand.
type raw struct {
	net.Conn
	t      testing.TB
	reader *bufio.Reader
}

func (g *gateway) raw(listener string) *raw {
	g.t.Helper()
	connection, err := net.Dial("tcp", g.address(listener))
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		g.t.Fatal(err)
	}
	return &raw{connection, g.t, bufio.NewReader(connection)}
}

func (r *raw) send(format string, arguments ...any) {
	r.t.Helper()
	if _, err := fmt.Fprintf(r.Conn, strings.ReplaceAll(format, "\n", "\r\n"), arguments...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *raw) receive() (status int, body string) {
	r.t.Helper()
	response, err := http.ReadResponse(r.reader, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, string(content)
}
