package tenant

import "strings"

// Protocols of routes whose bodies are calls.
const (
	ProtocolMCP       = "mcp"
	ProtocolJSONRPC   = "jsonrpc"
	ProtocolOpenAI    = "openai"
	ProtocolAnthropic = "anthropic"
	ProtocolGemini    = "gemini"
	ProtocolBedrock   = "bedrock"
)

// sessionMethods are what every MCP session needs, and what roles that list no methods have.
var sessionMethods = []string{"initialize", "ping", "notifications/*", "logging/setLevel", "tools/list", "tools/call"}

// EffectiveMethods are the JSON-RPC methods that the role may call.
func (r *Role) EffectiveMethods() []string {
	if len(r.Methods) == 0 {
		return sessionMethods
	}
	return r.Methods
}

// IsJSONRPC reports whether the route's bodies are JSON-RPC.
func (r *Route) IsJSONRPC() bool { return r.Protocol == ProtocolMCP || r.Protocol == ProtocolJSONRPC }

// IsLLM reports whether the route's requests name models.
func (r *Route) IsLLM() bool { return r.Protocol != "" && !r.IsJSONRPC() }

func (v *Validate) readsBody() bool {
	return len(v.Fields) > 0 || len(v.Schema) > 0 || v.SchemaFile != "" || v.BodyRequired || v.MaxBody > 0
}

// maxCallPattern is the longest name of a tool, method or model: Amazon's ARNs have at most 2048 bytes.
const maxCallPattern = 2048

const callRule = "a name of visible ASCII, with a star at the end only"

func isCallPattern(s string) bool {
	if s == "" || len(s) > maxCallPattern {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == '*' && i < len(s)-1 {
			return false
		}
	}
	return true
}

// CutPrefixes divides patterns into names and the beginnings that a star ends.
func CutPrefixes(patterns []string) (names, prefixes []string) {
	for _, p := range patterns {
		if prefix, ok := strings.CutSuffix(p, anyPart); ok {
			prefixes = append(prefixes, prefix)
		} else {
			names = append(names, p)
		}
	}
	return names, prefixes
}
