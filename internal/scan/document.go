package scan

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/internal/scan/digest"
)

// documentHeader is the first line of every document; a new meaning needs a new number, because the
// filter and extauthz of one fleet may be of different releases.
const documentHeader = "meshwarden-scan-policy 1"

// MaxDocumentBytes bounds a document that ParsePolicy accepts: what package declared allows at most, and some.
const MaxDocumentBytes = 512 << 10

var (
	actionNames   = []string{Pass: "pass", Log: "log", Tokenize: "tokenize", Mask: "mask", Redact: "redact", Block: "block"}
	modeNames     = []string{Enforce: "enforce", Shadow: "shadow", Off: "off"}
	oversizeNames = []string{OversizeBlock: "block", OversizePass: "pass"}
	formatNames   = []string{FormatPartial: "partial", FormatTag: "tag"}
	revealNames   = []string{RevealPartial: "partial", RevealNone: "none"}
	controlsNames = []string{ControlsPass: "pass", ControlsBlock: "block"}
	sanitizeNames = []string{SanitizeNone: "none", SanitizeHTML: "html", SanitizeSpeech: "speech"}
)

// String returns the action's name in policies and results.
func (a Action) String() string { return actionNames[a] }

// String returns the severity's name in results.
func (s Severity) String() string { return []string{"low", "medium", "high", "critical"}[s] }

// Document returns the policy's canonical text: equal policies have equal documents, so that its SHA-256
// names the policy. It is made of lines instead of JSON because the filter cannot afford a JSON decoder.
func (p *Policy) Document() []byte {
	doc := append([]byte(documentHeader), "\nname "...)
	doc = strconv.AppendQuoteToASCII(doc, p.Name)
	doc = append(doc, "\nprofile "...)
	doc = append(doc, p.profileName()...)
	doc = append(doc, "\nmode "...)
	doc = append(doc, modeNames[p.Mode]...)
	doc = append(doc, "\nformat "...)
	doc = append(doc, formatNames[p.Format]...)
	doc = append(doc, '\n')
	if p.Reveal != RevealPartial {
		doc = append(append(append(doc, "reveal "...), revealNames[p.Reveal]...), '\n')
	}
	if len(p.TokenKey) > 0 {
		doc = append(appendHex(append(doc, "token_key "...), p.TokenKey), '\n')
	}
	doc = p.Request.appendDocument(doc, "request")
	doc = p.Response.appendDocument(doc, "response")
	return appendSignatures(appendDeclared(doc, p.Declared), p.Signatures)
}

func (p *Policy) profileName() string {
	if p.Profile == "" {
		return DefaultProfile
	}
	return p.Profile
}

func (d *DirectionPolicy) appendDocument(doc []byte, name string) []byte {
	line := func(words ...string) {
		doc = append(doc, name...)
		for _, word := range words {
			doc = append(append(doc, ' '), word...)
		}
		doc = append(doc, '\n')
	}
	line("max_bytes", strconv.Itoa(d.maxBytes()))
	line("oversize", oversizeNames[d.Oversize])
	line("default", actionNames[d.Default])
	if d.Sanitize != SanitizeNone {
		line("sanitize", sanitizeNames[d.Sanitize])
	}
	if d.Controls != ControlsPass {
		line("control_characters", controlsNames[d.Controls])
	}
	types := make([]string, 0, len(d.Actions))
	for findingType := range d.Actions {
		types = append(types, findingType)
	}
	slices.Sort(types)
	for _, findingType := range types {
		line("action", findingType, actionNames[d.Actions[findingType]])
	}
	for _, words := range allowLines(d.Allow) {
		line(words...)
	}
	return doc
}

func (d *DirectionPolicy) maxBytes() int {
	if d.MaxBytes <= 0 {
		return DefaultMaxBytes
	}
	return d.MaxBytes
}

var (
	errDocumentTooLong  = errors.New("scan policy document: longer than 512 KiB")
	errDocumentForm     = errors.New("scan policy document: not in canonical form")
	errDocumentHeader   = errors.New("scan policy document: unknown version")
	errDocumentKey      = errors.New("scan policy document: token_key is not 32 bytes in hexadecimal")
	errDocumentDeclared = errors.New("scan policy document: a term, canary or prompt is not one")
	errDocumentEncoding = errors.New("scan policy document: name is not a quoted string")
)

