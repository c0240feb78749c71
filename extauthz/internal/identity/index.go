package identity

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Index is the keys of all tenants' issuers, and which tenants accept API keys. It is immutable and safe for
// concurrent use, but for the keys that are fetched, which change under it; nil is an index of nothing.
type Index struct {
	tenants map[string]*tenantAuth
	sets    KeySets
	names   map[string]holding
	// keys are those that configurations list, sole an issuer's when it has exactly one, over all tenants, and none
	// when it has more.
	keys map[keyName]key
	sole map[string]key
	// split are the issuers of which several tenants list keys, listed what each of them lists.
	split  map[string]bool
	listed map[listing][]key
	// whole are issuers whose keys are fetched and that are one tenant's alone, shared those that tenants tell apart
	// by audience.
	whole  map[string]*issuer
	shared map[audience]*issuer
}

type (
	keyName  struct{ issuer, id string }
	audience struct{ issuer, name string }
	listing  struct{ issuer, tenant string }
	// holding is how an issuer's name is taken, and by whom at first.
	holding struct {
		sharing sharing
		tenant  string
	}
)

// sharing is what of an issuer's name a tenant may have for itself.
type sharing uint8

const (
	byKey sharing = iota
	byAudience
	notAtAll
)

// KeySets are the key sets that issuers publish; *remotejwks.Fetcher is one.
type KeySets interface {
	Open(source remotejwks.Source) *remotejwks.KeySet
}

// NewIndex is an index of nothing. The indexes that With makes of it take fetched keys from sets; without one,
// an issuer whose keys are fetched is an error.
func NewIndex(sets KeySets) *Index {
	return &Index{
		sets: sets, tenants: map[string]*tenantAuth{}, names: map[string]holding{}, keys: map[keyName]key{}, sole: map[string]key{},
		split: map[string]bool{}, listed: map[listing][]key{},
		whole: map[string]*issuer{}, shared: map[audience]*issuer{},
	}
}

// Sources are where the keys of this index are fetched from, each once or more.
func (ix *Index) Sources() []remotejwks.Source {
	sources := make([]remotejwks.Source, 0, len(ix.whole)+len(ix.shared))
	for _, i := range ix.whole {
		sources = append(sources, i.source)
	}
	for _, i := range ix.shared {
		sources = append(sources, i.source)
	}
	return sources
}

// tenantAuth is what was made of a tenant's spec.auth. A later Index takes it over when that has not changed,
// so that cached tokens, which point at their key, stay valid, and an edit costs the parsing of one tenant.
type tenantAuth struct {
	source  *plane.Tenant
	auth    tenant.Auth
	issuers []*issuer
	err     error
}

