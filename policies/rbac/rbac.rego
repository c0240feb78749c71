# METADATA
# title: Role-based access control
# description: |
#   Roles hold permissions; the method or the route says which one a request needs (R-10). Built-in roles
#   are viewer (read), editor (read, write) and admin (read, write, delete, admin); tenants add or replace
#   roles. What is not allowed is denied.
package meshwarden.rbac

import data.meshwarden.tenancy

# METADATA
# title: One of the principal's roles holds the permission
allow if {
	some role in tenancy.roles
	input.tenant.roles[role].permissions[permission]
}

allow if {
	input.route.anonymous
	input.route.classification == "public"
}

# METADATA
# title: The permission that the request needs
# description: |
#   A method that is not listed needs a permission that no role can hold. One rule a method, because the
#   compiler's index then finds the one that applies.
permission := input.route.permission if input.route.permission != ""

permission := "read" if {
	input.request.method == "GET"
	input.route.permission == ""
}

permission := "read" if {
	input.request.method == "HEAD"
	input.route.permission == ""
}

permission := "read" if {
	input.request.method == "OPTIONS"
	input.route.permission == ""
}

permission := "write" if {
	input.request.method == "POST"
	input.route.permission == ""
}

permission := "write" if {
	input.request.method == "PUT"
	input.route.permission == ""
}

permission := "write" if {
	input.request.method == "PATCH"
	input.route.permission == ""
}

permission := "delete" if {
	input.request.method == "DELETE"
	input.route.permission == ""
}
