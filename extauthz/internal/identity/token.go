package identity

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lestrrat-go/jwx/v3/jws"

	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// maxToken is the longest token in bytes; Envoy's own default for all headers is 60 KiB.
const maxToken = 8 << 10

// entry is a token whose signature was verified. It is immutable but for what is remembered of its revocation.
type entry struct {
	// key verified it. keyID is what the token's header says, which may be nothing.
	key   key
	keyID string
	// choices are the keys that were to be tried, where several tenants list the issuer's.
	choices []key
	// audiences are the token's, where they tell whose token it is.
	audiences []string
	// notBefore is the later of nbf and iat, minus the leeway.
	notBefore time.Time
	identity  *Identity
	// revocable is what revocations compare. It was not revoked at the version clean less one of the revocations.
	revocable revocation.Token
	clean     atomic.Uint64
	// weight in the cache.
	weight uint32
}

// use answers for a verified token: its signature stays right, but it is accepted only while the index still
// leads to the key that verified it, only in its time, and only until it is revoked.
func (e *entry) use(ix *Index, host string, revocations Revocations, now time.Time) (id *Identity, why reason.Reason, current bool) {
	if !e.current(ix, host) {
		return nil, reason.CredentialInvalid, false
	}
	switch {
	case !now.Before(e.identity.Expires):
		return nil, reason.CredentialExpired, true
	case now.Before(e.notBefore):
		return nil, reason.CredentialInvalid, true
	case e.revoked(revocations, now):
		return nil, reason.CredentialRevoked, true
	}
	return e.identity, reason.Allowed, true
}

// current reports whether the index still leads to the key.
func (e *entry) current(ix *Index, host string) bool {
	issuer := e.key.issuer.name
	if ix.splits() && ix.split[issuer] || len(e.choices) > 0 {
		return slices.Equal(ix.choices(host, issuer, e.keyID, e.audiences), e.choices)
	}
	return ix.find(issuer, e.keyID, e.audiences) == e.key
}

// revoked asks only when something was revoked since it last asked.
func (e *entry) revoked(revocations Revocations, now time.Time) bool {
	if revocations == nil {
		return false
	}
	// Read before the look-up: what comes between is looked at the next time.
	version := revocations.Version()
	if e.clean.Load() == version+1 {
		return false
	}
	if revocations.Revoked(e.revocable, now) {
		return true
	}
	e.clean.Store(version + 1)
	return false
}

// verify does all the work on a token that was not seen before; without an entry, why says why. forged says that
// it was refused only after the costly part, the signature.
func verify(ix *Index, host, token string, now time.Time) (e *entry, why reason.Reason, forged bool) {
	header, claims, payload, ok := decodeToken(token)
	if !ok {
		return nil, reason.CredentialInvalid, false
	}
	keyID, ok := header["kid"].(string)
	if !ok && header["kid"] != nil {
		return nil, reason.CredentialInvalid, false
	}
	issuer, _ := claims["iss"].(string)
	audiences := audiencesOf(claims)
	choices := ix.choices(host, issuer, keyID, audiences)
	if len(choices) == 0 {
		return nil, ix.unknown(issuer, audiences), false
	}
	named, _ := header["alg"].(string)
	k, forged := signer(choices, named, token, payload)
	if k.Key == nil {
		if forged && choices[0].ID == "" {
			ix.unknown(issuer, audiences) // without an id, a new key looks like a forged token
		}
		return nil, reason.CredentialInvalid, forged
	}
	if e, why = k.judge(claims, now); why != reason.Allowed {
		return nil, why, false
	}
	if ix.split[issuer] {
		e.choices = choices
	}
	if e.keyID = keyID; k.issuer.sharing == byAudience {
		e.audiences = audiences
	}
	e.weight = 1 + uint32((len(token)-1)/cacheUnit)
	return e, reason.Allowed, false
}

// signer is the first of some keys that signed a token, the zero key when none did; forged says that a signature was looked at.
func signer(choices []key, algorithm, token string, payload []byte) (k key, forged bool) {
	for _, k := range choices {
		alg, ok := k.Algorithm(algorithm)
		if !ok {
			continue
		}
		if signed, err := jws.Verify([]byte(token), jws.WithKey(alg, k.Material)); err == nil && bytes.Equal(signed, payload) {
			return k, false
		}
		forged = true
	}
	return key{}, forged
}

// decodeToken reads a JWS in compact form (RFC 7515 section 7.1) that may be a token, strictly, and believes
// nothing of it.
func decodeToken(token string) (header, claims map[string]any, payload []byte, ok bool) {
	parts, ok := splitToken(token)
	if !ok {
		return nil, nil, nil, false
	}
	header, err := decodeObject(parts[0])
	if err != nil || !headerAllowed(header) {
		return nil, nil, nil, false
	}
	claims, err = decodeObject(parts[1])
	return header, claims, parts[1], err == nil
}

// splitToken decodes the three parts. A token has one spelling: padding, line ends (which Go's base64 skips) and
// stray bits are refused, so that what is cached, logged or revoked by its hash is all there is of it.
func splitToken(token string) (parts [3][]byte, ok bool) {
	if len(token) > maxToken || strings.Count(token, ".") != 2 || strings.ContainsAny(token, "\r\n") {
		return parts, false
	}
	for i := range parts {
		text, rest, _ := strings.Cut(token, ".")
		raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil || len(raw) == 0 {
			return parts, false
		}
		parts[i], token = raw, rest
	}
	return parts, true
}

// headerAllowed refuses tokens that ask for what is not understood: crit lists extensions that must be (RFC
// 7515 section 4.1.11), b64 changes what is signed (RFC 7797), and typ tells a JWT from other things that the
// issuer signs with the same key (RFC 8725 section 3.11).
func headerAllowed(header map[string]any) bool {
	for _, name := range []string{"crit", "b64"} {
		if _, present := header[name]; present {
			return false
		}
	}
	kind, present := header["typ"]
	if !present {
		return true
	}
	text, _ := kind.(string)
	text = strings.TrimPrefix(strings.ToLower(text), "application/")
	return text == "jwt" || text == "at+jwt"
}
