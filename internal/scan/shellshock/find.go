// Package shellshock finds function definitions of bash where a value should be, whose rest the shells of 2014 ran
// when they read it from their environment. It knows nothing of bodies, views or policies.
package shellshock

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Critical, as scan.Critical.
const severity = 3

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{"(){", "() {", "()\t{", "()  {", "() \t{"}

var triggers = lexicon.NewLiterals(Triggers, false)

// maxBody bounds the bytes of a function's body that are read.
const maxBody = 64

// Find appends the definitions in text to dst, with byte offsets into text. Its time is linear in len(text). It
// allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	before := len(dst)
	for i := 0; ; i++ {
		n := bytes.Index(text[i:], []byte("()"))
		if n < 0 {
			break
		}
		i += n
		if end, confidence := definition(text, i); confidence > 0 {
			dst = append(dst, match.Match{Start: i, End: end, Confidence: confidence, Severity: severity, Rule: "function_definition"})
		}
	}
	if len(dst) > before && !triggers.In(text) {
		return dst[:before]
	}
	return dst
}

// definition judges "()" at i: a value that begins so is what bash takes for a function, whatever it does. Inside a
// text the body must do nothing, which no program needs.
func definition(text []byte, i int) (end int, confidence float32) {
	j := i + 2
	for j < len(text) && j < i+6 && blank(text[j]) {
		j++
	}
	if j >= len(text) || text[j] != '{' {
		return 0, 0
	}
	k, idle := body(text, j+1)
	switch {
	case idle && !named(text, i) && !declared(text, i, k):
		return k, 0.95
	case begins(text, i):
		return min(j+1, len(text)), 0.86
	}
	return 0, 0
}

// body reads the body from j on and returns where it ends. idle says that it is closed and does nothing: colons, names
// and numbers that are no commands, and what redirects nothing.
func body(text []byte, j int) (end int, idle bool) {
	words, seen := 0, false
	for k := j; k < len(text) && k < j+maxBody; k++ {
		switch c := text[k]; {
		case c == '}':
			return k + 1, seen && words <= 1
		case c == ';', c == ':', c == '_':
			seen = true
		case c == '\n' || blank(c):
		case fold.Letter(c) || c-'0' < 10:
			for k+1 < len(text) && k < j+maxBody && (fold.Letter(text[k+1]) || text[k+1]-'0' < 10) {
				k++
			}
			words++
		default:
			return k, false
		}
	}
	return min(j+maxBody, len(text)), false
}

// named reports whether a name or the word function stands before the parentheses at i: then it is a program.
func named(text []byte, i int) bool {
	if i == 0 {
		return false
	}
	if c := text[i-1]; fold.Letter(c) || c-'0' < 10 || c == '_' || c == '-' || c == '$' || c == ')' || c >= 0x80 {
		return true
	}
	for i > 0 && blank(text[i-1]) {
		i--
	}
	return i >= 8 && fold.Equal(text[i-8:i], "function") || i >= 4 && fold.Equal(text[i-4:i], "func") || i >= 2 && fold.Equal(text[i-2:i], "fn")
}

// declared reports whether the parentheses at i belong to the name before them, in Perl or a shell, rather than to a value that a sentence
// goes on with: nothing follows the body, which ends at end, on its line.
func declared(text []byte, i, end int) bool {
	j := i
	for j > 0 && blank(text[j-1]) {
		j--
	}
	if j == 0 || j == i || !fold.Letter(text[j-1]) && text[j-1]-'0' >= 10 && text[j-1] != '_' {
		return false
	}
	for end < len(text) && blank(text[end]) {
		end++
	}
	return end == len(text) || text[end] == '\n' || text[end] == '\r' || text[end] == '#'
}

// begins reports whether a value begins at i: the text, or what follows the name of a header or field in it.
func begins(text []byte, i int) bool {
	j := i
	for j > 0 && j > i-4 && (blank(text[j-1]) || text[j-1] == '"' || text[j-1] == '\'') {
		j--
	}
	if j == 0 {
		return true
	}
	if text[j-1] != ':' && text[j-1] != '=' || j > maxName {
		return false
	}
	for _, c := range text[:j-1] {
		if !fold.Letter(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// maxName bounds the name of a header before its value.
const maxName = 40

func blank(c byte) bool { return c == ' ' || c == '\t' }
