package tenant

// ScanPolicy says what is looked for in bodies and what happens then; several tenants may share one.
type ScanPolicy struct {
	APIVersion string         `json:"apiVersion" yaml:"apiVersion"`
	Kind       string         `json:"kind" yaml:"kind"`
	Metadata   Metadata       `json:"metadata" yaml:"metadata"`
	Spec       ScanPolicySpec `json:"spec" yaml:"spec"`
}

// ScanPolicySpec is the body of a ScanPolicy.
type ScanPolicySpec struct {
	// Profile is strict-api (default), html-editor, sql-assistant, ai-chat or tool-output.
	Profile string `json:"profile,omitempty" yaml:"profile,omitempty" default:"strict-api" enum:"strict-api,html-editor,sql-assistant,ai-chat,tool-output"`
	// Mode is enforce, shadow or off (default shadow, so that a new policy blocks nobody).
	Mode string `json:"mode,omitempty" yaml:"mode,omitempty" default:"shadow" enum:"enforce,shadow,off"`
	// RedactFormat is partial (default) or tag.
	RedactFormat string `json:"redact_format,omitempty" yaml:"redact_format,omitempty" default:"partial" enum:"partial,tag"`
	// Reveal is how much of a redacted or masked value stays to be seen: partial (default: the last four digits of cards and
	// telephone numbers, the first letter and the domain of e-mail addresses; the domain in tokens) or none.
	Reveal string `json:"reveal,omitempty" yaml:"reveal,omitempty" default:"partial" enum:"partial,none"`
	// TokenizeKeyFile holds the secret that tokens are made with, 32 bytes at least, relative to the configuration directory;
	// the action tokenize needs it. Policies with the same file give a tenant's equal values equal tokens. A new secret
	// gives new tokens.
	TokenizeKeyFile string `json:"tokenize_key_file,omitempty" yaml:"tokenize_key_file,omitempty"`
	// ProhibitedTerms are found as whole words in any case, with any white space between words; a star at the end finds
	// longer words too. Findings have the type prohibited_term. 2,000 terms of 128 bytes and 32 words at most.
	ProhibitedTerms []string `json:"prohibited_terms,omitempty" yaml:"prohibited_terms,omitempty" items:"0..2000"`
	// Canaries are secrets of the platform that must not leave: strings with 8 letters and digits at least, of which 5
	// differ, found in any case, with anything but letters and digits between, backwards, in hexadecimal and in base64.
	// Findings have the type canary. 64 canaries of 256 bytes at most.
	Canaries []string `json:"canaries,omitempty" yaml:"canaries,omitempty" items:"0..64"`
	// SystemPrompts and SystemPromptFiles (relative to the configuration directory) are prompts that must not leak: twelve
	// consecutive words of one in a body are a finding of the type canary. Envoy never holds them, only hashes of their
	// words. At most 16 of each, and 20,000 words in all.
	SystemPrompts     []string `json:"system_prompts,omitempty" yaml:"system_prompts,omitempty" items:"0..16"`
	SystemPromptFiles []string `json:"system_prompt_files,omitempty" yaml:"system_prompt_files,omitempty" items:"0..16"`
	// SignatureFile (relative to the configuration directory) holds phrases that are prompt_injection too, and may hold another
	// model of it: lines "version NAME", "phrase CONFIDENCE TEXT" and "weights DOCUMENT". See docs/detection.md.
	SignatureFile string `json:"signature_file,omitempty" yaml:"signature_file,omitempty"`
	// Request is about bodies on their way to the upstream, Response about those to the client.
	Request  ScanDirection `json:"request,omitempty" yaml:"request,omitempty"`
	Response ScanDirection `json:"response,omitempty" yaml:"response,omitempty"`
}

// ScanDirection is the policy for bodies of one direction.
type ScanDirection struct {
	// MaxBytes of a scanned body, 1 KiB to 10 MiB (default 1 MiB).
	MaxBytes int `json:"max_bytes,omitempty" yaml:"max_bytes,omitempty" default:"1048576" range:"1024..10485760"`
	// Oversize is block (default) or pass.
	Oversize string `json:"oversize,omitempty" yaml:"oversize,omitempty" default:"block" enum:"block,pass"`
	// Actions maps a finding type (EMAIL, CARD, sqli, ...) to block, redact, mask, tokenize, log or pass. "default" applies to types not named (default log).
	Actions map[string]string `json:"actions,omitempty" yaml:"actions,omitempty"`
	// Allow lets values stand where they are expected, such as the telephone number of the support desk in every answer. At
	// most 64 entries with different paths.
	Allow []ScanAllow `json:"allow,omitempty" yaml:"allow,omitempty" items:"0..64"`
	// Sanitize takes out of texts what was not looked for: html takes markup and scripts, speech everything that is not to be
	// spoken too. Default none.
	Sanitize string `json:"sanitize,omitempty" yaml:"sanitize,omitempty" default:"none" enum:"none,html,speech"`
	// ControlCharacters in values, other than tabs and line ends, are let pass (default) or have the body blocked, whether they
	// are written as they are or escaped.
	ControlCharacters string `json:"control_characters,omitempty" yaml:"control_characters,omitempty" default:"pass" enum:"pass,block"`
}

