package scan

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// Bounds of what is held back of a text, in bytes.
const (
	// maxRun is the longest value of several words of digits and capitals: an IBAN in groups with a separator everywhere.
	maxRun = 72
	// maxShort is the longest word of capitals that may be a part of such a value.
	maxShort = 4
	// maxHeader is the longest first line of a private key.
	maxHeader = 64
	// minCode is the shortest code that the words behind it can announce (AB123456 is my passport number), maxAnnouncement how
	// far they reach.
	minCode         = 7
	maxAnnouncement = 64
	// maxMention is how much may follow such a line before it is known to be only a mention.
	maxMention = 128
)

// phrases is how much is held back of a text while a type is acted on whose values are ordinary words. Types not named here
// are tokens, or words of digits and capitals. What is always held may begin before anything tells of it; the others stand
// behind a word that does, and are waited for only there.
var phrases = [pii.NumTypes]struct{ always, told uint8 }{
	pii.Address: {128, 128}, pii.Name: {0, 64},
}

// maxMarked is the longest value that is known by a mark near its beginning: the lines of a passport, a card's first track.
const maxMarked = 96

// holdRules say what a policy makes worth holding back.
type holdRules struct {
	always, told int  // of phrases
	keys         bool // private keys
	marked       bool // what is read by machines
	dates        bool // dates with the names of months
}

// rulesFor are those for a set of acted-on types, a bit for each by number.
func rulesFor(types uint64) (r holdRules) {
	for i, n := range phrases {
		if types>>i&1 != 0 {
			r.always, r.told = max(r.always, int(n.always)), max(r.told, int(n.told))
		}
	}
	r.keys = types>>pii.PrivateKey&1 != 0
	r.dates = types>>pii.DOB&1 != 0
	r.marked = types>>pii.Passport&1 != 0 || types>>pii.CardTrack&1 != 0
	return r
}

// unfinished returns the offset, from or behind, from which on text may still become part of a value by what is appended.
// from is such an offset itself. What lies before the result is as final as if the text ended there. told says that
// something near the end speaks of a value.
//
// A value is a token, which reaches to the next space, quote, comma or bracket; or words of digits and short words of
// capitals in a row, as numbers are written (4111 1111, +49 (0) 30, GB29 NWBK); or the first line of a private key; or begins
// with a mark (P<, %B) and may have spaces and lines in it.
func (r *holdRules) unfinished(text []byte, from int, told bool) int {
	at := r.unfinishedRun(text, from)
	if r.keys {
		at = min(at, unfinishedKey(text, from))
	}
	if r.marked {
		at = min(at, unfinishedMarked(text, max(from, len(text)-maxMarked)))
	}
	phrase := r.always
	if told {
		phrase = r.told
	}
	return max(from, min(at, len(text)-phrase))
}

// unfinishedMarked finds where the first value with a mark begins behind from.
func unfinishedMarked(text []byte, from int) int {
	for i := from; i < len(text); i++ {
		switch next := i + 1; {
		case text[i] == '%' && next < len(text) && text[next]|0x20 == 'b':
			return i
		case text[i] == '<' && i > from && isLetter(text[i-1]) && (next == len(text) || text[next] == '<' || text[next] >= 'A' && text[next] <= 'Z'):
			for i > from && text[i-1] > ' ' {
				i--
			}
			return i
		}
	}
	return len(text)
}

// unfinishedRun is unfinished for tokens and words in a row.
func (r *holdRules) unfinishedRun(text []byte, from int) int {
	run, code := -1, len(text) // where the words in a row begin that end at i, and the first code that may yet be announced
	iban := false
	spaces := 0
	for i := from; i < len(text); {
		if text[i] == ' ' {
			if spaces++; spaces > 2 {
				run = -1
			}
			i++
			continue
		}
		if r.dates && run >= 0 && text[i] == ',' && digit(text[i-1]) {
			i++ // May 12, 1980
			continue
		}
		w := readWord(text, i)
		if w.end == i {
			run, spaces = -1, 0
			i += w.skip
			continue
		}
		coded := w.coded() || r.dates && mayBeMonth(w.text, w.end == len(text))
		joins := coded || w.end-i == 1 || iban && w.end-i <= maxShort
		if w.end == len(text) {
			if run < 0 || !joins {
				return min(code, i)
			}
			return min(code, lastOf(text, run, i))
		}
		if code == len(text) && w.digits > 0 && len(w.text) >= minCode && mayAnnounce(text[w.end:]) {
			code = i
		}
		switch {
		case run < 0 && coded:
			run, iban = i, w.country()
		case !joins:
			run = -1
		}
		i, spaces = w.end, 0
	}
	if run >= 0 {
		return min(code, lastOf(text, run, len(text)))
	}
	return code
}

