// Package xpath finds XPath injection in one decoded text: fragments that leave the string in which an application
// put a value and go on with a condition over nodes or another path. It knows nothing of bodies, views or policies.
package xpath

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{
	"count(", "string-length(", "name(", "uri(", "text()", "position()", "node()", "comment()", "last()", "starts-with(", "contains(", "substring(",
	"doc(", "doc-available(", "normalize-space(", "codepoints(", "|/", "| /", "]|", "] |", "/*[", "or /", "and /", "::node",
}

var triggers = lexicon.NewLiterals(Triggers, false)

// maxText bounds a text that is judged: values that paths are built with are short.
const maxText = 1024

// Classes of functions.
const (
	cPath lexicon.Class = 1 << iota // XPath's own, told by its name
	cNode                           // telling with a path or nothing as its argument
)

var functions = lexicon.New(
	lexicon.Group{Class: cPath, Words: "string-length local-name namespace-uri starts-with normalize-space doc-available string-to-codepoints codepoints-to-string unparsed-text node-name document-uri"},
	lexicon.Group{Class: cNode, Words: "count name text position node comment last contains substring doc string number concat translate processing-instruction"},
)

type finder struct {
	text []byte
	dst  []match.Match
	// left is behind what leaves the application's string, 0 when nothing does.
	left int
	// logic says that or, and, or a | follows.
	logic bool
}

// Find appends the injections in text to dst, with byte offsets into text. Its time is linear in len(text). It
// allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	if len(text) > maxText || !triggers.In(text) {
		return dst
	}
	f := finder{text: text, dst: dst}
	f.leave()
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			f.function(i)
		case '|':
			f.union(i)
		case '/':
			f.path(i)
		}
	}
	return f.dst
}

// maxPrefix bounds the value before the quote that leaves the string.
const maxPrefix = 48

// leave finds the quote or bracket that ends the application's string, and whether a condition goes on behind it.
func (f *finder) leave() {
	i := 0
	for i < len(f.text) && i < maxPrefix && f.text[i] != '\'' && f.text[i] != '"' && f.text[i] != ']' {
		if f.text[i] <= ' ' || f.text[i] == '<' || f.text[i] == '[' || f.text[i] == '(' {
			f.logic = f.word(i) > i
			return
		}
		i++
	}
	if i == len(f.text) || i == maxPrefix {
		return
	}
	for i < len(f.text) && (f.text[i] == '\'' || f.text[i] == '"' || f.text[i] == ']' || f.text[i] == ')' || f.text[i] <= ' ') {
		i++
	}
	f.left = i
	f.logic = f.word(i) > i
}

// word returns the end of or, and, div, mod or a mark that joins at i, behind blanks; i when there is none.
func (f *finder) word(i int) int {
	j := i
	for j < len(f.text) && j < i+8 && f.text[j] <= ' ' {
		j++
	}
	rest := f.text[j:]
	for _, w := range [...]string{"or", "and", "|", "mod", "div"} {
		if fold.HasPrefix(rest, w) && len(rest) > len(w) && (w == "|" || !fold.Letter(rest[len(w)])) {
			return j + len(w)
		}
	}
	return i
}

// function judges the call whose parenthesis is at i.
func (f *finder) function(i int) {
	j := i
	for j > 0 && j > i-24 && (fold.Letter(f.text[j-1]) || f.text[j-1] == '-') {
		j--
	}
	class := functions.Class(f.text[j:i])
	if class == 0 || j > 0 && (f.text[j-1] == '.' || f.text[j-1] == '_' || f.text[j-1] == '$') {
		return
	}
	node := class&cPath != 0 && f.argument(i+1) || class&cNode != 0 && f.nodes(i+1, j)
	if !node {
		return
	}
	switch {
	case f.left > 0 && f.left <= j && (f.logic || j == f.left):
		f.add(i+1, 0.9, "condition_over_nodes")
	case f.logic && j < maxPrefix:
		f.add(i+1, 0.84, "condition_over_nodes")
	case j == 0 && class&cNode != 0 && f.at(i+1) == '/' && f.text[len(f.text)-1] != ';':
		f.add(len(f.text), 0.82, "node_probe")
	}
}

// argument reports whether something stands between the parentheses, or nothing, as a function of the context node.
func (f *finder) argument(i int) bool { return i < len(f.text) }

// nodes reports whether the argument at i is a path, or nothing behind a slash or a comparison: name()='x'.
func (f *finder) nodes(i, name int) bool {
	switch c := f.at(i); c {
	case '/', '@', '*', '.':
		return true
	case ')':
		next := f.at(i + 1)
		return next == '=' || next == ']' || next == '!' || next == '<' || next == '>' || name > 0 && f.text[name-1] == '/'
	case 'n', 'N':
		return fold.HasPrefix(f.text[i:], "name(")
	}
	return false
}

// union judges the | at i: behind what left the string, a path follows.
func (f *finder) union(i int) {
	if f.left == 0 || i < f.left-1 || i > f.left+4 {
		return
	}
	j := i + 1
	for j < len(f.text) && j < i+4 && f.text[j] == ' ' {
		j++
	}
	if f.at(j) == '/' && (f.at(j+1) == '/' || f.at(j+1) == '*' || fold.Letter(f.at(j+1))) {
		f.add(j+2, 0.9, "path_union")
	}
}

// path judges the path at i: behind a condition that left the string.
func (f *finder) path(i int) {
	if f.left == 0 || !f.logic || f.word(f.left) > i || i > f.left+8 {
		return
	}
	if n := f.at(i + 1); n == '*' || n == '/' && (f.at(i+2) == '*' || fold.Letter(f.at(i+2))) {
		f.add(i+2, 0.86, "condition_over_nodes")
	}
}

func (f *finder) at(i int) byte {
	if i < len(f.text) {
		return f.text[i]
	}
	return 0
}

// add reports the text up to end: what leaves the string belongs to it.
func (f *finder) add(end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
}
