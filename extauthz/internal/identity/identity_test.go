package identity_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// keyStore is a KeyStore of a test.
type keyStore map[[32]byte]identity.Key

func (s keyStore) Complete() bool { return true }

func (s keyStore) Lookup(hash [32]byte) (identity.Key, bool) {
	k, ok := s[hash]
	return k, ok
}

func (s keyStore) add(k identity.Key) (secret string) {
	secret, id, hash := apikeys.Generate()
	k.ID = id
	if k.Expires.IsZero() {
		k.Expires = now.Add(time.Hour)
	}
	s[hash] = k
	return secret
}

func withKeys(t *plane.Tenant) *plane.Tenant {
	t.Spec.Auth.APIKeys = &tenant.APIKeys{Enabled: true}
	return t
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	store := keyStore{}
	alice := store.add(identity.Key{Tenant: "acme", Subject: "alice", Roles: []string{"editor"}})
	ci := store.add(identity.Key{Tenant: "acme", Subject: "ci"})
	foreign := store.add(identity.Key{Tenant: "globex", Subject: "alice"})
	revoked := store.add(identity.Key{Tenant: "acme", Subject: "ci", Revoked: true})
	expired := store.add(identity.Key{Tenant: "acme", Subject: "ci", Expires: now})
	off := store.add(identity.Key{Tenant: "initech", Subject: "ci"})
	gone := store.add(identity.Key{Tenant: "gone", Subject: "ci"})
	unknown, _, _ := apikeys.Generate()
	ix := index(t, withKeys(acme(secretIssuer())), withKeys(named("globex")), named("initech"))
	v := identity.NewVerifier(identity.Options{Keys: store, Now: func() time.Time { return now }})
	token := "Bearer " + hs256(nil)

	for name, tc := range map[string]struct {
		host          string
		authorization string
		apiKey        string
		want          reason.Reason
		kind, tenant  string
	}{
		"none":                                  {"acme", "", "", reason.Allowed, policy.KindAnonymous, ""},
		"token":                                 {"acme", token, "", reason.Allowed, policy.KindJWT, "acme"},
		"scheme in capitals and two spaces":     {"acme", "BEARER  " + token[7:], "", reason.Allowed, policy.KindJWT, "acme"},
		"key as bearer":                         {"acme", "Bearer " + ci, "", reason.Allowed, policy.KindAPIKey, "acme"},
		"key in its header":                     {"acme", "", ci, reason.Allowed, policy.KindAPIKey, "acme"},
		"key of another tenant":                 {"acme", "", foreign, reason.Allowed, policy.KindAPIKey, "globex"},
		"revoked key":                           {"acme", "", revoked, reason.CredentialRevoked, "", ""},
		"expired key":                           {"acme", "Bearer " + expired, "", reason.CredentialExpired, "", ""},
		"key of a tenant that takes none":       {"acme", "", off, reason.CredentialInvalid, "", ""},
		"key of a tenant that is gone":          {"acme", "", gone, reason.CredentialInvalid, "", ""},
		"unknown key":                           {"acme", "", unknown, reason.CredentialInvalid, "", ""},
		"key with a typo":                       {"acme", "", ci[:60] + "zzzz", reason.CredentialInvalid, "", ""},
		"the upstream's own key":                {"initech", "", "their-own-key", reason.Allowed, policy.KindAnonymous, ""},
		"the upstream's own key and a token":    {"initech", token, "their-own-key", reason.Allowed, policy.KindJWT, "acme"},
		"a foreign form where keys are on":      {"acme", "", "their-own-key", reason.CredentialInvalid, "", ""},
		"our form where keys are off":           {"initech", "", ci, reason.Allowed, policy.KindAPIKey, "acme"},
		"token and key of the same principal":   {"acme", token, alice, reason.Allowed, policy.KindJWT, "acme"},
		"token and key of different principals": {"acme", token, ci, reason.CredentialConflict, "", ""},
		"token and key of different tenants":    {"acme", token, foreign, reason.CredentialConflict, "", ""},
		"two keys of different principals":      {"acme", "Bearer " + alice, ci, reason.CredentialConflict, "", ""},
		"good token and revoked key":            {"acme", token, revoked, reason.CredentialRevoked, "", ""},
		"bad token and good key":                {"acme", flip(token, 2), alice, reason.CredentialInvalid, "", ""},
		"basic":                                 {"acme", "Basic YTpi", "", reason.CredentialInvalid, "", ""},
		"bearer without a token":                {"acme", "Bearer", "", reason.CredentialInvalid, "", ""},
		"a bare token":                          {"acme", token[7:], "", reason.CredentialInvalid, "", ""},
		"two tokens in one header":              {"acme", token + "," + token, "", reason.CredentialInvalid, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, why := v.Identify(t.Context(), ix, tc.host, identity.Credentials{Authorization: tc.authorization, APIKey: tc.apiKey})
			if why != tc.want || (id != nil) != (why == reason.Allowed) {
				t.Fatalf("%v, %v, want %v", id, why, tc.want)
			}
			if id != nil && (id.Kind != tc.kind || id.Tenant != tc.tenant) {
				t.Errorf("got a %s of %q, want a %s of %q", id.Kind, id.Tenant, tc.kind, tc.tenant)
			}
		})
	}
}

