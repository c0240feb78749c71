// Package pii finds personal data and secrets in one decoded text: by structure and checksum where the
// value says what it is, and with the evidence of a field name or label where it does not. It knows
// nothing of bodies, encodings or policies.
package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Type is a kind of personal data or secret.
type Type uint8

// The types, in the order of their names.
const (
	Card Type = iota
	Email
	IBAN
	JWT
	Phone
	Secret
	SSN
	NumTypes
)

// String returns the finding type that stands in policies, metrics and audit records.
func (t Type) String() string {
	return [...]string{"CARD", "EMAIL", "IBAN", "JWT", "PHONE", "SECRET", "SSN"}[t]
}

// Match is a hit of one type. Rules of secrets name the kind, such as aws-access-key.
type Match struct {
	match.Match
	Type Type
}

// Text is a value to look at.
type Text struct {
	Bytes []byte
	// Key is what the name of the field says that holds the value.
	Key Evidence
	// Bare says that the value is a JSON number.
	Bare bool

	labelled int // end of the last labelled value, so that labels inside it cost nothing
	dialled  dialled
}

func (t *Text) found(dst []Match, kind Type, start, end int, confidence float32, severity uint8, rule string) []Match {
	return append(dst, Match{match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule}, kind})
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLetter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z'
}
func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// at returns the byte at i, or 0 outside the text.
func (t *Text) at(i int) byte {
	if i < 0 || i >= len(t.Bytes) {
		return 0
	}
	return t.Bytes[i]
}

// startsToken reports whether a value may start at i: it is no continuation of a word, a decimal number or a
// dashed identifier.
func (t *Text) startsToken(i int) bool {
	before := t.at(i - 1)
	if isWord(before) {
		return false
	}
	return !(before == '-' || before == '.' || before == '/') || !isWord(t.at(i-2))
}

// endsToken is the same at the end: i is the offset behind the value.
func (t *Text) endsToken(i int) bool {
	after := t.at(i)
	if isWord(after) {
		return false
	}
	return !(after == '-' || after == '.') || !isWord(t.at(i+1)) || after == '.' && !isDigit(t.at(i+1))
}
