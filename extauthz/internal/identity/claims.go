package identity

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// maxSubject is the longest sub in bytes (OpenID Connect Core section 2).
const maxSubject = 255

// claimPath names a claim: the whole name when the token has it (they may be URLs, with dots), else a path
// through nested objects as in realm_access.roles.
type claimPath struct {
	name string
	path []string
}

func newClaimPath(name string) claimPath {
	return claimPath{name, strings.Split(name, ".")}
}

// in returns the claim, or nil when it is absent or null.
func (p claimPath) in(claims map[string]any) any {
	if v, ok := claims[p.name]; ok {
		return v
	}
	var v any = claims
	for _, name := range p.path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
}

var errClaim = errors.New("a claim has the wrong type")

// texts reads a list that issuers write as an array or as one string with spaces (RFC 8693 section 4.2).
func texts(v any) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return strings.Fields(v), nil
	case []any:
		list := make([]string, len(v))
		for i, item := range v {
			s, ok := item.(string)
			if !ok {
				return nil, errClaim
			}
			list[i] = s
		}
		return list, nil
	}
	return nil, errClaim
}

// moment reads a NumericDate (RFC 7519 section 2); ok is false when it is absent.
func moment(v any) (t time.Time, ok bool, err error) {
	if v == nil {
		return time.Time{}, false, nil
	}
	number, isNumber := v.(json.Number)
	if !isNumber {
		return time.Time{}, false, errClaim
	}
	seconds, err := number.Float64()
	if err != nil || !(seconds >= 0 && seconds < 1<<38) { // until the year 10680: time.Time holds it
		return time.Time{}, false, errClaim
	}
	return time.UnixMicro(int64(seconds * 1e6)), true, nil
}

// judge checks the claims of a token whose signature is right. An expired token is Allowed here: its entry is
// cached, and use answers CredentialExpired, now and the next time.
func (k key) judge(claims map[string]any, now time.Time) (*entry, reason.Reason) {
	e := &entry{key: k, identity: &Identity{}}
	if !k.times(claims, now, e) || !k.audience(claims) {
		return nil, reason.CredentialInvalid
	}
	for _, p := range k.issuer.required {
		if p.in(claims) == nil {
			return nil, reason.CredentialInvalid
		}
	}
	if err := k.principal(claims, &e.identity.IdentityInput); err != nil {
		return nil, reason.CredentialInvalid
	}
	if err := k.revocable(claims, e); err != nil {
		return nil, reason.CredentialInvalid
	}
	return e, reason.Allowed
}

// revocable demands that a jti, if there is one, can be named in a revocation.
func (k key) revocable(claims map[string]any, e *entry) error {
	id, ok := claims["jti"].(string)
	if !ok && claims["jti"] != nil || len(id) > revocation.MaxValue || strings.ContainsFunc(id, unicode.IsControl) {
		return errClaim
	}
	issued, _, err := moment(claims["iat"])
	e.revocable = revocation.Token{Tenant: k.issuer.tenant, Subject: e.identity.Subject, ID: id, Issued: issued}
	return err
}

// times demands exp and iat, since without them there is no bound on a token's life.
func (k key) times(claims map[string]any, now time.Time, e *entry) bool {
	expires, hasExpiry, err1 := moment(claims["exp"])
	issued, hasIssued, err2 := moment(claims["iat"])
	notBefore, _, err3 := moment(claims["nbf"])
	if err1 != nil || err2 != nil || err3 != nil || !hasExpiry || !hasIssued {
		return false
	}
	if expires.Sub(issued) > k.issuer.maxLifetime {
		return false
	}
	e.identity.Expires = expires.Add(k.issuer.leeway)
	e.notBefore = notBefore.Add(-k.issuer.leeway)
	if earliest := issued.Add(-k.issuer.leeway); earliest.After(e.notBefore) {
		e.notBefore = earliest
	}
	return !now.Before(e.notBefore)
}

// audiencesOf are the values of aud (RFC 7519 section 4.1.3: one string or a list), none when it is neither.
func audiencesOf(claims map[string]any) []string {
	if one, ok := claims["aud"].(string); ok {
		return []string{one}
	}
	list, err := texts(claims["aud"])
	if err != nil {
		return nil
	}
	return list
}

func (k key) audience(claims map[string]any) bool {
	return len(k.issuer.audiences) == 0 ||
		slices.ContainsFunc(audiencesOf(claims), func(a string) bool { return slices.Contains(k.issuer.audiences, a) })
}

func (k key) principal(claims map[string]any, in *policy.IdentityInput) (err error) {
	subject, ok := claims["sub"].(string)
	if !ok || subject == "" || len(subject) > maxSubject || strings.ContainsFunc(subject, unicode.IsControl) {
		return errClaim
	}
	in.Kind, in.Subject, in.Tenant, in.KeyID = policy.KindJWT, subject, k.issuer.tenant, k.ID
	if in.Groups, err = texts(k.issuer.groups.in(claims)); err != nil {
		return err
	}
	if in.Roles, err = k.roles(claims, in.Groups); err != nil {
		return err
	}
	scopes := claims["scope"]
	if scopes == nil {
		scopes = claims["scp"] // what Okta and Entra ID call it
	}
	if in.Scopes, err = texts(scopes); err != nil {
		return err
	}
	if in.AMR, err = texts(claims["amr"]); err != nil {
		return err
	}
	if in.ACR, ok = claims["acr"].(string); !ok && claims["acr"] != nil {
		return errClaim
	}
	if in.AuthTime, _, err = moment(claims["auth_time"]); err != nil {
		return err
	}
	in.Claims, err = policy.ClaimsValue(claims)
	return err
}

// roles are those of the token and those that its groups map to, each once. A name that could not stand in
// the comma-separated x-roles header is none: "viewer,admin" must not become two there.
func (k key) roles(claims map[string]any, groups []string) ([]string, error) {
	named, err := texts(k.issuer.roles.in(claims))
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		named = append(named, k.issuer.rolesOfGroup[g]...)
	}
	roles := named[:0:0]
	for _, r := range named {
		if r != "" && !strings.ContainsFunc(r, separates) && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles, nil
}

func separates(r rune) bool { return r == ',' || unicode.IsSpace(r) || unicode.IsControl(r) }
