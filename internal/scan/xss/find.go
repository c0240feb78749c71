// Package xss finds script injection into HTML in one decoded text. It reads tags as an HTML parser
// does, wherever they begin, and fragments that leave an attribute or a script string. It knows
// nothing of bodies, views or policies.
package xss

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// embeds is the confidence of markup that shows another document or redirects links, but runs nothing
// in this one. Everything above it runs a script; a profile for editors of HTML draws its line there.
const embeds = 0.8

// High, as scan.High.
const severity = 2

type quoteMemo struct {
	known    bool
	from, at int
}

type finder struct {
	text   []byte
	dst    []match.Match
	quotes [3]quoteMemo
	calm   calm
	split  bool // a tag stands inside a word
}

// Find appends the script injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): a tag is read until the next one begins, and searches for closing quotes remember
// their answers.
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
	f.scan()
	if f.split {
		f.rejoin()
	}
	return f.dst
}

// scan judges the text from its beginning to its end.
func (f *finder) scan() {
	text := f.text
	f.value()
	f.whole()
	tagEnd := 0
	for i := 0; i < len(text); i++ {
		if !hot[text[i]] {
			continue
		}
		if text[i] == '<' || text[i] == '\\' && opens(text, i) {
			if t, ok := f.element(i); ok {
				f.judge(&t)
				tagEnd = max(tagEnd, t.end)
				i = t.name - 1
			} else {
				f.declaration(i)
				f.served(i)
			}
			continue
		}
		if c := text[i]; i >= tagEnd || c == '!' || c == '+' || c == 0xbc {
			i = f.fragment(i)
		}
	}
}

// hot holds the bytes at which something is looked at.
var hot = func() (h [256]bool) {
	for _, c := range []byte("<oO\"'`{$:\\(+!\xbc") {
		h[c] = true
	}
	return h
}()

// opens reports whether the escape at i stands for the bracket of a tag.
func opens(text []byte, i int) bool {
	c, n := char(text, i)
	return n > 1 && c == '<'
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	if confidence >= 0.4 {
		f.dst = append(f.dst, match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule})
	}
}

// judge weighs a whole tag: its element beside what its attributes showed.
func (f *finder) judge(t *tag) {
	switch {
	case t.class&eScript != 0:
		w := f.scripted(t)
		t.suspect(w, "script_element")
	case t.class&eAnimate != 0 && t.animated:
		t.suspect(0.88, "animated_attribute")
	case t.class&eStyle != 0 && f.text[t.name-1]|0x20 == 'e' && f.sheet(t):
		t.suspect(0.85, "style_code")
	case t.class&eSheet != 0 && t.sheet && t.absolute:
		t.suspect(embeds, "external_sheet")
	case t.class&eIsland != 0:
		f.island(t)
	case t.class&eFrame != 0 && fold.Equal(f.text[t.start+1:t.name], "xi:include") && !t.absolute:
	case t.class&eFrame != 0 && t.source:
		t.suspect(embeds, "embedded_document")
	case t.class&eFrame != 0:
		t.suspect(0.6, "embedded_document")
	case t.class&eBase != 0 && t.source:
		t.suspect(embeds, "base_element")
	case t.best > 0 && t.start == 0 && t.end == len(f.text) && f.text[t.end-1] != '>':
		t.suspect(embeds, t.rule) // a tag left open for the page to close
	}
	f.add(t.start, t.end, t.best, t.rule)
}

// maxScript bounds how far the end of a script element is looked for.
const maxScript = 1024

// scripted weighs a script element by what is in it: a source, code, or the prose of a text that
// only mentions the element.
func (f *finder) scripted(t *tag) float32 {
	switch {
	case t.source:
		return 0.92
	case t.end < len(f.text) && f.text[t.end-1] != '>', t.end >= len(f.text):
		return 0.82
	}
	i := t.end
	glued := !blank(f.text[i]) && f.text[i] != '`'
	for i < len(f.text) && blank(f.text[i]) {
		i++
	}
	reach := 160
	if !glued {
		reach = maxScript
	}
	switch closed := contains(f.text, t.end, reach, "/script"); {
	case !closed && (t.start > 0 && f.text[t.start-1] == '`' || !glued && !f.sinks(i, i+120)):
		return 0.5 // a document names the element
	case f.runs(i, i+120):
		return 0.95
	case glued && (closed || isLetter(f.text[i]) || f.text[i]-'0' < 10 || quoteIndex(f.text[i]) >= 0):
		return 0.82
	case t.end-t.start > len("<script>")+2:
		return 0.8
	}
	return 0.5
}

// sheet reports whether a style element runs code or imports a sheet that may.
func (f *finder) sheet(t *tag) bool {
	n := 0
	for t.end+n < len(f.text) && n < maxStyle && f.text[t.end+n] != '<' {
		n++
	}
	return activeStyle(f.text, t.end, n) || n > 1 && f.text[t.end+1] == '\\' && (f.text[t.end] == '@' || f.text[t.end] == '=') || n > 9 && contains(f.text, t.end, 1, "@im\\") || contains(f.text, t.end, min(n, 200), "@import") || contains(f.text, t.name, t.end-t.name, "javascript")
}
