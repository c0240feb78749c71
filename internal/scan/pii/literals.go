package pii

// Literals returns the strings of which a text must contain one for Literal to report anything, in lower
// case; the index of a string is its rule: those of secrets, then the words that introduce names.
func Literals() []string { return append(secretLiterals(), introductions...) }

var secretRules = len(secretLiterals())

// Literal appends what the occurrence at i of the literal of a rule turns out to be.
func (t *Text) Literal(rule, i int, dst []Match) []Match {
	if rule < secretRules {
		return t.secretAt(rule, i, dst)
	}
	return t.introducedAt(i, rule-secretRules, dst)
}
