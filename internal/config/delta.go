package config

import "github.com/meshwarden/meshwarden/internal/plane"

// WarningsSince returns the warnings of s that another snapshot, nil for an empty one, does not have.
func (s *Snapshot) WarningsSince(last *Snapshot) (added []Problem) {
	known := map[Problem]bool{}
	if last != nil {
		for _, w := range last.Warnings {
			known[w] = true
		}
	}
	for _, w := range s.Warnings {
		if !known[w] {
			added = append(added, w)
		}
	}
	return added
}

// TenantsSince returns the tenants of s that another snapshot of the same loader, nil for an empty one, does not have in this version,
// and the names of those that only the other has.
func (s *Snapshot) TenantsSince(last *Snapshot) (changed []*plane.Tenant, gone []string) {
	if last == nil {
		last = &Snapshot{}
	}
	for name, t := range s.Tenants {
		if last.Tenants[name] != t {
			changed = append(changed, t)
		}
	}
	for name := range last.Tenants {
		if s.Tenants[name] == nil {
			gone = append(gone, name)
		}
	}
	return changed, gone
}
