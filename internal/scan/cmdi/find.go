// Package cmdi finds command injection in one decoded text: shell separators and substitutions that
// are followed by commands, for POSIX shells, cmd.exe and PowerShell.
// It knows nothing of bodies, views or policies.
package cmdi

import (
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Critical, as scan.Critical.
const severity = 3

type finder struct {
	text   []byte
	dst    []match.Match
	head   head
	joints int // letters that were joined to letters so far
}

// Find appends the command injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): at each separator a bounded number of words is read.
func Find(text []byte, dst []match.Match) []match.Match {
	found := FindTriggered(text, dst)
	if len(found) > len(dst) && !triggers.In(text) {
		return dst
	}
	return found
}

// FindTriggered is Find for a text with one of Triggers, and does not look for them.
func FindTriggered(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	f.head = f.opening()
	return f.find()
}

// FindWithin is FindTriggered for the middle of a text: that it begins with a command makes it no line of a shell, whose commands are
// no injections.
func FindWithin(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	f.head = f.opening()
	f.head.shell = false
	return f.find()
}

func (f *finder) find() []match.Match {
	text := f.text
	f.bare()
	f.batch()
	f.mail()
	f.expansions()
	f.option()
	f.conditional()
	f.script()
	for i := nextHot(text, 0); i < len(text); i = nextHot(text, i+1) {
		switch text[i] {
		case '\n':
			if i <= f.head.end+maxClosing && !f.head.long || disguised(text, i+1) {
				i = f.separator(i)
			}
		case ';', '|', '&', '`':
			if text[i] == ';' {
				f.dotted(i)
			}
			i = f.separator(i)
		case '$', '<', '>':
			i = f.substitution(i)
		case '(':
			f.function(i)
		case ':':
			f.sliced(i)
		case '!':
			f.constructed(i)
		case '"':
			f.spelled(i)
		case '/':
			f.special(i)
		case '\\':
			// A line break written out, at the start of what lists feed to applications.
			if i+2 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r') && (i < 4 || text[0] == '\\' && text[1] == text[i+1] && !f.head.long) {
				f.command(i, f.unstyled(i+2), atStart, '\n', true)
			}
		}
	}
	return f.dst
}

// maxLine bounds the blanks at the beginning of a line, and the word behind them, that are searched for a disguise.
const maxLine = 24

// disguised reports whether the word that begins a line, at i, may be a command in disguise: only such a line says something
// behind other lines, and most lines of prose end here.
func disguised(text []byte, i int) bool {
	stop := min(len(text), i+2*maxLine)
	for i < stop && (blank(text[i]) || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	for i+8 <= stop {
		others := swar.Letters(swar.Load(text[i:])) ^ swar.Highs
		if i += swar.First(others); others != 0 {
			break
		}
	}
	for i < stop && inLine[text[i]] == 0 {
		i++
	}
	return i < stop && inLine[text[i]] == disguising
}

// inLine says which bytes end the word that begins a line, and which disguise it.
var inLine = func() (t [256]uint8) {
	for c := range ' ' + 1 {
		t[c] = ending
	}
	for _, c := range []byte("'\"\\$/({!?*") {
		t[c] = disguising
	}
	return t
}()

const (
	ending     = 1
	disguising = 2
)

// hot holds the bytes at which FindTriggered looks closer.
var hot = func() (t [256]bool) {
	for _, c := range []byte(";|&\n`$<>(/\\:!\"") {
		t[c] = true
	}
	return t
}()

// nextHot returns the offset of the first hot byte at i or behind, len(text) or more when there is none.
func nextHot(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		b := text[i : i+8]
		if hot[b[0]] || hot[b[1]] || hot[b[2]] || hot[b[3]] || hot[b[4]] || hot[b[5]] || hot[b[6]] || hot[b[7]] {
			break
		}
	}
	for i < len(text) && !hot[text[i]] {
		i++
	}
	return i
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	if confidence >= 0.4 {
		f.dst = append(f.dst, match.Match{Start: start, End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
	}
}
