// Package identity turns the credentials of a request into a verified principal. It knows neither
// Envoy nor routes nor policies, and it does not decide whether the principal may do anything.
package identity

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Credentials are the raw header values of a request; empty means that the header is absent. A header
// that stands twice is the caller's to refuse.
type Credentials struct {
	Authorization string
	// APIKey is the X-Api-Key header.
	APIKey string
}

// Identity is a verified principal. It is shared between requests: nothing in it may be modified.
type Identity struct {
	policy.IdentityInput
	// Expires is when the first of the request's credentials stops being accepted, leeway included; zero when none says so.
	Expires time.Time
}

// Key is what a request needs of an API key.
type Key struct {
	ID, Tenant, Subject string
	Roles, Scopes       []string
	// Expires is the end of the secret that was looked up; a key may have two.
	Expires time.Time
	Revoked bool
	// Uses, when set, learns of each request that the key was good for.
	Uses UseCounter
}

// UseCounter counts the uses of a key. It is called on the path of requests and must not wait.
type UseCounter interface{ Used(at time.Time) }

// KeyStore finds API keys by the SHA-256 of a whole secret, in memory.
type KeyStore interface {
	Lookup(hash [32]byte) (Key, bool)
	// Complete reports whether a key that was not found does not exist; otherwise nobody knows.
	Complete() bool
}

// Revocations are the tokens that were revoked; *revocation.List is one. A token that was not revoked at a version is
// not until it changes.
type Revocations interface {
	Version() uint64
	Revoked(t revocation.Token, now time.Time) bool
}

// Options configure a Verifier.
type Options struct {
	// Keys finds API keys; nil means that there are none.
	Keys KeyStore
	// Revocations are heeded by every token at every request; nil means that there are none.
	Revocations Revocations
	// CacheSize bounds the verified-token cache (default 65,536 tokens of up to 2 KiB; a longer one counts
	// once for each 2 KiB).
	CacheSize int
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// Verifier verifies credentials. It is safe for concurrent use.
type Verifier struct {
	keys   KeyStore
	tokens *tokenCache
	now    func() time.Time
}

// NewVerifier returns a Verifier with an empty cache.
func NewVerifier(options Options) *Verifier {
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Verifier{
		keys: options.Keys, now: options.Now,
		tokens: newTokenCache(options),
	}
}

// Close ends the clean-up of the cache in the background. The Verifier may still be used.
func (v *Verifier) Close() { v.tokens.close() }

var anonymous = &Identity{IdentityInput: policy.IdentityInput{Kind: policy.KindAnonymous}}

// Identify verifies what the request carries. The reason is Allowed for a verified credential, of whatever
// tenant (the caller enforces tenancy), and for a request without one, whose Kind is anonymous; otherwise
// the identity is nil. Every credential must be good: of two, both are verified, they must name the same
// principal, and the one in Authorization counts. hostTenant owns the host of the request: X-Api-Key is ours
// only where that tenant accepts API keys or the value has the form of one, and the upstream's own business elsewhere.
func (v *Verifier) Identify(ctx context.Context, ix *Index, hostTenant string, c Credentials) (*Identity, reason.Reason) {
	who := anonymous
	if c.Authorization != "" {
		id, why := v.authorization(ctx, ix, hostTenant, c.Authorization)
		if why != reason.Allowed {
			return nil, why
		}
		who = id
	}
	if c.APIKey == "" || !ix.acceptsAPIKeys(hostTenant) && !strings.HasPrefix(c.APIKey, apikeys.Prefix) {
		return who, reason.Allowed
	}
	id, why := v.apiKey(ix, c.APIKey)
	if why != reason.Allowed {
		return nil, why
	}
	if who == anonymous {
		return id, reason.Allowed
	}
	if who.Tenant != id.Tenant || who.Subject != id.Subject {
		return nil, reason.CredentialConflict
	}
	if id.Expires.Before(who.Expires) {
		// One of a cache is everybody's.
		narrowed := *who
		narrowed.Expires = id.Expires
		who = &narrowed
	}
	return who, reason.Allowed
}

// Named is the principal that a bearer token names, of whose claims nothing is believed; "" when it names none.
func Named(c Credentials) string {
	scheme, token, _ := strings.Cut(c.Authorization, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	_, claims, _, ok := decodeToken(strings.TrimLeft(token, " "))
	if !ok {
		return ""
	}
	subject, _ := claims["sub"].(string)
	return subject
}

// authorization accepts the scheme Bearer only (RFC 6750). Another one is a credential that was not
// verified, which must not pass for an anonymous request: an upstream might believe it.
func (v *Verifier) authorization(ctx context.Context, ix *Index, hostTenant, header string) (*Identity, reason.Reason) {
	scheme, credential, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return nil, reason.CredentialInvalid
	}
	credential = strings.TrimLeft(credential, " ")
	if strings.HasPrefix(credential, apikeys.Prefix) {
		return v.apiKey(ix, credential)
	}
	return v.tokens.identify(ctx, ix, hostTenant, credential)
}

// apiKey looks a key up by its hash. That leaks nothing through its timing: the bytes that are compared are
// those of a SHA-256, which a client cannot choose without inverting it, and the checksum before it is
// public arithmetic on what the client sent.
func (v *Verifier) apiKey(ix *Index, value string) (*Identity, reason.Reason) {
	hash, ok := apikeys.Parse(value)
	if !ok || v.keys == nil {
		return nil, reason.CredentialInvalid
	}
	key, ok := v.keys.Lookup(hash)
	now := v.now()
	switch {
	case !ok && !v.keys.Complete():
		return nil, reason.StoreUnavailable
	case !ok || !ix.acceptsAPIKeys(key.Tenant):
		return nil, reason.CredentialInvalid
	case key.Revoked:
		return nil, reason.CredentialRevoked
	case !now.Before(key.Expires):
		return nil, reason.CredentialExpired
	}
	if key.Uses != nil {
		key.Uses.Used(now)
	}
	return &Identity{
		IdentityInput: policy.IdentityInput{
			Kind: policy.KindAPIKey, Subject: key.Subject, Tenant: key.Tenant, Roles: key.Roles, Scopes: key.Scopes, KeyID: key.ID,
		},
		Expires: key.Expires,
	}, reason.Allowed
}
