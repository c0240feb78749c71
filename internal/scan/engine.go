package scan

import (
	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/orders"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// minBareDigits is the shortest JSON number that can be personal data.
const minBareDigits = 7

// minAnnounced is the shortest one that a field's name makes personal data: the code on the back of a card.
const minAnnounced = 3

// keyContext is the name of the field that a value belongs to; it is looked at only when a value is suspicious.
type keyContext struct{ name []byte }

// keyCache remembers what field names say: a body repeats few of them. It is direct-mapped; longer names are
// read each time.
type keyCache [256]struct {
	name [cachedKeyBytes]byte
	size uint8
	says pii.Evidence
	// types are those that a value is looked for as because of the name alone.
	types uint64
}

const cachedKeyBytes = 23

func (c *keyCache) evidence(name []byte) pii.Evidence {
	n := len(name)
	if n == 0 || n > cachedKeyBytes {
		return pii.NameEvidence(name)
	}
	h := (uint32(name[0]) | uint32(name[n/2])<<8 | uint32(name[n-1])<<16 | uint32(n)<<24) * grams
	slot := &c[h>>24]
	if int(slot.size) != n || string(slot.name[:n]) != string(name) {
		slot.size, slot.says = uint8(n), pii.NameEvidence(name)
		slot.types = slot.says.Types()
		copy(slot.name[:], name)
	}
	return slot.says
}

// types returns the bits of the types that a field name announces.
func (c *keyCache) types(name []byte) uint64 {
	n := len(name)
	if n == 0 || n > cachedKeyBytes {
		return pii.NameEvidence(name).Types()
	}
	h := (uint32(name[0]) | uint32(name[n/2])<<8 | uint32(name[n-1])<<16 | uint32(n)<<24) * grams
	if slot := &c[h>>24]; int(slot.size) == n && string(slot.name[:n]) == string(name) {
		return slot.types
	}
	return c.evidence(name).Types()
}

// typeNames are the finding types in the order of their numbers: package pii's types, families, what policies declare.
var typeNames = func() (names [typeTerm + 2]string) {
	for i := range pii.NumTypes {
		names[i] = i.String()
	}
	for i := range families {
		names[int(pii.NumTypes)+i] = families[i].name
	}
	names[typeTerm], names[typeCanary] = "prohibited_term", "canary"
	return names
}()

// engine judges leaves: it decodes them, filters, verifies, and keeps what was found.
type engine struct {
	profile *profile
	// wanted has a bit for each finding type, by number, that the policy does anything about: others are not looked for.
	wanted   uint64
	declared *declared.Set // what the policy declares, nil when it is nothing
	// signatures are the policy's, nil when it has none.
	signatures *prompt.Signatures
	weights    *weights
	// allow is what the policy lets stand; explain, that findings say where they are.
	allow    []Allow
	explain  bool
	asOutput bool // texts whose role is unknown are a tool's
	findings []Finding
	// settled findings lie before the current leaf.
	settled      int
	waiting      []undecided
	full         bool // not even merging makes room
	controls     bool // a value has control characters
	dropped      int
	droppedTypes [len(typeNames)]bool

	*Workspace
}

// Workspace is the memory that judging takes and that outlives no call: decoded texts, what detectors and filters
// remember of words and field names. Scanners that run on one thread share one, so that each body in flight costs little.
// The zero value is ready. It is not for concurrent use.
type Workspace struct {
	levels  [maxRounds + 1]buffer
	views   [maxRounds + 1]view // what levels hold; fields so that passing them on does not allocate
	keys    keyCache
	readers [maxRounds + 1]nested
	seen    sightings
	blocks  blocks
	// part, masked and padded are what is being read of a long text, as it is, as it is disguised and as it is padded.
	part, masked, padded view
	condensed            view
	encoded              [maxRounds]view // what levels hold parts of, as they read before
	begun                buffer          // a part with the beginning of the tag it stands in
	finders              finders
	// masks hold the disguises of a reading, unmasked what they are.
	masks    [3]buffer
	unmasked [3]view
	matches  []match.Match
	data     []pii.Match
	text     pii.Text // the one being looked at; a field, for it is large
	orders   orders.Finder
	values   [maxRounds + 1]view // of GraphQL documents
	path     []byte              // of the finding that allow is asked about
	// declarations are the occurrences in the text being read of what the policy declares.
	declarations []declared.Match
	cleared      cleared
	tags         tagReader
}

func (e *engine) reset(p *profile, wanted uint64, declares *declared.Set) {
	e.profile, e.wanted, e.declared = p, wanted, declares
	e.weights, e.asOutput = p.fusion()
	e.findings, e.waiting = e.findings[:0], e.waiting[:0]
	e.settled, e.dropped, e.full, e.controls = 0, 0, false, false
	e.droppedTypes = [len(typeNames)]bool{}
}

// allData are the bits of wanted for personal data and secrets.
const allData = 1<<pii.NumTypes - 1

func (e *engine) wants(typeIndex int) bool { return e.wanted>>typeIndex&1 != 0 }

// judge looks at one leaf in all its readings.
func (e *engine) judge(l *leaf) {
	if l.skips == 0 {
		e.judgeWanted(l)
		return
	}
	wanted := e.wanted
	e.wanted &^= l.skips
	e.judgeWanted(l)
	e.wanted = wanted
}

func (e *engine) judgeWanted(l *leaf) {
	if len(l.raw) == 0 {
		return
	}
	e.finders.prompt.Use(e.signatures)
	v := &e.views[0]
	*v = view{text: l.raw, at: l.at, name: "raw", key: l.key, where: l.where, bare: l.bare, found: l.found, filtered: l.glanced}
	if l.escaped {
		if decoded, changed := e.levels[0].decode(v, containerDecoders[l.encoding]); changed != 0 {
			decoded.round = 0
			*v = decoded
		}
	}
	if !v.filtered {
		var calm bool
		if v.found, calm = e.glance(v.text, l.key); calm && (v.found&classOrders == 0 || !e.mayBeResult(v.where)) {
			return
		}
		v.filtered = true
	}
	e.inspect(l, v, 0)
	if len(e.findings) > e.settled {
		e.findings = mergeFindings(e.findings, e.settled)
		e.settled = len(e.findings)
	}
}

// glance filters a leaf as it reads and reports whether it can hold nothing: most leaves of most bodies. It decides
// what inspect would, without its preparations.
func (e *engine) glance(text []byte, key keyContext) (found class, calm bool) {
	n := len(text)
	if n == 0 || n > wholeBytes {
		return 0, n == 0
	}
	if e.declared != nil && e.declared.May(text) || e.signatures.May(text) {
		found = classDeclared
	}
	if found == 0 && n >= len("2026-05-01") && text[4] == '-' && timestamp(text) && !e.keys.evidence(key.name).Secret() && !e.announced(key) {
		return 0, true
	}
	found |= literals.scan(text, &e.seen) | disguise(text, 0, n)
	e.controls = e.controls || found&classControl != 0
	const attacks = 1<<numFamilies - 1 | classDeclared | decodable | classScript | classSpaced | classTag | classPadding
	const telling = attacks | classAt | classLiteral
	if e.wanted&allData == 0 && found&attacks == 0 && !mayNest(text[0]) && found&classLeet == 0 {
		return found, !mayBeEncoded(text)
	}
	if found&telling != 0 || mayNest(text[0]) || found&classDigit != 0 && pii.MaybeCode(text, found&classSpace != 0) || e.maybeURL(text, found) || found&(classLeet|classSpace) == classLeet|classSpace {
		return found, false
	}
	if mayBeEncoded(text) || n >= minEncodedRun && found&classDigit != 0 && pii.HasToken(text) {
		return found, false
	}
	if e.announced(key) {
		return found, false
	}
	if found&classSpace != 0 {
		return found, !pii.MaybeSeedPhrase(text)
	}
	return found, len(key.name) == 0 || !pii.MaybeSecret(text) || !e.keys.evidence(key.name).Secret()
}

// announced reports whether a field's name alone makes its values worth a look.
func (e *engine) announced(key keyContext) bool {
	return len(key.name) > 0 && e.wanted&pii.AnnouncedTypes != 0 && e.keys.types(key.name)&e.wanted != 0
}

// names reports what the name of an object says of the names in it: of a customer's, and of a product's.
func (e *engine) names(key keyContext) (person, thing bool) {
	if len(key.name) == 0 || !e.wants(int(pii.Name)) {
		return false, false
	}
	says := e.keys.evidence(key.name)
	return says.Person(), says.Thing()
}

// maybeURL reports whether a web address is looked for and the text may have one.
func (e *engine) maybeURL(text []byte, found class) bool {
	return e.wants(int(pii.URL)) && (found&classColon != 0 && pii.HasAuthority(text) || found&classLiteral != 0 && pii.HasWWW(text))
}

// containerDecoders undo what the body's own format did to a leaf.
var containerDecoders = [...]decoders{
	encodingNone:   0,
	encodingJSON:   decodeEscapes,
	encodingForm:   decodePercent | decodePlus,
	encodingQuoted: decodeQuoted,
	encodingXML:    0,
}

// inspect looks at one reading of a leaf and at what further decoding makes of it. level bounds the
// recursion and names the buffer of the next decoding.
func (e *engine) inspect(l *leaf, v *view, level int) {
	if level < maxRounds && e.inspectNested(l, v, level+1) {
		return
	}
	found := e.detect(l, v)
	e.inspectCondensed(l, v, found)
	e.controls = e.controls || found&classControl != 0 && v.round == 0
	if found&classTag != 0 && !v.words {
		e.readMarkup(l, v, level)
	}
	if level == maxRounds {
		e.unmask(l, v, found)
		return
	}
	e.inspectDecoded(l, v, level, found)
	for r, ok := encodedRun(v.text, 0); ok; r, ok = encodedRun(v.text, r.end) {
		e.views[level+1] = e.levels[level+1].decodeRun(v, r)
		e.inspect(l, &e.views[level+1], level+1)
	}
	if r, ok := encodedValue(v.text); ok {
		wanted := e.wanted
		e.wanted &^= allData // so short, data is more often there by chance than hidden
		e.views[level+1] = e.levels[level+1].decodeRun(v, r)
		e.inspect(l, &e.views[level+1], level+1)
		e.wanted = wanted
	}
	if isGraphQL(v.text, v.key) {
		e.inspectGraphQL(l, v, level+1)
	}
}

// noteControls remembers control characters of a text that is not looked at as it reads in its container.
func (e *engine) noteControls(text []byte) {
	for _, c := range text {
		e.controls = e.controls || byteClass[c]&classControl != 0
	}
}

// detect runs the verifiers for which the prefilter sees a reason.
func (e *engine) detect(l *leaf, v *view) class {
	found := v.found
	if e.signatures != nil {
		e.detectSigned(l, v)
	}
	switch {
	case len(v.text) > wholeBytes:
		found = e.detectLong(l, v)
	case !v.filtered:
		found = literals.scan(v.text, &e.seen)
		fallthrough
	default:
		for i := range families {
			if found>>i&1 != 0 && e.looksFor(v, i) {
				e.detectAttack(l, v, i)
			}
		}
	}
	if found&(classOrders|ofWords) != 0 && e.mayBeResult(v.where) {
		e.detectOrders(l, v)
	}
	if e.declared != nil && (found&classDeclared != 0 || !v.filtered || len(v.text) > wholeBytes) {
		e.detectDeclared(l, v)
	}
	if !v.words && e.wanted&allData != 0 {
		e.lookForData(l, v, found, &e.blocks)
	}
	return found
}

func (e *engine) detectAttack(l *leaf, v *view, i int) {
	e.matches = e.finders.find(&families[i], v.text, v.within, e.matches[:0])
	for j := range e.matches {
		e.addAttack(l, v, i, &e.matches[j])
	}
}

// add keeps a finding of data unless the policy allows it where it stands.
func (e *engine) add(l *leaf, v *view, typeIndex int, subtype string, m *match.Match, confidence float32) {
	f, ok := e.finding(l, v, typeIndex, subtype, m)
	if !ok {
		return
	}
	f.Confidence = confidence
	f.Role = v.where.soFar()
	e.keep(typeIndex, &f)
}

// finding describes a match; ok is false when it belongs to another window or the policy allows it where it stands.
func (e *engine) finding(l *leaf, v *view, typeIndex int, subtype string, m *match.Match) (f Finding, ok bool) {
	if m.End <= m.Start {
		return f, false
	}
	start, end := v.offset(m.Start), v.end(m.End)
	if start < l.from || start >= l.until || end <= start || e.allows(v, typeIndex) {
		return f, false
	}
	f = Finding{
		Type: typeNames[typeIndex], Subtype: subtype, Start: l.base + start, End: l.base + end,
		Confidence: m.Confidence, Raw: m.Confidence, Severity: Severity(m.Severity), Rule: m.Rule, View: v.name,
	}
	if e.explain {
		f.Path = v.pathText()
	}
	return f, true
}

// keep adds a finding unless there are too many.
func (e *engine) keep(typeIndex int, f *Finding) {
	if len(e.findings) == MaxFindings && !e.full {
		e.findings = mergeFindings(e.findings, e.settled)
		e.full = len(e.findings) == MaxFindings
	}
	if e.full {
		e.dropped++
		e.droppedTypes[typeIndex] = true
		return
	}
	e.findings = append(e.findings, *f)
}
