package scan

import (
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// class is a set of reasons to look closer at a text.
type class uint32

// The low bits are one for each attack family, in the order of families.
const (
	classAt      class = 1 << (iota + 8) // an @
	classDigit                           // a decimal digit
	classLiteral                         // the literal of a secret's rule
	classSlash                           // a backslash
	classPercent
	classPlus
	classAmp
	classUnicode
	classSpace
	classUpper
)

const decodable = classSlash | classPercent | classPlus | classAmp | classUnicode

// byteClass says what a byte alone is a reason for, one-byte triggers of attack families included.
var byteClass = func() (t [256]class) {
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] |= classUpper
	}
	t['@'] |= classAt
	t['\\'] |= classSlash
	t['%'] |= classPercent
	t['+'] |= classPlus
	t['&'] |= classAmp
	t[' '] |= classSpace
	for _, c := range unicodeLeads {
		t[c] |= classUnicode
	}
	for i := range families {
		for _, trigger := range families[i].triggers {
			if len(trigger) == 1 {
				t[trigger[0]] |= 1 << i
				if upper := trigger[0] - 0x20; trigger[0] >= 'a' && trigger[0] <= 'z' {
					t[upper] |= 1 << i
				}
			}
		}
	}
	return t
}()

// literal is one string of the prefilter, in ASCII lower case.
type literal struct {
	text  string
	class class
	word  bool  // counts only where no letter is next to it
	inner bool  // a scheme's ://, which does not count where the text begins with http:// or https://
	rule  int16 // of package pii, -1 for attack triggers
	gram  int   // offset in text of the 2 or 4 bytes that stand for it in the tables
	next  int16 // next literal in the same bucket, -1 at the end
}

// prefilter finds every occurrence of its literals without regard to ASCII case. Each literal is represented
// by its rarest four bytes (two, when it is shorter than four): whichever text contains the literal contains
// these, so the bitmaps can only say "no" or "look closer". Folding by |0x20 also joins some punctuation,
// which costs a comparison and hides nothing.
type prefilter struct {
	literals []literal
	fours    [1 << 11]uint32 // bitmap by hash of 4 folded bytes
	twos     [1 << 11]uint32 // bitmap by 2 folded bytes
	buckets  [1 << 10]int16
}

// literals is the one prefilter of all detectors: attack triggers and the prefixes of secrets.
var literals = newPrefilter()

func newPrefilter() *prefilter {
	p := new(prefilter)
	for i := range p.buckets {
		p.buckets[i] = -1
	}
	for i := range families {
		for _, trigger := range families[i].triggers {
			if len(trigger) > 1 {
				p.add(literal{
					text: trigger, class: 1 << i, rule: -1,
					word: families[i].wordTriggers && letters(trigger), inner: trigger == "://",
				})
			}
		}
	}
	for i, text := range pii.Literals() {
		p.add(literal{text: text, class: classLiteral, rule: int16(i)})
	}
	return p
}

