package identity

import "slices"

// maxChoices bounds the signatures that one token is compared with.
const maxChoices = 8

// splits reports whether several tenants list keys of one issuer.
func (ix *Index) splits() bool { return ix != nil && len(ix.split) > 0 }

// choices are the keys that may have signed a token at a tenant's host, in the order in which they are tried: one, but where several
// tenants list an issuer's keys. There the host's own come first and then those of tenants that it has grants for, so that no tenant
// can make another's tokens unreadable by listing its issuer too: neither tokens without a key id nor keys without one (RATIONALE.md).
func (ix *Index) choices(host, issuer, id string, audiences []string) (list []key) {
	add := func(k key) {
		if k.Key != nil && len(list) < maxChoices && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	if ix.splits() && ix.split[issuer] {
		add(ix.choice(host, issuer, id))
		if t := ix.tenants[host]; t != nil {
			for _, grant := range t.source.Spec.Grants {
				add(ix.choice(grant.Tenant, issuer, id))
			}
		}
	}
	add(ix.find(issuer, id, audiences))
	return list
}

// choice is find among the keys that one tenant lists.
func (ix *Index) choice(tenant, issuer, id string) key {
	keys := ix.listed[listing{issuer, tenant}]
	for _, k := range keys {
		if k.ID == id {
			return k
		}
	}
	if len(keys) == 1 && (id == "" || keys[0].ID == "") {
		return keys[0]
	}
	return key{}
}
