package scan

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// Mode says whether verdicts take effect.
type Mode uint8

// Enforce applies verdicts, Shadow only counts them, Off scans nothing. The zero value enforces.
const (
	Enforce Mode = iota
	Shadow
	Off
)

// Oversize says what happens to a body longer than DirectionPolicy.MaxBytes.
type Oversize uint8

// The zero value refuses oversized bodies.
const (
	OversizeBlock Oversize = iota
	OversizePass
)

// RedactFormat chooses the replacement text (requirement R-31).
type RedactFormat uint8

// FormatPartial writes [REDACTED CARD ENDING IN 1234], FormatTag writes [CARD_NUMBER].
const (
	FormatPartial RedactFormat = iota
	FormatTag
)

// Reveal says how much of a replaced value stays to be seen.
type Reveal uint8

// RevealPartial leaves what R-31 does: the last four digits of cards and telephone numbers, the first letter and the domain
// of e-mail addresses. RevealNone leaves nothing.
const (
	RevealPartial Reveal = iota
	RevealNone
)

// Sanitize says what is taken out of a body whatever was found in it.
type Sanitize uint8

// SanitizeHTML takes out markup and what runs as script, SanitizeSpeech all that is not to be spoken too.
const (
	SanitizeNone Sanitize = iota
	SanitizeHTML
	SanitizeSpeech
)

// Controls says what happens to a body that has control characters in its values (requirement R-17).
type Controls uint8

// The zero value lets them pass.
const (
	ControlsPass Controls = iota
	ControlsBlock
)

// DirectionPolicy is what a policy does with bodies of one direction.
type DirectionPolicy struct {
	// MaxBytes bounds the scanned body; 0 means DefaultMaxBytes.
	MaxBytes int
	Oversize Oversize
	// Actions maps a finding type to its action; types not named use Default.
	Actions map[string]Action
	Default Action
	// Sanitize happens behind the actions.
	Sanitize Sanitize
	// Controls is about control characters other than tabs and line ends, in whatever way the body's format writes them.
	Controls Controls
	// Allow is what is let stand where it is expected, at most MaxAllows of different paths.
	Allow []Allow
}

// DefaultMaxBytes is the longest body scanned when a policy does not say: 1 MiB, which is also
// Envoy's default buffer limit.
const DefaultMaxBytes = 1 << 20

// Policy is an immutable scan policy. Its canonical document is content-addressed: extauthz serves it
// under its SHA-256 and the filter compiles it once.
type Policy struct {
	Name string
	// Profile moves detection thresholds: strict-api (default), html-editor, sql-assistant, ai-chat, tool-output.
	Profile           string
	Mode              Mode
	Format            RedactFormat
	Reveal            Reveal
	Request, Response DirectionPolicy
	// TokenKey makes the tokens of Tokenize; of 32 bytes, and without it Tokenize redacts. It is a secret: see ForTenant.
	TokenKey TokenKey
	// Declared is what prohibited_term and canary stand for; nil is nothing.
	Declared *declared.Set
	// Signatures are added to the rules of prompt_injection; nil is nothing.
	Signatures *prompt.Signatures
}

// TokenKey is a key of 32 bytes that is never printed.
type TokenKey []byte

// String hides the key.
func (TokenKey) String() string { return "[REDACTED]" }

// GoString hides the key.
func (TokenKey) GoString() string { return "[REDACTED]" }

// Strict is the policy of a stream for which none was named: no policy found must not mean no scanning.
// It blocks attacks in requests, and redacts SensitiveTypes in responses.
func Strict() *Policy {
	p := &Policy{
		Name:     "strict",
		Profile:  DefaultProfile,
		Request:  DirectionPolicy{MaxBytes: DefaultMaxBytes, Actions: make(map[string]Action)},
		Response: DirectionPolicy{MaxBytes: DefaultMaxBytes, Actions: make(map[string]Action)},
	}
	for i := range families {
		p.Request.Actions[families[i].name] = Block
	}
	for _, data := range SensitiveTypes() {
		p.Response.Actions[data] = Redact
	}
	return p
}

// SensitiveTypes are the types of personal data and secrets but for those that ordinary text is full of and that others
// have reasons to read: addresses, names and numbers of machines. The caller owns the slice.
func SensitiveTypes() []string {
	return slices.DeleteFunc(PIITypes(), func(name string) bool { return slices.Contains(ordinaryTypes, name) })
}

var ordinaryTypes = []string{"ADDRESS", "BIC", "IP", "MAC", "NAME", "POSTCODE", "URL"}

// Action returns what the policy does with findings of a type in bodies of a direction, Mode left aside.
func (p *Policy) Action(d Direction, findingType string) Action {
	side := p.direction(d)
	if action, named := side.Actions[findingType]; named {
		return action
	}
	return side.Default
}

// wanted has a bit for each finding type, by number, whose action is not Pass.
func (p *Policy) wanted(d Direction) (types uint64) {
	for i, name := range typeNames {
		if p.Action(d, name) != Pass {
			types |= 1 << i
		}
	}
	return types
}

func (p *Policy) direction(d Direction) *DirectionPolicy {
	if d == Request {
		return &p.Request
	}
	return &p.Response
}
