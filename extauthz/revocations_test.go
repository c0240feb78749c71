package extauthz_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
)

// revoke adds a revocation and returns its id.
func (s *server) revoke(tenant, body string) string {
	s.t.Helper()
	status, answer := s.admin("POST", "/v1/tenants/"+tenant+"/revocations", body)
	var entry struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &entry); err != nil || status != 201 || entry.ID == "" {
		s.t.Fatalf("%d %s: %v", status, answer, err)
	}
	return entry.ID
}

func TestARevokedTokenIsRefusedOnEveryReplicaAndAfterARestart(t *testing.T) {
	t.Parallel()
	dir := writeConfig(t, twoTenants())
	stateDir := filepath.Join(t.TempDir(), "state")
	redis := redistest.Start(t)
	admin := extauthz.Options{Config: dir, AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)}
	for name, options := range map[string]extauthz.Options{
		"redis":    {Config: dir, Redis: redis.URL},
		"database": {Config: dir, StateDir: stateDir},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options.AdminAPI, options.AdminTokens = admin.AdminAPI, admin.AdminTokens
			one := start(t, options).ready()
			other := one
			if name == "redis" {
				other = start(t, options).ready()
			}
			vera, vic := acmeToken(t, "vera", "viewer"), acmeToken(t, "vic", "viewer")
			for _, s := range []*server{one, other} { // cached from now on
				if got := s.status(ask{tenant: "acme", token: vera}); got != 200 {
					t.Fatalf("before: %d", got)
				}
			}
			id := one.revoke("acme", `{"kind": "subject", "value": "vera", "reason": "laptop stolen"}`)
			if got := one.status(ask{tenant: "acme", token: vera}); got != 401 {
				t.Errorf("the replica that was told: %d", got)
			}
			await(t, "the other replica refuses it", func() bool { return other.status(ask{tenant: "acme", token: vera}) == 401 })
			if got := other.status(ask{tenant: "acme", token: vic}); got != 200 {
				t.Errorf("another subject's token: %d", got)
			}
			if err := one.stop(); err != nil {
				t.Fatal(err)
			}
			again := start(t, options).ready()
			await(t, "the restarted replica knows", func() bool { return again.status(ask{tenant: "acme", token: vera}) == 401 })
			status, list := again.admin("GET", "/v1/tenants/acme/revocations", "")
			if status != 200 || !strings.Contains(list, `"reason":"laptop stolen","by":"ops"`) {
				t.Errorf("%d %s", status, list)
			}
			if status, answer := again.admin("DELETE", "/v1/tenants/acme/revocations/"+id, ""); status != 204 {
				t.Errorf("%d %s", status, answer)
			}
			if got := again.status(ask{tenant: "acme", token: vera}); got != 200 {
				t.Errorf("after it was taken back: %d", got)
			}
			again.revoke("acme", `{"kind": "tenant"}`)
			if got := again.status(ask{tenant: "acme", token: vic}); got != 401 {
				t.Errorf("after all of the tenant's: %d", got)
			}
			if got := again.status(ask{tenant: "globex", token: globexToken(t, "vera", "viewer")}); got != 200 {
				t.Errorf("another tenant's token: %d", got)
			}
		})
	}
}

func TestRevocationsThatAreWrongAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), StateDir: t.TempDir(), AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)}).ready()
	for name, tc := range map[string]struct {
		method, path, body string
		want               int
	}{
		"no such tenant":     {"POST", "/v1/tenants/nobody/revocations", `{"kind":"tenant"}`, 404},
		"nothing":            {"POST", "/v1/tenants/acme/revocations", `{}`, 400},
		"an unknown kind":    {"POST", "/v1/tenants/acme/revocations", `{"kind":"role","value":"admin"}`, 400},
		"an unknown field":   {"POST", "/v1/tenants/acme/revocations", `{"kind":"tenant","subject":"x"}`, 400},
		"a moment in a year": {"POST", "/v1/tenants/acme/revocations", `{"kind":"tenant","before":"2999-01-01T00:00:00Z"}`, 400},
		"not there":          {"DELETE", "/v1/tenants/acme/revocations/00", "", 404},
	} {
		if status, answer := s.admin(tc.method, tc.path, tc.body); status != tc.want {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
}
