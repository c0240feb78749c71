package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// resolution decides which tenants take over their newest version.
type resolution struct {
	loader *Loader
	names  []string
	// chosen are the newest versions that are still good; other tenants keep their last good one.
	chosen map[string]*version
	// conflicts are the problems that tenants have with other objects.
	conflicts map[string][]Problem
}

// run chooses. References are checked of flawed files too, so that all problems are reported at once.
func (r *resolution) run() {
	for _, name := range r.names {
		s := r.loader.tenants.byName[name]
		if s.yaml.parsed == nil || !r.refer(name, s.yaml.parsed) {
			continue
		}
		if v := s.candidate(name); v != nil {
			r.chosen[name] = v
		}
	}
	r.claim()
}

func (r *resolution) report(name string, p place, format string, args ...any) {
	r.conflicts[name] = append(r.conflicts[name], Problem{
		Object: "tenant/" + name, File: describe(name), Line: p.line, Column: p.column, Reason: fmt.Sprintf(format, args...),
	})
}

// refer reports the names in a tenant's file that lead nowhere, and whether there are none.
func (r *resolution) refer(name string, f *tenantFile) bool {
	before := len(r.conflicts[name])
	for _, ref := range f.references {
		switch ref.kind {
		case toUpstream:
			lookUp(r, name, ref, "upstream", upstreamsDir, r.loader.upstreams.entries)
		case toScanPolicy:
			lookUp(r, name, ref, "scan policy", scanPoliciesDir, r.loader.scanPolicies.entries)
		case toTenant:
			if r.loader.tenants.byName[ref.name] == nil {
				r.report(name, ref.place, "%s: unknown tenant %q%s", ref.field, ref.name, suggestion(ref.name, slices.Collect(maps.Keys(r.loader.tenants.byName))))
			}
		}
	}
	return len(r.conflicts[name]) == before
}

func lookUp[T any](r *resolution, name string, ref reference, what, dir string, entries map[string]*entry[T]) {
	e := entries[ref.name]
	switch {
	case e == nil:
		r.report(name, ref.place, "%s: unknown %s %q%s", ref.field, what, ref.name, suggestion(ref.name, slices.Collect(maps.Keys(entries))))
	case e.good == nil:
		r.report(name, ref.place, "%s: %s %q has problems of its own, in %s/%s.yaml", ref.field, what, ref.name, dir, ref.name)
	}
}

// claim gives hosts and token issuers to one tenant each. A claim stays with the tenant that has it; among new
// ones the first by name wins. A tenant that does not get all its claims keeps its last good version with
// the claims of that, which may take them from another tenant's newest version: so the rounds repeat until
// none falls back any more. Each round but the last makes one fall back, and none comes forward again.
func (r *resolution) claim() {
	var held *owners
	// lost are the owners of what a tenant fell back for: they may fall back later, and the tenant still does not come forward.
	lost := map[string]map[string]string{}
	for again := true; again; {
		again = false
		held = r.incumbents()
		for _, name := range r.names {
			v := r.chosen[name]
			if v == nil {
				continue
			}
			if taken := held.taken(name, v.file); len(taken) > 0 {
				delete(r.chosen, name)
				lost[name], again = taken, true
				continue
			}
			for _, c := range v.file.claims {
				held.give(name, c)
			}
		}
	}
	for _, name := range r.names {
		if f := r.loader.tenants.byName[name].yaml.parsed; f != nil && r.chosen[name] == nil {
			r.reportTaken(name, f, held.taken(name, f), lost[name])
		}
	}
}

// reportTaken reports all claims of a tenant's file that others have or had. What it fails for otherwise is its first problem, not its
// only one.
func (r *resolution) reportTaken(name string, f *tenantFile, have, had map[string]string) {
	for _, c := range f.claims {
		if owner := cmp.Or(have[c.key], had[c.key]); owner != "" {
			r.report(name, c.place, "%s: %s belongs to tenant %q already (%s)", c.field, c.text, owner, describe(owner))
		}
	}
}

// incumbents are the claims that tenants had in the last snapshot and do not give up.
func (r *resolution) incumbents() *owners {
	held := newOwners()
	for _, name := range r.names {
		v := r.chosen[name]
		if v == nil {
			v = r.loader.tenants.byName[name].good
		}
		if v == nil {
			continue
		}
		for _, c := range v.file.claims {
			if r.loader.owners[c.key] == name {
				held.give(name, c)
			}
		}
	}
	return held
}
