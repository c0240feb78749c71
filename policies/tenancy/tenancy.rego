# METADATA
# title: Tenancy
# description: |
#   A principal reaches only its own tenant; principals of others need a grant (R-11). The server enforces
#   the same in Go after both stages, so that no module can undo it.
package meshwarden.tenancy

# METADATA
# title: The principal may act in this tenant
allow if own

allow if foreign

allow if {
	input.identity.kind == "anonymous"
	input.route.anonymous
}

# METADATA
# title: The principal belongs to the tenant that owns the host
own if {
	input.identity.tenant == input.tenant.name
	input.identity.kind != "anonymous"
}

# METADATA
# title: The principal belongs to another tenant and a grant lets it in
foreign if {
	not own
	input.identity.kind != "anonymous"
	input.identity.tenant != input.tenant.name
	input.identity.granted[_]
}

# METADATA
# title: Roles that count here
# description: |
#   The credential's roles for the tenant's own principals, those of grants that have not expired for others: roles
#   that another tenant handed out mean nothing here.
roles := input.identity.roles if {
	own
} else := input.identity.granted if {
	foreign
}
