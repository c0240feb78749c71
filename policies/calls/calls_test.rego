package meshwarden.calls_test

import data.meshwarden.calls

analyst := {
	"route": {"protocol": "mcp"},
	"identity": {"kind": "jwt", "tenant": "acme", "roles": ["analyst"], "granted": []},
	"tool": {"methods": ["tools/call"], "names": ["search_orders"]},
	"llm": {"models": []},
	"tenant": {"name": "acme", "roles": {
		"analyst": {
			"tools": {"names": {"weather"}, "prefixes": ["search_"]},
			"methods": {"names": {"tools/call", "initialize"}, "prefixes": ["notifications/"]},
			"models": {"names": {"gpt-4o-mini"}, "prefixes": ["claude-"]},
		},
		"viewer": {"permissions": {"read"}},
		"root": {
			"tools": {"names": set(), "prefixes": [""]},
			"methods": {"names": set(), "prefixes": [""]},
			"models": {"names": set(), "prefixes": [""]},
		},
	}},
}

denied(patch, why) if calls.reason == why with input as object.union(analyst, patch)

allowed(patch) if calls.allow with input as object.union(analyst, patch)

test_a_listed_tool if {
	allowed({})
	allowed({"tool": {"names": ["weather"]}})
}

test_a_tool_that_no_role_lists if {
	not allowed({"tool": {"names": ["weather2"]}})
	denied({"tool": {"names": ["delete_orders"]}}, "tool_not_allowed")
	denied({"tool": {"names": [""]}}, "tool_not_allowed")
}

test_one_denied_call_denies_the_whole_batch if {
	not allowed({"tool": {"names": ["search_orders", "drop_tables"]}})
}

test_methods_are_listed_too if {
	allowed({"tool": {"methods": ["initialize", "notifications/initialized"], "names": []}})
	denied({"tool": {"methods": ["resources/read"], "names": []}}, "tool_not_allowed")
}

models(list) := {"tool": {"methods": [], "names": []}, "llm": {"models": list}, "route": {"protocol": "openai"}}

test_models if {
	allowed(models(["gpt-4o-mini"]))
	allowed(models(["claude-sonnet-4", "gpt-4o-mini"]))
	denied(models(["gpt-4o"]), "model_not_allowed")
	denied(models(["claude-sonnet-4", "gpt-4o"]), "model_not_allowed")
}

test_models_in_another_case if {
	not allowed({"tool": {"methods": [], "names": []}, "llm": {"models": ["GPT-4o-mini"]}})
}

test_a_role_without_lists_calls_nothing if {
	not allowed({"identity": {"roles": ["viewer"]}})
	allowed({"identity": {"roles": ["viewer", "root"]}})
}

test_roles_of_another_tenant_do_not_count if {
	not allowed({"identity": {"tenant": "globex"}})
	not allowed({"identity": {"tenant": "globex", "roles": ["root"], "granted": ["viewer"]}})
	allowed({"identity": {"tenant": "globex", "granted": ["analyst"]}})
}

test_routes_without_a_protocol_hold_no_calls if {
	allowed({"route": {"protocol": ""}, "identity": {"roles": []}, "tool": {"methods": [], "names": []}})
}