func TestTwoCredentialsEndWithTheFirst(t *testing.T) {
	t.Parallel()
	store := keyStore{}
	brief := store.add(identity.Key{Tenant: "acme", Subject: "alice", Expires: now.Add(time.Second)})
	lasting := store.add(identity.Key{Tenant: "acme", Subject: "alice", Expires: now.Add(1000 * time.Hour)})
	ix := index(t, withKeys(acme(secretIssuer())))
	v := identity.NewVerifier(identity.Options{Keys: store, Now: func() time.Time { return now }})
	token := identity.Credentials{Authorization: "Bearer " + hs256(nil)}
	alone, _ := v.Identify(t.Context(), ix, "acme", token)
	for key, want := range map[string]time.Time{brief: now.Add(time.Second), lasting: alone.Expires} {
		both := token
		both.APIKey = key
		if id, _ := v.Identify(t.Context(), ix, "acme", both); id == nil || !id.Expires.Equal(want) {
			t.Errorf("%+v, want %v", id, want)
		}
	}
	if again, _ := v.Identify(t.Context(), ix, "acme", token); again.Expires != alone.Expires {
		t.Error("the token's own end has moved")
	}
}

func TestWithoutAKeyStoreAKeyIsInvalid(t *testing.T) {
	t.Parallel()
	key, _, _ := apikeys.Generate()
	if _, why := verifier().Identify(t.Context(), index(t, withKeys(acme())), "acme", bearer(key)); why != reason.CredentialInvalid {
		t.Error(why)
	}
}

// observed is a verifier with a clock that can be moved and counters that can be read.
type observed struct {
	*identity.Verifier
	clock    atomic.Int64
	registry *prometheus.Registry
}

func observe(size int) *observed {
	o := &observed{registry: prometheus.NewRegistry()}
	o.clock.Store(now.Unix())
	o.Verifier = identity.NewVerifier(identity.Options{
		CacheSize: size, Registerer: o.registry, Now: func() time.Time { return time.Unix(o.clock.Load(), 0) },
	})
	return o
}

func (o *observed) is(t *testing.T, ix *identity.Index, token string, want reason.Reason) *identity.Identity {
	t.Helper()
	id, why := o.Identify(t.Context(), ix, "acme", bearer(token))
	if why != want {
		t.Helper()
		t.Fatalf("%v, want %v", why, want)
	}
	return id
}

