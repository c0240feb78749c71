// Package ldap finds LDAP injection in one decoded text: fragments that close the filter which an application put
// around a value and begin another. It knows nothing of bodies, views or policies.
package ldap

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Confidences: a whole filter is what directories are configured with; only one that names a matching rule of Active
// Directory or that everybody matches says more.
const (
	breakout = 0.88
	rule     = 0.84
	filter   = 0.6
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{")(", ")!(", "*(|", "*(&", "(|(", "(&(", "*))", ") (", "1.2.840.113556.1.4.", "*)\x00"}

var triggers = lexicon.NewLiterals(Triggers, false)

// Bounds: a value that an application puts into a filter is short, and what leaves it does so early.
const (
	maxValue = 96   // bytes before the parenthesis that leaves the value
	maxText  = 1024 // bytes of a text that is judged
)

// Find appends the injections in text to dst, with byte offsets into text. Its time is linear in len(text). It
// allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	if len(text) > maxText || !triggers.In(text) {
		return dst
	}
	add := func(start, end int, confidence float32, name string) {
		dst = append(dst, match.Match{Start: start, End: min(end, len(text)), Confidence: confidence, Severity: severity, Rule: name})
	}
	at := leaves(text)
	switch {
	case at < 0:
	case followed(text, at+1):
		add(0, len(text), breakout, "filter_breakout")
		return dst
	case truncated(text, at):
		add(at, len(text), rule, "filter_truncated")
		return dst
	}
	switch i := operator(text); {
	case i >= 0:
		add(0, len(text), breakout, "filter_breakout")
	case text[0] == '(' && whole(text):
		c := float32(filter)
		if bytes.Contains(text, []byte("1.2.840.113556.1.4.")) {
			c = rule
		}
		add(0, len(text), c, "filter")
	}
	return dst
}

// leaves returns the first parenthesis that closes what was not opened, -1 when there is none within a value's reach.
func leaves(text []byte) int {
	depth := 0
	for i, c := range text[:min(len(text), maxValue)] {
		switch c {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return i
			}
			depth--
		case '\n', ';', '{':
			return -1 // a line of code
		}
	}
	return -1
}

// followed reports whether a filter begins at i, behind the parenthesis that left the value: (name=, (|(, !(name=, (&).
func followed(text []byte, i int) bool {
	opened, operators := false, 0
	for n := 0; i < len(text) && n < 16; n++ {
		switch text[i] {
		case '(':
			opened = true
		case '|', '&', '!':
			operators++
		case ')': // )(&) and )) before the next
			if opened && operators > 0 {
				return true
			}
		case ' ':
		default:
			return opened && (assertion(text[i:]) || operators > 1)
		}
		i++
	}
	return opened && operators > 0 && i == len(text)
}

// assertion reports whether b begins with a name and an operator of filters.
func assertion(b []byte) bool {
	n := 0
	for n < len(b) && n < 64 && nameByte(b[n]) {
		n++
	}
	if n < 2 || n == len(b) || b[0]-'0' < 10 {
		return false
	}
	switch b[n] {
	case '=':
		return n+1 == len(b) || b[n+1] != '='
	case '~', '>', '<':
		return n+1 < len(b) && b[n+1] == '='
	}
	return false
}

// truncated reports whether the text ends behind the parenthesis at i in a way that cuts the application's filter off:
// a NUL byte behind the wildcard that matches all.
func truncated(text []byte, i int) bool {
	if i == 0 || text[i-1] != '*' {
		return false
	}
	rest := bytes.TrimLeft(text[i:], ")")
	return len(rest) > 0 && (rest[0] == 0 || fold.HasPrefix(rest, "%00"))
}

// operator returns where a wildcard is followed by a filter of its own, *(|(mail=*)), -1 when nowhere in the value.
func operator(text []byte) int {
	for i := 0; i+3 < len(text) && i < maxValue; i++ {
		if text[i] <= ' ' {
			return -1
		}
		if text[i] == '*' && text[i+1] == '(' && (text[i+2] == '|' || text[i+2] == '&') && text[i+3] == '(' {
			return i
		}
	}
	return -1
}

// whole reports whether the text is one or more filters and nothing else.
func whole(text []byte) bool {
	if text[len(text)-1] != ')' {
		return false
	}
	i, n := 0, 0
	for i < len(text) {
		for i < len(text) && (text[i] == '(' || text[i] == '|' || text[i] == '&' || text[i] == '!' || text[i] == ' ') {
			i++
		}
		if i == len(text) || !named(text[i:]) {
			return false
		}
		n++
		for i < len(text) && text[i] != ')' {
			i++
		}
		for i < len(text) && (text[i] == ')' || text[i] == ' ') {
			i++
		}
	}
	return n > 0
}

// named is assertion, or one with a matching rule: name:1.2.840...:=
func named(b []byte) bool {
	if assertion(b) {
		return true
	}
	k := bytes.IndexByte(b[:min(len(b), 96)], ':')
	return k > 1 && bytes.Contains(b[k:min(len(b), k+64)], []byte(":="))
}

func nameByte(c byte) bool { return c|0x20-'a' < 26 || c-'0' < 10 || c == '-' || c == '.' }
