package devtoken_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/devtoken"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func issuer(name string, change func(*tenant.JWTIssuer)) tenant.JWTIssuer {
	j := tenant.JWTIssuer{Issuer: name, Secret: "an example secret of 32 bytes and more", Development: true, MaxLifetime: "1h", RolesClaim: "roles"}
	if change != nil {
		change(&j)
	}
	return j
}

func acme(issuers ...tenant.JWTIssuer) *plane.Tenant {
	return &plane.Tenant{Name: "acme", Spec: tenant.TenantSpec{Auth: tenant.Auth{JWT: issuers}}}
}

func TestTokenSaysWhatTheTenantExpects(t *testing.T) {
	t.Parallel()
	t1 := acme(
		issuer("https://production", func(j *tenant.JWTIssuer) { j.Development = false }),
		issuer("https://dev", func(j *tenant.JWTIssuer) { j.Audiences, j.RolesClaim = []string{"api", "other"}, "realm.roles" }),
	)
	token, err := devtoken.Sign(t1, devtoken.Request{Subject: "alice", Roles: []string{"viewer"}, Lifetime: time.Minute, Claims: map[string]any{"level": 3, "sub": "bob"}}, now)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	aud := got["aud"]
	if list, ok := aud.([]any); ok {
		aud = list[0]
	}
	got["aud"] = aud
	want := map[string]any{
		"iss": "https://dev", "sub": "bob", "aud": "api", "level": 3.0, "realm.roles": []any{"viewer"},
		"iat": float64(now.Unix()), "exp": float64(now.Add(time.Minute).Unix()),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tenant  *plane.Tenant
		request devtoken.Request
		want    string
	}{
		"no development key": {acme(issuer("https://p", func(j *tenant.JWTIssuer) { j.Development = false })), devtoken.Request{Lifetime: time.Minute}, "has no development key"},
		"key set only":       {acme(issuer("https://p", func(j *tenant.JWTIssuer) { j.Secret = "" })), devtoken.Request{Lifetime: time.Minute}, "has no development key"},
		"another issuer":     {acme(issuer("https://p", nil)), devtoken.Request{Lifetime: time.Minute, Issuer: "https://q"}, `for the issuer "https://q"`},
		"too long":           {acme(issuer("https://p", nil)), devtoken.Request{Lifetime: 2 * time.Hour}, "live at most 1h0m0s, not 2h0m0s"},
		"no lifetime":        {acme(issuer("https://p", nil)), devtoken.Request{}, "not 0s"},
		"a claim is missing": {acme(issuer("https://p", func(j *tenant.JWTIssuer) { j.RequiredClaims = []string{"email"} })), devtoken.Request{Lifetime: time.Minute}, "--claim email=VALUE"},
	} {
		token, err := devtoken.Sign(tc.tenant, tc.request, now)
		if err == nil || !strings.Contains(err.Error(), tc.want) || token != "" {
			t.Errorf("%s: %q, %v", name, token, err)
		}
	}
}
