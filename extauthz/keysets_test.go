package extauthz_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// provider is an identity provider with one Ed25519 key.
type provider struct {
	*httptest.Server
	key     ed25519.PrivateKey
	down    atomic.Bool
	fetches atomic.Int64
}

func newProvider(t testing.TB) *provider {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": p.URL, "jwks_uri": p.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		if p.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		x := base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x}}})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token(kid, subject string) string {
	now := time.Now().Unix()
	claims, _ := json.Marshal(map[string]any{"iss": p.URL, "sub": subject, "roles": []string{"viewer"}, "iat": now, "exp": now + 600})
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"EdDSA","kid":"`+kid+`"}`)) + "." + encode(claims)
	return signed + "." + encode(ed25519.Sign(p.key, []byte(signed)))
}

// followed is the two tenants, of which acme's issuer is the provider.
func followed(p *provider, source string) map[string]string {
	files := twoTenants()
	old := `issuer: "https://acme.example", secret: ` + acmeSecret
	files["tenants/acme.yaml"] = strings.Replace(files["tenants/acme.yaml"], old, `issuer: "`+p.URL+`", `+source, 1)
	return files
}

func TestKeysAreFetchedByURIAndByDiscovery(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for _, source := range []string{`jwks_uri: "` + p.URL + `/keys"`, "discovery: true"} {
		s := start(t, extauthz.Options{Config: writeConfig(t, followed(p, source)), FetchAllow: loopback}).ready()
		if got := s.status(ask{tenant: "acme", token: p.token("k", "vera")}); got != 200 {
			t.Errorf("%s: %d", source, got)
		}
		if got := s.status(ask{tenant: "acme", token: p.token("other", "vera")}); got != 401 {
			t.Errorf("%s: an unknown key id is answered %d", source, got)
		}
	}
}

func TestAnIssuerThatMayNotBeReachedCostsItsOwnTenantOnly(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, extauthz.Options{Config: writeConfig(t, followed(p, "discovery: true"))}).ready()
	response := s.check(ask{tenant: "acme", token: p.token("k", "vera")})
	if statusOf(response) != 503 || response.GetDeniedResponse() == nil || header(response.GetDeniedResponse().GetHeaders(), "retry-after") == "" {
		t.Errorf("a token that cannot be judged is answered %v", response)
	}
	if got := s.status(ask{tenant: "globex", token: globexToken(t, "vera", "viewer")}); got != 200 {
		t.Errorf("the other tenant's request is %d", got)
	}
	if p.fetches.Load() != 0 {
		t.Error("a loopback address was reached without leave")
	}
}

func TestARestartWithoutTheIssuerServesWithItsStoredKeys(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	options := extauthz.Options{Config: writeConfig(t, followed(p, "discovery: true")), FetchAllow: loopback, StateDir: filepath.Join(t.TempDir(), "state")}
	if err := start(t, options).ready().stop(); err != nil {
		t.Fatal(err)
	}
	p.down.Store(true)
	s := start(t, options).ready()
	if got := s.status(ask{tenant: "acme", token: p.token("k", "vera")}); got != 200 {
		t.Errorf("%d", got)
	}
}

func TestAFloodOfUnknownKeyIDsIsNotAFloodOfFetches(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	files := followed(p, "discovery: true")
	files["tenants/acme.yaml"] = strings.Replace(files["tenants/acme.yaml"], "  auth:\n", "  auth:\n    lockout: {enabled: false}\n", 1)
	s := start(t, extauthz.Options{Config: writeConfig(t, files), FetchAllow: loopback}).ready()
	for i := range 200 {
		if got := s.status(ask{tenant: "acme", token: p.token(string(rune('a'+i%26))+string(rune('a'+i/26)), "mallory")}); got != 401 {
			t.Fatalf("%d", got)
		}
	}
	if n := p.fetches.Load(); n > 2 {
		t.Errorf("200 unknown key ids caused %d fetches", n)
	}
}
