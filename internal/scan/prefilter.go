package scan

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/orders"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// literal is one string of the prefilter, in ASCII lower case.
type literal struct {
	text    string
	class   class
	word    bool                            // counts only where no letter is next to it
	start   bool                            // counts only where no letter stands before it
	inner   bool                            // a scheme's ://, which does not count where the text begins with http:// or https://
	dismiss func(text []byte, end int) bool // says where it does not count either
	rule    int16                           // of package pii, -1 for attack triggers
}

// prefilter finds every occurrence of its literals without regard to ASCII case. A literal of five bytes or more is
// represented by two of its runs of four bytes, one at an even and one at an odd offset: whichever text contains the
// literal has one of the two at an even offset of its own, and so only every second place of a text is looked at. Shorter
// literals are represented by two bytes, or by a run of four with the byte beside them, which in front of and behind
// whole words is no letter. The tables can only say "no" or "look closer". Runs of four are folded by |0x20, which also
// joins some punctuation, costs a comparison and hides nothing.
type prefilter struct {
	// pairs say of two bytes, the first one low, which kind the first is, in the bits of kinds, and in pairMark whether
	// a literal may be there.
	pairs [1 << 16]uint8
	fours [1 << fourBits / 32]uint32 // a bit for each hash of 4 folded bytes, 1 where literals may be
	// ofKinds are the classes of each set of kinds.
	ofKinds    [1 << 8]class
	candidates []candidate
	pairSlots  [1 << pairBits]slot
	fourSlots  [1 << slotBits]slot
	literals   []literal
	rarity     *rarity // while it is built
}

// Bits of pairs. Bytes of the commonest classes have a kind of their own; of otherKind each byte has to be asked.
const (
	pairMark  = 1 << 0
	firstKind = 1
	otherKind = 1 << 7
)

// kinds are bytes whose classes have a bit of pairs, from firstKind on.
var kinds = [...]byte{'0', ' ', '\n', ':', '<', '\''}

// fourBits is how many bits the hash of four bytes has: with 3,000 of them it marks one place in fifty for nothing.
const fourBits = 17

// Candidates are listed by the highest bits of the hash of what was marked.
const (
	pairBits  = 10
	slotBits  = 13
	slotShift = fourBits - slotBits
)

// slot is what may stand where bytes with one hash are marked.
type slot struct {
	// beside says which bytes may stand before, in the low half, and behind what was marked, by their number in besideOf.
	beside uint64
	class  class // what the candidates are reasons for
	// The candidates are n of the prefilter's from first on.
	first, n uint16
}

// candidate is a literal at a place that a table marks.
type candidate struct {
	// head is the first eight bytes, folded; mask has ones where the literal has bytes.
	head, mask    uint64
	literal       uint16
	size          uint8
	offset        int8 // in the literal of the bytes that were marked
	begins, whole bool // no letter stands before it, or on either side
	slot          uint16
}

// literals is the one prefilter of all detectors: attack triggers and the prefixes of secrets.
var literals = newPrefilter()

func newPrefilter() *prefilter {
	p := &prefilter{rarity: newRarity()}
	for i := range families {
		doubtful := make(map[string]bool, len(families[i].doubtful))
		for _, trigger := range families[i].doubtful {
			doubtful[trigger] = true
		}
		for _, trigger := range families[i].triggers {
			if len(trigger) > 1 && strings.IndexByte(trigger, 0) < 0 {
				l := literal{
					text: trigger, class: 1 << i, rule: -1,
					word: families[i].wordTriggers && letters(trigger), inner: trigger == "://",
				}
				if doubtful[trigger] {
					l.dismiss = families[i].dismiss
				}
				p.literals = append(p.literals, l)
			}
		}
	}
	for _, text := range orders.Triggers {
		p.literals = append(p.literals, literal{text: text, class: classOrders, rule: -1})
	}
	for i, text := range pii.Literals() {
		p.literals = append(p.literals, literal{text: text, class: classLiteral, rule: int16(i), start: pii.StartsWord(i), word: pii.IsWord(i)})
	}
	p.addKinds()
	var pairs, fours []candidate
	for i := range p.literals {
		l := &p.literals[i]
		at, share := p.rarestPair(l.text)
		if offsets, better := p.rarestFours(l); better < share {
			fours = append(append(fours, p.four(i, offsets[0])), p.four(i, offsets[1]))
		} else {
			pairs = append(pairs, p.pair(i, at))
		}
	}
	p.candidates = make([]candidate, 0, len(pairs)+len(fours))
	p.list(p.pairSlots[:], pairs)
	p.list(p.fourSlots[:], fours)
	p.rarity = nil
	return p
}

// addKinds tells pairs what their first bytes are.
func (p *prefilter) addKinds() {
	for c := range 256 {
		kind := uint8(otherKind)
		for i, k := range kinds {
			if byteClass[c] == byteClass[k] {
				kind = 1 << (firstKind + i)
			}
		}
		if byteClass[c] == 0 {
			kind = 0
		}
		for next := range 256 {
			p.pairs[c|next<<8] |= kind
		}
	}
	for set := range p.ofKinds {
		for i, k := range kinds {
			if set>>(firstKind+i)&1 != 0 {
				p.ofKinds[set] |= byteClass[k]
			}
		}
	}
}

