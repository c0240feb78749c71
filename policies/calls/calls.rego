# METADATA
# title: Calls of tools and models
# description: |
#   On routes with a protocol, bodies are calls: of tools by name (MCP), of methods (JSON-RPC), or of models. Roles
#   list what they may call, with a star at the end for any ending; what no role lists is denied (R-14). Of several
#   calls in one request each must be allowed.
package meshwarden.calls

import data.meshwarden.tenancy

# METADATA
# title: Every call is allowed
allow if input.route.protocol == ""

allow if {
	input.tool.methods
	input.tool.names
	input.llm.models
	not reason
}

# METADATA
# title: Why a call is not allowed
reason := "tool_not_allowed" if {
	some method in input.tool.methods
	not listed("methods", method)
} else := "tool_not_allowed" if {
	some name in input.tool.names
	not listed("tools", name)
} else := "model_not_allowed" if {
	some model in input.llm.models
	not listed("models", model)
}

# METADATA
# title: One of the principal's roles lists a name
# description: Lists are tools, methods and models of a role, each as names and prefixes.
listed(list, name) if {
	some role in tenancy.roles
	input.tenant.roles[role][list].names[name]
}

listed(list, name) if {
	some role in tenancy.roles
	some prefix in input.tenant.roles[role][list].prefixes
	startswith(name, prefix)
}