// months are the first letters of the names of months in the languages of labels, and the words between them and days.
const months = " jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez ene abr ago dic fev mag gen giu lug set ott out avr déc aoû fév mrt mei maa of de den von del "

// mayBeMonth reports whether a word is the name of a month, or may become one when it is not finished.
func mayBeMonth(word []byte, unfinished bool) bool {
	var name [5]byte // with a space before; letters with accents have two bytes
	name[0] = ' '
	n, letters := 1, 0
	for _, c := range word {
		if n == len(name) || letters == 3 && c&0xC0 != 0x80 {
			break
		}
		if c&0xC0 != 0x80 {
			letters++
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		name[n] = c
		n++
	}
	if letters < 3 && !unfinished {
		return letters > 1 && strings.Contains(months, string(name[:n])+" ")
	}
	return letters > 0 && strings.Contains(months, string(name[:n]))
}

// mayAnnounce reports whether what follows a code begins, or could begin, to say what it is: with a verb.
func mayAnnounce(rest []byte) bool {
	if len(rest) > maxAnnouncement || rest[0] != ' ' {
		return false
	}
	word := rest[1:]
	whole := bytes.IndexByte(word, ' ')
	if whole >= 0 {
		word = word[:whole]
	}
	for _, verb := range [...]string{"is", "es", "est", "ist", "e", "é", "è", "är", "was"} {
		if string(word) == verb || whole < 0 && len(word) < len(verb) && string(word) == verb[:len(word)] {
			return true
		}
	}
	return false
}

// lastOf shortens a run to its last maxRun bytes, at the beginning of one of its words up to the one at last.
func lastOf(text []byte, run, last int) int {
	over := len(text) - maxRun
	switch {
	case over <= run:
		return run
	case over < last:
		if space := bytes.IndexByte(text[over:last], ' '); space >= 0 {
			return over + space + 1
		}
	}
	return last
}

// word is a token as the bytes of text from start to end.
type word struct {
	text   []byte
	end    int
	skip   int // bytes of what is no word, when there is none
	digits int
	lower  int
}

// coded reports whether the token can be a word of a number.
func (w *word) coded() bool { return w.digits > 0 || w.lower == 0 && len(w.text) <= maxShort }

// country reports whether the token begins like an IBAN.
func (w *word) country() bool {
	t := w.text
	return len(t) >= 4 && isLetter(t[0]) && isLetter(t[1]) && digit(t[2]) && digit(t[3])
}

// readWord reads the token at i.
func readWord(text []byte, i int) (w word) {
	start := i
	var address bool // scheme://, in which more is allowed
	for i < len(text) {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			r, width := utf8.DecodeRune(text[i:])
			if separates(r) && (r != utf8.RuneError || width != 1 || utf8.FullRune(text[i:])) {
				if i == start {
					w.skip = width
				}
				return w.ended(text, start, i)
			}
			i += width
			continue
		case c == ' ', c == '\n', c == '\r', c == '\t', c == '"', c == '<', c == '>',
			!address && (c == ',' || c == '{' || c == '}' || c == '[' || c == ']'):
			w.skip = 1
			return w.ended(text, start, i)
		case digit(c):
			w.digits++
		case c >= 'a' && c <= 'z':
			w.lower++
		case c == '/':
			address = address || i >= start+2 && text[i-1] == '/' && text[i-2] == ':'
		}
		i++
	}
	return w.ended(text, start, i)
}

func (w word) ended(text []byte, start, end int) word {
	w.text, w.end = text[start:end], end
	return w
}

// separates reports whether a character is in no token: those of scripts without spaces between words. Full-width and
// invisible characters are in tokens, because they read as others.
func separates(r rune) bool {
	const thai, punctuation, symbols, fullWidth = 0x0E00, 0x2000, 0x2100, 0xFE00
	return r >= thai && r < punctuation || r >= symbols && r < fullWidth && r != 0x3000 || r >= 0x20000 && r < 0xE0000
}

// unfinishedKey finds the first line of a private key of which not enough is there to tell it from a mention of one.
func unfinishedKey(text []byte, from int) int {
	const begin, dashes = "-----BEGIN", "-----"
	at := bytes.LastIndex(text[from:], []byte(begin))
	if at < 0 {
		return len(text)
	}
	at += from
	i := at + len(begin)
	for i < len(text) && (text[i] == ' ' || text[i] >= 'A' && text[i] <= 'Z' || digit(text[i])) {
		i++
	}
	switch closed := min(len(text)-i, len(dashes)); {
	case i-at > maxHeader, string(text[i:i+closed]) != dashes[:closed]:
		return len(text)
	case closed == len(dashes) && (!bytes.Contains(text[at:i], []byte("PRIVATE KEY")) || len(text)-i > maxMention):
		return len(text)
	}
	return at
}
