# METADATA
# title: Exports
# description: |
#   A tenant's own module runs after the platform's policies, with their decision as input.decision. It can
#   only narrow: deny (with a message for the client), lower or add quotas, scan more strictly.
package tenant

# METADATA
# title: Only one role exports
deny contains "exports need the role admin" if {
	input.request.segments[0] == "exports"
	not input.tenant.data.exports.role in input.identity.roles
}

# METADATA
# title: Keys of machines get a third of the limit
quotas.minute.limit := 10 if input.identity.kind == "api_key"