// list appends candidates in the order of their slots, and tells these.
func (p *prefilter) list(slots []slot, all []candidate) {
	for i := range all {
		slots[all[i].slot].n++
	}
	next := uint16(len(p.candidates))
	p.candidates = p.candidates[:len(p.candidates)+len(all)]
	for i := range slots {
		slots[i].first = next
		next += slots[i].n
		slots[i].n = 0
	}
	for i := range all {
		s := &slots[all[i].slot]
		p.candidates[s.first+s.n] = all[i]
		s.n++
	}
}

func (p *prefilter) candidate(i, offset int) candidate {
	l := &p.literals[i]
	c := candidate{literal: uint16(i), size: uint8(len(l.text)), offset: int8(offset), begins: l.start || l.word, whole: l.word}
	for i := range min(len(l.text), 8) {
		c.head |= uint64(l.text[i]|fold) << (8 * i)
		c.mask |= 0xFF << (8 * i)
	}
	return c
}

// pair marks the two bytes at an offset of a literal.
func (p *prefilter) pair(i, offset int) candidate {
	l, c := &p.literals[i], p.candidate(i, offset)
	a, b := l.text[offset], l.text[offset+1]
	for _, first := range cases(a) {
		for _, second := range cases(b) {
			p.pairs[int(first)|int(second)<<8] |= pairMark
		}
	}
	slot := pairSlot(uint32(a) | uint32(b)<<8)
	c.slot = uint16(slot)
	p.pairSlots[slot].add(l.beside(offset, offset+2), l)
	return c
}

// beside is which bytes may stand before and behind a part of the literal, as in slot.
func (l *literal) beside(from, to int) (set uint64) {
	const all, letters = 1<<32 - 1, 1<<('z'-'a'+2) - 2
	before, behind := uint64(all), uint64(all)
	switch {
	case from > 0:
		before = 1 << besideOf[l.text[from-1]]
	case from == 0 && (l.start || l.word):
		before = all &^ letters
	}
	switch {
	case to < len(l.text):
		behind = 1 << besideOf[l.text[to]]
	case to == len(l.text) && l.word:
		behind = all &^ letters
	}
	return before | behind<<32
}

// besideOf numbers bytes below 32: letters from 1 on, in both cases, and all others together with some of them.
var besideOf = func() (t [256]uint8) {
	for c := range t {
		switch {
		case isLetter(byte(c)):
			t[c] = byte(c) & 31
		case c == ' ':
			t[c] = 0
		default:
			t[c] = 27 + byte(c)%5
		}
	}
	return t
}()

// add notes that a literal may stand where the slot's bytes are marked. Each place of a secret's counts.
func (s *slot) add(beside uint64, l *literal) {
	s.beside |= beside
	s.class |= l.class
	if l.rule >= 0 {
		s.class = ^class(0)
	}
}

// cases are the bytes that a byte of a literal stands for.
func cases(c byte) [2]byte {
	if isLetter(c) {
		return [2]byte{c, c &^ fold}
	}
	return [2]byte{c, c}
}

// four marks the run of four bytes at an offset of a literal, which may begin before it or end behind it by a byte
// that is no letter: all those are marked, and the literal is listed under that of the space.
func (p *prefilter) four(i, offset int) candidate {
	l, c := &p.literals[i], p.candidate(i, offset)
	run := [4]byte{l.at(offset), l.at(offset + 1), l.at(offset + 2), l.at(offset + 3)}
	beside := l.beside(offset, offset+4)
	mark := func() uint32 {
		h := foldedFour(run[0], run[1], run[2], run[3])
		p.fours[h>>5] |= 1 << (h & 31)
		p.fourSlots[h>>slotShift].add(beside, l)
		return h >> slotShift
	}
	for k, plain := range run {
		if at := offset + k; at < 0 || at >= len(l.text) {
			for other := range 256 {
				if run[k] = byte(other); !isLetter(run[k]) {
					mark()
				}
			}
			run[k] = plain
		}
	}
	c.slot = uint16(mark())
	return c
}

// Literals returns what the prefilter looks for, in ASCII lower case; the caller owns the slice.
func Literals() (all []string) {
	for i := range literals.literals {
		all = append(all, literals.literals[i].text)
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

const (
	fold  = 0x20
	grams = 0x9E3779B1 // spreads four bytes over the high bits (Fibonacci hashing)
)

// pairSlot is where the candidates of two bytes are listed.
func pairSlot(w uint32) uint32 {
	return (w&0xFFFF | fold*0x0101) * grams >> (32 - pairBits)
}

// foldedFour is how scan sees four bytes.
func foldedFour(a, b, c, d byte) uint32 {
	return hashFour(uint32(a) | uint32(b)<<8 | uint32(c)<<16 | uint32(d)<<24)
}

func hashFour(w uint32) uint32 { return (w | fold*0x01010101) * grams >> (32 - fourBits) }
