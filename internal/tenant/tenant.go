// Package tenant holds the configuration types that users edit: Tenant, ScanPolicy, Upstream and
// Gateway, with their defaults and validation. It does no I/O and knows neither YAML nor protobuf;
// internal/config reads files into it, xds and extauthz compile from it.
package tenant

// APIVersion and the kinds are the closed set of what a configuration directory may hold.
const (
	APIVersion     = "meshwarden.io/v1alpha1"
	KindTenant     = "Tenant"
	KindScanPolicy = "ScanPolicy"
	KindUpstream   = "Upstream"
	KindGateway    = "Gateway"
)

// Metadata names an object.
type Metadata struct {
	// Name is a DNS label: lower-case letters, digits and hyphens, at most 63 characters.
	Name string `json:"name" yaml:"name"`
}

// Tenant is one customer of the platform: its hosts, who may call them, how much, and what is scanned.
type Tenant struct {
	APIVersion string     `json:"apiVersion" yaml:"apiVersion"`
	Kind       string     `json:"kind" yaml:"kind"`
	Metadata   Metadata   `json:"metadata" yaml:"metadata"`
	Spec       TenantSpec `json:"spec" yaml:"spec"`
}

// TenantSpec is the body of a Tenant.
type TenantSpec struct {
	// Hosts are the exact host names (lower case, no port) that this tenant owns. A host belongs to one tenant.
	Hosts []string `json:"hosts" yaml:"hosts" items:"1..256"`
	// Tier is enterprise, business, starter or free (default free); policies read it.
	Tier string `json:"tier,omitempty" yaml:"tier,omitempty" default:"free" enum:"enterprise,business,starter,free"`
	// Auth says which credentials are accepted.
	Auth Auth `json:"auth,omitempty" yaml:"auth,omitempty"`
	// Roles adds or replaces roles; the built-in ones are viewer, editor and admin.
	Roles map[string]Role `json:"roles,omitempty" yaml:"roles,omitempty" items:"0..256"`
	// TokenScopes says what the scopes of tokens are to this tenant: enforce (default) means that a token with scopes may do only
	// what a role and a scope both allow, where scopes are written as permissions are and those of OpenID Connect (openid,
	// profile, ...) count for nothing; ignore leaves them to policies. The scopes of API keys are always enforced.
	TokenScopes string `json:"token_scopes,omitempty" yaml:"token_scopes,omitempty" default:"enforce" enum:"enforce,ignore"`
	// Grants lets principals of other tenants in, each audited.
	Grants []Grant `json:"grants,omitempty" yaml:"grants,omitempty" items:"0..1024"`
	// Routes are matched in order, first match wins. At least one.
	Routes []Route `json:"routes" yaml:"routes" items:"1..512"`
	// Timezone is the IANA zone of the hours of Conditions (default UTC).
	Timezone string `json:"timezone,omitempty" yaml:"timezone,omitempty" default:"UTC"`
	// Conditions must hold for every request of the tenant, whoever makes it.
	Conditions *Conditions `json:"conditions,omitempty" yaml:"conditions,omitempty"`
	// Signals says where device trust and risk scores are found.
	Signals Signals `json:"signals,omitempty" yaml:"signals,omitempty"`
	// Quotas replaces all default limits when set.
	Quotas []Quota `json:"quotas,omitempty" yaml:"quotas,omitempty" items:"0..32"`
	// OnStoreFailure is allow or deny (default deny): what happens when the quota store is away, or when a replica started
	// while the store was and does not know what tokens were revoked.
	OnStoreFailure string `json:"on_store_failure,omitempty" yaml:"on_store_failure,omitempty" default:"deny" enum:"allow,deny"`
	// OnAuthzFailure is allow or deny (default deny): what Envoy does when extauthz is away.
	OnAuthzFailure string `json:"on_authz_failure,omitempty" yaml:"on_authz_failure,omitempty" default:"deny" enum:"allow,deny"`
	// ExplainDenials adds x-meshwarden-reason, and x-meshwarden-rule with the file and line of the rule that decided, to the
	// answers of denied requests: for tenants whose clients may see how they are policed, such as those in development.
	ExplainDenials bool `json:"explain_denials,omitempty" yaml:"explain_denials,omitempty"`
	// MaxStreamDuration ends requests of all routes that go on for that long, WebSockets and streams too, a duration from 1s to 24h
	// (default 1h). They end before that when their credential does.
	MaxStreamDuration string `json:"max_stream_duration,omitempty" yaml:"max_stream_duration,omitempty" default:"1h" range:"1s..24h"`
	// ScanPolicy is the name of the scan policy that judges bodies; without one the built-in strict policy does.
	ScanPolicy string `json:"scan_policy,omitempty" yaml:"scan_policy,omitempty"`
	// CORS answers preflights before authorization; absent means no CORS headers.
	CORS *CORS `json:"cors,omitempty" yaml:"cors,omitempty"`
	// Data is free-form and readable by policies as input.tenant.data.
	Data map[string]any `json:"data,omitempty" yaml:"data,omitempty"`
}

