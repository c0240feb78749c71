package scan

import (
	"strconv"

	"github.com/meshwarden/meshwarden/internal/scan/declared"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// The numbers of the types that are found only where a policy declares something: they come behind those of families.
const (
	typeTerm   = int(pii.NumTypes) + numFamilies
	typeCanary = typeTerm + 1
)

// detectDeclared looks for what the policy declares.
func (e *engine) detectDeclared(l *leaf, v *view) {
	e.declarations = e.declared.Find(v.text, e.declarations[:0])
	for i := range e.declarations {
		m := &e.declarations[i]
		typeIndex := typeTerm
		if m.Kind == declared.Canary {
			typeIndex = typeCanary
		}
		if e.wants(typeIndex) {
			e.add(l, v, typeIndex, "", &m.Match, m.Confidence)
		}
	}
}

// declarations is what a policy declares for a direction that does anything about it.
func (p *Policy) declarations(wanted uint64) *declared.Set {
	if wanted>>typeTerm&3 == 0 {
		return nil
	}
	return p.Declared
}

// promptsOnLine fingerprints stand on a line of a document, each with fingerprintDigits.
const (
	promptsOnLine     = 16
	fingerprintDigits = 12
)

func appendDeclared(doc []byte, s *declared.Set) []byte {
	for _, term := range s.Terms() {
		doc = append(strconv.AppendQuoteToASCII(append(doc, "term "...), term), '\n')
	}
	for _, canary := range s.Canaries() {
		doc = append(strconv.AppendQuoteToASCII(append(doc, "canary "...), canary), '\n')
	}
	for i, sum := range s.Prompts() {
		if i%promptsOnLine == 0 {
			doc = append(doc, "prompt"...)
		}
		doc = append(doc, ' ')
		for shift := 4 * (fingerprintDigits - 1); shift >= 0; shift -= 4 {
			doc = append(doc, "0123456789abcdef"[sum>>shift&15])
		}
		if i%promptsOnLine == promptsOnLine-1 || i == len(s.Prompts())-1 {
			doc = append(doc, '\n')
		}
	}
	return doc
}

// declarationLines collects the lines of a document that declare something.
type declarationLines struct {
	terms, canaries []string
	prompts         []uint64
	signatures      signatureLines
}

func (d *declarationLines) parse(field, value string) (ok bool) {
	if field == "prompt" {
		for ; len(value) >= fingerprintDigits; value = value[min(fingerprintDigits+1, len(value)):] {
			sum, err := strconv.ParseUint(value[:fingerprintDigits], 16, 64)
			if err != nil {
				return false
			}
			d.prompts = append(d.prompts, sum)
		}
		return value == "" && len(d.prompts) <= declared.MaxFingerprints
	}
	text, err := strconv.Unquote(value)
	switch field {
	case "term":
		d.terms = append(d.terms, text)
	case "canary":
		d.canaries = append(d.canaries, text)
	}
	return err == nil && len(d.terms) <= declared.MaxTerms && len(d.canaries) <= declared.MaxCanaries
}
