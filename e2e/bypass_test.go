package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// attackJSON is refused wherever it is seen.
const attackJSON = `{"q":"1' UNION SELECT password FROM users -- "}`

// head is a request to acme up to the end of its headers; token may be empty.
func head(method, target, token string, headers ...string) string {
	if token != "" {
		headers = append(headers, "Authorization: Bearer "+token)
	}
	return method + " " + target + " HTTP/1.1\r\nHost: acme.localhost\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n"
}

// expectRaw sends bytes as they are and checks the status.
func (g *gateway) expectRaw(t *testing.T, request string, statuses ...int) answer {
	t.Helper()
	a, err := g.raw(t, request, nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	for _, status := range statuses {
		if a.status == status {
			return a
		}
	}
	t.Errorf("status %d, want one of %v: %.300s", a.status, statuses, a.body)
	return a
}

func TestNoTargetReachesARouteThatItWasNotJudgedFor(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	// /healthz needs no credential; everything else does.
	for _, target := range []string{
		"/healthz/", "/HEALTHZ", "/healthz;x", "/healthz.", "/healthz%20", "/healthz%3f", "/healthz%00", "/healthz#/things",
		"/healthz/../things", "/healthz/%2e%2e/things", "/healthz/..;/things", "/healthz/.%2e/things", "/healthz/%252e%252e/things",
		"/healthz%2f..%2fthings", "/healthz%5c..%5cthings", `/healthz\..\things`, "//healthz", "/;/healthz", "*",
	} {
		t.Run(target, func(t *testing.T) { g.expectRaw(t, head("GET", target, ""), 400, 401) })
	}
	t.Run("what is not read needs a credential", func(t *testing.T) {
		g.expectRaw(t, head("POST", "/healthz", "", "Content-Length: 0"), 401)
	})
	for _, target := range []string{"/healthz", "/healthz?x=/../things", "/%68ealthz", "/things/../healthz"} {
		t.Run(target, func(t *testing.T) {
			a := g.expectRaw(t, head("GET", target, ""), 200)
			if e := checkEchoed(t, a); !strings.HasPrefix(e.Path, "/healthz") {
				t.Errorf("the upstream saw %s", e.Path)
			}
		})
	}
	viewer := g.token(t, "acme", "vera", "viewer")
	t.Run("the host of an absolute target is the tenant's, not the header's", func(t *testing.T) {
		g.expectRaw(t, head("GET", "http://globex.localhost/", viewer), 403)
		request := strings.Replace(head("GET", "http://acme.localhost/", viewer), "Host: acme", "Host: globex", 1)
		if e := checkEchoed(t, g.expectRaw(t, request, 200)); e.Headers["host"] != "acme.localhost" || e.Headers["x-tenant-id"] != "acme" {
			t.Errorf("the upstream saw %v", e.Headers)
		}
	})
	t.Run("a tunnel is not opened", func(t *testing.T) {
		g.expectRaw(t, head("CONNECT", "acme.localhost:443", viewer), 400, 403, 404)
	})
}

func TestIdentityHeadersCannotBeTakenAwayOrAdded(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	editor := g.token(t, "acme", "ed", "editor")
	for name, request := range map[string]string{
		"named as hop by hop": head("GET", "/", editor, "Connection: close, x-tenant-id, x-subject, x-roles"),
		"twice and with underscores": head("GET", "/", editor,
			"X-Tenant-Id: globex", "x-tenant-id: other", "x_tenant_id: globex", "X_Roles: admin", "x-subject:", "X-Roles: admin"),
		"folded into another": head("GET", "/", editor, "X-Other: a", "\tx-tenant-id: globex"),
		"in trailers": head("POST", "/", editor, "Content-Type: application/json", "Transfer-Encoding: chunked") +
			"2\r\n{}\r\n0\r\nx-tenant-id: globex\r\nx-roles: admin\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			e := checkEchoed(t, g.expectRaw(t, request, 200))
			for header, want := range map[string]string{"x-tenant-id": "acme", "x-subject": "ed", "x-roles": "editor", "x_tenant_id": "", "x_roles": ""} {
				if e.Headers[header] != want {
					t.Errorf("the upstream saw %s: %q", header, e.Headers[header])
				}
			}
		})
	}
}

func TestAPreflightNeedsNoCredentialAndReachesNothing(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	const origin = "Origin: https://app.acme.example"
	for _, method := range []string{"DELETE", "NONSENSE"} {
		a := g.expectRaw(t, head("OPTIONS", "/things", "", origin, "Access-Control-Request-Method: "+method), 200)
		if a.body != "" || a.header.Get("Access-Control-Allow-Origin") == "" || strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "NONSENSE") {
			t.Errorf("%s: %v %s", method, a.header, a.body)
		}
	}
	for name, request := range map[string]string{
		"another origin":          head("OPTIONS", "/things", "", "Origin: https://evil.example", "Access-Control-Request-Method: GET"),
		"two origins":             head("OPTIONS", "/things", "", origin, "Origin: https://evil.example", "Access-Control-Request-Method: GET"),
		"no requested method":     head("OPTIONS", "/things", "", origin),
		"not an OPTIONS request":  head("GET", "/things", "", origin, "Access-Control-Request-Method: GET"),
		"a tenant without policy": strings.Replace(head("OPTIONS", "/", "", origin, "Access-Control-Request-Method: GET"), "acme", "globex", 1),
	} {
		t.Run(name, func(t *testing.T) { g.expectRaw(t, request, 401) })
	}
}

