package tenant_test

import data.tenant

request(path, roles) := {
	"request": {"segments": path},
	"identity": {"kind": "jwt", "roles": roles},
	"tenant": {"data": {"exports": {"role": "admin"}}},
}

test_an_editor_does_not_export if {
	tenant.deny == {"exports need the role admin"} with input as request(["exports", "2026"], ["editor"])
}

test_an_admin_exports if {
	count(tenant.deny) == 0 with input as request(["exports", "2026"], ["admin"])
}

test_other_paths_are_open if {
	count(tenant.deny) == 0 with input as request(["orders"], ["viewer"])
}

test_the_root_is_open if {
	count(tenant.deny) == 0 with input as request([], ["viewer"])
}

test_a_key_has_a_lower_limit if {
	tenant.quotas.minute.limit == 10 with input as {"identity": {"kind": "api_key"}}
}
