package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// maxResident bounds the memory of each process while hostile requests arrive: 1 GiB, of which Envoy's two
// workers' scanner VMs and buffers are most.
const maxResident = 1 << 30

// raw sends bytes as they are and reads one answer; extra, when set, goes on writing until the server is
// done with it.
func (g *gateway) raw(t *testing.T, head string, extra io.Reader) (answer, error) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.Gateway, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() {
		_, _ = io.WriteString(conn, head)
		if extra != nil {
			_, _ = io.Copy(conn, extra)
		}
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, nil
}

// forever is an endless body: chunks of one filler.
type forever struct{ chunk string }

func (f forever) Read(p []byte) (int, error) { return copy(p, f.chunk), nil }

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	g := up(t, dir)
	editor := g.token(t, "acme", "ed", "editor")
	head := func(method, target string, headers ...string) string {
		return method + " " + target + " HTTP/1.1\r\nHost: acme.localhost\r\nAuthorization: Bearer " + editor + "\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n"
	}
	withBody := func(body string, headers ...string) string {
		return head("POST", "/", append(headers, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
	}
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	_, _ = io.CopyN(w, forever{strings.Repeat("0", 32<<10)}, 200<<20)
	_ = w.Close()

	const json = "Content-Type: application/json"
	cases := []struct {
		name    string
		head    string
		extra   io.Reader
		allowed []int
	}{
		{"1 MB of headers", head("GET", "/", "X-Filler: "+strings.Repeat("a", 1<<20)), nil, []int{431, 400}},
		{"two slashes", head("GET", "//x"), nil, []int{400}},
		{"an encoded slash", head("GET", "/a%2Fb"), nil, []int{400}},
		{"an encoded backslash", head("GET", "/a%5cb"), nil, []int{400}},
		{"an encoded NUL", head("GET", "/%00"), nil, []int{400}},
		{"a bad escape", head("GET", "/%zz"), nil, []int{400}},
		{"encoded dots", head("GET", "/a/%2e%2e/%2e%2e/x"), nil, []int{400, 200}},
		{"two hosts", head("GET", "/", "Host: globex.localhost"), nil, []int{400, 404}},
		{"two credentials", head("GET", "/", "Authorization: Bearer x"), nil, []int{400, 401}},
		{"invalid UTF-8 in a header", head("GET", "/", "X-Name: \xff\xfe\xe9"), nil, []int{200, 400}},
		{"invalid UTF-8 in a path", head("GET", "/\xff\xfe"), nil, []int{200, 400}},
		{"invalid UTF-8 in a body", withBody("{\"a\":\"\xff\xfe\xe9\"}", json), nil, []int{200, 400}},
		{"a gzip bomb", withBody(bomb.String(), json, "Content-Encoding: gzip"), nil, []int{400, 413}},
		{"broken gzip", withBody("this is not gzip", json, "Content-Encoding: gzip"), nil, []int{400, 200}},
		{"JSON nested 100,000 deep", withBody(strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000), json), nil, []int{200, 400}},
		{"JSON nested without end", withBody(strings.Repeat("{\"a\":", 100_000), json), nil, []int{200, 400}},
		{"a chunked body without end", head("POST", "/", json, "Transfer-Encoding: chunked"), forever{"1000\r\n" + strings.Repeat("a", 4096) + "\r\n"}, []int{413}},
		{"a body of 100 MB", head("POST", "/", json, "Content-Length: 104857600"), forever{strings.Repeat("a", 32<<10)}, []int{413}},
		{"both lengths", head("POST", "/", json, "Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\n", nil, []int{400}},
		{"an unknown method", head("GE\x01T", "/"), nil, []int{400}},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", nil, []int{400}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, err := g.raw(t, c.head, c.extra)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			for _, status := range c.allowed {
				if a.status == status {
					return
				}
			}
			t.Errorf("status %d, want one of %v: %.300s", a.status, c.allowed, a.body)
		})
	}
	t.Run("an attack behind a duplicate key or deep nesting is still found", func(t *testing.T) {
		deep := strings.Repeat("[", 50_000) + `"1' UNION SELECT password FROM users -- "` + strings.Repeat("]", 50_000)
		checkError(t, g.send(t, request{method: "POST", host: "acme.localhost", token: editor, contentType: "application/json", body: deep}), 403, "CONTENT_BLOCKED")
	})
	t.Run("everything still runs in bounded memory", func(t *testing.T) {
		if a := g.send(t, request{host: "acme.localhost", token: editor}); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		for _, pid := range []int{g.process.cmd.Process.Pid, envoyChild(t, g.process.cmd.Process.Pid)} {
			if size := resident(t, pid); size > maxResident {
				t.Errorf("process %d holds %d MiB", pid, size>>20)
			}
		}
		if strings.Contains(g.process.log.String(), "envoy exited") {
			t.Error("Envoy was restarted")
		}
	})
}
