package nosql

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// maxLead bounds what an application may have put before a script.
const maxLead = 48

// javascript judges a text that leaves the string of a server-side script: near its beginning a quote, or a
// number, then a statement or a condition of the document.
func (f *finder) javascript() {
	for i := 0; i < len(f.text) && i < maxLead; i++ {
		switch c := f.text[i]; {
		case c == '\'' || c == '"':
			if f.leaves(i, i+1) {
				return
			}
		case c == ';' || c == '|' || c == '&':
			if i > 0 && (f.text[i-1]-'0' < 10 || f.text[i-1] == ' ' && i > 1 && f.text[i-2]-'0' < 10) && f.leaves(i, i) {
				return
			}
		case c <= ' ' && i > 8, c == '=', c == '(', c == '<':
			return // words: no value an application puts before
		}
	}
}

// leaves judges what follows the value that ends at i, from j on, and reports whether it was an attack.
func (f *finder) leaves(i, j int) bool {
	for n := 0; j < len(f.text) && (f.text[j] == ' ' || f.text[j] == ')' || f.text[j] == '}') && n < 6; n++ {
		j++
	}
	if j+1 >= len(f.text) {
		return false
	}
	op := f.text[j]
	if op != ';' && (op != '|' && op != '&' || f.text[j+1] != op) {
		return false
	}
	for j < len(f.text) && (f.text[j] == op || f.text[j] == ' ' || f.text[j] == '(') {
		j++
	}
	rest := f.text[j:]
	statement := op == ';'
	switch {
	case statement && (fold.HasPrefix(rest, "return true") || fold.HasPrefix(rest, "return(true") || fold.HasPrefix(rest, "return !") || fold.HasPrefix(rest, "return 1") || fold.HasPrefix(rest, "return(1") || fold.HasPrefix(rest, "return this.")),
		fold.HasPrefix(rest, "this.") && f.compares(j+5), statement && fold.HasPrefix(rest, "db.") && f.compares(j+3), statement && fold.HasPrefix(rest, "while(") && fold.Contains(rest[:min(len(rest), 85)], "this."),
		statement && waits(rest), statement && (fold.HasPrefix(rest, "return ''") || fold.HasPrefix(rest, `return ""`)):
		f.add(i, min(len(f.text), j+8), 0.85, "script_breakout")
		return true
	}
	return false
}

// waits reports whether a script begins to pass time: a loop without end, or one until the clock says enough.
func waits(b []byte) bool {
	if fold.HasPrefix(b, "while(true") || fold.HasPrefix(b, "while(1") {
		return true
	}
	clock := fold.HasPrefix(b, "var ") || len(b) > 3 && fold.Letter(b[0]) && bytes.IndexByte(b[:min(len(b), 12)], '=') > 0
	return clock && fold.Contains(b[:min(len(b), 32)], "=new date(") && fold.Contains(b, "while(")
}

// compares reports whether the name at i is called, indexed, compared or assigned.
func (f *finder) compares(i int) bool {
	j := i
	for j < len(f.text) && j < i+48 && nameByte(f.text[j]) {
		j++
	}
	for j < len(f.text) && f.text[j] <= ' ' {
		j++
	}
	if j == i || j >= len(f.text) {
		return false
	}
	switch f.text[j] {
	case '(', '[', '=', '!', '<', '>':
		return true
	}
	return false
}
