package extauthz_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz"
)

// Tokens of the admin API: of every tenant, and of acme.
const (
	adminToken     = "admin-token-of-thirty-two-bytes-or-more"
	acmeAdminToken = "acme-admin-token-of-thirty-two-bytes-or-more"
)

func writeTokens(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(path, []byte("tokens: [{name: ops, token: "+adminToken+"}, {name: portal, token: "+acmeAdminToken+", tenants: [acme]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// admin calls the admin API as the operator, and compares the exchange with its description. header are pairs of name and
// value.
func (s *server) admin(method, path, body string, header ...string) (status int, answer string) {
	s.t.Helper()
	return s.adminAs(adminToken, method, path, body, header...)
}

func (s *server) adminAs(token, method, path, body string, header ...string) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequest(method, "http://"+s.authz.AdminAPIAddress()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if description, err := adminDescription(); err != nil {
		s.t.Error(err)
	} else {
		description.check(s.t, method, path, body, response.StatusCode, string(raw))
	}
	return response.StatusCode, string(raw)
}

func TestStateNeedsOnePlaceToBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options extauthz.Options
		want    string
	}{
		"an admin API without state": {extauthz.Options{AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)}, "--admin-api needs --redis or --state-dir"},
		"two places":                 {extauthz.Options{StateDir: t.TempDir(), Redis: "127.0.0.1:1"}, "exclude each other"},
	} {
		c.options.Config = writeConfig(t, twoTenants())
		if _, err := extauthz.New(c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