func TestAnswersThatDependOnTheOriginSaySo(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Vary", "Accept-Language")
	}))
	t.Cleanup(upstream.Close)
	dir := quickstart(t)
	(&gateway{dir: dir}).live(t, upstream.URL)
	g := up(t, dir)
	editor := g.token(t, "acme", "ed", "editor")
	for _, origin := range [][]string{{"Origin: https://app.acme.example"}, {"Origin: https://evil.example"}, nil} {
		a := g.expectRaw(t, head("GET", "/live", editor, origin...), 200)
		vary := strings.ToLower(strings.Join(a.header.Values("Vary"), ","))
		if !strings.Contains(vary, "origin") || !strings.Contains(vary, "accept-language") {
			t.Errorf("%v: vary %q", origin, vary)
		}
	}
}

// live gives acme a route /live to an upstream of the test's own.
func (g *gateway) live(t *testing.T, url string) {
	t.Helper()
	g.write(t, "upstreams/live.yaml", "apiVersion: meshwarden.io/v1alpha1\nkind: Upstream\nmetadata: {name: live}\nspec: {endpoints: [\""+
		strings.TrimPrefix(url, "http://")+"\"]}\n")
	g.edit(t, "tenants/acme.yaml", "  routes:\n", "  routes:\n    - {name: live, match: {prefix: /live}, upstream: live, classification: internal, websocket: true}\n")
}

func TestEveryRefusalNamesItsRequest(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	const chosen = `X-Request-Id: chosen`
	for name, request := range map[string]string{
		"bad framing":             head("POST", "/", "", chosen, "Content-Length: -1"),
		"a target of no resource": head("GET", "*", "", chosen),
		"an encoded slash":        head("GET", "/a%2fb", "", chosen),
		"HTTP/1.0":                "GET / HTTP/1.0\r\nHost: acme.localhost\r\n" + chosen + "\r\n\r\n",
		"no HTTP at all":          "\x16\x03\x01\x02\r\n\r\n",
		"another scheme":          head("GET", "https://acme.localhost/", "", chosen),
		"an escaped NUL":          head("GET", "/%00", "", chosen),
		"an upgrade":              head("GET", "/", "", chosen, "Connection: Upgrade", "Upgrade: websocket"),
		"large headers":           head("GET", "/", "", chosen, "X-Filler: "+strings.Repeat("a", 80<<10)),
		"an unknown coding":       head("POST", "/", "", chosen, "Transfer-Encoding: xchunked"),
		"a tunnel":                head("CONNECT", "acme.localhost:443", "", chosen),
		"an unknown host":         strings.Replace(head("GET", "/", "", chosen), "acme", "nobody", 1),
		"no credential":           head("GET", "/", "", chosen),
	} {
		t.Run(name, func(t *testing.T) {
			a := g.expectRaw(t, request, 400, 401, 403, 404, 426, 431, 501)
			var e struct {
				Error struct {
					RequestID *string `json:"request_id"`
				} `json:"error"`
			}
			if err := json.Unmarshal([]byte(a.body), &e); err != nil || e.Error.RequestID == nil || len(*e.Error.RequestID) < 16 {
				t.Errorf("%v: %d %s", err, a.status, a.body)
			}
		})
	}
}

