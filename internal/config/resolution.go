package config

import (
	"fmt"
	"maps"
	"slices"
)

// resolution decides which tenants take over their newest version.
type resolution struct {
	loader *Loader
	names  []string
	// chosen are the newest versions that are still good; other tenants keep their last good one.
	chosen   map[string]*version
	problems []Problem
}

func (r *resolution) report(name string, p place, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Object: "tenant/" + name, File: describe(name), Line: p.line, Column: p.column, Reason: fmt.Sprintf(format, args...),
	})
}

// refer reports the names in a tenant's file that lead nowhere, and whether there are none.
func (r *resolution) refer(name string, f *tenantFile) bool {
	before := len(r.problems)
	for _, ref := range f.references {
		switch ref.kind {
		case toUpstream:
			lookUp(r, name, ref, "upstream", upstreamsDir, r.loader.upstreams)
		case toScanPolicy:
			lookUp(r, name, ref, "scan policy", scanPoliciesDir, r.loader.scanPolicies)
		case toTenant:
			if r.loader.tenants[ref.name] == nil {
				r.report(name, ref.place, "%s: unknown tenant %q%s", ref.field, ref.name, suggestion(ref.name, slices.Collect(maps.Keys(r.loader.tenants))))
			}
		}
	}
	return len(r.problems) == before
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
	tried := maps.Clone(r.chosen)
	var held *owners
	for again := true; again; {
		again = false
		held = r.incumbents()
		for _, name := range r.names {
			v := r.chosen[name]
			if v == nil {
				continue
			}
			if r.loses(name, v.file, held) {
				delete(r.chosen, name)
				again = true
				continue
			}
			for _, c := range v.file.claims {
				held.give(name, c)
			}
		}
	}
	// What others fail for is their first problem, not their only one.
	for _, name := range r.names {
		if f := r.loader.tenants[name].yaml.parsed; f != nil && tried[name] == nil {
			r.loses(name, f, held)
		}
	}
}

// incumbents are the claims that tenants had in the last snapshot and do not give up.
func (r *resolution) incumbents() *owners {
	held := newOwners()
	for _, name := range r.names {
		v := r.chosen[name]
		if v == nil {
			v = r.loader.tenants[name].good
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

// loses reports the claims of a tenant's file that others have, and whether there are any.
func (r *resolution) loses(name string, f *tenantFile, held *owners) bool {
	before := len(r.problems)
	for _, c := range f.claims {
		if owner := held.other(name, c); owner != "" {
			r.report(name, c.place, "%s: %s belongs to tenant %q already (%s)", c.field, c.text, owner, describe(owner))
		}
	}
	return len(r.problems) > before
}
