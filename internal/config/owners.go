package config

// owners are the tenants that have claims.
type owners struct {
	byKey map[string]string
	// families are the tenants with claims of a family, by what the claims rule out.
	families map[familyPart]map[string]bool
}

type familyPart struct {
	family    string
	kind      claimKind
	exclusive bool
}

func newOwners() *owners {
	return &owners{byKey: map[string]string{}, families: map[familyPart]map[string]bool{}}
}

func (o *owners) give(name string, c claim) {
	o.byKey[c.key] = name
	if c.family == "" {
		return
	}
	part := familyPart{c.family, c.kind, c.exclusive}
	if o.families[part] == nil {
		o.families[part] = map[string]bool{}
	}
	o.families[part][name] = true
}

// other is a tenant other than name whose claims rule c out, "" when there is none.
func (o *owners) other(name string, c claim) string {
	if owner, taken := o.byKey[c.key]; taken && owner != name {
		return owner
	}
	if c.family == "" {
		return ""
	}
	for _, kind := range []claimKind{ofKeys, ofAudiences} {
		for _, exclusive := range []bool{false, true} {
			if kind == c.kind && !exclusive && !c.exclusive {
				continue
			}
			if owner := anyBut(o.families[familyPart{c.family, kind, exclusive}], name); owner != "" {
				return owner
			}
		}
	}
	return ""
}

// anyBut is the first by name of a set without name.
func anyBut(set map[string]bool, name string) (first string) {
	for other := range set {
		if other != name && (first == "" || other < first) {
			first = other
		}
	}
	return first
}