func TestBodiesAreFoundHoweverTheyAreSent(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	g := up(t, dir)
	editor := g.token(t, "acme", "ed", "editor")
	const json = "Content-Type: application/json"
	sized := func(body string, headers ...string) string {
		return head("POST", "/", editor, append(headers, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
	}
	var bytewise strings.Builder
	for _, b := range []byte(attackJSON) {
		fmt.Fprintf(&bytewise, "1;ext=%d\r\n%c\r\n", b%7, b)
	}
	pack := func(text string) string {
		var buf bytes.Buffer
		w := gzip.NewWriter(&buf)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return buf.String()
	}
	packed := pack(attackJSON)
	for name, request := range map[string]string{
		"a byte a chunk":              head("POST", "/", editor, json, "Transfer-Encoding: chunked") + bytewise.String() + "0\r\n\r\n",
		"with trailers":               head("POST", "/", editor, json, "Transfer-Encoding: chunked") + bytewise.String() + "0\r\nx-t: 1\r\n\r\n",
		"with a GET":                  strings.Replace(sized(attackJSON, json), "POST", "GET", 1),
		"two content types":           sized(attackJSON, "Content-Type: image/png", json),
		"no content type":             sized(attackJSON),
		"as an image":                 sized(attackJSON, "Content-Type: image/png"),
		"as octets":                   sized(" \r\n"+attackJSON, "Content-Type: application/octet-stream"),
		"as of no known type":         sized(attackJSON, "Content-Type: a/b"),
		"as octets, compressed":       sized(packed, "Content-Type: application/octet-stream", "Content-Encoding: gzip"),
		"behind a byte order mark":    sized("\xef\xbb\xbf"+attackJSON, json),
		"after a first document":      sized(`{"a":1}`+"\n"+attackJSON, json),
		"compressed":                  sized(packed, json, "Content-Encoding: GZIP"),
		"compressed and identity":     sized(packed, json, "Content-Encoding: gzip, identity"),
		"compressed, in a cut stream": sized(packed[:len(packed)-8], json, "Content-Encoding: gzip"),
	} {
		t.Run(name, func(t *testing.T) { checkError(t, g.expectRaw(t, request, 403), 403, "CONTENT_BLOCKED") })
	}
	for _, coding := range []string{"identity, gzip", "gzip, gzip", "x-gzip", "gzip;q=1", "deflate", `"gzip"`} {
		t.Run("coding "+coding, func(t *testing.T) {
			checkError(t, g.expectRaw(t, sized(packed, json, "Content-Encoding: "+coding), 415), 415, "UNSUPPORTED_MEDIA_TYPE")
		})
	}
	for _, contentType := range []string{"application/json; charset=cp037", "text/plain; charset=utf-7", "a/b; charset=utf-7"} {
		t.Run(contentType, func(t *testing.T) {
			checkError(t, g.expectRaw(t, sized("+ADw-script", "Content-Type: "+contentType), 415), 415, "UNSUPPORTED_MEDIA_TYPE")
		})
	}
	for name, rest := range map[string]string{"a second gzip member": packed, "bytes after a gzip member": attackJSON} {
		t.Run(name+" reaches nobody", func(t *testing.T) {
			e := checkEchoed(t, g.expectRaw(t, sized(pack(`{"a":1}`)+rest, json, "Content-Encoding: gzip"), 200))
			if e.Body != `{"a":1}` {
				t.Errorf("the upstream saw %q", e.Body)
			}
		})
	}
	t.Run("not as a call", func(t *testing.T) { g.expectRaw(t, sized(attackJSON, "Content-Type: application/grpc"), 200, 400) })
	for _, framing := range []string{
		"Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
		"Transfer-Encoding : chunked", "Transfer-Encoding:\x0bchunked", "Content-Length: 2, 2", "Content-Length: +2", "Content-Length: -1",
		"Content-Length: 2\r\nContent-Length: 2", "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 99999999999999999999",
	} {
		t.Run(framing, func(t *testing.T) { g.expectRaw(t, head("POST", "/", editor, json, framing)+"{}", 400, 501) })
	}
}

func TestAnUploadOfAnySizeFlows(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n, err)
	}))
	t.Cleanup(upstream.Close)
	dir := quickstart(t)
	(&gateway{dir: dir}).live(t, upstream.URL)
	g := up(t, dir)
	body := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 20<<20)
	a := g.send(t, request{method: "POST", host: "acme.localhost", path: "/live", token: g.token(t, "acme", "ed", "editor"), contentType: "image/png", body: body})
	if want := fmt.Sprint(int64(len(body)), error(nil)); a.status != 200 || a.body != want {
		t.Errorf("%d %s, want %s", a.status, a.body, want)
	}
}

func TestAnUpgradeCannotCarryASecondRequest(t *testing.T) {
	t.Parallel()
	var smuggled atomic.Int64
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/smuggled" {
			smuggled.Add(1)
		}
		_, _ = io.WriteString(w, "no upgrade here")
	}))
	t.Cleanup(upstream.Close)
	dir := quickstart(t)
	(&gateway{dir: dir}).live(t, upstream.URL)
	g := up(t, dir)
	editor := g.token(t, "acme", "ed", "editor")
	upgrade := []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"}
	second := "POST /smuggled HTTP/1.1\r\nHost: acme.localhost\r\nContent-Length: 0\r\n\r\n"
	for name, request := range map[string]string{
		"at once":       head("GET", "/live", editor, upgrade...) + second,
		"after none":    head("GET", "/live", editor, append(upgrade, "Content-Length: 0")...) + second,
		"in a body":     head("GET", "/live", editor, append(upgrade, fmt.Sprintf("Content-Length: %d", len(second)))...) + second,
		"in a chunk":    head("GET", "/live", editor, append(upgrade, "Transfer-Encoding: chunked")...) + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(second), second),
		"behind a POST": head("POST", "/live", editor, upgrade...) + second,
	} {
		t.Run(name, func(t *testing.T) { g.expectRaw(t, request, 200, 400) })
	}
	t.Run("where upgrades are not allowed", func(t *testing.T) {
		g.expectRaw(t, head("GET", "/", editor, upgrade...)+second, 403)
	})
	if n := smuggled.Load(); n != 0 {
		t.Errorf("%d requests went past the gateway", n)
	}
}
