package adminapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/internal/transport"
)

const (
	opsToken  = "ops-token-of-thirty-two-bytes-or-more"
	acmeToken = "acme-token-of-thirty-two-bytes-or-more"
)

func tokens() string {
	hash := sha256.Sum256([]byte(opsToken))
	return "tokens:\n- {name: ops, sha256: " + hex.EncodeToString(hash[:]) + "}\n- {name: portal, token: " + acmeToken + ", tenants: [acme]}\n"
}

func writeTokens(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines collects a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// echoed is what the test's handlers answer.
type echoed struct {
	Caller, Tenant, Body string
}

// api is a running server with handlers that echo.
type api struct {
	t      *testing.T
	url    string
	log    *lines
	client *http.Client
}

func run(t *testing.T, options adminapi.Options) *api {
	t.Helper()
	log := &lines{}
	options.Address, options.Logger = "127.0.0.1:0", slog.New(slog.NewTextHandler(log, nil))
	s, err := adminapi.New(options)
	if err != nil {
		t.Fatal(err)
	}
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body any
		if r.Method == http.MethodPost && !adminapi.ReadJSON(w, r, &body) {
			return
		}
		adminapi.WriteJSON(w, 200, echoed{adminapi.CallerOf(r.Context()).Name, r.PathValue("tenant"), fmt.Sprint(body)})
	})
	s.Handle("GET /v1/tenants/{tenant}/things", echo)
	s.Handle("POST /v1/tenants/{tenant}/things", echo)
	s.Handle("GET /v1/things", echo)
	s.Handle("GET /v1/panic", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret detail") }))
	s.HandleAny("GET /v1/description", echo)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &api{t: t, url: "http://" + s.Address(), log: log, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// call sends a request; header are pairs of name and value.
func (a *api) call(method, path, body string, header ...string) (status int, answer string, headers http.Header) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	response, err := a.client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return response.StatusCode, string(raw), response.Header
}

// wantError asserts R-19's shape.
func wantError(t *testing.T, status int, body string, wantStatus int, wantCode string) {
	t.Helper()
	var e struct {
		Error struct {
			Code, Message string
			RequestID     string `json:"request_id"`
		}
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil || status != wantStatus || e.Error.Code != wantCode || e.Error.Message == "" || e.Error.RequestID == "" {
		t.Errorf("%d %s: want %d %s (%v)", status, body, wantStatus, wantCode, err)
	}
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

func TestCallersAreAuthenticatedAndKeptToTheirTenants(t *testing.T) {
	t.Parallel()
	a := run(t, adminapi.Options{TokenFile: writeTokens(t, tokens())})
	for name, c := range map[string]struct {
		path   string
		header []string
		status int
		code   string
	}{
		"a token of every tenant":            {"/v1/tenants/globex/things", bearer(opsToken), 200, ""},
		"and of none":                        {"/v1/things", bearer(opsToken), 200, ""},
		"a token of this tenant":             {"/v1/tenants/acme/things", bearer(acmeToken), 200, ""},
		"the scheme in capitals":             {"/v1/tenants/acme/things", []string{"Authorization", "BEARER " + acmeToken}, 200, ""},
		"what is everybody's":                {"/v1/description", bearer(acmeToken), 200, ""},
		"a token of another tenant":          {"/v1/tenants/globex/things", bearer(acmeToken), 403, "FORBIDDEN"},
		"a tenant's name in other case":      {"/v1/tenants/ACME/things", bearer(acmeToken), 403, "FORBIDDEN"},
		"a tenant's token where none is":     {"/v1/things", bearer(acmeToken), 403, "FORBIDDEN"},
		"no credential":                      {"/v1/tenants/acme/things", nil, 401, "UNAUTHORIZED"},
		"no credential for what is not":      {"/nothing", nil, 401, "UNAUTHORIZED"},
		"an unknown token":                   {"/v1/tenants/acme/things", bearer(acmeToken + "x"), 401, "UNAUTHORIZED"},
		"the hash instead of the token":      {"/v1/tenants/acme/things", bearer(strings.Fields(tokens())[5]), 401, "UNAUTHORIZED"},
		"an empty token":                     {"/v1/tenants/acme/things", bearer(""), 401, "UNAUTHORIZED"},
		"another scheme":                     {"/v1/tenants/acme/things", []string{"Authorization", "Basic " + acmeToken}, 401, "UNAUTHORIZED"},
		"two tokens":                         {"/v1/tenants/acme/things", append(bearer(acmeToken), bearer(opsToken)...), 401, "UNAUTHORIZED"},
		"a token in the query":               {"/v1/tenants/acme/things?access_token=" + acmeToken, nil, 401, "UNAUTHORIZED"},
		"an unknown path":                    {"/v1/nothing", bearer(opsToken), 404, "NOT_FOUND"},
		"another tenant's by an encoded way": {"/v1/tenants/acme%2F..%2Fglobex/things", bearer(acmeToken), 400, "VALIDATION_ERROR"},
		"dots":                               {"/v1/tenants/acme/../globex/things", bearer(acmeToken), 400, "VALIDATION_ERROR"},
		"encoded dots":                       {"/v1/tenants/acme/%2e%2e/globex/things", bearer(acmeToken), 400, "VALIDATION_ERROR"},
		"an empty segment":                   {"/v1/tenants//things", bearer(opsToken), 400, "VALIDATION_ERROR"},
		"a final slash":                      {"/v1/tenants/acme/things/", bearer(opsToken), 400, "VALIDATION_ERROR"},
		"a control character":                {"/v1/tenants/acme%00/things", bearer(opsToken), 400, "VALIDATION_ERROR"},
	} {
		// Each counts for itself: a server of its own would be slower than to keep below the bound.
		status, body, headers := a.call("GET", c.path, "", c.header...)
		if c.status != 200 {
			wantError(t, status, body, c.status, c.code)
		} else if status != 200 {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if headers.Get("X-Request-Id") == "" || headers.Get("Cache-Control") != "no-store" || (status == 401) != (headers.Get("WWW-Authenticate") == `Bearer realm="admin"`) {
			t.Errorf("%s: headers %v", name, headers)
		}
	}
	for _, secret := range []string{opsToken, acmeToken} {
		if strings.Contains(a.log.String(), secret) {
			t.Error("the log holds a token")
		}
	}
}

func TestChangesAreLoggedWithTheirCaller(t *testing.T) {
	t.Parallel()
	a := run(t, adminapi.Options{TokenFile: writeTokens(t, tokens())})
	status, body, headers := a.call("POST", "/v1/tenants/acme/things", `{"a":1}`, append(bearer(acmeToken), "Content-Type", "application/json")...)
	if want := `{"Caller":"portal","Tenant":"acme","Body":"map[a:1]"}`; status != 200 || strings.TrimSpace(body) != want {
		t.Errorf("%d %s", status, body)
	}
	for _, part := range []string{`msg="admin change"`, "caller=portal", "path=/v1/tenants/acme/things", "status=200", "request_id=" + headers.Get("X-Request-Id")} {
		if !strings.Contains(a.log.String(), part) {
			t.Errorf("the log lacks %s:\n%s", part, a.log)
		}
	}
}

func TestBadRequestsAreAnsweredInOneShape(t *testing.T) {
	t.Parallel()
	a := run(t, adminapi.Options{TokenFile: writeTokens(t, tokens())})
	const path = "/v1/tenants/acme/things"
	asJSON := append(bearer(opsToken), "Content-Type", "application/json")
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		code               string
	}{
		"a method of no handler": {"DELETE", path, "", bearer(opsToken), 405, "VALIDATION_ERROR"},
		"no JSON":                {"POST", path, "{", asJSON, 400, "VALIDATION_ERROR"},
		"an empty body":          {"POST", path, "", asJSON, 400, "VALIDATION_ERROR"},
		"two values":             {"POST", path, "{}{}", asJSON, 400, "VALIDATION_ERROR"},
		"a value that ends":      {"POST", path, `{"a":`, asJSON, 400, "VALIDATION_ERROR"},
		"a form":                 {"POST", path, "{}", append(bearer(opsToken), "Content-Type", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"no type":                {"POST", path, "{}", bearer(opsToken), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"too much":               {"POST", path, `"` + strings.Repeat("x", 1<<20) + `"`, asJSON, 413, "PAYLOAD_TOO_LARGE"},
		"a web page":             {"POST", path, "{}", append(asJSON, "Sec-Fetch-Site", "cross-site"), 403, "FORBIDDEN"},
		"a panic":                {"GET", "/v1/panic", "", bearer(opsToken), 500, "INTERNAL_ERROR"},
	} {
		status, body, headers := a.call(c.method, c.path, c.body, c.header...)
		wantError(t, status, body, c.status, c.code)
		if strings.Contains(body, "secret detail") || strings.Contains(body, "json:") || strings.Contains(body, "Go ") {
			t.Errorf("%s: the answer shows the inside: %s", name, body)
		}
		if (status == 405) != (headers.Get("Allow") != "") {
			t.Errorf("%s: Allow %q", name, headers.Get("Allow"))
		}
	}
}

// clock is one that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestWhoFailsTooOftenIsNotListenedTo(t *testing.T) {
	t.Parallel()
	now := &clock{now: time.Now()}
	a := run(t, adminapi.Options{TokenFile: writeTokens(t, tokens()), Now: now.Now})
	const path = "/v1/tenants/acme/things"
	for i := range 10 {
		if status, _, _ := a.call("GET", path, "", bearer("guess")...); status != 401 {
			t.Fatalf("failure %d: %d", i, status)
		}
	}
	for range 3 {
		status, body, _ := a.call("GET", path, "", bearer(opsToken)...)
		wantError(t, status, body, 429, "RATE_LIMITED")
	}
	if n := strings.Count(a.log.String(), "admin credential refused"); n != 10 {
		t.Errorf("%d lines are logged", n)
	}
	now.add(6 * time.Second)
	if status, _, _ := a.call("GET", path, "", bearer(opsToken)...); status != 200 {
		t.Errorf("after a while: %d", status)
	}
	a.call("GET", path, "", bearer("guess")...)
	if status, _, _ := a.call("GET", path, "", bearer("guess")...); status != 429 {
		t.Errorf("a second failure: %d", status)
	}
}

func TestTheTokenFileIsFollowedAndNoTokenPassesWhileItIsBad(t *testing.T) {
	t.Parallel()
	path := writeTokens(t, tokens())
	a := run(t, adminapi.Options{TokenFile: path})
	get := func(token string) int {
		status, _, _ := a.call("GET", "/v1/tenants/acme/things", "", bearer(token)...)
		return status
	}
	replace := func(content string) {
		t.Helper()
		if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	const next = "another-token-of-thirty-two-bytes-or-more"
	replace("tokens: [{name: ops, token: " + next + "}]")
	if get(next) != 200 || get(opsToken) != 401 {
		t.Error("the new file is not in use")
	}
	replace("tokens: [")
	if status := get(next); status != 503 {
		t.Errorf("a bad file: %d", status)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if status := get(next); status != 503 {
		t.Errorf("no file: %d", status)
	}
	replace(tokens())
	if get(opsToken) != 200 {
		t.Error("the good file is not in use")
	}
}

func TestBadTokenFilesAreRefusedWithoutShowingTokens(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-hunter2-hunter2-hunter2-hunter2"
	for name, content := range map[string]string{
		"empty":               "",
		"no tokens":           "tokens: []",
		"no YAML":             "tokens: [{",
		"unknown field":       "tokens: [{name: a, token: " + secret + ", tenant: acme}]",
		"a value of no list":  "tokens: " + secret,
		"a mapping as token":  "tokens: [{name: a, token: {" + secret + ": " + secret + "}}]",
		"short token":         "tokens: [{name: a, token: hunter2}]",
		"token and hash":      "tokens: [{name: a, token: " + secret + ", sha256: " + strings.Repeat("0", 64) + "}]",
		"neither":             "tokens: [{name: a}]",
		"short hash":          "tokens: [{name: a, sha256: abcd}]",
		"no hash":             "tokens: [{name: a, sha256: " + strings.Repeat("x", 64) + "}]",
		"the hash of nothing": "tokens: [{name: a, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}]",
		"and of a line end":   "tokens: [{name: a, sha256: 01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b}]",
		"no name":             "tokens: [{token: " + secret + "}]",
		"name with a space":   "tokens: [{name: a b, token: " + secret + "}]",
		"tenants left empty":  "tokens: [{name: a, token: " + secret + ", tenants: }]",
		"no tenants":          "tokens: [{name: a, token: " + secret + ", tenants: []}]",
		"one tenant":          "tokens: [{name: a, token: " + secret + ", tenants: {acme: x}}]",
		"same name":           "tokens: [{name: a, token: " + secret + "}, {name: a, token: x" + secret + "}]",
		"same token":          "tokens: [{name: a, token: " + secret + "}, {name: b, token: " + secret + "}]",
	} {
		_, err := adminapi.New(adminapi.Options{Address: "127.0.0.1:0", TokenFile: writeTokens(t, content)})
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error shows a token: %v", name, err)
		}
	}
}

func TestATokenFileThatAnybodyMayWriteIsRefused(t *testing.T) {
	t.Parallel()
	path := writeTokens(t, tokens())
	a := run(t, adminapi.Options{TokenFile: path})
	// A file of another size, since the time of a change of mode is not looked at.
	if err := os.WriteFile(path, []byte(tokens()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := a.call("GET", "/v1/things", "", bearer(opsToken)...); status != 503 {
		t.Errorf("a running server: %d", status)
	}
	if _, err := adminapi.New(adminapi.Options{Address: "127.0.0.1:0", TokenFile: path}); err == nil || !strings.Contains(err.Error(), "0666") {
		t.Errorf("a new server: %v", err)
	}
}

func TestWithoutAnyWayToAuthenticateItDoesNotStart(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]adminapi.Options{
		"neither tokens nor TLS": {Address: "127.0.0.1:0"},
		"a missing token file":   {Address: "127.0.0.1:0", TokenFile: filepath.Join(t.TempDir(), "none")},
		"plaintext off loopback": {Address: "0.0.0.0:0", TokenFile: writeTokens(t, tokens())},
		"half of TLS":            {Address: "127.0.0.1:0", TLS: transport.Options{CertFile: "x"}},
	} {
		if s, err := adminapi.New(options); err == nil {
			s.Close()
			t.Errorf("%s: it starts", name)
		}
	}
}
