# METADATA
# title: Data classification
# description: |
#   Routes are public, internal, confidential or restricted; roles have a clearance, and restricted routes
#   demand more than one authentication factor (R-12).
package meshwarden.classification

import data.meshwarden.tenancy

# METADATA
# title: One of the principal's roles is cleared for the route
allow if input.route.classification == "public"

allow if {
	some role in tenancy.roles
	input.tenant.roles[role].reaches[input.route.classification]
}

# METADATA
# title: The authentication is strong enough for the route
# description: Methods are those of RFC 8176.
authenticated if input.route.classification == "public"

authenticated if input.route.classification == "internal"

authenticated if input.route.classification == "confidential"

authenticated if {
	input.route.classification == "restricted"
	some method in input.identity.amr
	method in {"mfa", "otp", "hwk"}
}