func letters(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (p *prefilter) add(l literal) {
	l.gram = rarestGram(l.text)
	var bucket uint32
	if len(l.text) >= 4 {
		h := foldedFour(l.text[l.gram:])
		p.fours[h>>5] |= 1 << (h & 31)
		bucket = h
	} else {
		h := foldedTwo(l.text[l.gram:])
		p.twos[h>>5] |= 1 << (h & 31)
		bucket = h
	}
	head := &p.buckets[bucket%uint32(len(p.buckets))]
	l.next = *head
	*head = int16(len(p.literals))
	p.literals = append(p.literals, l)
}

// frequent letters and marks of English, JSON and URLs, the most frequent first.
const frequent = "e taoinsrlhdcupm/.\"-,:bgfy_wv"

// rarestGram returns where the window of 4 (or 2) bytes with the rarest characters begins.
func rarestGram(s string) int {
	width := 4
	if len(s) < 4 {
		width = 2
	}
	best, at := -1, 0
	for i := 0; i+width <= len(s); i++ {
		score := 0
		for _, c := range []byte(s[i : i+width]) {
			rank := len(frequent)
			for j := range len(frequent) {
				if frequent[j] == c {
					rank = j
				}
			}
			score += rank
		}
		if score > best {
			best, at = score, i
		}
	}
	return at
}

const (
	fold  = 0x20
	grams = 0x9E3779B1 // spreads four bytes over the sixteen high bits (Fibonacci hashing)
)

// foldedTwo is how scan sees two bytes.
func foldedTwo(s string) uint32 { return uint32(s[0]|fold) | uint32(s[1]|fold)<<8 }

// foldedFour is how scan sees four bytes.
func foldedFour(s string) uint32 { return (foldedTwo(s) | foldedTwo(s[2:])<<16) * grams >> 16 }

// hit is an occurrence of a secret's literal.
type hit struct {
	rule int16
	at   int
}

// scan returns the reasons to look closer at text and appends to hits where secrets' literals stand. The
// last four bytes roll through one register, and two steps share a branch: the compiler joins no wide loads for
// WebAssembly, and there the ends of loops are what costs.
func (p *prefilter) scan(text []byte, hits []hit) (class, []hit) {
	var found class
	var last uint32
	i := 0
	for ; i+1 < len(text); i += 2 {
		pair := text[i : i+2]
		found |= byteClass[pair[0]] | byteClass[pair[1]]
		first := last>>8 | uint32(pair[0]|fold)<<24
		last = first>>8 | uint32(pair[1]|fold)<<24
		if (p.test(first)|p.test(last))&1 != 0 {
			found, hits = p.verifyAt(text, i, first, found, hits)
			found, hits = p.verifyAt(text, i+1, last, found, hits)
		}
	}
	if i < len(text) {
		found |= byteClass[text[i]]
		found, hits = p.verifyAt(text, i, last>>8|uint32(text[i]|fold)<<24, found, hits)
	}
	return found, hits
}

// test has its lowest bit set when literals may end with the folded bytes in w.
func (p *prefilter) test(w uint32) uint32 {
	two, four := w>>16, w*grams>>16
	return p.twos[two>>5]>>(two&31) | p.fours[four>>5]>>(four&31)
}

// verifyAt looks for literals whose two or four bytes end at text[i] and are the upper ones of w.
func (p *prefilter) verifyAt(text []byte, i int, w uint32, found class, hits []hit) (class, []hit) {
	if two := w >> 16; p.twos[two>>5]>>(two&31)&1 != 0 && i > 0 {
		found, hits = p.verify(text, i-1, two, 2, found, hits)
	}
	if four := w * grams >> 16; p.fours[four>>5]>>(four&31)&1 != 0 && i > 2 {
		found, hits = p.verify(text, i-3, four, 4, found, hits)
	}
	return found, hits
}

// verify compares the literals whose gram may stand at text[i].
func (p *prefilter) verify(text []byte, i int, bucket uint32, width int, found class, hits []hit) (class, []hit) {
	for n := p.buckets[bucket%uint32(len(p.buckets))]; n >= 0; n = p.literals[n].next {
		l := &p.literals[n]
		if l.rule < 0 && found&l.class != 0 || (len(l.text) >= 4) != (width == 4) {
			continue
		}
		start := i - l.gram
		if start < 0 || start+len(l.text) > len(text) || !equalFold(text[start:start+len(l.text)], l.text) {
			continue
		}
		end := start + len(l.text)
		if l.word && (start > 0 && isLetter(text[start-1]) || end < len(text) && isLetter(text[end])) {
			continue
		}
		if l.inner && webScheme(text[:start]) {
			continue
		}
		found |= l.class
		if l.rule >= 0 {
			hits = append(hits, hit{l.rule, start})
		}
	}
	return found, hits
}

// equalFold compares b with an ASCII lower-case string of the same length.
func equalFold(b []byte, lower string) bool {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// webScheme reports whether b is http or https: every other value in JSON begins so, and a command's
// address does not.
func webScheme(b []byte) bool {
	return len(b) == 4 && equalFold(b, "http") || len(b) == 5 && equalFold(b, "https")
}