func (o *observed) counts(t *testing.T, hits, misses, refused float64) {
	t.Helper()
	families, err := o.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	if got["hit"] != hits || got["miss"] != misses || got["refused"] != refused {
		t.Errorf("counted %v, want %v hits, %v misses, %v refused", got, hits, misses, refused)
	}
}

func TestCachedTokenStillExpires(t *testing.T) {
	t.Parallel()
	o, ix, token := observe(0), index(t, acme(secretIssuer())), hs256(nil)
	first := o.is(t, ix, token, reason.Allowed)
	if second := o.is(t, ix, token, reason.Allowed); second != first {
		t.Error("the second request got another identity")
	}
	o.clock.Store(now.Add(time.Hour + 29*time.Second).Unix())
	o.is(t, ix, token, reason.Allowed)
	o.clock.Store(now.Add(time.Hour + 30*time.Second).Unix())
	o.is(t, ix, token, reason.CredentialExpired)
	o.clock.Store(now.Add(-time.Hour).Unix())
	o.is(t, ix, token, reason.CredentialInvalid) // before iat
	o.counts(t, 4, 1, 0)
}

func TestEditedIssuerIsAskedAgain(t *testing.T) {
	t.Parallel()
	o, token := observe(0), hs256(nil)
	acmeTenant, other := acme(secretIssuer()), named("globex", tenant.JWTIssuer{Issuer: "https://idp.globex", Secret: secret})
	ix := index(t, acmeTenant, other)
	first := o.is(t, ix, token, reason.Allowed)

	unchanged := acme(secretIssuer()) // equal, but not the same object
	unchanged.Spec.Tier = "business"
	ix, _ = ix.With([]*plane.Tenant{unchanged, named("globex")})
	if o.is(t, ix, token, reason.Allowed) != first {
		t.Error("an edit of another tenant and of other fields lost the cached token")
	}
	o.counts(t, 1, 1, 0)

	narrowed := secretIssuer()
	narrowed.Audiences = []string{"api"}
	ix, _ = ix.With([]*plane.Tenant{acme(narrowed)})
	o.is(t, ix, token, reason.CredentialInvalid)
	rotated := secretIssuer()
	rotated.Secret = "another example secret of 32 bytes"
	ix, _ = ix.With([]*plane.Tenant{acme(rotated)})
	o.is(t, ix, token, reason.CredentialInvalid)
	ix, _ = ix.With(nil)
	o.is(t, ix, token, reason.CredentialInvalid)
}

func TestCachedTokenFollowsTheIndexWhenItsKeyIsNoLongerTheOnlyOne(t *testing.T) {
	t.Parallel()
	o := observe(0)
	token := sign(jwa.ES256(), pairs()["p256"], nil, claims(nil)) // no key id
	one := acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("p256", map[string]any{"kid": "k"}))})
	ix := index(t, one)
	o.is(t, ix, token, reason.Allowed)
	other := publicJWK("rsa", map[string]any{"kid": "r"})
	ix, _ = ix.With([]*plane.Tenant{one, named("globex", tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(other)})})
	o.is(t, ix, token, reason.Allowed) // another tenant's key takes nothing away
	ix, _ = ix.With([]*plane.Tenant{acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: keySet(publicJWK("p256", map[string]any{"kid": "k"}), other)})})
	o.is(t, ix, token, reason.CredentialInvalid)
}

func TestWrongSignatureIsRememberedForTenSecondsAndOneIndex(t *testing.T) {
	t.Parallel()
	o := observe(0)
	rotated := secretIssuer()
	rotated.Secret = "another example secret of 32 bytes"
	ix, token := index(t, acme(rotated)), hs256(nil)
	o.is(t, ix, token, reason.CredentialInvalid)
	o.is(t, ix, token, reason.CredentialInvalid)
	o.counts(t, 0, 1, 1)
	o.clock.Store(now.Add(10 * time.Second).Unix())
	o.is(t, ix, token, reason.CredentialInvalid)
	o.counts(t, 0, 2, 1)
	ix, _ = ix.With([]*plane.Tenant{acme(secretIssuer())})
	o.is(t, ix, token, reason.Allowed)
}

