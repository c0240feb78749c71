// Package scan finds personal data, secrets, web attacks and prompt injection in request and
// response bodies, with exact byte offsets. It is compiled into the WebAssembly filter, so it
// imports only small standard packages, and it knows nothing of Envoy, HTTP or tenants.
package scan

// Direction says which way a body travels.
type Direction uint8

// Request bodies travel to the upstream, response bodies to the client.
const (
	Request Direction = iota
	Response
)

// Severity ranks a finding; the zero value is the lowest.
type Severity uint8

// Severities in ascending order.
const (
	Low Severity = iota
	Medium
	High
	Critical
)

// Action is what a policy does with a finding, in ascending order of strength.
type Action uint8

// Actions in ascending order; the action of a body is the strongest of its findings.
const (
	Pass Action = iota
	Log
	Redact
	Block
)

// Finding is one detected value or attack.
type Finding struct {
	// Type is one of the closed names, such as CARD or sqli (see Types).
	Type string
	// Start and End are byte offsets into the scanned body, End exclusive.
	Start, End int
	// Confidence is between 0 and 1.
	Confidence float32
	Severity   Severity
	// Rule names the verifier or phrase family that decided, View the decoding in which it matched
	// ("raw", "json", "url", ...).
	Rule, View string
}

// Result is the judgement of one whole body.
type Result struct {
	Verdict  Action
	Findings []Finding
}
