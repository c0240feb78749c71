// Package policy evaluates Rego in stages. The platform's are the embedded packs and the platform owner's
// modules, shared by all tenants; the last is a tenant's own module, compiled alone and able only to narrow
// what the platform decided. It knows nothing of Envoy, tokens or stores: callers hand it an Input and get a
// Decision.
package policy

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// InputVersion is the version of the documented input document (docs/input.md); policies see it as
// input.version. It grows when a field changes its meaning or goes away, not when one is added.
const InputVersion = 1

// Input is what a policy is asked about. It is built once a request and not modified afterwards; the
// engine copies into the Rego document only the fields that the compiled policies read.
type Input struct {
	Request  RequestInput
	Identity IdentityInput
	Source   SourceInput
	Route    RouteInput
	LLM      LLMInput
	Tool     ToolInput
	// Tenant is the one that owns the host. Without it input.tenant is empty and nothing is cached.
	Tenant *Tenant
	// Time of the request; policies see it truncated to the minute, so that decisions stay cacheable.
	Time time.Time
}

// RequestInput is input.request.
type RequestInput struct {
	// Method is upper-case as received; Scheme is http or https; Host is lower-case without a port.
	Method, Scheme, Host string
	// Path is raw, without the query. Segments are its decoded segments.
	Path     string
	Segments []string
	// Query maps a decoded parameter name to its decoded values in order of appearance.
	Query map[string][]string
	// Headers have lower-case names; values of a repeated header are joined by ", ".
	Headers []Header
	// Size is the length of the body in bytes as declared, -1 when unknown.
	Size int64
	// Body is what the body holds: JSON as it is, a form as an object of arrays; nil when it was not read.
	Body ast.Value
}

// Header is one request header; a name stands at most once in a list.
type Header struct{ Name, Value string }

// Identity kinds, the closed set of input.identity.kind.
const (
	KindAnonymous = "anonymous"
	KindJWT       = "jwt"
	KindAPIKey    = "api_key"
	KindWebhook   = "webhook"
	KindMTLS      = "mtls"
)

// IdentityInput is input.identity: the verified principal. The zero value with Kind KindAnonymous is a
// request without a credential.
type IdentityInput struct {
	// Kind is one of the Kind constants.
	Kind string
	// Subject is the principal's name, unique within Tenant, which is the tenant that the credential belongs to.
	Subject, Tenant string
	Roles           []string
	// Granted are the roles that a grant of the request's tenant gives to a principal of another tenant (see Granted).
	Granted []string
	Groups  []string
	Scopes  []string
	// Claims is an ast.Object of the token's claims, built once per token (see ClaimsValue) and nil without one.
	Claims ast.Value
	// KeyID names the API key or the token's key.
	KeyID string
	// AMR, ACR and AuthTime are the authentication methods (RFC 8176), context class and moment; zero when unknown.
	AMR      []string
	ACR      string
	AuthTime time.Time
}

// SourceInput is input.source: where the request came from.
type SourceInput struct {
	// IP is the client's address without a port; Principal is the peer certificate's identity or empty.
	IP, Principal string
	// Threats names the threat lists that hold the client's address, the host of its page, or its subject.
	Threats []string
	// DeviceTrusted and Risk are what the tenant's signals say; Risk is 0 to 100, and RiskUnknown when nothing says.
	DeviceTrusted bool
	Risk          int64
}

// RiskUnknown is the risk score of a session that nobody scored.
const RiskUnknown = -1

// RouteInput is input.route: the tenant's route that matched.
type RouteInput struct {
	Name           string
	Classification string
	// Anonymous admits requests without a credential.
	Anonymous bool
	// Permission overrides the one that follows from the method; empty means that one.
	Permission string
	// Extensions are the route's context extensions.
	Extensions map[string]string
	// Resource is what the request is about, with parameters filled in; empty when the route names none.
	Resource string
	// Params are the path's parameters.
	Params map[string]string
	// Owned says that the resource is the principal's own.
	Owned bool
	// Accepts lists the permissions of which each one suffices, the narrowest first. None means that nobody may.
	Accepts []string
	// Unmet are the reasons of the conditions of tenant and route that do not hold.
	Unmet []string
	// Protocol is what the route's bodies are calls of; empty when they are none.
	Protocol string
}

// LLMInput is input.llm.
type LLMInput struct {
	// Models are those that the request names, without repetition.
	Models []string
}

// ToolInput is input.tool: the calls of a JSON-RPC request.
type ToolInput struct {
	// Methods and Names are the methods and the names of the tools called, without repetition.
	Methods, Names []string
	// Calls is an array of objects of method, name and arguments; nil when it was not built.
	Calls ast.Value
}

// ClaimsValue converts decoded JSON claims for IdentityInput.Claims. Numbers may be float64, int64 or
// json.Number. The result is immutable and may be shared between requests.
func ClaimsValue(claims map[string]any) (ast.Value, error) {
	return ast.InterfaceToValue(claims)
}
