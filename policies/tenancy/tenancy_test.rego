package meshwarden.tenancy_test

import data.meshwarden.tenancy

own := {
	"identity": {"kind": "jwt", "tenant": "acme", "roles": ["admin"], "granted": []},
	"route": {"anonymous": false},
	"tenant": {"name": "acme"},
}

foreign := object.union(own, {"identity": {"tenant": "globex"}})

granted := object.union(foreign, {"identity": {"granted": ["viewer"]}})

anonymous := object.union(own, {"identity": {"kind": "anonymous", "tenant": "", "roles": []}})

test_the_own_tenant if {
	tenancy.allow with input as own
	tenancy.roles == ["admin"] with input as own
	not tenancy.foreign with input as own
}

test_another_tenant if {
	not tenancy.allow with input as foreign
	not tenancy.roles with input as foreign
}

test_another_tenant_with_a_grant if {
	tenancy.allow with input as granted
	tenancy.foreign with input as granted
	tenancy.roles == ["viewer"] with input as granted
}

test_a_grant_does_not_add_to_own_roles if {
	tenancy.roles == ["admin"] with input as object.union(own, {"identity": {"granted": ["viewer"]}})
}

test_nobody if {
	not tenancy.allow with input as anonymous
}

test_nobody_on_an_anonymous_route if {
	tenancy.allow with input as object.union(anonymous, {"route": {"anonymous": true}})
}

# An anonymous request must not pass for the tenant's own, whatever the names say.
test_nobody_with_the_tenants_name if {
	named := object.union(anonymous, {"identity": {"tenant": "acme", "granted": ["admin"]}})
	not tenancy.allow with input as named
	not tenancy.roles with input as named
}

test_a_foreign_principal_on_an_anonymous_route if {
	not tenancy.allow with input as object.union(foreign, {"route": {"anonymous": true}})
}

test_nothing if {
	not tenancy.allow with input as {}
	not tenancy.allow with input as {"identity": {"kind": "jwt"}, "tenant": {}}
}
