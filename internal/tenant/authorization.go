package tenant

// Role is a set of permissions.
type Role struct {
	// Permissions that the role gives: read, write, delete, admin, or names of the tenant's own, for every resource; RESOURCE:ACTION
	// for one; * for any part, as in orders:* and *:read; :own at the end (orders:write:own) for what the principal owns only.
	Permissions []string `json:"permissions" yaml:"permissions" items:"0..256"`
	// Deny takes permissions away from those of this role, in the same forms. It says nothing about other roles of the principal.
	Deny []string `json:"deny,omitempty" yaml:"deny,omitempty" items:"0..256"`
	// Tools, Methods and Models are what the role may call on routes with a protocol: names, or beginnings with a star at the end, as in
	// search_* and claude-*. Without tools or models it may call none; without methods it has those that every MCP session
	// needs: initialize, ping, notifications/*, logging/setLevel, tools/list and tools/call.
	Tools   []string `json:"tools,omitempty" yaml:"tools,omitempty" items:"0..1024"`
	Methods []string `json:"methods,omitempty" yaml:"methods,omitempty" items:"0..1024"`
	Models  []string `json:"models,omitempty" yaml:"models,omitempty" items:"0..1024"`
	// Clearance is the highest classification the role may reach (default confidential).
	Clearance string `json:"clearance,omitempty" yaml:"clearance,omitempty" default:"confidential" enum:"public,internal,confidential,restricted"`
	// StepUp is the authentication that principals with the role must have.
	StepUp *StepUp `json:"step_up,omitempty" yaml:"step_up,omitempty"`
}

// Grant lets subjects of another tenant act here with the given roles.
type Grant struct {
	// Tenant is the name of the other tenant.
	Tenant string `json:"tenant" yaml:"tenant"`
	// Subjects are the principals that the grant is for; without any it is for all of the tenant's.
	Subjects []string `json:"subjects,omitempty" yaml:"subjects,omitempty" items:"0..1024"`
	// Roles are roles of this tenant.
	Roles []string `json:"roles" yaml:"roles" items:"1..64"`
	// Expires is when the grant ends, as in 2026-12-31T23:00:00Z (RFC 3339); without it the grant does not end.
	Expires string `json:"expires,omitempty" yaml:"expires,omitempty"`
}

// Owner says when a request is its principal's own: when a path parameter equals the subject, or a claim of the token.
// Principals of other tenants own nothing.
type Owner struct {
	// Param is a path parameter of the route.
	Param string `json:"param" yaml:"param"`
	// Claim is compared in place of the subject; dots lead into objects, as in account.id.
	Claim string `json:"claim,omitempty" yaml:"claim,omitempty"`
}

// Conditions are what must hold beside permissions. What is not known does not hold.
type Conditions struct {
	// AllowIPs are the only addresses and networks (CIDR) that requests may come from; without any, all are.
	AllowIPs []string `json:"allow_ips,omitempty" yaml:"allow_ips,omitempty" items:"0..4096"`
	// DenyIPs are addresses and networks that requests may not come from.
	DenyIPs []string `json:"deny_ips,omitempty" yaml:"deny_ips,omitempty" items:"0..4096"`
	// Hours are when requests are answered, in the tenant's time zone; without any, always.
	Hours []Hours `json:"hours,omitempty" yaml:"hours,omitempty" items:"0..64"`
	// TrustedDevice demands that the tenant's signals say so of the device.
	TrustedDevice bool `json:"trusted_device,omitempty" yaml:"trusted_device,omitempty"`
	// MaxRisk is the highest risk score of a session that is let in, 1 to 100; 0 does not ask.
	MaxRisk int `json:"max_risk,omitempty" yaml:"max_risk,omitempty" range:"0..100"`
	// Threats is what a match in one of the platform's threat lists means: deny (default) or ignore, which leaves it to policies.
	// A route's own goes before the tenant's.
	Threats string `json:"threats,omitempty" yaml:"threats,omitempty" enum:"deny,ignore"`
}

// Hours are a span of some days.
type Hours struct {
	// Days are mon, tue, wed, thu, fri, sat and sun; without any, all.
	Days []string `json:"days,omitempty" yaml:"days,omitempty" items:"0..7"`
	// From is the first minute, as in 08:00, and To the first after it, up to 24:00. A span whose end is not after its begin
	// ends on the next day.
	From string `json:"from" yaml:"from"`
	To   string `json:"to" yaml:"to"`
}

// Signals say where facts about sessions are found that others established.
type Signals struct {
	// Device is where trust in the client's device is found.
	Device DeviceSignal `json:"device,omitempty" yaml:"device,omitempty"`
	// Risk is where the session's risk score is found, a number from 0 (none) to 100.
	Risk RiskSignal `json:"risk,omitempty" yaml:"risk,omitempty"`
	// TrustedPeers are the addresses and networks (CIDR) of proxies whose headers are believed: those that connect to Envoy. From
	// anybody else a header means nothing.
	TrustedPeers []string `json:"trusted_peers,omitempty" yaml:"trusted_peers,omitempty" items:"0..64"`
}

// DeviceSignal is a claim, a header, or both, which must then agree.
type DeviceSignal struct {
	// Claim of the token; dots lead into objects. true, or one of Values, is trust.
	Claim string `json:"claim,omitempty" yaml:"claim,omitempty"`
	// Header (lower case) that a trusted peer sets to one of Values.
	Header string `json:"header,omitempty" yaml:"header,omitempty"`
	// Values that mean trust (default true).
	Values []string `json:"values,omitempty" yaml:"values,omitempty" default:"true" items:"0..16"`
}

// RiskSignal is a claim, a header, or both, of which the higher score counts.
type RiskSignal struct {
	// Claim of the token, a number; dots lead into objects.
	Claim string `json:"claim,omitempty" yaml:"claim,omitempty"`
	// Header (lower case) that a trusted peer sets.
	Header string `json:"header,omitempty" yaml:"header,omitempty"`
}
