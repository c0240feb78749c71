package extauthz_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz"
)

const adminToken = "admin-token-of-thirty-two-bytes-or-more"

func writeTokens(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(path, []byte("tokens: [{name: ops, token: "+adminToken+"}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// admin calls the admin API as the operator.
func (s *server) admin(method, path, body string) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequest(method, "http://"+s.authz.AdminAPIAddress()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+adminToken)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
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
	return response.StatusCode, string(raw)
}

func TestTheAdminAPIDescribesItself(t *testing.T) {
	t.Parallel()
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), StateDir: t.TempDir(), AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)})
	status, body := s.admin("GET", "/v1/openapi.json", "")
	var document struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(body), &document); status != 200 || err != nil || document.OpenAPI != "3.1.0" || document.Paths["/v1/openapi.json"] == nil {
		t.Errorf("%d %.200s: %v", status, body, err)
	}
}

// Every mounted route stands in docs/openapi/admin.yaml, and nothing else does.
func TestTheAdminAPIsRoutesAreThoseOfItsDescription(t *testing.T) {
	t.Parallel()
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), StateDir: t.TempDir(), AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)})
	_, body := s.admin("GET", "/v1/openapi.json", "")
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(body), &document); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for path, operations := range document.Paths {
		for method := range operations {
			if method != "parameters" {
				described[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	for _, pattern := range s.authz.AdminRoutes() {
		if !described[pattern] {
			t.Errorf("%s is mounted and not described", pattern)
		}
		delete(described, pattern)
	}
	for pattern := range described {
		t.Errorf("%s is described and not mounted", pattern)
	}
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