// Auth lists the credential kinds that a tenant accepts.
type Auth struct {
	// JWT lists the issuers of bearer tokens.
	JWT []JWTIssuer `json:"jwt,omitempty" yaml:"jwt,omitempty" items:"0..16"`
	// APIKeys turns API keys on.
	APIKeys *APIKeys `json:"api_keys,omitempty" yaml:"api_keys,omitempty"`
	// Lockout shuts out who fails to authenticate too often.
	Lockout Lockout `json:"lockout,omitempty" yaml:"lockout,omitempty"`
	// Webhooks are the senders of signed requests; routes name them.
	Webhooks []Webhook `json:"webhooks,omitempty" yaml:"webhooks,omitempty" items:"0..32"`
	// MTLS says which client certificates are whose; the first entry that fits counts.
	MTLS []ClientCertificate `json:"mtls,omitempty" yaml:"mtls,omitempty" items:"0..256"`
}

// JWTIssuer is one token issuer. Exactly one of JWKS, JWKSFile, JWKSURI, Discovery, Secret and SecretFile gives its
// keys. The pair (issuer, key id) is unique over all tenants; an issuer whose keys are fetched is one tenant's alone.
type JWTIssuer struct {
	// Issuer is compared with the iss claim.
	Issuer string `json:"issuer" yaml:"issuer"`
	// Audiences, when set, must contain one of the token's aud values.
	Audiences []string `json:"audiences,omitempty" yaml:"audiences,omitempty" items:"0..64"`
	// JWKS is an inline JSON Web Key Set, JWKSFile a path to one relative to the configuration directory.
	JWKS     string `json:"jwks,omitempty" yaml:"jwks,omitempty"`
	JWKSFile string `json:"jwks_file,omitempty" yaml:"jwks_file,omitempty"`
	// JWKSURI is where the issuer publishes its JSON Web Key Set: https, or http on loopback. Replicas fetch it in the
	// background, from public addresses unless the platform allows others.
	JWKSURI string `json:"jwks_uri,omitempty" yaml:"jwks_uri,omitempty"`
	// Discovery finds the key set by the issuer's OpenID Connect discovery document; Issuer is then a URL as JWKSURI is.
	Discovery bool `json:"discovery,omitempty" yaml:"discovery,omitempty"`
	// JWKSRefresh is the longest time between two fetches, a duration from 1m to 24h (default 10m). A shorter
	// Cache-Control is obeyed, down to 1m; unknown key ids bring the next fetch forward to 10s after the last.
	JWKSRefresh string `json:"jwks_refresh,omitempty" yaml:"jwks_refresh,omitempty" default:"10m" range:"1m..24h"`
	// JWKSCA holds the PEM certificates that sign the fetched server's (default the system's), JWKSCAFile is a path to
	// them relative to the configuration directory.
	JWKSCA     string `json:"jwks_ca,omitempty" yaml:"jwks_ca,omitempty"`
	JWKSCAFile string `json:"jwks_ca_file,omitempty" yaml:"jwks_ca_file,omitempty"`
	// Secret is an HS256 secret of at least 32 bytes, SecretFile a path to one.
	Secret     string `json:"secret,omitempty" yaml:"secret,omitempty"`
	SecretFile string `json:"secret_file,omitempty" yaml:"secret_file,omitempty"`
	// Development marks Secret as a key that `meshwarden token` may sign with.
	Development bool `json:"development,omitempty" yaml:"development,omitempty"`
	// Leeway allowed on exp, nbf and iat; a duration from 0s to 5m (default 30s).
	Leeway string `json:"leeway,omitempty" yaml:"leeway,omitempty" default:"30s" range:"0s..5m"`
	// MaxLifetime is the longest accepted exp-iat, a duration from 1m to 24h (default 1h).
	MaxLifetime string `json:"max_lifetime,omitempty" yaml:"max_lifetime,omitempty" default:"1h" range:"1m..24h"`
	// RequiredClaims must be present in the token.
	RequiredClaims []string `json:"required_claims,omitempty" yaml:"required_claims,omitempty" items:"0..64"`
	// RolesClaim and GroupsClaim name the claims that hold roles (default roles) and groups (default groups).
	RolesClaim  string `json:"roles_claim,omitempty" yaml:"roles_claim,omitempty" default:"roles"`
	GroupsClaim string `json:"groups_claim,omitempty" yaml:"groups_claim,omitempty" default:"groups"`
	// GroupRoles maps groups to roles.
	GroupRoles map[string][]string `json:"group_roles,omitempty" yaml:"group_roles,omitempty" items:"0..1024"`
}

