// Package nosql finds operator and script injection into document databases in one decoded text: operators of
// MongoDB's query language where a value should be, and server-side JavaScript that leaves its string. It knows
// nothing of bodies, views or policies.
package nosql

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Confidences: an operator as a field's name is how some APIs filter, so that only the strictest profile takes
// it for an attack.
const (
	script   = 0.9
	always   = 0.88 // an operator with a value that matches everything
	brackets = 0.84 // an operator in a form's field name: user[$ne]
	field    = 0.78
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{
	"$ne", "$gt", "$lt", "$eq", "$in", "$nin", "$not", "$nor", "$or", "$and", "$regex", "$exists", "$where", "$elemmatch", "$expr", "$function",
	"$accumulator", "$all", "$size", "$type", "$mod", "$text", "$options", "$jsonschema", "$comment",
	"return true", "return(true", "return !", "return 1", "return(1", "return ''", "return \"\"", "this.", "db.", "new date", "while(true", "while(1",
}

var triggers = lexicon.NewLiterals(Triggers, false)

// Classes of operators.
const (
	cOperator lexicon.Class = 1 << iota
	cCompare                // compares a field with a value, so that some value matches everything
	cScript                 // takes JavaScript
	cList                   // takes a list of conditions
	cMeta                   // names that other formats have members of, such as JSON Schema
)

var operators = lexicon.New(
	lexicon.Group{Class: cOperator, Words: "ne gt gte lt lte eq in nin not nor or and regex exists where elemmatch expr function accumulator all size type mod text " +
		"options jsonschema comment"},
	lexicon.Group{Class: cCompare, Words: "ne gt gte lt lte nin regex exists not"},
	lexicon.Group{Class: cList, Words: "or and nor"},
	lexicon.Group{Class: cScript, Words: "where function accumulator"},
	lexicon.Group{Class: cMeta, Words: "comment type text size all options mod and expr jsonschema function"},
)

type finder struct {
	text []byte
	dst  []match.Match
}

// Find appends the injections in text to dst, with byte offsets into text. Its time is linear in len(text):
// around each operator a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	for i := 0; i < len(text); {
		n := bytes.IndexByte(text[i:], '$')
		if n < 0 {
			break
		}
		i += n
		f.operator(i)
		i++
	}
	f.javascript()
	if len(f.dst) > len(dst) && !triggers.In(text) {
		return dst
	}
	return f.dst
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule})
}

// operator judges the dollar sign at i.
func (f *finder) operator(i int) {
	j := i + 1
	for j < len(f.text) && j < i+16 && fold.Letter(f.text[j]) {
		j++
	}
	class := operators.Class(f.text[i+1 : j])
	if class == 0 || j < len(f.text) && (f.text[j] == '_' || f.text[j]-'0' < 10) {
		return
	}
	switch {
	case i == 0 && j == len(f.text) && class&cMeta != 0:
	case i == 0 && j == len(f.text):
		f.add(i, j, field, "operator_name")
	case i > 1 && f.text[i-1] == '[' && j < len(f.text) && f.text[j] == ']' && f.inName(i-2, j+1):
		f.add(i-1, j+1, brackets, "operator_in_name")
	case i > 0 && f.text[i-1] == '[' && j < len(f.text) && f.text[j] == ']' && i == 1:
		f.add(i-1, j+1, brackets, "operator_in_name")
	default:
		f.member(i, j, class)
	}
}

// inName reports whether brackets behind the byte at i and before the one at j are part of a form field's name: a name ends at i that is no
// variable of a program, and a value, more brackets or nothing follows.
func (f *finder) inName(i, j int) bool {
	if !nameByte(f.text[i]) {
		return false
	}
	if j < len(f.text) && f.text[j] != '=' && f.text[j] != '[' && f.text[j] != ':' && f.text[j] != '"' && f.text[j] != '\'' {
		return false
	}
	for n := 0; i >= 0 && (nameByte(f.text[i]) || f.text[i] == '[' || f.text[i] == '$' && i > 0 && f.text[i-1] == '[') && n < 64; n++ {
		i--
	}
	if j < len(f.text) && f.text[j] != '=' && f.text[j] != '[' {
		return i < 0 || (f.text[i] == '"' || f.text[i] == '\'') && f.text[i] == f.text[j] && f.at(f.blanks(j+1)) == ':' // {"user[$ne]": 1}
	}
	return i < 0 || f.text[i] != '$' && f.text[i] != '@' && f.text[i] != '>' && f.text[i+1] != ']'
}

