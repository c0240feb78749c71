package scan

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/orders"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// class is a set of reasons to look closer at a text.
type class uint64

// The low bits are one for each attack family, in the order of families.
const (
	classAt      class = 1 << (iota + 32) // an @
	classDigit                            // a decimal digit
	classLiteral                          // the literal of a secret's rule
	classSlash                            // a backslash
	classPercent
	classPlus
	classAmp
	classUnicode
	classSpace
	classColon
	classScript   // a letter of Greek, Cyrillic or Armenian
	classSpaced   // lone letters
	classDeclared // what the policy declares
	classLeet     // a digit beside a letter
	classOrders   // a literal of package orders
	classTag      // what a tag begins with
	classControl  // a control character other than a tab or a line end
)

const decodable = classSlash | classPercent | classPlus | classAmp | classUnicode

// byteClass says what a byte alone is a reason for, one-byte triggers of attack families included.
var byteClass = func() (t [256]class) {
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit
	}
	t['@'] |= classAt
	t['\\'] |= classSlash
	t['%'] |= classPercent
	t['+'] |= classPlus
	t['&'] |= classAmp
	t[' '] |= classSpace
	t[':'] |= classColon
	t['<'] |= classTag
	for c := range t {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7F {
			t[c] |= classControl
		}
	}
	for _, c := range unicodeLeads {
		t[c] |= classUnicode
	}
	for c := range t {
		if scriptLead(byte(c)) {
			t[c] |= classScript
		}
	}
	for i := range families {
		for _, trigger := range families[i].triggers {
			if strings.IndexByte(trigger, 0) >= 0 {
				t[0] |= 1 << i // folding would join NUL and the space
			}
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
	text string
	// head is the first eight bytes, folded; mask has ones where the literal has bytes.
	head, mask uint64
	class      class
	word       bool                            // counts only where no letter is next to it
	start      bool                            // counts only where no letter stands before it
	inner      bool                            // a scheme's ://, which does not count where the text begins with http:// or https://
	dismiss    func(text []byte, end int) bool // says where it does not count either
	rule       int16                           // of package pii, -1 for attack triggers
	gram       int                             // offset in text of the 2 or 4 bytes that stand for it in the tables
}

// prefilter finds every occurrence of its literals without regard to ASCII case. Each literal is represented
// by its rarest four bytes (two, when it is shorter than four): whichever text contains the literal contains
// these, so the tables can only say "no" or "look closer". Folding by |0x20 also joins some punctuation,
// which costs a comparison and hides nothing.
type prefilter struct {
	fours [1 << 16]uint8 // 1 where literals may be, by hash of 4 folded bytes
	twos  [1 << 16]uint8 // the same by 2 folded bytes
	// wordTwos says of two bytes that they begin words only, which do not count behind a letter.
	wordTwos [1 << 16]bool
	// webGrams says that a literal is looked for by bytes that http:/ or https:/ end with.
	webGrams bool
	// byFour and byTwo are the literals by the low bits of that hash or pair.
	byFour, byTwo [buckets][]literal
}

const buckets = 1 << 10

// literals is the one prefilter of all detectors: attack triggers and the prefixes of secrets.
var literals = newPrefilter()

func newPrefilter() *prefilter {
	p := new(prefilter)
	for i := range families {
		for _, trigger := range families[i].triggers {
			if len(trigger) > 1 && strings.IndexByte(trigger, 0) < 0 {
				l := literal{
					text: trigger, class: 1 << i, rule: -1,
					word: families[i].wordTriggers && letters(trigger), inner: trigger == "://",
				}
				if slices.Contains(families[i].doubtful, trigger) {
					l.dismiss = families[i].dismiss
				}
				p.add(l)
			}
		}
	}
	for _, text := range orders.Triggers {
		p.add(literal{text: text, class: classOrders, rule: -1})
	}
	for i, text := range pii.Literals() {
		p.add(literal{text: text, class: classLiteral, rule: int16(i), start: pii.StartsWord(i), word: pii.IsWord(i)})
	}
	return p
}

// Literals returns what the prefilter looks for, in ASCII lower case; the caller owns the slice.
func Literals() (all []string) {
	for _, table := range [...]*[buckets][]literal{&literals.byTwo, &literals.byFour} {
		for _, bucket := range table {
			for i := range bucket {
				all = append(all, bucket[i].text)
			}
		}
	}
	return all
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
	for i := range min(len(l.text), 8) {
		l.head |= uint64(l.text[i]|fold) << (8 * i)
		l.mask |= 0xFF << (8 * i)
	}
	if !l.start || len(l.text) >= 4 {
		l.gram = rarestGram(l.text)
	}
	s := l.text[l.gram:]
	p.webGrams = p.webGrams || strings.HasPrefix(s, "tp:/") || strings.HasPrefix(s, "ps:/") || len(l.text) < 4 && strings.HasPrefix(s, ":/") && !l.inner
	if len(l.text) < 4 {
		h := foldedTwo(s[0], s[1])
		p.wordTwos[h] = (l.word || l.start) && l.gram == 0 && (p.twos[h] == 0 || p.wordTwos[h])
		p.twos[h] = 1
		bucket := &p.byTwo[h%buckets]
		*bucket = append(*bucket, l)
		return
	}
	h := foldedFour(s[0], s[1], s[2], s[3])
	p.fours[h] = 1
	bucket := &p.byFour[h%buckets]
	*bucket = append(*bucket, l)
}

// frequent letters and marks of English, JSON and URLs, the most frequent first.
const frequent = "e taoinsrlhdcupm/.\"-,:bgfy_wv"

// ordinary holds runs of two bytes that benign bodies are full of; what is found there alone would be looked at closer again and
// again.
const ordinary = "u ar ou a e de wo b. xp ) "

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
			score += max(strings.IndexByte(frequent, c), 0)
			if strings.IndexByte(frequent, c) < 0 {
				score += len(frequent)
			}
		}
		if width == 2 && strings.Contains(ordinary, s[i:i+2]) || width == 4 && ordinaryFour(s[i:i+4]) {
			score = 0
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
func foldedTwo(a, b byte) uint32 { return uint32(a|fold) | uint32(b|fold)<<8 }

// foldedFour is how scan sees four bytes.
func foldedFour(a, b, c, d byte) uint32 { return (foldedTwo(a, b) | foldedTwo(c, d)<<16) * grams >> 16 }

// hit is an occurrence of a secret's literal.
type hit struct {
	rule int16
	at   int
}

// sightings are what a scan saw. They are reused.
type sightings struct {
	hits []hit
	// far are hits of blocks seen before, by their place in the text.
	far []hit
	// pending are places to look closer at: an offset, and in the low byte which of the eight bytes from there on
	// a literal's gram may end with. Looking at many at once spares calls.
	pending [64]uint64
}

// neutral is eight bytes that are no reason for anything.
const neutral = swar.Ones * 'x'

// scan returns the reasons to look closer at text and keeps in seen where secrets' literals stand. It takes
// eight bytes a step without a branch or a call among them: in WebAssembly the ends of loops and calls are what
// costs, and so the eight are written out.
func (p *prefilter) scan(text []byte, seen *sightings) class {
	seen.hits = seen.hits[:0]
	var found class
	var before uint64 // the eight folded bytes before
	n := 0
	twos, fours := &p.twos, &p.fours
	var skip uint64
	if len(text) >= 8 && text[0]|fold == 'h' {
		skip = p.skip(text)
	}
	for i := 0; i < len(text); i += 8 {
		var w uint64
		if rest := text[i:]; len(rest) >= 8 {
			w = swar.Load(rest)
		} else {
			w = swar.Padded(rest, len(rest), neutral)
		}
		found |= byteClass[w&0xFF] | byteClass[w>>8&0xFF] | byteClass[w>>16&0xFF] | byteClass[w>>24&0xFF] |
			byteClass[w>>32&0xFF] | byteClass[w>>40&0xFF] | byteClass[w>>48&0xFF] | byteClass[w>>56]
		w |= swar.Ones * fold
		// The low four bytes of e are those that end at each byte in turn.
		e := w<<24 | before>>40
		h := e * grams
		marks := uint64(twos[e>>16&0xFFFF] | fours[h>>16&0xFFFF])
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 1
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 2
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 3
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 4
		e = w >> 16
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 5
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 6
		e >>= 8
		h = e * grams
		marks |= uint64(twos[e>>16&0xFFFF]|fours[h>>16&0xFFFF]) << 7
		before = w
		marks &^= skip
		skip = 0
		seen.pending[n&63] = uint64(i)<<8 | marks
		n += int((marks + 0xFF) >> 8)
		if n == len(seen.pending) {
			found = p.verify(text, seen, n, found)
			n = 0
		}
	}
	if n > 0 {
		found = p.verify(text, seen, n, found)
	}
	return found
}

// skip returns the mark of the :/ of a web address that text begins with: there :// does not count, and
// every other value of JSON has one. text has eight bytes at least. Nothing else is looked for with bytes that end there.
func (p *prefilter) skip(text []byte) uint64 {
	if p.webGrams {
		return 0
	}
	const http, https, seven = 0x2F2F3A70747468, 0x2F2F3A7370747468, 1<<56 - 1
	switch w := swar.Load(text) | swar.Ones*fold; {
	case w == https:
		return 1 << 6
	case w&seven == http:
		return 1 << 5
	}
	return 0
}

// verify compares the literals whose two or four bytes may end at the first n pending places.
func (p *prefilter) verify(text []byte, seen *sightings, n int, found class) class {
	for _, place := range seen.pending[:n] {
		for marks := place & 0xFF; marks != 0; marks &= marks - 1 {
			end := int(place>>8) + bits.TrailingZeros64(marks) + 1
			if end < 2 || end > len(text) {
				continue
			}
			two := foldedTwo(text[end-2], text[end-1])
			if p.twos[two] != 0 && (end == 2 || !p.wordTwos[two] || !isLetter(text[end-3])) {
				found = verifyAt(p.byTwo[two%buckets], text, end-2, found, seen)
			}
			if end < 4 {
				continue
			}
			four := (foldedTwo(text[end-4], text[end-3]) | two<<16) * grams >> 16
			if p.fours[four] == 0 {
				continue
			}
			candidates := p.byFour[four%buckets]
			for k := range candidates {
				// The usual candidate is none, which is seen without a call.
				l := &candidates[k]
				if start := end - 4 - l.gram; start >= 0 && start+8 <= len(text) && (swar.Load(text[start:])|swar.Ones*fold)&l.mask != l.head {
					continue
				}
				found = verifyAt(candidates[k:k+1], text, end-4, found, seen)
			}
		}
	}
	return found
}

// verifyAt adds to found the classes of those candidates that stand in text with their gram at i.
func verifyAt(candidates []literal, text []byte, i int, found class, seen *sightings) class {
	for n := range candidates {
		l := &candidates[n]
		start := i - l.gram
		if start < 0 || start+len(l.text) > len(text) || l.rule < 0 && found&l.class != 0 || !l.stands(text, start) {
			continue
		}
		found |= l.class
		if l.rule >= 0 {
			seen.hits = append(seen.hits, hit{l.rule, start})
		}
	}
	return found
}

// stands reports whether the literal is at text[start] and counts there.
func (l *literal) stands(text []byte, start int) bool {
	end := start + len(l.text)
	switch {
	case !equalFold(text[start:end], l.text),
		l.word && (start > 0 && isLetter(text[start-1]) || end < len(text) && isLetter(text[end])),
		l.start && start > 0 && isLetter(text[start-1]),
		l.inner && webScheme(text[:start]),
		l.dismiss != nil && l.dismiss(text, end):
		return false
	}
	return true
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
