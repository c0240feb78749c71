package config

import (
	"maps"
	"slices"
)

// settle decides which versions of changed tenants, and of those that they have to do with, are taken over, and puts them into the
// snapshot, a copy of the last one.
func (l *Loader) settle(next *Snapshot, c *changes) {
	for name, gone := range c.gone {
		// What it wanted or had is free for others.
		l.ties.rivals(name, c.add)
		l.ties.hold(name, nil, nil)
		l.disown(name, gone)
	}
	for name := range c.gone {
		delete(c.tenants, name)
	}
	r := &resolution{loader: l, names: l.bound(c.tenants), chosen: map[string]*version{}, conflicts: map[string][]Problem{}}
	r.run()
	for _, name := range r.names {
		l.disown(name, l.tenants.byName[name])
	}
	for _, name := range r.names {
		s := l.tenants.byName[name]
		s.conflicts = r.conflicts[name]
		if v := r.chosen[name]; v != nil {
			s.adopt(v)
		}
		if s.good != nil {
			for _, claim := range s.good.file.claims {
				l.owners[claim.key] = name
			}
		}
		l.ties.hold(name, s.yaml.parsed, s.goodFile())
		if delete(l.tenants.troubled, name); len(s.problems(name)) > 0 {
			l.tenants.troubled[name] = true
		}
	}
	l.settleShared(next, c)
	next.Tenants = maps.Clone(l.last.Tenants)
	for name := range c.gone {
		delete(next.Tenants, name)
	}
	for _, name := range r.names {
		if s := l.tenants.byName[name]; s.good != nil {
			next.Tenants[name] = s.publish(name, next.ScanPolicies)
		}
	}
}

// disown takes from a tenant the claims that it had in the last snapshot.
func (l *Loader) disown(name string, s *tenantState) {
	if s.good == nil {
		return
	}
	for _, c := range s.good.file.claims {
		if l.owners[c.key] == name {
			delete(l.owners, c.key)
		}
	}
}

// bound are the tenants that must be settled together: those given, and all that want or have what one of these wants or has.
func (l *Loader) bound(tenants map[string]bool) []string {
	bound := maps.Clone(tenants)
	next := slices.Collect(maps.Keys(tenants))
	for len(next) > 0 {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		l.ties.rivals(name, func(other string) {
			if !bound[other] {
				bound[other] = true
				next = append(next, other)
			}
		})
	}
	return slices.Sorted(maps.Keys(bound))
}

// settleShared puts the upstreams and scan policies into the snapshot, with those that are gone but that a tenant's last good version
// refers to.
func (l *Loader) settleShared(next *Snapshot, c *changes) {
	if !c.upstreams && !c.policies && !l.retains {
		return
	}
	needed := func(kind referenceKind) func(string) bool {
		return func(name string) bool { return l.needed(referee{kind, name}) }
	}
	var upstreams, policies bool
	next.Upstreams, upstreams = l.upstreams.good(l.last.Upstreams, needed(toUpstream))
	next.ScanPolicies, policies = l.scanPolicies.good(l.last.ScanPolicies, needed(toScanPolicy))
	l.retains = upstreams || policies
}

// needed reports whether a tenant's last good version refers to an object.
func (l *Loader) needed(r referee) bool {
	for name := range l.ties.references[r] {
		good := l.tenants.byName[name].goodFile()
		if good != nil && slices.ContainsFunc(good.references, func(ref reference) bool { return ref.kind == r.kind && ref.name == r.name }) {
			return true
		}
	}
	return false
}