// Lockout says when failed authentications shut somebody out. A forged, unknown or contradicting credential is a failure,
// a revoked one once, an expired or missing one is none.
type Lockout struct {
	// Enabled counts failures and heeds lockouts (default true).
	Enabled *bool `json:"enabled,omitempty" yaml:"enabled,omitempty" default:"true"`
	// PrincipalFailures with the name of one principal lock that principal out from the address that they came from, 1 to
	// 100 (default 5).
	PrincipalFailures int `json:"principal_failures,omitempty" yaml:"principal_failures,omitempty" default:"5" range:"1..100"`
	// AddressFailures from one address (IPv4, or IPv6 /64) lock it out, 1 to 100 (default 10).
	AddressFailures int `json:"address_failures,omitempty" yaml:"address_failures,omitempty" default:"10" range:"1..100"`
	// Window is the time within which they count, a duration from 10s to 1h (default 5m).
	Window string `json:"window,omitempty" yaml:"window,omitempty" default:"5m" range:"10s..1h"`
	// Duration of a lockout, from 10s to 24h (default 15m).
	Duration string `json:"duration,omitempty" yaml:"duration,omitempty" default:"15m" range:"10s..24h"`
	// Exempt are addresses and networks that are never counted or locked out, such as 192.0.2.0/24.
	Exempt []string `json:"exempt,omitempty" yaml:"exempt,omitempty" items:"0..64"`
}

// APIKeys turns API keys on for a tenant.
type APIKeys struct {
	// Enabled accepts the tenant's keys in Authorization: Bearer mw_... and X-Api-Key.
	Enabled bool `json:"enabled" yaml:"enabled"`
}

// Route sends matching requests to an upstream.
type Route struct {
	// Name is unique within the tenant; it stands in policies, metrics and logs.
	Name string `json:"name" yaml:"name"`
	// Match says which requests take the route.
	Match Match `json:"match" yaml:"match"`
	// Upstream is the name of the service, in upstreams/, that gets the requests.
	Upstream string `json:"upstream" yaml:"upstream"`
	// Classification is public, internal, confidential or restricted (default internal).
	Classification string `json:"classification,omitempty" yaml:"classification,omitempty" default:"internal" enum:"public,internal,confidential,restricted"`
	// Anonymous admits requests without a credential; only with classification public.
	Anonymous bool `json:"anonymous,omitempty" yaml:"anonymous,omitempty"`
	// Auth are the kinds of credentials that the route takes: jwt, api_key, webhook and mtls; without any, all that the tenant
	// accepts, and on a route with Webhook only that. Of several credentials all must be good and name one principal.
	Auth []string `json:"auth,omitempty" yaml:"auth,omitempty" items:"0..4"`
	// Webhook is the name, in auth.webhooks, of the sender that signs the route's requests.
	Webhook string `json:"webhook,omitempty" yaml:"webhook,omitempty"`
	// StepUp is the authentication that the route demands.
	StepUp *StepUp `json:"step_up,omitempty" yaml:"step_up,omitempty"`
	// Permission overrides the one derived from the method (GET, HEAD, OPTIONS: read; POST, PUT, PATCH: write; DELETE: delete).
	Permission string `json:"permission,omitempty" yaml:"permission,omitempty"`
	// Permissions overrides it for single methods.
	Permissions map[string]string `json:"permissions,omitempty" yaml:"permissions,omitempty" items:"0..7"`
	// Resource is what the permission is about: with the resource orders a GET needs orders:read, which orders:*, *:read, read
	// and * give too. {NAME} stands for a path parameter of Params: a whole resource, or the part after a slash, as in
	// orders/{id}, which orders gives as a whole.
	Resource string `json:"resource,omitempty" yaml:"resource,omitempty"`
	// Params is a path whose segments in braces are parameters, such as /users/{user}/orders/{id}. A longer path has them too.
	Params string `json:"params,omitempty" yaml:"params,omitempty"`
	// Owner says whose the resource is; permissions that end in :own, such as orders:read:own, count for the owner only.
	Owner *Owner `json:"owner,omitempty" yaml:"owner,omitempty"`
	// Conditions must hold beside those of the tenant.
	Conditions *Conditions `json:"conditions,omitempty" yaml:"conditions,omitempty"`
	// Protocol is what bodies are calls of: mcp (tools, JSON-RPC over HTTP), jsonrpc, openai, anthropic, gemini or bedrock. Roles say
	// which tools, methods and models they may call.
	Protocol string `json:"protocol,omitempty" yaml:"protocol,omitempty" enum:"mcp,jsonrpc,openai,anthropic,gemini,bedrock"`
	// ToolArguments are JSON Schemas (2020-12) of the arguments of tools, by name.
	ToolArguments map[string]map[string]any `json:"tool_arguments,omitempty" yaml:"tool_arguments,omitempty" items:"0..256"`
	// ReadBody shows policies the body as input.request.body. Protocol and Validate do so too; on other routes it is null. Envoy
	// holds back requests with bodies until they are there whole, up to the gateway's max_body_bytes.
	ReadBody bool `json:"read_body,omitempty" yaml:"read_body,omitempty"`
	// Validate says what bodies and parameters must look like.
	Validate *Validate `json:"validate,omitempty" yaml:"validate,omitempty"`
	// ScanPolicy overrides the tenant's.
	ScanPolicy string `json:"scan_policy,omitempty" yaml:"scan_policy,omitempty"`
	// Timeout of the upstream, a duration from 10ms to 1h (default 5s).
	Timeout string `json:"timeout,omitempty" yaml:"timeout,omitempty" default:"5s" range:"10ms..1h"`
	// Retries of connection failures and 503s, 0 to 10 (default 0).
	Retries int `json:"retries,omitempty" yaml:"retries,omitempty" range:"0..10"`
	// Websocket allows upgrades on this route; their bytes are not scanned.
	Websocket bool `json:"websocket,omitempty" yaml:"websocket,omitempty"`
	// MaxStreamDuration replaces the tenant's, a duration from 1s to 24h.
	MaxStreamDuration string `json:"max_stream_duration,omitempty" yaml:"max_stream_duration,omitempty" range:"1s..24h"`
}

