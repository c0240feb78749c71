package meshwarden.rbac_test

import data.meshwarden.rbac

tenant := {"name": "acme", "roles": {
	"viewer": {"permissions": {"read"}},
	"editor": {"permissions": {"read", "write"}},
	"admin": {"permissions": {"read", "write", "delete", "admin"}},
	"exporter": {"permissions": {"export"}},
}}

request(method, roles, permission) := {
	"request": {"method": method},
	"identity": {"kind": "jwt", "tenant": "acme", "roles": roles, "granted": []},
	"route": {"anonymous": false, "classification": "internal", "permission": permission},
	"tenant": tenant,
}

allowed(method, roles, permission) if rbac.allow with input as request(method, roles, permission)

# Methods and the permissions that they need (R-10).
needs := {
	"GET": "read", "HEAD": "read", "OPTIONS": "read",
	"POST": "write", "PUT": "write", "PATCH": "write",
	"DELETE": "delete",
}

test_a_method_needs_its_permission if {
	every method, permission in needs {
		rbac.permission == permission with input as request(method, [], "")
	}
}

test_built_in_roles_allow_what_they_hold if {
	every role in ["viewer", "editor", "admin"] {
		every method, permission in needs {
			holds := permission in tenant.roles[role].permissions
			holds == (count([true | allowed(method, [role], "")]) == 1)
		}
	}
}

test_any_of_several_roles_is_enough if allowed("POST", ["viewer", "editor"], "")

test_a_route_asks_for_another_permission if {
	allowed("GET", ["exporter"], "export")
	not allowed("GET", ["viewer"], "export")
}

test_an_unknown_method_is_denied_even_to_admins if {
	every method in ["BREW", "get", "", "CONNECT", "TRACE"] {
		not allowed(method, ["admin"], "")
	}
}

test_an_unknown_role_is_denied if {
	not allowed("GET", ["superuser"], "")
}

test_no_role_is_denied if {
	not allowed("GET", [], "")
}

test_nothing_is_denied if {
	not rbac.allow with input as {}
}

test_roles_of_another_tenant_do_not_count if {
	foreign := object.union(request("GET", ["admin"], ""), {"identity": {"tenant": "globex"}})
	not rbac.allow with input as foreign
}

test_a_grant_counts_instead if {
	foreign := object.union(request("GET", ["admin"], ""), {"identity": {"tenant": "globex", "granted": ["viewer"]}})
	rbac.allow with input as foreign
	not rbac.allow with input as object.union(foreign, {"request": {"method": "POST"}})
}

test_an_anonymous_public_route_takes_anybody if {
	open := {
		"request": {"method": "POST"},
		"identity": {"kind": "anonymous", "tenant": "", "roles": [], "granted": []},
		"route": {"anonymous": true, "classification": "public", "permission": ""},
		"tenant": tenant,
	}
	rbac.allow with input as open
	not rbac.allow with input as object.union(open, {"route": {"classification": "internal"}})
	not rbac.allow with input as object.union(open, {"route": {"anonymous": false}})
}
