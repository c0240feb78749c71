# METADATA
# title: Role-based access control
# description: |
#   Roles hold permissions; the method or the route says which one a request needs (R-10). Built-in roles
#   are viewer (read), editor (read, write) and admin (read, write, delete, admin); tenants add or replace
#   roles. What is not allowed is denied.
package meshwarden.rbac

import data.meshwarden.tenancy

# METADATA
# title: One of the principal's roles holds a permission that suffices
# description: |
#   Which ones do is in input.route.accepts: for a GET of the resource orders that is orders:read, orders:*,
#   *:read, read and *, and for its owner the same with :own. The list is empty for a method that is not known.
allow if {
	some role in tenancy.roles
	some accepted in input.route.accepts
	input.tenant.roles[role].permissions[accepted]
	not input.tenant.roles[role].deny
}

allow if {
	some role in tenancy.roles
	some accepted in input.route.accepts
	input.tenant.roles[role].permissions[accepted]
	not takes(input.tenant.roles[role].deny)
}

allow if open

# METADATA
# title: A role takes away what it gives
# description: A denied permission takes the narrower ones with it, as one that is held gives them.
takes(denied) if {
	some accepted in input.route.accepts
	denied[accepted]
}

# METADATA
# title: The credential's scopes allow what its roles do
# description: |
#   A credential with scopes may do only what both allow. Scopes are written as permissions are. Those of OpenID
#   Connect ask for facts about the user and are no permissions; a token that has no others is not narrowed.
scoped if input.identity.scopes == []

scoped if {
	some scope in input.identity.scopes
	scope in input.route.accepts
}

scoped if {
	input.identity.kind != "api_key"
	input.tenant.token_scopes == "ignore"
}

scoped if {
	input.identity.kind != "api_key"
	every scope in input.identity.scopes {
		scope in {"openid", "profile", "email", "address", "phone", "offline_access"}
	}
}

scoped if open

# METADATA
# title: The route is for everybody
open if {
	input.route.anonymous
	input.route.classification == "public"
}

# METADATA
# title: The permission that the request needs
permission := input.route.accepts[0]