// member judges an operator that is a member of an object, {"$ne": ...} or $where: '...', its name at [i, j).
func (f *finder) member(i, j int, class lexicon.Class) {
	before := f.before(i)
	k := f.blanks(j)
	if k < len(f.text) && (f.text[k] == '"' || f.text[k] == '\'') {
		k = f.blanks(k + 1)
	}
	if k >= len(f.text) || f.text[k] != ':' || before != '{' && before != ',' && before != 0 {
		return
	}
	k = f.blanks(k + 1)
	switch {
	case before == ',' && class&cList != 0 && f.at(k) == '[' && i <= maxLeaving && (f.text[0] == '\'' || f.text[0] == '"'):
		f.add(i, k+1, brackets, "operator_breakout") // ', $or: [
	case class&cScript != 0 && f.runs(k):
		f.add(i, min(k+1, len(f.text)), script, "script_operator")
	case class&cCompare != 0 && before == '{' && f.matchesAll(k):
		f.add(i, min(k+1, len(f.text)), always, "operator_always_true")
	}
}

// maxLeaving bounds what leaves a string before an operator: a quote, a parenthesis, a comma.
const maxLeaving = 8

func (f *finder) at(i int) byte {
	if i < len(f.text) {
		return f.text[i]
	}
	return 0
}

// before returns the byte before i that is neither blank nor a quote, 0 at the beginning of the text, '?' when
// there is none within reach.
func (f *finder) before(i int) byte {
	for n := 0; n < 8; n++ {
		if i == 0 {
			return 0
		}
		i--
		if c := f.text[i]; c > ' ' && c != '"' && c != '\'' && c != '\\' {
			return c
		}
	}
	return '?'
}

func (f *finder) blanks(i int) int {
	for n := 0; i < len(f.text) && (f.text[i] <= ' ' || f.text[i] == '\\') && n < 16; n++ {
		i++
	}
	return i
}

// matchesAll reports whether the value at k makes a comparison true for every document: an empty or one-letter
// string, null, a small number, a boolean, a pattern that matches anything, an empty object.
func (f *finder) matchesAll(k int) bool {
	end := k
	for end < len(f.text) && end < k+12 && f.text[end] != '}' && f.text[end] != ',' {
		end++
	}
	if end >= len(f.text) {
		return false
	}
	v := bytes.Trim(f.text[k:end], " \t\r\n\\")
	if len(v) > 1 && (v[0] == '"' || v[0] == '\'') {
		inner := bytes.Trim(v, "\"'\\")
		switch string(inner) {
		case "", ".*", "^", ".", "*", "%00", "^.*", ".+":
			return true
		}
		return len(inner) == 1 && !fold.Letter(inner[0])
	}
	switch string(v) {
	case "null", "-1", "0", "1", "true", "false", "undefined", "{", "[", "[]":
		return true
	}
	return false
}

// runs reports whether the value at k is code: a function, or a string that uses the document.
func (f *finder) runs(k int) bool {
	rest := f.text[min(k, len(f.text)):min(len(f.text), k+80)]
	for i := range rest {
		switch rest[i] | 0x20 {
		case 'f':
			if fold.HasPrefix(rest[i:], "function") {
				return true
			}
		case 't':
			if fold.HasPrefix(rest[i:], "this.") || fold.HasPrefix(rest[i:], "this[") || fold.HasPrefix(rest[i:], "this,") {
				return true
			}
		case 's':
			if fold.HasPrefix(rest[i:], "sleep(") {
				return true
			}
		case '=':
			if fold.HasPrefix(rest[i:], "==") {
				return true
			}
		case 'r':
			if fold.HasPrefix(rest[i:], "return ") {
				return true
			}
		}
	}
	return fold.HasPrefix(rest, "true") || fold.HasPrefix(rest, "1")
}

func nameByte(c byte) bool {
	return fold.Letter(c) || c-'0' < 10 || c == '_' || c == '-' || c == ']' || c == '.'
}
