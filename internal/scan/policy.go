package scan

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

// DirectionPolicy is what a policy does with bodies of one direction.
type DirectionPolicy struct {
	// MaxBytes bounds the scanned body; 0 means DefaultMaxBytes.
	MaxBytes int
	Oversize Oversize
	// Actions maps a finding type to its action; types not named use Default.
	Actions map[string]Action
	Default Action
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
	Request, Response DirectionPolicy
}

// Strict is the policy of a stream for which none was named: no policy found must not mean no scanning.
// It blocks attacks in requests, and redacts in responses what lets others act in somebody's name or reach them.
func Strict() *Policy {
	p := &Policy{
		Name:     "strict",
		Profile:  DefaultProfile,
		Request:  DirectionPolicy{MaxBytes: DefaultMaxBytes, Actions: make(map[string]Action)},
		Response: DirectionPolicy{MaxBytes: DefaultMaxBytes, Actions: make(map[string]Action)},
	}
	for _, attack := range attackTypes {
		p.Request.Actions[attack] = Block
	}
	for _, data := range strictData {
		p.Response.Actions[data] = Redact
	}
	return p
}

// strictData leaves out what ordinary answers are made of, such as names, addresses and URLs.
var strictData = []string{
	"BANK_ACCOUNT", "CARD", "CARD_TRACK", "CVV", "DRIVER_LICENSE", "EMAIL", "HEALTH_PLAN", "IBAN", "ITIN", "JWT", "MRN",
	"NATIONAL_ID", "PASSPORT", "PHONE", "PRIVATE_KEY", "SECRET", "SSN",
}

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
