package scan

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/orders"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// Reasons say why a finding's confidence is not what its detector said.
type Reasons uint8

// The reasons, in the order in which Names lists them.
const (
	EncodedTwice    Reasons = 1 << iota // decoded two rounds or more, which hides nothing from an honest reader
	ExpectedField                       // in a field that is named for such text
	ToolResult                          // orders to a model where only facts are expected
	OwnInstructions                     // the application's own prompt says what the model shall not obey
)

// Names returns the reasons' names, in a fixed order; the caller owns the slice.
func (r Reasons) Names() (names []string) {
	for i, name := range [...]string{"encoded_twice", "expected_field", "tool_result", "own_instructions"} {
		if r>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return names
}

// weights are what each of the reasons moves a confidence by.
type weights [4]float32

// fusion returns the profile's weights, and whether all texts that nobody else is said to speak are output of tools.
func (p *profile) fusion() (w *weights, asOutput bool) {
	for i := range profiles {
		if p == &profiles[i] {
			return &weighing[i], p.name == "tool-output"
		}
	}
	return &weighing[0], false
}

// weighing is the table of them, in the order of profiles.
var weighing = [len(profiles)]weights{
	//                encoded expected tool  own
	/* strict-api */ {0.10, -0.10, 0.20, -0.30},
	/* html-editor */ {0.10, -0.10, 0.20, -0.30},
	/* sql-assistant */ {0.10, -0.10, 0.20, -0.30},
	/* ai-chat */ {0.10, -0.10, 0.18, -0.30},
	/* tool-output */ {0.10, -0.10, 0.05, -0.30},
}

// expected says for which families' matches a field name is an innocent explanation: markup in a field for
// markup, commands and queries in one for source code. It lists whole names, lower case, because a word in
// passing explains nothing.
var expected = map[string]uint8{
	"html": markup, "body_html": markup, "content_html": markup, "description_html": markup, "svg": markup, "template": markup, "embed": markup,
	"sql": query, "statement": query,
	"code": query | markup | command, "snippet": query | markup | command, "source": query | markup | command,
	"source_code": query | markup | command, "diff": query | markup | command, "diff_hunk": query | markup | command,
	"patch": query | markup | command, "readme": markup | command,
}

// The bits of expected, in the order of families.
const (
	query uint8 = 1 << iota
	markup
	_
	command
)

// circumstances are the reasons that lie in how and where the text of v stood, its role aside.
func circumstances(family int, v *view) (why Reasons) {
	if v.round >= 2 {
		why |= EncodedTwice
	}
	if expected[string(v.key.name)]>>family&1 != 0 {
		why |= ExpectedField
	}
	return why
}

// spoken are the reasons that lie in whose words the match of a family is.
func spoken(family int, f *Finding, guards bool, said utterance) (why Reasons) {
	switch {
	case family != byWords:
	case orders.Rule(f.Rule):
		why = ToolResult
	case guards && said.role == RoleSystem && said.trusted:
		why = OwnInstructions
	}
	return why
}

// weigh moves what a detector is sure of by the reasons.
func (w *weights) weigh(raw float32, why Reasons) float32 {
	for i, by := range w {
		if why>>i&1 != 0 {
			raw += by
		}
	}
	return max(0, min(raw, 1))
}

// byWords is the family of attacks that are made of words, ofWords its bit.
var byWords = slices.IndexFunc(families[:], func(f family) bool { return f.ofWords })

var ofWords = class(1) << byWords

// detectOrders looks for orders in what a tool gave back, or may have.
func (e *engine) detectOrders(l *leaf, v *view) {
	if !e.wants(typeOf(byWords)) {
		return
	}
	e.matches = e.orders.Find(v.text, e.matches[:0])
	for i := range e.matches {
		e.addAttack(l, v, byWords, &e.matches[i])
	}
}

func (e *engine) mayBeResult(where *place) bool {
	if e.asOutput {
		said, _ := where.says()
		return said.role == RoleNone || where.mayBeResult()
	}
	return where.mayBeResult()
}

// undecided is a finding whose weight depends on labels that have yet to come.
type undecided struct {
	Finding // its role is the one that the labels say so far
	family  int
	guards  bool // warns of orders
	scope   uint8
	stands  Role // by where it stands in the container
}

// longText is the length from which what a text that is not encoded means in one place says little by itself: documents of so many
// sentences have one that reads like anything.
const longText = 4 << 10

// maxUndecided bounds them; what comes then is judged by the labels so far.
const maxUndecided = 1024

// addAttack weighs a match of an attack family and keeps it if that suffices, or waits for who said it.
func (e *engine) addAttack(l *leaf, v *view, family int, m *match.Match) {
	if m.Rule == prompt.Meaning && len(l.raw) > longText && !l.escaped && v.round == 0 {
		m.Confidence = min(m.Confidence, prompt.Hint)
	}
	f, ok := e.finding(l, v, typeOf(family), "", m)
	if !ok {
		return
	}
	f.Moved = circumstances(family, v)
	said, scope := v.where.says()
	guards := family == byWords && (said.role == RoleSystem || scope != 0) && orders.Guards(v.text, m.Start, m.End)
	if scope == 0 {
		e.decide(&f, family, guards, said)
		return
	}
	f.Role = v.where.soFar()
	if len(e.waiting) == maxUndecided {
		e.decide(&f, family, false, utterance{role: f.Role})
		return
	}
	// Without guards it weighs most.
	if e.weights.weigh(f.Raw, f.Moved|spoken(family, &f, false, said)) >= e.profile.attacks[family] {
		e.waiting = append(e.waiting, undecided{f, family, guards, scope, said.role})
	}
}

// decide keeps a finding that weighs enough as the words of whom said says.
func (e *engine) decide(f *Finding, family int, guards bool, said utterance) {
	if e.asOutput && said.role == RoleNone {
		said.role = RoleTool
	}
	f.Role = said.role
	if family == byWords && orders.Rule(f.Rule) && f.Role != RoleTool && f.Role != RoleToolSpec {
		return // people give orders to models
	}
	if f.Rule == prompt.Meaning && vague(f) {
		f.Raw = min(f.Raw, prompt.Hint)
	}
	f.Moved |= spoken(family, f, guards, said)
	f.Confidence = e.weights.weigh(f.Raw, f.Moved)
	if f.Confidence >= e.profile.attacks[family] {
		e.keep(typeOf(family), f)
	}
}

// vague reports whether what a finding's text means in one place says little by itself: of what tools say package orders knows more,
// and far into a document that nobody is said to speak one text of many reads like anything.
func vague(f *Finding) bool {
	return f.Role == RoleTool || f.Role == RoleToolSpec || f.Role == RoleNone && f.Start > longText
}

func typeOf(family int) int { return int(pii.NumTypes) + family }

func (e *engine) mark() int { return len(e.waiting) }

func (e *engine) paths() bool { return len(e.allow) > 0 || e.explain }

// settle decides on the findings behind mark that wait for the container at depth scope.
func (e *engine) settle(mark int, scope uint8, said utterance) {
	kept := e.waiting[:mark]
	for i := mark; i < len(e.waiting); i++ {
		w := &e.waiting[i]
		if w.scope != scope {
			kept = append(kept, *w)
			continue
		}
		e.decide(&w.Finding, w.family, w.guards, said.of(w.stands))
	}
	e.waiting = kept
	e.settled = min(e.settled, len(e.findings))
}

// settleRest decides on what waits for containers that never ended.
func (e *engine) settleRest() {
	for i := range e.waiting {
		w := &e.waiting[i]
		e.decide(&w.Finding, w.family, false, utterance{role: w.Role})
	}
	e.waiting = e.waiting[:0]
}

// of is what an utterance makes of a text that is of the given role by where it stands in it.
func (u utterance) of(role Role) utterance {
	switch {
	case !u.known:
		u.role = RoleNone
	case u.role != RoleTool && role != RoleNone:
		u.role = role
	}
	return u
}
