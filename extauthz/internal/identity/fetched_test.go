package identity_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// idp publishes a key set, or nothing.
type idp struct {
	mu  sync.Mutex
	set string
}

func (p *idp) publish(set string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set = set
}

func (p *idp) Get(context.Context, fetch.Request) (fetch.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set == "" {
		return fetch.Response{}, errors.New("away")
	}
	return fetch.Response{Body: []byte(p.set), MaxAge: -1}, nil
}

func fetchedIssuer(audiences ...string) tenant.JWTIssuer {
	return tenant.JWTIssuer{Issuer: "https://idp.acme", JWKSURI: "https://idp.acme/keys", Audiences: audiences}
}

// following is an index whose keys the provider publishes, within a bubble. refetch has them fetched again, as far as
// it is time to.
func following(t *testing.T, p *idp, tenants ...*plane.Tenant) (ix *identity.Index, refetch func()) {
	t.Helper()
	fetcher := remotejwks.New(remotejwks.Options{Client: p})
	ix, errs := identity.NewIndex(fetcher).With(tenants)
	for name, err := range errs {
		t.Fatalf("tenant %s: %v", name, err)
	}
	refetch = func() {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan struct{})
		go func() { defer close(ended); _ = fetcher.Run(ctx) }()
		synctest.Wait()
		cancel()
		<-ended
	}
	return ix, refetch
}

func signedBy(pair, kid string, changes map[string]any) string {
	algorithms := map[string]jwa.SignatureAlgorithm{"rsa": jwa.RS256(), "rsa2": jwa.RS256(), "p256": jwa.ES256()}
	return sign(algorithms[pair], pairs()[pair], map[string]any{"kid": kid}, claims(changes))
}

func TestTokensOfAFetchedIssuerAreUndecidedUntilItsKeysAreThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &idp{}
		ix, refetch := following(t, p, acme(fetchedIssuer()))
		o, token := observe(0), signedBy("rsa", "a", nil)
		defer o.Close()
		o.is(t, ix, token, reason.KeysUnavailable)
		p.publish(keySet(publicJWK("rsa", map[string]any{"kid": "a"})))
		refetch()
		o.is(t, ix, token, reason.Allowed)
		o.is(t, ix, signedBy("rsa2", "a", nil), reason.CredentialInvalid)
		o.is(t, ix, signedBy("rsa", "x", nil), reason.CredentialInvalid)
	})
}

func TestAFetcherIsNeededForAFetchedIssuer(t *testing.T) {
	t.Parallel()
	if _, errs := (*identity.Index)(nil).With([]*plane.Tenant{acme(fetchedIssuer())}); errs["acme"] == nil {
		t.Error("no error")
	}
}

func TestTenantsShareAFetchedIssuerByAudience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testSharing)
}

func testSharing(t *testing.T) {
	p := &idp{set: keySet(publicJWK("rsa", map[string]any{"kid": "a"}), publicJWK("p256", map[string]any{"kid": "e"}))}
	narrow := fetchedIssuer("globex-b")
	narrow.GroupRoles = map[string][]string{"ops": {"admin"}}
	ix, refetch := following(t, p, acme(fetchedIssuer("acme")), named("globex", fetchedIssuer("globex"), narrow))
	refetch()
	v := verifier()
	defer v.Close()
	for name, tc := range map[string]struct {
		aud  any
		want reason.Reason
		of   string
	}{
		"one tenant's":              {"acme", reason.Allowed, "acme"},
		"the other's":               {[]string{"globex", "elsewhere"}, reason.Allowed, "globex"},
		"the other's second client": {"globex-b", reason.Allowed, "globex"},
		"nobody's":                  {"initech", reason.CredentialInvalid, ""},
		"both tenants'":             {[]string{"acme", "globex"}, reason.CredentialInvalid, ""},
		"none":                      {nil, reason.CredentialInvalid, ""},
		"a number":                  {7, reason.CredentialInvalid, ""},
		"nested lists":              {[]any{[]any{"acme"}}, reason.CredentialInvalid, ""},
		"two in one text":           {"acme globex", reason.CredentialInvalid, ""},
	} {
		token := signedBy("rsa", "a", map[string]any{"aud": tc.aud})
		for range 2 {
			id, why := v.Identify(t.Context(), ix, "acme", bearer(token))
			if why != tc.want || id != nil && id.Tenant != tc.of {
				t.Errorf("%s: %v, %v", name, id, why)
			}
		}
	}
	// A token that is somebody's from the cache is nobody's once its other audience is taken too.
	both := signedBy("rsa", "a", map[string]any{"aud": []string{"acme", "initech"}})
	if _, why := v.Identify(t.Context(), ix, "acme", bearer(both)); why != reason.Allowed {
		t.Fatal(why)
	}
	ix, _ = ix.With([]*plane.Tenant{acme(fetchedIssuer("acme")), named("initech", fetchedIssuer("initech"))})
	if _, why := v.Identify(t.Context(), ix, "acme", bearer(both)); why != reason.CredentialInvalid {
		t.Errorf("a token of two tenants: %v", why)
	}
}

func TestAFetchedIssuerCannotBeTakenByAnother(t *testing.T) {
	t.Parallel()
	set := keySet(publicJWK("rsa", map[string]any{"kid": "a"}))
	listed := tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("p256", map[string]any{"kid": "e"}))}
	for name, second := range map[string]tenant.JWTIssuer{
		"all of it": fetchedIssuer(), "an audience of it": fetchedIssuer("b"), "a key of it": listed,
	} {
		for what, first := range map[string]tenant.JWTIssuer{"whole": fetchedIssuer(), "by audience": fetchedIssuer("a", "b"), "by key": listed} {
			fetcher := remotejwks.New(remotejwks.Options{Client: &idp{set: set}})
			_, errs := identity.NewIndex(fetcher).With([]*plane.Tenant{named("a", first), named("b", second)})
			if errs["a"] != nil || errs["b"] == nil || !strings.Contains(errs["b"].Error(), "belongs to the tenant a") {
				t.Errorf("%s after %s: %v", name, what, errs)
			}
		}
	}
}

func TestAKeyThatStaysKeepsItsTokensCached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &idp{set: keySet(publicJWK("rsa", map[string]any{"kid": "a"}))}
		ix, refetch := following(t, p, acme(fetchedIssuer()))
		refetch()
		o, token := observe(0), signedBy("rsa", "a", nil)
		defer o.Close()
		o.is(t, ix, token, reason.Allowed)
		p.publish(keySet(publicJWK("p256", map[string]any{"kid": "e"}), publicJWK("rsa", map[string]any{"kid": "a"})))
		o.is(t, ix, signedBy("p256", "e", nil), reason.CredentialInvalid)
		time.Sleep(10 * time.Second)
		refetch()
		o.is(t, ix, signedBy("p256", "e", nil), reason.Allowed)
		o.is(t, ix, token, reason.Allowed)
		o.counts(t, 1, 3, 0)
		p.publish(keySet(publicJWK("p256", map[string]any{"kid": "e"})))
		time.Sleep(10 * time.Second)
		refetch()
		o.is(t, ix, token, reason.CredentialInvalid)
	})
}