func TestTokenRefusedForItsTimeIsNotRemembered(t *testing.T) {
	t.Parallel()
	o, ix := observe(0), index(t, acme(secretIssuer()))
	token := hs256(map[string]any{"nbf": now.Add(time.Minute).Unix()})
	o.is(t, ix, token, reason.CredentialInvalid)
	o.clock.Store(now.Add(time.Minute).Unix())
	o.is(t, ix, token, reason.Allowed)
}

func TestConcurrentRequestsWithTwoIndexesEachGetTheirOwnAnswer(t *testing.T) {
	t.Parallel()
	o := observe(16)
	rotated := secretIssuer()
	rotated.Secret = "another example secret of 32 bytes"
	good, bad := index(t, acme(secretIssuer())), index(t, acme(rotated))
	var group sync.WaitGroup
	for round := range 50 {
		token := hs256(map[string]any{"round": round})
		for range 4 {
			group.Go(func() {
				if _, why := o.Identify(t.Context(), good, "acme", bearer(token)); why != reason.Allowed {
					t.Errorf("the index with the key: %v", why)
				}
			})
			group.Go(func() {
				if _, why := o.Identify(t.Context(), bad, "acme", bearer(token)); why != reason.CredentialInvalid {
					t.Errorf("the index without the key: %v", why)
				}
			})
		}
	}
	group.Wait()
}

func TestWarmIdentifyAllocatesAtMostTwice(t *testing.T) {
	ix := index(t, withKeys(acme(secretIssuer())))
	store := keyStore{}
	key := store.add(identity.Key{Tenant: "acme", Subject: "ci"})
	v := identity.NewVerifier(identity.Options{Keys: store, Now: func() time.Time { return now }})
	for name, c := range map[string]identity.Credentials{"token": bearer(hs256(nil)), "key": {APIKey: key}} {
		if n := testing.AllocsPerRun(200, func() { v.Identify(t.Context(), ix, "acme", c) }); n > 2 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	set := keySet(publicJWK("rsa", map[string]any{"kid": "k"}), publicJWK("p256", map[string]any{"kid": "e"}))
	ix := index(b, withKeys(acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: set})), named("hs", tenant.JWTIssuer{Issuer: "https://hs", Secret: secret}))
	store := keyStore{}
	key := store.add(identity.Key{Tenant: "acme", Subject: "ci"})
	rs := bearer(sign(jwa.RS256(), pairs()["rsa"], map[string]any{"kid": "k"}, claims(nil)))
	es := bearer(sign(jwa.ES256(), pairs()["p256"], map[string]any{"kid": "e"}, claims(nil)))
	hs := bearer(hs256(map[string]any{"iss": "https://hs"}))
	run := func(name string, c identity.Credentials, fresh bool) {
		b.Run(name, func(b *testing.B) {
			v := identity.NewVerifier(identity.Options{Keys: store, Now: func() time.Time { return now }})
			ctx, with := b.Context(), ix
			b.ReportAllocs()
			for b.Loop() {
				if fresh { // another index with the same keys parsed again: cached entries are of no use
					b.StopTimer()
					with = index(b, withKeys(acme(tenant.JWTIssuer{Issuer: "https://idp.acme", JWKS: set})), named("hs", tenant.JWTIssuer{Issuer: "https://hs", Secret: secret}))
					b.StartTimer()
				}
				if _, why := v.Identify(ctx, with, "acme", c); why != reason.Allowed {
					b.Fatal(why)
				}
			}
		})
	}
	run("RS256/warm", rs, false)
	run("RS256/cold", rs, true)
	run("ES256/warm", es, false)
	run("ES256/cold", es, true)
	run("HS256/warm", hs, false)
	run("HS256/cold", hs, true)
	run("API key", identity.Credentials{APIKey: key}, false)
}
