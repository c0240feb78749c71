// Package match is the vocabulary between the attack families and the scanner: one hit in one decoded
// text. It knows nothing of policies, encodings or bodies.
package match

// Severities of a Match, numerically equal to scan.Low to scan.Critical.
const (
	Low uint8 = iota
	Medium
	High
	Critical
)

// Match is one hit of a detector in the text it was given.
type Match struct {
	// Start and End are byte offsets into that text, End exclusive and greater than Start.
	Start, End int
	// Confidence is between 0 and 1: how sure the detector is by the text alone. The scanner moves it by
	// key, profile and encoding before it compares it with a threshold.
	Confidence float32
	// Severity is one of Low to Critical.
	Severity uint8
	// Rule names the grammar fact or phrase family that decided, in lower case with hyphens. It is a
	// constant: rules become metric labels.
	Rule string
}
