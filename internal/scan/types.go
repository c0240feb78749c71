// Package scan finds personal data, secrets, web attacks and prompt injection in request and
// response bodies, with exact byte offsets. It is compiled into the WebAssembly filter, so it
// imports only small standard packages, and it knows nothing of Envoy, HTTP or tenants.
package scan

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

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

// Action is what a policy does with a finding, in ascending order of strength: of what it leaves to be seen.
type Action uint8

// Actions in ascending order; the action of a body is the strongest of its findings.
const (
	Pass     Action = iota // not even looked for
	Log                    // counted and recorded
	Tokenize               // replaced by a token that equal values share
	Mask                   // overwritten, length and shape stay
	Redact                 // replaced by a text that names the type
	Block
)

// Edits reports whether the action changes the body and lets it pass.
func (a Action) Edits() bool { return a >= Tokenize && a <= Redact }

// Finding is one detected value or attack.
type Finding struct {
	// Type is one of the closed names, such as CARD or sqli (see Types). Subtype narrows it where there is more to
	// say, such as us or aws_access_key.
	Type, Subtype string
	// Start and End are byte offsets into the scanned body, End exclusive.
	Start, End int
	// Confidence is between 0 and 1. It is what the detector was sure of by the text alone, Raw, moved for the reasons in Moved.
	Confidence, Raw float32
	Moved           Reasons
	// Role says whose words the text was found in, where the body is a conversation.
	Role Role
	// Path is where in a JSON body or form, as in $.messages[*].content; empty unless the Scanner was told to Explain.
	Path     string
	Severity Severity
	// Rule names the verifier or phrase family that decided, View the decoding in which it matched
	// ("raw", "json", "url", ...).
	Rule, View string
}

// Result is the judgement of one whole body.
type Result struct {
	// Verdict is the strongest action that the policy's actions and mode bring into effect: in Shadow
	// mode it is at most Log, so that no caller can enforce a shadowed policy by mistake. Intended is
	// what Enforce would have said.
	Verdict, Intended Action
	// Findings are sorted by Start; they never overlap within a type. At most MaxFindings are kept,
	// Dropped counts the rest, whose actions still count in the verdict: those to redact become Block.
	Findings []Finding
	Dropped  int
	// Oversize says that the body was longer than the policy's bound, so that its tail was not scanned.
	Oversize bool
	// Controls says that a value has control characters that the policy has the body blocked for.
	Controls bool
}

// MaxFindings bounds the findings kept for one body.
const MaxFindings = 8192

// The closed sets of finding types, sorted. The names stand in policies, metrics and audit records.
var (
	piiTypes    = typeNames[:pii.NumTypes]
	attackTypes = slices.Sorted(slices.Values(typeNames[pii.NumTypes:]))
)

// Types returns the names of all finding types, personal data and secrets first; the caller owns the slice.
func Types() []string { return append(PIITypes(), attackTypes...) }

// PIITypes returns the names of personal data and secrets.
func PIITypes() []string { return append([]string(nil), piiTypes...) }

// AttackTypes returns the names of attacks.
func AttackTypes() []string { return append([]string(nil), attackTypes...) }
