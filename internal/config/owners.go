package config

// owners are the tenants that have claims.
type owners struct {
	byKey map[string]string
	// families are the tenants with claims of a family, by what the claims rule out.
	families index[familyPart]
}

type familyPart struct {
	family    string
	kind      claimKind
	exclusive bool
}

func newOwners() *owners {
	return &owners{byKey: map[string]string{}, families: index[familyPart]{}}
}

func (o *owners) give(name string, c claim) {
	o.byKey[c.key] = name
	if c.family == "" {
		return
	}
	o.families.add(c.part(), name)
}

// other is a tenant other than name whose claims rule c out, "" when there is none.
func (o *owners) other(name string, c claim) string {
	if owner, taken := o.byKey[c.key]; taken && owner != name {
		return owner
	}
	for _, part := range c.against() {
		if owner := anyBut(o.families[part], name); owner != "" {
			return owner
		}
	}
	return ""
}

// taken are the owners of the claims of a tenant's file that others have, by key.
func (o *owners) taken(name string, f *tenantFile) map[string]string {
	taken := map[string]string{}
	for _, c := range f.claims {
		if owner := o.other(name, c); owner != "" {
			taken[c.key] = owner
		}
	}
	return taken
}

// anyBut is the first by name of a set without name.
func anyBut(set map[string]struct{}, name string) (first string) {
	for other := range set {
		if other != name && (first == "" || other < first) {
			first = other
		}
	}
	return first
}
