package scan

import (
	"strconv"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// typePrompt is the number of prompt injection among families.
var typePrompt = func() int {
	for i := range families {
		if families[i].name == "prompt_injection" {
			return i
		}
	}
	return 0
}()

// Versions says which rules, which model and which network of prompt injection are shipped.
func Versions() string { return prompt.Version() }

// detectSigned looks for the phrases of the policy's signatures.
func (e *engine) detectSigned(l *leaf, v *view) {
	if !e.wants(int(pii.NumTypes) + typePrompt) {
		return
	}
	e.matches = e.signatures.Find(v.text, e.matches[:0])
	for i := range e.matches {
		e.addAttack(l, v, typePrompt, &e.matches[i])
	}
}

func appendSignatures(doc []byte, s *prompt.Signatures) []byte {
	if s == nil {
		return doc
	}
	doc = append(append(append(doc, "signatures "...), s.Version()...), '\n')
	for _, p := range s.Phrases() {
		doc = append(strconv.AppendInt(append(doc, "phrase "...), int64(p.Hundredths), 10), ' ')
		doc = append(strconv.AppendQuoteToASCII(doc, p.Text), '\n')
	}
	for _, weights := range s.Weights() {
		doc = append(append(append(doc, "weights "...), weights...), '\n')
	}
	return doc
}

// signatureLines collects the lines of a document that are signatures.
type signatureLines struct {
	version string
	weights []string
	phrases []prompt.Phrase
}

func (s *signatureLines) parse(field, value string) (ok bool) {
	switch field {
	case "signatures":
		s.version = value
	case "weights":
		s.weights = append(s.weights, value)
	case "phrase":
		return s.parsePhrase(value)
	}
	return value != ""
}

func (s *signatureLines) parsePhrase(value string) (ok bool) {
	for i := range len(value) {
		if value[i] == ' ' {
			n, err := strconv.Atoi(value[:i])
			text, bad := strconv.Unquote(value[i+1:])
			s.phrases = append(s.phrases, prompt.Phrase{Text: text, Hundredths: n})
			return err == nil && bad == nil && len(s.phrases) <= prompt.MaxPhrases
		}
	}
	return false
}

func (s *signatureLines) compile() (*prompt.Signatures, error) {
	return prompt.NewSignatures(s.version, s.phrases, s.weights...)
}
