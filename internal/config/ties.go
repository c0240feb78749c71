package config

// index is who has what.
type index[K comparable] map[K]map[string]struct{}

func (ix index[K]) add(key K, name string) {
	if ix[key] == nil {
		ix[key] = map[string]struct{}{}
	}
	ix[key][name] = struct{}{}
}

func (ix index[K]) drop(key K, name string) {
	if delete(ix[key], name); len(ix[key]) == 0 {
		delete(ix, key)
	}
}

// ties are what tenants have to do with each other and with other objects, by their newest and their last good versions: an edit of one
// is settled with those alone that it has to do with.
type ties struct {
	// claims are by key; families by what its claims are, of which two kinds can stand in each other's way.
	claims     index[string]
	families   index[familyPart]
	references index[referee]
	// readers are by the path of a file that they name, and of each directory above it.
	readers index[string]
	// held are the versions of a tenant that the indexes hold.
	held map[string][2]*tenantFile
}

// referee is an object that is referred to.
type referee struct {
	kind referenceKind
	name string
}

func newTies() *ties {
	return &ties{
		claims: index[string]{}, families: index[familyPart]{}, references: index[referee]{}, readers: index[string]{},
		held: map[string][2]*tenantFile{},
	}
}

// hold replaces what the indexes hold of a tenant, nil for what there is not.
func (t *ties) hold(name string, newest, good *tenantFile) {
	now, before := [2]*tenantFile{newest, good}, t.held[name]
	if now == before {
		return
	}
	for _, f := range before {
		f.each(func(c claim) { t.claims.drop(c.key, name); t.families.drop(c.part(), name) },
			func(r referee) { t.references.drop(r, name) })
	}
	for _, f := range now {
		f.each(func(c claim) {
			t.claims.add(c.key, name)
			if c.family != "" {
				t.families.add(c.part(), name)
			}
		}, func(r referee) { t.references.add(r, name) })
	}
	t.held[name] = now
	if now == [2]*tenantFile{} {
		delete(t.held, name)
	}
}

// each visits what a file claims and what it refers to.
func (p *tenantFile) each(claimed func(claim), referred func(referee)) {
	if p == nil {
		return
	}
	for _, c := range p.claims {
		claimed(c)
	}
	for _, r := range p.references {
		referred(referee{r.kind, r.name})
	}
}

// rivals calls visit with the tenants that want, or have, something that a tenant wants or has and that only one of them may have.
func (t *ties) rivals(name string, visit func(string)) {
	for _, f := range t.held[name] {
		f.each(func(c claim) {
			for other := range t.claims[c.key] {
				visit(other)
			}
			for _, part := range c.against() {
				for other := range t.families[part] {
					visit(other)
				}
			}
		}, func(referee) {})
	}
}

// read replaces the files that a tenant names.
func (t *ties) read(name string, before, now []string) {
	for _, f := range before {
		upwards(f, func(p string) { t.readers.drop(p, name) })
	}
	for _, f := range now {
		upwards(f, func(p string) { t.readers.add(p, name) })
	}
}

// part is where among the claims of its family a claim stands.
func (c claim) part() familyPart { return familyPart{c.family, c.kind, c.exclusive} }

// against are the parts of the claim's family that it rules out.
func (c claim) against() (parts []familyPart) {
	if c.family == "" {
		return nil
	}
	for _, kind := range []claimKind{ofKeys, ofAudiences} {
		for _, exclusive := range []bool{false, true} {
			if kind != c.kind || exclusive || c.exclusive {
				parts = append(parts, familyPart{c.family, kind, exclusive})
			}
		}
	}
	return parts
}
