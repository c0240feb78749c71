# METADATA
# title: Decision
# description: |
#   Combines the packs into data.meshwarden.main.decision, the one document that the authorization server
#   asks for. A request is admitted only when every pack says so; what is missing or undefined denies.
# authors:
# - Meshwarden
package meshwarden.main

import data.meshwarden.classification
import data.meshwarden.extensions
import data.meshwarden.quota
import data.meshwarden.rbac
import data.meshwarden.tenancy

# METADATA
# title: The decision about one request
# description: Field by field in docs/input.md. Fields that are not set keep their defaults.
# entrypoint: true
decision := {
	"allow": true,
	"reason": "allowed",
	"rule": "rbac",
	"quotas": quota.names,
	"audit": audit,
	"headers": extensions.headers,
	"response_headers": extensions.response_headers,
} if {
	admitted
} else := {
	"allow": false,
	"reason": "credential_missing",
	"rule": "rbac",
} if {
	input.identity.kind == "anonymous"
	not input.route.anonymous
} else := {
	"allow": false,
	"reason": "tenant_mismatch",
	"rule": "tenancy",
	"audit": "full",
} if {
	not tenancy.allow
} else := {
	"allow": false,
	"reason": "policy_denied",
	"rule": first.rule,
	"message": first.message,
	"audit": audit,
} if {
	first := extensions.denials[0]
} else := {
	"allow": false,
	"reason": "permission_denied",
	"rule": "rbac",
	"audit": audit,
} if {
	not rbac.allow
} else := {
	"allow": false,
	"reason": "clearance_too_low",
	"rule": "classification",
	"audit": audit,
} if {
	not classification.allow
} else := {
	"allow": false,
	"reason": "step_up_required",
	"rule": "classification",
	"step_up": {"acr_values": ["mfa"]},
	"audit": audit,
} if {
	not classification.authenticated
} else := {
	"allow": false,
	"reason": "step_up_required",
	"rule": "platform",
	"step_up": {"acr_values": extensions.step_up},
	"audit": audit,
}

admitted if {
	tenancy.allow
	rbac.allow
	classification.allow
	classification.authenticated
	extensions.denials == []
	extensions.step_up == []
}

# METADATA
# title: Audit level
# description: Restricted routes and access by a grant of another tenant are recorded in full (R-11, R-12).
default audit := "full"

audit := "standard" if {
	input.route.classification != "restricted"
	not tenancy.foreign
}
