package identity

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Index is the keys of all tenants' issuers by (issuer, key id), and which tenants accept API keys. It is
// immutable and safe for concurrent use; nil is an index of nothing.
type Index struct {
	tenants map[string]*tenantAuth
	keys    map[keyName]*key
	// sole is an issuer's key when it has exactly one, over all tenants, and nil when it has more.
	sole map[string]*key
}

type keyName struct{ issuer, id string }

// tenantAuth is what was made of a tenant's spec.auth. A later Index takes it over when that has not changed,
// so that cached tokens, which point at their key, stay valid, and an edit costs the parsing of one tenant.
type tenantAuth struct {
	source *plane.Tenant
	auth   tenant.Auth
	keys   []*key
	err    error
}

// With builds the index of tenants, which are all there are, and takes over what ix (nil at first) has parsed
// of the unchanged ones. Cached tokens of unchanged issuers stay valid. The errors are by tenant; the issuers of
// a tenant with an error are left out. When two tenants claim the same (issuer, key id), the first by name has it.
func (ix *Index) With(tenants []*plane.Tenant) (*Index, map[string]error) {
	next := &Index{
		tenants: make(map[string]*tenantAuth, len(tenants)),
		keys:    make(map[keyName]*key, len(tenants)),
		sole:    make(map[string]*key, len(tenants)),
	}
	errs := map[string]error{}
	byName := slices.SortedFunc(slices.Values(tenants), func(a, b *plane.Tenant) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range byName {
		parsed := ix.parsed(t)
		next.tenants[t.Name] = parsed
		err := parsed.err
		if err == nil {
			err = next.add(parsed.keys)
		}
		if err != nil {
			errs[t.Name] = err
		}
	}
	return next, errs
}

func (ix *Index) parsed(t *plane.Tenant) *tenantAuth {
	if ix != nil {
		if held := ix.tenants[t.Name]; held != nil {
			if held.source == t {
				return held
			}
			if reflect.DeepEqual(held.auth, t.Spec.Auth) {
				return &tenantAuth{source: t, auth: held.auth, keys: held.keys, err: held.err}
			}
		}
	}
	keys, err := parseIssuers(t)
	return &tenantAuth{source: t, auth: t.Spec.Auth, keys: keys, err: err}
}

// add takes a tenant's keys in, all or none.
func (ix *Index) add(keys []*key) error {
	for _, k := range keys {
		if held := ix.keys[k.name()]; held != nil {
			return fmt.Errorf("issuer %q with the key id %q belongs to the tenant %s", k.issuer.name, k.ID, held.issuer.tenant)
		}
	}
	for _, k := range keys {
		ix.keys[k.name()] = k
		if _, several := ix.sole[k.issuer.name]; several {
			ix.sole[k.issuer.name] = nil
		} else {
			ix.sole[k.issuer.name] = k
		}
	}
	return nil
}

// find returns the key that must have signed a token, or nil. A token without a key id, and a key without
// one, are matched only where the issuer has a single key, so that there is nothing to choose.
func (ix *Index) find(issuer, id string) *key {
	if ix == nil {
		return nil
	}
	if k := ix.keys[keyName{issuer, id}]; k != nil {
		return k
	}
	if k := ix.sole[issuer]; k != nil && (id == "" || k.ID == "") {
		return k
	}
	return nil
}

// acceptsAPIKeys reports whether the tenant exists and has API keys turned on.
func (ix *Index) acceptsAPIKeys(tenant string) bool {
	if ix == nil {
		return false
	}
	t := ix.tenants[tenant]
	return t != nil && t.auth.APIKeys != nil && t.auth.APIKeys.Enabled
}