// With builds the index of tenants, which are all there are, and takes over what ix (nil at first) has parsed
// of the unchanged ones. Cached tokens of unchanged issuers stay valid. The errors are by tenant; the issuers of
// a tenant with an error are left out. What two tenants claim, the first by name has.
func (ix *Index) With(tenants []*plane.Tenant) (*Index, map[string]error) {
	if ix == nil {
		ix = NewIndex(nil)
	}
	next := NewIndex(ix.sets)
	errs := map[string]error{}
	byName := slices.SortedFunc(slices.Values(tenants), func(a, b *plane.Tenant) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range byName {
		parsed := ix.parsed(t)
		next.tenants[t.Name] = parsed
		err := parsed.err
		if err == nil {
			err = next.add(parsed.issuers)
		}
		if err != nil {
			errs[t.Name] = err
		}
	}
	return next, errs
}

func (ix *Index) parsed(t *plane.Tenant) *tenantAuth {
	if held := ix.tenants[t.Name]; held != nil {
		if held.source == t {
			return held
		}
		if reflect.DeepEqual(held.auth, t.Spec.Auth) {
			return &tenantAuth{source: t, auth: held.auth, issuers: held.issuers, err: held.err}
		}
	}
	issuers, err := parseIssuers(t, ix.sets)
	return &tenantAuth{source: t, auth: t.Spec.Auth, issuers: issuers, err: err}
}

// add takes a tenant's issuers in, all or none.
func (ix *Index) add(issuers []*issuer) error {
	for _, i := range issuers {
		if err := ix.claimed(i); err != nil {
			return err
		}
	}
	for _, i := range issuers {
		ix.insert(i)
	}
	return nil
}

// claimed is an error when another issuer has what an issuer claims: its name, its key ids or its audiences.
func (ix *Index) claimed(i *issuer) error {
	if held, taken := ix.names[i.name]; taken && (held.sharing != i.sharing || i.sharing == notAtAll) {
		return fmt.Errorf("issuer %q belongs to the tenant %s; it can be shared where all list keys, or all fetch them and list audiences", i.name, held.tenant)
	}
	for _, k := range i.keys {
		if held := ix.keys[keyName{i.name, k.ID}]; held.Key != nil {
			return fmt.Errorf("issuer %q with the key id %q belongs to the tenant %s", i.name, k.ID, held.issuer.tenant)
		}
	}
	if i.sharing != byAudience {
		return nil
	}
	for _, a := range i.audiences {
		if held := ix.shared[audience{i.name, a}]; held != nil {
			return fmt.Errorf("issuer %q with the audience %q belongs to the tenant %s", i.name, a, held.tenant)
		}
	}
	return nil
}

func (ix *Index) insert(i *issuer) {
	if held, taken := ix.names[i.name]; !taken {
		ix.names[i.name] = holding{i.sharing, i.tenant}
	} else if i.sharing == byKey && held.tenant != i.tenant {
		ix.split[i.name] = true
	}
	switch i.sharing {
	case notAtAll:
		ix.whole[i.name] = i
	case byAudience:
		for _, a := range i.audiences {
			ix.shared[audience{i.name, a}] = i
		}
	case byKey:
		for _, k := range i.keys {
			k := key{k, i}
			ix.keys[k.id()] = k
			l := listing{i.name, i.tenant}
			ix.listed[l] = append(ix.listed[l], k)
			if _, several := ix.sole[i.name]; several {
				ix.sole[i.name] = key{}
			} else {
				ix.sole[i.name] = k
			}
		}
	}
}

// find returns the key that must have signed a token, the zero key when there is none. A token without a key id,
// and a key without one, are matched only where the issuer has a single key, so that there is nothing to choose.
func (ix *Index) find(issuer, id string, audiences []string) key {
	if ix == nil {
		return key{}
	}
	if i := ix.fetched(issuer, audiences); i != nil {
		if k, _ := i.set.Find(id); k != nil {
			return key{k, i}
		}
		return key{}
	}
	if k := ix.keys[keyName{issuer, id}]; k.Key != nil {
		return k
	}
	if k := ix.sole[issuer]; k.Key != nil && (id == "" || k.ID == "") {
		return k
	}
	return key{}
}

// fetched is the issuer that judges a token where the keys are fetched, nil when there is none. Audiences that
// lead to two are nobody's.
func (ix *Index) fetched(name string, audiences []string) *issuer {
	if i := ix.whole[name]; i != nil {
		return i
	}
	if len(ix.shared) == 0 {
		return nil
	}
	var found *issuer
	for _, a := range audiences {
		switch i := ix.shared[audience{name, a}]; {
		case i == nil || i == found:
		case found != nil:
			return nil
		default:
			found = i
		}
	}
	return found
}

// unknown is why a token is refused whose key id leads to no key. Where the keys are fetched there may be a new
// one by now, which is asked for in the background, or there may be none yet, which is our fault and not the
// token's.
func (ix *Index) unknown(issuer string, audiences []string) reason.Reason {
	if ix == nil {
		return reason.CredentialInvalid
	}
	i := ix.fetched(issuer, audiences)
	if i == nil {
		return reason.CredentialInvalid
	}
	i.set.Ask()
	if _, loaded := i.set.Find(""); !loaded {
		return reason.KeysUnavailable
	}
	return reason.CredentialInvalid
}

// acceptsAPIKeys reports whether the tenant exists and has API keys turned on.
func (ix *Index) acceptsAPIKeys(tenant string) bool {
	if ix == nil {
		return false
	}
	t := ix.tenants[tenant]
	return t != nil && t.auth.APIKeys != nil && t.auth.APIKeys.Enabled
}