// Match selects requests. Exactly one of Path, Prefix and Regex; Methods narrows it.
type Match struct {
	// Path is exact, Prefix matches whole segments ("/api" matches /api and /api/x, not /apix), Regex is RE2 over the whole path.
	Path   string `json:"path,omitempty" yaml:"path,omitempty"`
	Prefix string `json:"prefix,omitempty" yaml:"prefix,omitempty"`
	Regex  string `json:"regex,omitempty" yaml:"regex,omitempty"`
	// Methods are GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; without any, all match.
	Methods []string `json:"methods,omitempty" yaml:"methods,omitempty" items:"0..7"`
}

// Quota is one limit; all limits that apply to a request are charged in one step.
type Quota struct {
	// Name is unique within the tenant and stands in RateLimit headers.
	Name string `json:"name" yaml:"name"`
	// Algorithm is token_bucket or sliding_window.
	Algorithm string `json:"algorithm" yaml:"algorithm" enum:"token_bucket,sliding_window"`
	// Limit is the bucket's capacity or the most requests in a window: 1 to 1e9.
	Limit int64 `json:"limit" yaml:"limit" range:"1..1e9"`
	// Refill is tokens a second of a token_bucket: above 0, at most 1e6.
	Refill float64 `json:"refill,omitempty" yaml:"refill,omitempty" range:"0..1e6"`
	// Window of a sliding_window, a duration from 1s to 31 days (default 1h).
	Window string `json:"window,omitempty" yaml:"window,omitempty" range:"1s..744h"`
	// Per is what shares the limit: tenant (default), subject, key, ip or route.
	Per string `json:"per,omitempty" yaml:"per,omitempty" default:"tenant" enum:"tenant,subject,key,ip,route"`
	// Routes narrows the limit to named routes.
	Routes []string `json:"routes,omitempty" yaml:"routes,omitempty" items:"0..512"`
}

// CORS is the cross-origin policy of a tenant's hosts.
type CORS struct {
	// Origins are exact origins such as https://app.example.com, or a single "*".
	Origins []string `json:"origins" yaml:"origins" items:"1..64"`
	// Methods and Headers are what a preflight allows; header names in lower case.
	Methods []string `json:"methods,omitempty" yaml:"methods,omitempty" default:"GET,HEAD,POST,PUT,PATCH,DELETE" items:"0..7"`
	Headers []string `json:"headers,omitempty" yaml:"headers,omitempty" default:"authorization,content-type,x-api-key" items:"0..64"`
	// Credentials lets browsers send cookies and authorization; not with the origin "*".
	Credentials bool `json:"credentials,omitempty" yaml:"credentials,omitempty"`
	// MaxAge of a preflight answer, a duration (default 10m).
	MaxAge string `json:"max_age,omitempty" yaml:"max_age,omitempty" default:"10m" range:"0s..24h"`
}
