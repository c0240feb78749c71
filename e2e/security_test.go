package e2e

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// identityProvider publishes one Ed25519 key by OpenID Connect discovery; the answer signs tokens of a subject.
func identityProvider(t *testing.T) (issuer string, token func(subject string) string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	answer := func(path string, v any) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(v) })
	}
	answer("/.well-known/openid-configuration", map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	answer("/keys", map[string]any{"keys": []any{
		map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": encode(key.Public().(ed25519.PublicKey))},
	}})
	return server.URL, func(subject string) string {
		issued := time.Now().Unix()
		claims, err := json.Marshal(map[string]any{"iss": server.URL, "sub": subject, "roles": []string{"viewer"}, "iat": issued, "exp": issued + 600})
		if err != nil {
			t.Fatal(err)
		}
		signed := encode([]byte(`{"alg":"EdDSA","kid":"k"}`)) + "." + encode(claims)
		return signed + "." + encode(ed25519.Sign(key, []byte(signed)))
	}
}

// TestASecurityEvent: keys come by discovery, a principal's tokens are revoked, and whoever guesses is locked out until
// an operator lets them in again.
func TestASecurityEvent(t *testing.T) {
	t.Parallel()
	issuer, token := identityProvider(t)
	dir := quickstart(t)
	g := &gateway{dir: dir}
	g.edit(t, "tenants/globex.yaml", "  auth:\n    jwt:\n", "  auth:\n    lockout: {address_failures: 6}\n    jwt:\n      - {issuer: \""+issuer+"\", discovery: true}\n")
	credentials := &gateway{dir: t.TempDir()}
	credentials.write(t, "tokens.yaml", "tokens: [{name: ops, token: an-admin-token-of-thirty-two-bytes-or-more}]\n")
	credentials.write(t, "ops.token", "an-admin-token-of-thirty-two-bytes-or-more\n")
	g = up(t, dir, "--state-dir", t.TempDir(), "--admin-api", "127.0.0.1:0", "--admin-tokens", credentials.file("tokens.yaml"))
	operate := func(args ...string) string {
		t.Helper()
		out, errs, code := meshwarden(t, append(args, "--server", g.AdminAPI, "--token-file", credentials.file("ops.token"), "--tenant", "globex")...)
		if code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		return out
	}
	ask := func(token string) answer { return g.send(t, request{host: "globex.localhost", token: token}) }
	vera, vic := token("vera"), token("vic")
	for _, good := range []string{vera, vic} {
		if a := ask(good); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	operate("revoke", "--subject", "vera", "--reason", "laptop stolen")
	checkError(t, ask(vera), 401, "UNAUTHORIZED")
	if a := ask(vic); a.status != 200 {
		t.Errorf("somebody else: %d %s", a.status, a.body)
	}

	// Failures are counted behind the answers, the revoked token's among them.
	for range 6 {
		if a := ask("guess"); a.status != 429 {
			checkError(t, a, 401, "UNAUTHORIZED")
		}
	}
	eventually(t, "the guesser is locked out", func() bool { return ask(vic).status == 429 })
	a := ask(vic)
	checkError(t, a, 429, "RATE_LIMITED")
	if a.header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	list := strings.Fields(operate("lockouts", "list"))
	if len(list) < 8 || list[7] != "address" {
		t.Fatalf("%q", list)
	}
	operate("lockouts", "clear", list[6])
	eventually(t, "the guesser's address is let in again", func() bool { return ask(vic).status == 200 })
}
