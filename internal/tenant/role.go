package tenant

import "maps"

// builtinRoles need no declaration; a tenant may replace them.
var builtinRoles = map[string]Role{
	"viewer": {Permissions: []string{"read"}, Clearance: "confidential"},
	"editor": {Permissions: []string{"read", "write"}, Clearance: "confidential"},
	"admin": {
		Permissions: []string{"read", "write", "delete", "admin"}, Clearance: "restricted",
		Tools: []string{"*"}, Methods: []string{"*"}, Models: []string{"*"},
	},
}

// EffectiveRoles are the tenant's own roles and the built-in ones that it does not replace; the caller owns
// the map, not the lists in it.
func (s *TenantSpec) EffectiveRoles() map[string]Role {
	roles := maps.Clone(builtinRoles)
	maps.Copy(roles, s.Roles)
	return roles
}

// HasRole reports whether a role is the tenant's own or built in.
func (s *TenantSpec) HasRole(name string) bool {
	_, own := s.Roles[name]
	_, builtin := builtinRoles[name]
	return own || builtin
}