type documentError struct{ line, reason string }

func (e documentError) Error() string {
	return "scan policy document: " + e.reason + ": " + strconv.Quote(e.line)
}

// ParsePolicy reads a document. It accepts exactly what Document writes: unknown lines, types, profiles,
// another order or other spacing are errors, so that nothing in a policy is silently ignored.
func ParsePolicy(doc []byte) (*Policy, error) {
	if len(doc) > MaxDocumentBytes {
		return nil, errDocumentTooLong
	}
	lines := strings.Split(string(doc), "\n")
	if lines[0] != documentHeader {
		return nil, errDocumentHeader
	}
	p := new(Policy)
	var declares declarationLines
	for _, line := range lines[1:] {
		if line == "" {
			continue
		}
		if err := p.parseLine(line, &declares); err != nil {
			return nil, err
		}
	}
	var err error
	if p.Declared, err = declared.New(declares.terms, declares.canaries, declares.prompts); err != nil {
		return nil, err
	}
	if p.Signatures, err = declares.signatures.compile(); err != nil {
		return nil, err
	}
	if !bytes.Equal(p.Document(), doc) {
		return nil, errDocumentForm
	}
	return p, nil
}

func (p *Policy) parseLine(line string, declares *declarationLines) error {
	field, value, _ := strings.Cut(line, " ")
	ok := true
	switch field {
	case "name":
		name, err := strconv.Unquote(value)
		if err != nil {
			return errDocumentEncoding
		}
		p.Name = name
	case "profile":
		p.Profile = value
		_, ok = profileByName(value)
	case "mode":
		p.Mode, ok = parseEnum[Mode](modeNames, value)
	case "format":
		p.Format, ok = parseEnum[RedactFormat](formatNames, value)
	case "reveal":
		p.Reveal, ok = parseEnum[Reveal](revealNames, value)
	case "token_key":
		if p.TokenKey = parseHex(value); len(p.TokenKey) != digest.Size {
			return errDocumentKey
		}
	case "term", "canary", "prompt":
		if !declares.parse(field, value) {
			return errDocumentDeclared
		}
	case "signatures", "phrase", "weights":
		ok = declares.signatures.parse(field, value)
	case "request":
		ok = p.Request.parseLine(value)
	case "response":
		ok = p.Response.parseLine(value)
	default:
		return documentError{line, "unknown field"}
	}
	if !ok {
		return documentError{line, "bad value"}
	}
	return nil
}

func (d *DirectionPolicy) parseLine(line string) (ok bool) {
	field, value, _ := strings.Cut(line, " ")
	switch field {
	case "max_bytes":
		n, err := strconv.Atoi(value)
		d.MaxBytes = n
		return err == nil && n > 0
	case "oversize":
		d.Oversize, ok = parseEnum[Oversize](oversizeNames, value)
	case "default":
		d.Default, ok = parseEnum[Action](actionNames, value)
	case "sanitize":
		d.Sanitize, ok = parseEnum[Sanitize](sanitizeNames, value)
	case "control_characters":
		d.Controls, ok = parseEnum[Controls](controlsNames, value)
	case "action":
		findingType, name, _ := strings.Cut(value, " ")
		action, known := parseEnum[Action](actionNames, name)
		if !known || !knownType(findingType) {
			return false
		}
		if d.Actions == nil {
			d.Actions = make(map[string]Action)
		}
		d.Actions[findingType] = action
		return true
	case "allow":
		return d.parseAllow(value)
	}
	return ok
}

func parseEnum[T ~uint8](names []string, value string) (T, bool) {
	i := slices.Index(names, value)
	return T(max(i, 0)), i >= 0
}

func knownType(name string) bool {
	return slices.Contains(piiTypes, name) || slices.Contains(attackTypes, name)
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range b {
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return dst
}

// parseHex returns nothing for what is not hexadecimal.
func parseHex(text string) (b []byte) {
	for ; len(text) >= 2; text = text[2:] {
		high, low := hexValue(text[0]), hexValue(text[1])
		if high < 0 || low < 0 {
			return nil
		}
		b = append(b, byte(high<<4|low))
	}
	return b
}
