package config

import "github.com/meshwarden/meshwarden/internal/plane"

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
