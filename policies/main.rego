# METADATA
# title: Decision
# description: |
#   Combines the packs into data.meshwarden.main.decision, the one document that the authorization server
#   asks for. A request is admitted only when every pack says so; what is missing or undefined denies.
# authors:
# - Meshwarden
package meshwarden.main

import data.meshwarden.calls
import data.meshwarden.classification
import data.meshwarden.conditions
import data.meshwarden.extend
import data.meshwarden.extensions
import data.meshwarden.quota
import data.meshwarden.rbac
import data.meshwarden.tenancy

# METADATA
# title: The decision about one request
# description: |
#   Field by field in docs/input.md; fields that are not set keep their defaults. Undefined when none of the
#   cases holds, which the server answers as an error of the policy.
# entrypoint: true
decision := {
	"allow": true,
	"reason": "allowed",
	"rule": "rbac",
	"quotas": quota.names,
	"audit": audit,
	"headers": extensions.headers,
	"response_headers": extensions.response_headers,
	"remove_headers": extensions.remove_headers,
	"scan": extensions.scans,
} if {
	tenancy.allow
	conditions.allow
	rbac.allow
	rbac.scoped
	calls.allow
	classification.allow
	classification.authenticated
	extensions.clear
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
	"reason": conditions.reason,
	"rule": "conditions",
	"audit": audit,
} if {
	not conditions.allow
} else := {
	"allow": false,
	"reason": "policy_denied",
	"rule": denial.rule,
	"message": denial.message,
	"status": extend.status(denial.rule, extensions.statuses),
	"audit": audit,
} if {
	denial := extend.first(extensions.denials)
} else := {
	"allow": false,
	"reason": "permission_denied",
	"rule": "rbac",
	"audit": audit,
} if {
	not rbac.allow
} else := {
	"allow": false,
	"reason": "scope_insufficient",
	"rule": "rbac",
	"audit": audit,
} if {
	not rbac.scoped
} else := {
	"allow": false,
	"reason": calls.reason,
	"rule": "calls",
	"audit": audit,
} if {
	not calls.allow
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
	"rule": demand.rule,
	"step_up": object.remove(demand, ["rule"]),
	"audit": audit,
} if {
	demand := extend.first(extensions.demands)
}

# METADATA
# title: Audit level
# description: Restricted routes and access by a grant of another tenant are recorded in full (R-11, R-12).
default audit := "full"

audit := "standard" if {
	tenancy.own
	input.route.classification != "restricted"
}

audit := "standard" if {
	input.identity.kind == "anonymous"
	input.route.classification != "restricted"
}
