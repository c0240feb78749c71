package meshwarden.main_test

import data.meshwarden.main

reader := {
	"identity": {"kind": "jwt", "tenant": "acme", "roles": ["viewer"], "granted": [], "scopes": [], "amr": []},
	"route": {
		"name": "orders", "anonymous": false, "classification": "internal",
		"accepts": ["read", "*"], "unmet": [], "protocol": "",
	},
	"tenant": {
		"name": "acme",
		"roles": {
			"viewer": {"permissions": {"read"}, "reaches": {"public", "internal", "confidential"}},
			"auditor": {"permissions": {"read"}, "reaches": {"restricted"}},
		},
		"routes": {"orders": {"quotas": ["burst"]}},
	},
}

changed(patch) := decision if {
	decision := main.decision with input as object.union(reader, patch)
}

test_admitted if {
	d := changed({})
	d.allow
	d.reason == "allowed"
	d.quotas == ["burst"]
	d.audit == "standard"
}

test_reasons if {
	every reason, patch in {
		"credential_missing": {"identity": {"kind": "anonymous", "tenant": "", "roles": []}},
		"tenant_mismatch": {"identity": {"tenant": "globex"}},
		"permission_denied": {"route": {"accepts": ["write", "*"]}},
		"scope_insufficient": {"identity": {"scopes": ["write"]}},
		"time_not_allowed": {"route": {"unmet": ["time_not_allowed"]}},
		"tool_not_allowed": {"route": {"protocol": "mcp"}, "tool": {"methods": ["tools/call"]}, "llm": {"models": []}},
		"model_not_allowed": {"route": {"protocol": "openai"}, "tool": {"methods": [], "names": []}, "llm": {"models": ["m"]}},
		"clearance_too_low": {"route": {"classification": "restricted"}},
		"step_up_required": {"route": {"classification": "restricted"}, "identity": {"roles": ["auditor"]}},
	} {
		d := changed(patch)
		not d.allow
		d.reason == reason
	}
}

test_restricted_routes_and_grants_are_recorded_in_full if {
	changed({"route": {"classification": "restricted"}}).audit == "full"
	d := changed({"identity": {"tenant": "globex", "granted": ["viewer"]}})
	d.allow
	d.audit == "full"
}

test_other_routes_are_recorded_briefly if {
	changed({"route": {"accepts": ["write", "*"]}}).audit == "standard"
	anonymous := changed({
		"identity": {"kind": "anonymous", "tenant": "", "roles": []},
		"route": {"anonymous": true, "classification": "public"},
	})
	anonymous.allow
	anonymous.audit == "standard"
}

test_a_denial_of_the_platform_goes_before_roles if {
	d := main.decision with input as object.union(reader, {"route": {"accepts": ["write", "*"]}})
		with data.meshwarden.extensions.denials as [{"rule": "platform.hours", "message": "closed"}]
		with data.meshwarden.extensions.clear as false
	not d.allow
	d.reason == "policy_denied"
	d.rule == "platform.hours"
	d.message == "closed"
}

test_a_denial_has_the_status_of_its_package if {
	denied := [{"rule": "platform.b", "message": ""}]
	with_status(denied, [{"rule": "platform.a", "set": 404}, {"rule": "platform.b", "set": 410}]) == 410
	with_status(denied, [{"rule": "platform.a", "set": 404}]) == 0
}

with_status(denials, statuses) := d.status if {
	d := main.decision with input as reader
		with data.meshwarden.extensions.denials as denials
		with data.meshwarden.extensions.statuses as statuses
		with data.meshwarden.extensions.clear as false
}

test_a_demand_of_the_platform if {
	d := main.decision with input as reader
		with data.meshwarden.extensions.demands as [{"rule": "platform", "acr_values": ["gold"], "max_age": 60}]
		with data.meshwarden.extensions.clear as false
	not d.allow
	d.reason == "step_up_required"
	d.step_up == {"acr_values": ["gold"], "max_age": 60}
}

# Whatever a module says, another tenant's principal stays out.
test_tenancy_goes_before_everything if {
	d := main.decision with input as object.union(reader, {"identity": {"tenant": "globex"}})
		with data.meshwarden.extensions.denials as [{"rule": "platform", "message": "x"}]
		with data.meshwarden.extensions.clear as false
	d.reason == "tenant_mismatch"
}

test_an_unknown_route_has_no_decision if {
	not main.decision with input as object.union(reader, {"route": {"name": "gone"}})
}

test_nothing_is_not_allowed if {
	d := main.decision with input as {}
	not d.allow
}
