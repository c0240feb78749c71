package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gateway is a running chain and its configuration directory, which a test may edit.
type gateway struct {
	Gateway    string `json:"gateway"`
	EnvoyAdmin string `json:"envoy_admin"`
	XDS        string `json:"xds"`
	Extauthz   string `json:"extauthz"`
	Admin      string `json:"admin"`
	AdminAPI   string `json:"admin_api"`

	dir     string
	process *process
}

// quickstart copies the example configuration to a directory of the test's own.
func quickstart(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../examples/quickstart")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// up runs `meshwarden up` on dir until the test ends.
func up(t testing.TB, dir string, args ...string) *gateway {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	args = append([]string{"up", "--config", dir, "--listen", "127.0.0.1:0", "--ready-file", ready}, args...)
	g := &gateway{dir: dir, process: start(t, "meshwarden up", filepath.Join(bin, "meshwarden"), args...)}
	g.process.awaitReady(t, ready, g)
	return g
}

// file is the path of a configuration file.
func (g *gateway) file(name string) string { return filepath.Join(g.dir, filepath.FromSlash(name)) }

// write replaces a configuration file as an editor does: a new file renamed over the old one.
func (g *gateway) write(t testing.TB, name, text string) {
	t.Helper()
	path := g.file(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func (g *gateway) read(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(g.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// edit replaces old, which must occur exactly once, in a configuration file.
func (g *gateway) edit(t testing.TB, name, old, replacement string) {
	t.Helper()
	text := g.read(t, name)
	if n := strings.Count(text, old); n != 1 {
		t.Fatalf("%s holds %q %d times", name, old, n)
	}
	g.write(t, name, strings.Replace(text, old, replacement, 1))
}

// token signs a development token.
func (g *gateway) token(t testing.TB, tenant, subject, role string, more ...string) string {
	t.Helper()
	args := append([]string{"token", "--config", g.dir, "--tenant", tenant, "--subject", subject, "--role", role}, more...)
	out, errs, code := meshwarden(t, args...)
	if code != 0 {
		t.Fatalf("token: exit %d: %s", code, errs)
	}
	return strings.TrimSpace(out)
}

// client keeps redirects and proxies out of the tests.
var client = &http.Client{
	Timeout:       30 * time.Second,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// request is one HTTP request to the gateway; the zero value of a field leaves it out.
type request struct {
	method, host, path, token, apiKey, contentType, body string
	headers                                              map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// try sends r and returns an error when no HTTP answer came.
func (g *gateway) try(t testing.TB, r request) (answer, error) {
	t.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	if r.path == "" {
		r.path = "/"
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, g.Gateway+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = r.host
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	for name, value := range map[string]string{"X-Api-Key": r.apiKey, "Content-Type": r.contentType} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	response, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// send sends r; no answer fails the test.
func (g *gateway) send(t testing.TB, r request) answer {
	t.Helper()
	a, err := g.try(t, r)
	if err != nil {
		t.Fatalf("%s %s%s: %v", r.method, r.host, r.path, err)
	}
	return a
}
