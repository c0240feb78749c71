package meshwarden.rbac_test

import data.meshwarden.rbac

tenant := {"name": "acme", "token_scopes": "enforce", "roles": {
	"viewer": {"permissions": {"read"}},
	"editor": {"permissions": {"read", "write"}},
	"exporter": {"permissions": {"export"}},
	"clerk": {"permissions": {"orders:*"}, "deny": {"orders:delete"}},
	"auditor": {"permissions": {"*:read"}},
	"customer": {"permissions": {"orders:read:own"}},
	"root": {"permissions": {"*"}},
}}

# What the server puts into input.route.accepts.
get := ["read", "*"]

post := ["write", "*"]

get_orders := ["orders:read", "orders:*", "*:read", "read", "*"]

delete_orders := ["orders:delete", "orders:*", "*:delete", "delete", "*"]

own_orders := array.concat(get_orders, ["orders:read:own", "orders:*:own", "*:read:own", "read:own", "*:own"])

request(accepts, roles) := {
	"identity": {"kind": "jwt", "tenant": "acme", "roles": roles, "granted": [], "scopes": []},
	"route": {"anonymous": false, "classification": "internal", "accepts": accepts},
	"tenant": tenant,
}

allowed(accepts, roles) if rbac.allow with input as request(accepts, roles)

test_the_permission_is_the_narrowest if {
	rbac.permission == "orders:read" with input as request(get_orders, [])
	rbac.permission == "read" with input as request(get, [])
}

test_roles_allow_what_they_hold if {
	allowed(get, ["viewer"])
	not allowed(post, ["viewer"])
	allowed(post, ["editor"])
	allowed(["export", "*"], ["exporter"])
	not allowed(["export", "*"], ["editor"])
	allowed(post, ["root"])
}

test_any_of_several_roles_is_enough if allowed(post, ["viewer", "editor"])

test_a_permission_for_every_resource_holds_for_one if allowed(get_orders, ["viewer"])

test_a_permission_for_one_resource_holds_for_no_other if {
	allowed(get_orders, ["clerk"])
	not allowed(["invoices:read", "invoices:*", "*:read", "read", "*"], ["clerk"])
	not allowed(get, ["clerk"])
}

test_an_action_on_any_resource if {
	allowed(get_orders, ["auditor"])
	not allowed(delete_orders, ["auditor"])
	not allowed(get, ["auditor"])
}

test_what_a_role_denies_it_does_not_give if {
	not allowed(delete_orders, ["clerk"])
	allowed(delete_orders, ["clerk", "root"])
}

test_a_denied_resource_takes_all_of_it if {
	narrow := object.union(request(get_orders, ["x"]), {"tenant": {"roles": {"x": {"permissions": {"*"}, "deny": {"orders:*"}}}}})
	not rbac.allow with input as narrow
	rbac.allow with input as object.union(narrow, {"route": {"accepts": get}})
}

test_own_permissions_are_the_owners if {
	allowed(own_orders, ["customer"])
	not allowed(get_orders, ["customer"])
}

test_a_method_that_is_not_known_is_denied_even_to_root if not allowed([], ["root"])

test_an_unknown_role_is_denied if not allowed(get, ["superuser"])

test_no_role_is_denied if not allowed(get, [])

test_nothing_is_denied if not rbac.allow with input as {}

test_roles_of_another_tenant_do_not_count if {
	foreign := object.union(request(get, ["root"]), {"identity": {"tenant": "globex"}})
	not rbac.allow with input as foreign
}

test_a_grant_counts_instead if {
	foreign := object.union(request(get, ["root"]), {"identity": {"tenant": "globex", "granted": ["viewer"]}})
	rbac.allow with input as foreign
	not rbac.allow with input as object.union(foreign, {"route": {"accepts": post}})
}

scoped(patch) if rbac.scoped with input as object.union(request(get_orders, ["root"]), patch)

test_a_credential_without_scopes_is_not_narrowed if scoped({})

test_scopes_narrow if {
	scoped({"identity": {"scopes": ["orders:read"]}})
	scoped({"identity": {"scopes": ["invoices:read", "orders:*"]}})
	scoped({"identity": {"scopes": ["openid", "read"]}})
	not scoped({"identity": {"scopes": ["orders:write"]}})
	not scoped({"identity": {"scopes": ["openid", "invoices:read"]}})
	not scoped({"identity": {"scopes": ["something.else"]}})
}

test_scopes_of_openid_connect_say_nothing if {
	scoped({"identity": {"scopes": ["openid", "profile"]}})
	not scoped({"identity": {"kind": "api_key", "scopes": ["openid"]}})
}

test_a_tenant_leaves_scopes_of_tokens_to_policies if {
	ignore := {"tenant": {"token_scopes": "ignore"}, "identity": {"scopes": ["invoices:read"]}}
	scoped(ignore)
	not scoped(object.union(ignore, {"identity": {"kind": "api_key"}}))
}

test_an_anonymous_public_route_takes_anybody if {
	everybody := {
		"identity": {"kind": "anonymous", "tenant": "", "roles": [], "granted": [], "scopes": []},
		"route": {"anonymous": true, "classification": "public", "accepts": []},
		"tenant": tenant,
	}
	rbac.allow with input as everybody
	rbac.scoped with input as object.union(everybody, {"identity": {"kind": "api_key", "scopes": ["x"]}})
	not rbac.allow with input as object.union(everybody, {"route": {"classification": "internal"}})
	not rbac.allow with input as object.union(everybody, {"route": {"anonymous": false}})
}
