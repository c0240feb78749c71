package prompt

import (
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/model"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// token is one word of the text.
type token struct {
	start, end int
	class      lexicon.Class
	begins     bool // the first word of a sentence, a line or a quotation
	stop       bool // a sentence ended before
	comma      bool // a comma stands before
	disguised  bool // letters spaced out or replaced by digits
	upper      bool // all capitals
	scored     bool // score is known already
	score      model.Word
}

type lexer struct {
	text []byte
	pos  int
	memo *memo // of the shipped model; nil when there is none
}

// memo remembers what words are: a text has few of them, over and over. Each has two places where it may be, and what is
// known of it follows from its bytes alone.
type memo [1 << 10]pair

type pair [2]entry

// entry is a word of one to fifteen letters. The zero value is none.
type entry struct {
	head, tail uint64 // its first eight letters and the others, the first one lowest
	class      lexicon.Class
	score      model.Word
	disguised  bool
	upper      bool
}

// maxWord bounds the bytes of one word; longer runs are no words.
const maxWord = 40

// next reads a word; ok is false at the end of the text. The usual word, up to fifteen letters behind a space or a few marks, is
// read without a loop or a call: in WebAssembly they cost as much as the word. Any other is general's.
func (l *lexer) next(t *token) (ok bool) {
	const reach = 3 + 16 + 1 // bytes that are looked at
	text, i := l.text, l.pos
	if i+reach > len(text) || l.memo == nil {
		return l.general(t)
	}
	passed := marks[text[i]]
	if passed&inWord == 0 {
		i++
		if next := marks[text[i]]; next&inWord == 0 {
			passed |= next
			i++
			if next = marks[text[i]]; next&inWord == 0 {
				passed |= next
				i++
			}
		}
	}
	if l.pos == 0 {
		passed |= begins
	}
	head, tail := swar.Load(text[i:]), uint64(0)
	n := swar.First(swar.Letters(head) ^ swar.Highs)
	if n == 8 {
		tail = swar.Load(text[i+8:])
		m := swar.First(swar.Letters(tail) ^ swar.Highs)
		n += m
		tail &= 1<<(8*m) - 1
	} else {
		head &= 1<<(8*n) - 1
	}
	if n == 0 || n == 16 || special[text[i+n]] || n == 1 && marks[text[i+2]]&inWord != 0 && marks[text[i+3]]&inWord == 0 {
		return l.general(t) // more marks, a longer word, one with other characters in it, letters that stand apart
	}
	*t = token{start: i, end: i + n, begins: passed&begins != 0, stop: passed&stop != 0, comma: passed&comma != 0}
	l.pos = t.end
	pair := &l.memo[((head^tail>>7)*0x9E3779B97F4A7C15^tail)*0x9E3779B97F4A7C15>>54]
	e := &pair[0]
	if e.head != head || e.tail != tail {
		if e = &pair[1]; e.head != head || e.tail != tail {
			e = pair.learn(head, tail, text[t.start:t.end])
		}
	}
	t.class, t.disguised, t.upper, t.scored, t.score = e.class, e.disguised, e.upper, true, e.score
	return true
}

// special holds the bytes that may belong to a word beside ASCII letters.
var special = func() (s [256]bool) {
	for c := range s {
		s[c] = c >= 0x80 || disguises[c]
	}
	return s
}()

// learn takes a word in and forgets the older one of the two.
func (p *pair) learn(head, tail uint64, word []byte) *entry {
	var t token
	t.plain(word)
	score := shipped.Word(word)
	p[1] = p[0]
	p[0] = entry{head: head, tail: tail, disguised: t.disguised, upper: t.upper, class: t.class, score: score}
	return &p[0]
}

// general reads any word.
func (l *lexer) general(t *token) (ok bool) {
	*t = token{}
	text, i := l.text, l.pos
	var passed mark
	if i == 0 {
		passed = begins
	}
	for i < len(text) && marks[text[i]]&inWord == 0 {
		passed |= marks[text[i]]
		i++
	}
	t.begins, t.stop, t.comma = passed&begins != 0, passed&stop != 0, passed&comma != 0
	l.pos = i
	if i >= len(text) {
		return false
	}
	t.start = i
	if next := i + 1; (next == len(text) || marks[text[next]]&inWord == 0) && l.spread(t) {
		return true
	}
	for i+8 <= len(text) {
		others := swar.Letters(swar.Load(text[i:])) ^ swar.Highs
		if i += swar.First(others); others != 0 {
			break
		}
	}
	for i < len(text) && letter[text[i]] {
		i++
	}
	if i < len(text) && disguises[text[i]] {
		l.disguised(t)
		return true
	}
	word := text[l.pos:i]
	l.pos, t.end = i, i
	t.plain(word)
	return true
}

// plain looks up a word of letters alone.
func (t *token) plain(word []byte) {
	if len(word) > maxWord {
		return
	}
	if vocabulary.May(word) {
		t.class = vocabulary.Lookup(word)
	}
	if t.class == 0 && len(word) >= 6 && initials[word[0]|0x20] {
		t.class = near(word)
		t.disguised = t.class != 0
	}
	t.upper = len(word) > 1 && word[1]-'a' >= 26 && !hasLower(word)
}

// mark says what a byte means between words, or that it belongs to one.
type mark uint8

const (
	begins mark = 1 << iota
	stop
	comma
	inWord // a letter or digit
)

var marks = func() (m [256]mark) {
	for c := range m {
		if letter[c] || isDigit(byte(c)) {
			m[c] = inWord
		}
	}
	for _, c := range []byte(":\n\"[(*#`>-;") {
		m[c] = begins
	}
	for _, c := range []byte(".!?") {
		m[c] = begins | stop
	}
	m[','] = comma
	return m
}()

func hasLower(word []byte) bool {
	for _, c := range word {
		if c >= 'a' && c <= 'z' {
			return true
		}
	}
	return false
}

// disguises holds the bytes beside letters that words may have: digits and marks that stand for letters, apostrophes.
var disguises = func() (d [256]bool) {
	for _, c := range []byte("0123456789@$'\xe2") {
		d[c] = true
	}
	return d
}()

// disguised reads a run of letters with the digits and apostrophes in it.
func (l *lexer) disguised(t *token) {
	var buf [maxWord]byte
	n, digits, lowers, i := 0, 0, 0, l.pos
	for ; i < len(l.text); i++ {
		c := l.text[i]
		switch {
		case letter[c]:
			if c >= 'a' && c <= 'z' {
				lowers++
			}
		case isDigit(c) || c == '@' || c == '$':
			digits++
			c = plainLetter(c)
		case c == '\'' && i+1 < len(l.text) && letter[l.text[i+1]]:
		case c == 0xe2 && i+2 < len(l.text) && l.text[i+1] == 0x80 && l.text[i+2] == 0x99:
			i += 2
			c = '\''
		default:
			goto done
		}
		if n < len(buf) {
			buf[n] = c
		}
		n++
	}
done:
	l.pos, t.end = i, i
	if n > len(buf) || digits > 0 && digits*2 >= n {
		return
	}
	t.class = vocabulary.Class(buf[:n])
	if t.class == 0 && n >= 6 {
		t.class = near(buf[:n])
		t.disguised = t.class != 0
	}
	t.disguised = t.disguised || digits > 0 && t.class != 0
	t.upper = lowers == 0 && n > 1
}

// near returns the classes of the word that b misspells by one letter changed, missing, doubled or
// exchanged with its neighbour, in long words by two.
func near(b []byte) lexicon.Class {
	for _, w := range misspelled {
		d := len(b) - len(w)
		if b[0]|0x20 != w[0] || d > 1 || d < -1 {
			continue
		}
		if distance(b, w) <= len(w)/6 {
			return vocabulary.Class([]byte(w))
		}
	}
	return 0
}

// initials holds the first letters of misspelled.
var initials = func() (i [256]bool) {
	for _, w := range misspelled {
		i[w[0]] = true
	}
	return i
}()

// distance counts edits from the left, greedily: exact for one edit, an upper bound for more.
func distance(b []byte, w string) int {
	i, j, n := 0, 0, 0
	for i < len(b) && j < len(w) {
		switch c := b[i] | 0x20; {
		case c == w[j]:
			i, j = i+1, j+1
			continue
		case i+1 < len(b) && j+1 < len(w) && b[i+1]|0x20 == w[j] && c == w[j+1]:
			i, j = i+2, j+2
		case i+1 < len(b) && b[i+1]|0x20 == w[j]:
			i++
		case j+1 < len(w) && c == w[j+1]:
			j++
		default:
			i, j = i+1, j+1
		}
		n++
	}
	return n + len(b) - i + len(w) - j
}

// spread reads letters that stand apart (I g n o r e, i.g.n.o.r.e) as one word. A wider gap ends it.
func (l *lexer) spread(t *token) bool {
	var buf [maxWord]byte
	n, i := 0, l.pos
	for i < len(l.text) && n < len(buf) && letter[l.text[i]] && l.text[i] < 0x80 {
		if i+1 < len(l.text) && (letter[l.text[i+1]] || isDigit(l.text[i+1])) {
			break
		}
		buf[n] = l.text[i]
		n++
		t.end = i + 1
		if i+2 >= len(l.text) || !gap(l.text[i+1]) || n > 1 && l.text[i+1] != l.text[i-1] {
			break
		}
		i += 2
	}
	if n < 4 {
		return false
	}
	t.class = vocabulary.Class(buf[:n])
	t.disguised = true
	l.pos = t.end
	return true
}

func gap(c byte) bool {
	return c == ' ' || c == '.' || c == '-' || c == '_' || c == '*' || c == ',' || c == '/' || c == '|'
}

// plainLetter undoes leetspeak.
func plainLetter(c byte) byte {
	switch c {
	case '0':
		return 'o'
	case '1':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	}
	return c
}

func isDigit(c byte) bool { return c-'0' < 10 }

var letter = func() (l [256]bool) {
	for c := range 256 {
		l[c] = byte(c)|0x20-'a' < 26 || c >= 0xc3
		l[c] = l[c] || c >= 0x80 && c < 0xc0
	}
	l[0xe2], l[0xf0] = false, false // typographic punctuation, emoji
	return l
}()
