package scan

import "math/bits"

// slot is what may stand where bytes with one hash are marked.
type slot struct {
	// all is what every candidate has, folded, in the eight bytes from leadBytes before the mark on, in the places of which mask has
	// ones.
	all, mask uint64
	// beside says which bytes may stand before, in the low half, and behind what was marked, by their number in besideOf.
	beside uint64
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
}

// mark is a hash by which a literal is found, its bytes from offset on.
type mark struct {
	literal, offset int
	hash            uint32
	size            uint8 // 2 of pairs, 4 of fours
	listed          bool  // not one of the other bytes that may stand beside a word
}

// mark chooses for each literal the bytes by which it is found and marks them.
func (p *prefilter) mark() (marks []mark) {
	marks = make([]mark, 0, 4*len(p.literals))
	for i := range p.literals {
		l := &p.literals[i]
		at, share := p.rarestPair(l.text)
		if offsets, better := p.rarestFours(l); better < share {
			marks = p.markFour(p.markFour(marks, i, offsets[0]), i, offsets[1])
		} else {
			marks = append(marks, p.markPair(i, at))
		}
	}
	return marks
}

// markPair marks the two bytes at an offset of a literal.
func (p *prefilter) markPair(i, offset int) mark {
	a, b := p.literals[i].text[offset], p.literals[i].text[offset+1]
	for _, first := range cases(a) {
		for _, second := range cases(b) {
			p.pairs[int(first)|int(second)<<8] |= pairMark
		}
	}
	return mark{i, offset, hashPair(uint32(a) | uint32(b)<<8), 2, true}
}

// cases are the bytes that a byte of a literal stands for.
func cases(c byte) [2]byte {
	if isLetter(c) {
		return [2]byte{c, c &^ fold}
	}
	return [2]byte{c, c}
}

// markFour marks the run of four bytes at an offset of a literal, which may begin before it or end behind it by a byte
// that is no letter: all those are marked, and the literal is listed under that of the space.
func (p *prefilter) markFour(marks []mark, i, offset int) []mark {
	l := &p.literals[i]
	run := [4]byte{l.at(offset), l.at(offset + 1), l.at(offset + 2), l.at(offset + 3)}
	add := func(listed bool) {
		h := foldedFour(run[0], run[1], run[2], run[3])
		p.fours[h>>5] |= 1 << (h & 31)
		marks = append(marks, mark{i, offset, h, 4, listed})
	}
	for k, plain := range run {
		if at := offset + k; at < 0 || at >= len(l.text) {
			for other := range 256 {
				if run[k] = byte(other); !isLetter(run[k]) {
					add(false)
				}
			}
			run[k] = plain
		}
	}
	add(true)
	return marks
}

// slotOfFour is the number of the slot of a hash whose bit is set.
func (p *prefilter) slotOfFour(h uint32) int {
	return int(p.ranks[h>>5]) + bits.OnesCount32(p.fours[h>>5]&(1<<(h&31)-1))
}

// slotOf is the number of a mark's slot.
func (p *prefilter) slotOf(m *mark) int {
	if m.size == 4 {
		return p.slotOfFour(m.hash)
	}
	return int(p.pairSlots[m.hash])
}

// place makes the slots of all marks and lists the candidates in their order.
func (p *prefilter) place(marks []mark) {
	n := p.number(marks)
	p.slots, p.reasons = make([]slot, n), make([]class, n)
	for i := range marks {
		m := &marks[i]
		at, l := p.slotOf(m), &p.literals[m.literal]
		p.slots[at].share(l, m.offset, p.slots[at].beside == 0)
		p.slots[at].beside |= l.beside(m.offset, m.offset+int(m.size))
		if p.reasons[at] |= l.class; l.rule >= 0 {
			p.reasons[at] = ^class(0) // each place of a secret's counts
		}
		if m.listed {
			p.slots[at].n++
		}
	}
	listed := uint16(0)
	for i := range p.slots {
		s := &p.slots[i]
		s.first = listed
		listed += s.n
		s.n = 0
	}
	p.candidates = make([]candidate, listed)
	for i := range marks {
		if m := &marks[i]; m.listed {
			s := &p.slots[p.slotOf(m)]
			p.candidates[int(s.first)+int(s.n)] = p.candidate(m.literal, m.offset)
			s.n++
		}
	}
}

// number gives each bit of fours and each pair that is marked the number of a slot, and returns how many there are.
func (p *prefilter) number(marks []mark) (n int) {
	for i, w := range p.fours {
		p.ranks[i] = uint16(n)
		n += bits.OnesCount32(w)
	}
	for i := range marks {
		if m := &marks[i]; m.size == 2 && p.pairSlots[m.hash] == 0 {
			p.pairSlots[m.hash] = uint16(n)
			n++
		}
	}
	return n
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

// leadBytes is how much a slot knows of what stands before a mark.
const leadBytes = 2

// share leaves of what stands in all candidates what a literal has too whose bytes from an offset on are marked; first says that it is
// the first one.
func (s *slot) share(l *literal, offset int, first bool) {
	var all, mask uint64
	for i := range 8 {
		if at := offset - leadBytes + i; at >= 0 && at < len(l.text) {
			all |= uint64(l.text[at]|fold) << (8 * i)
			mask |= 0xFF << (8 * i)
		}
	}
	if !first {
		for i := range 8 {
			if byte((all^s.all)>>(8*i)) != 0 {
				mask &^= 0xFF << (8 * i)
			}
		}
		mask &= s.mask
	}
	s.all, s.mask = all&mask, mask
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