// ScanAllow is a place in JSON bodies and forms where findings are none.
type ScanAllow struct {
	// Path is where, as in $.support.phone or $.items[*].contact.email: the value there, not what is within it. A form's
	// field is $.field; JSON inside a string is read as if it stood there itself. At most 256 bytes, 32 elements, 63 bytes a
	// key; a key with any of .[]*"'\ or white space cannot be named.
	Path string `json:"path" yaml:"path"`
	// Types are the finding types; none means all personal data and secrets. Attacks must be named.
	Types []string `json:"types,omitempty" yaml:"types,omitempty" items:"0..64"`
}

// Upstream is a service behind the gateway; it becomes one Envoy cluster.
type Upstream struct {
	APIVersion string       `json:"apiVersion" yaml:"apiVersion"`
	Kind       string       `json:"kind" yaml:"kind"`
	Metadata   Metadata     `json:"metadata" yaml:"metadata"`
	Spec       UpstreamSpec `json:"spec" yaml:"spec"`
}

// UpstreamSpec is the body of an Upstream. Exactly one of Endpoints and Builtin.
type UpstreamSpec struct {
	// Endpoints are host:port addresses; names are resolved by Envoy.
	Endpoints []string `json:"endpoints,omitempty" yaml:"endpoints,omitempty" items:"0..256"`
	// Builtin is echo: the upstream that `meshwarden up` runs to try things against.
	Builtin string `json:"builtin,omitempty" yaml:"builtin,omitempty" enum:"echo"`
	// ConnectTimeout is a duration from 10ms to 1m (default 1s).
	ConnectTimeout string `json:"connect_timeout,omitempty" yaml:"connect_timeout,omitempty" default:"1s" range:"10ms..1m"`
	// HTTP2 speaks HTTP/2 with prior knowledge to the endpoints.
	HTTP2 bool `json:"http2,omitempty" yaml:"http2,omitempty"`
	// MaxConnections and MaxPending are circuit breaker bounds per Envoy (default 1024 each).
	MaxConnections uint32 `json:"max_connections,omitempty" yaml:"max_connections,omitempty" default:"1024"`
	MaxPending     uint32 `json:"max_pending,omitempty" yaml:"max_pending,omitempty" default:"1024"`
}

// Gateway is the platform's one object: listeners and defaults of all Envoys.
type Gateway struct {
	APIVersion string      `json:"apiVersion" yaml:"apiVersion"`
	Kind       string      `json:"kind" yaml:"kind"`
	Metadata   Metadata    `json:"metadata" yaml:"metadata"`
	Spec       GatewaySpec `json:"spec" yaml:"spec"`
}

// GatewaySpec is the body of the Gateway.
type GatewaySpec struct {
	// Listeners that Envoy opens. At least one.
	Listeners []Listener `json:"listeners" yaml:"listeners" items:"1..16"`
	// UseRemoteAddress takes the peer's address for the client's (default true); TrustedHops proxies before the
	// gateway are believed in X-Forwarded-For, 0 to 16.
	UseRemoteAddress *bool  `json:"use_remote_address,omitempty" yaml:"use_remote_address,omitempty" default:"true"`
	TrustedHops      uint32 `json:"trusted_hops,omitempty" yaml:"trusted_hops,omitempty" range:"0..16"`
	// TrustedProxies are the certificates' names (SPIFFE ids or DNS names) of proxies in front that are believed when they say in
	// X-Forwarded-Client-Cert whom they took a request from. What others write there is thrown away, or refused where it came in a
	// certified connection.
	TrustedProxies []string `json:"trusted_proxies,omitempty" yaml:"trusted_proxies,omitempty" items:"0..16"`
	// AuthzTimeout bounds one Check, a duration from 10ms to 10s (default 500ms).
	AuthzTimeout string `json:"authz_timeout,omitempty" yaml:"authz_timeout,omitempty" default:"500ms" range:"10ms..10s"`
	// MaxBodyBytes is the most that Envoy buffers of a body, 64 KiB to 64 MiB (default 2 MiB).
	MaxBodyBytes uint32 `json:"max_body_bytes,omitempty" yaml:"max_body_bytes,omitempty" default:"2097152" range:"65536..67108864"`
	// MaxHeaderKB bounds request headers, 8 to 8192 KiB (default 60).
	MaxHeaderKB uint32 `json:"max_header_kb,omitempty" yaml:"max_header_kb,omitempty" default:"60" range:"8..8192"`
}

// Listener is one address that Envoy listens on.
type Listener struct {
	// Name stands in metrics and logs.
	Name string `json:"name" yaml:"name"`
	// Address is IP:port; port 0 picks a free one.
	Address string `json:"address" yaml:"address"`
	// TLS secures the listener; without it clients speak plaintext.
	TLS *ListenerTLS `json:"tls,omitempty" yaml:"tls,omitempty"`
}

// ListenerTLS is TLS 1.2 or 1.3 towards clients. The files are on Envoy's machine, absolute paths that the control plane does not
// read, so that private keys stay there; each is read again when its directory changes.
type ListenerTLS struct {
	// CertFile is the certificate with its chain and KeyFile its private key, both in PEM.
	CertFile string `json:"cert_file" yaml:"cert_file"`
	KeyFile  string `json:"key_file" yaml:"key_file"`
	// ClientCAFile holds the authorities, in PEM, of client certificates; without it Envoy asks for none.
	ClientCAFile string `json:"client_ca_file,omitempty" yaml:"client_ca_file,omitempty"`
	// RequireClientCertificate refuses connections without one.
	RequireClientCertificate bool `json:"require_client_certificate,omitempty" yaml:"require_client_certificate,omitempty"`
}
