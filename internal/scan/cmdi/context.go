package cmdi

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// where says what stands before a separator.
type where uint8

const (
	inText  where = iota // prose, code, a script
	inShell              // a line that is a command itself: a snippet, not an injection
	atValue              // a short value: what an application put before
	atStart              // nothing: the text begins with the separator
)

// head is the beginning of the text: what an application may have put before an injection.
type head struct {
	end   int // byte after the value; separators from here on follow something else
	shell bool
	lines int  // line ends before the last of the text, counted within its first 2 KiB
	long  bool // the text goes on for many lines: a document, not a value
}

// maxValue bounds the value before a separator.
const maxValue = 64

// opening reads the beginning of the text.
func (f *finder) opening() head {
	h := head{}
	lines := 0
	b := f.text[:min(len(f.text), 2048)]
	for ; len(b) >= 8; b = b[8:] {
		lines += swar.Count(swar.Is(swar.Load(b), '\n'))
	}
	lines += swar.Count(swar.Is(swar.Padded(b, len(b), swar.Spaces), '\n'))
	h.lines = lines
	h.long = lines > 8
	i := 0
	for i < len(f.text) && i < maxValue && (f.text[i] <= ' ' && f.text[i] != '\n') {
		i++
	}
	i = f.definition(i)
	w := wordAt(f.text, i)
	if w.class != 0 && w.end > i && complete(f.text, w.end) {
		h.shell = f.arguments(w.end).best >= aPlain
	}
	for limit := i + maxValue; i < len(f.text) && i < limit && (!boundary(f.text[i]) || f.text[i] == '$' && f.at(i+1) != '(' && f.at(i+1) != '{'); {
		i++
	}
	h.end = i
	return h
}

// definition returns the end of the function that is defined at i without a name, i when there is none: bash once took
// such a value and ran what follows.
func (f *finder) definition(i int) int {
	j := i + 2
	if !fold.HasPrefix(f.text[min(i, len(f.text)):], "()") {
		return i
	}
	for j < len(f.text) && j < i+6 && blank(f.text[j]) {
		j++
	}
	if f.at(j) != '{' {
		return i
	}
	for j < len(f.text) && j < i+maxValue && f.text[j] != '}' {
		j++
	}
	return min(j+1, len(f.text))
}

// boundary reports whether c ends a single value.
func boundary(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', ';', '|', '&', '`', '$', '<', '>':
		return true
	}
	return false
}

// context says what stands before the separator at i.
func (f *finder) context(i int) where {
	j := i
	for j > 0 && j > i-maxClosing && closing(f.text[j-1]) {
		j--
	}
	switch {
	case f.head.long:
		return inText
	case j == 0 && f.row():
		return inText
	case j == 0:
		return atStart
	case f.head.shell:
		return inShell
	case j <= f.head.end:
		return atValue
	}
	return inText
}

// row reports whether the text begins with a row of a table: | a | b |.
func (f *finder) row() bool {
	if len(f.text) < 7 || f.text[0] != '|' || f.text[1] != ' ' {
		return false
	}
	cells := 0
	for i := 1; i < len(f.text) && f.text[i] != '\n' && i < maxBatch; i++ {
		if f.text[i] == '|' {
			if f.text[i-1] != ' ' {
				return false
			}
			cells++
		}
	}
	return cells >= 2
}

// maxClosing bounds the bytes between a value and the separator after it.
const maxClosing = 8

// closing reports whether c may stand between a value and the separator after it.
func closing(c byte) bool {
	return c <= ' ' || c == '\'' || c == '"' || c == ')' || c == ';' || c == '|' || c == '&'
}
