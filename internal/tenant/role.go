package tenant

import "slices"

// HasRole reports whether a role is the tenant's own or built in.
func (s *TenantSpec) HasRole(name string) bool {
	_, own := s.Roles[name]
	return own || slices.Contains(builtinRoles, name)
}
