package scan

import (
	"math/bits"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// hit is an occurrence of a secret's literal.
type hit struct {
	rule int16
	at   int
}

// sightings are what a scan saw. They are reused.
type sightings struct {
	hits  []hit
	whole [1]class
	// pairs and fours are places to look closer at: an offset, and in the low byte which of the pairs from there on, or of
	// every second run of four, a literal may have; in the next byte of pairs, which are doubtful triggers. Looking at those of a
	// block at once spares calls.
	pairs [blockBytes / 8]uint64
	fours [blockBytes / 8]uint64
	// near are those around which stands what may stand there, doubts the doubtful triggers.
	near   [blockBytes]near
	doubts [blockBytes]int32
}

// scan returns the reasons to look closer at text and keeps in seen where secrets' literals stand.
func (p *prefilter) scan(text []byte, seen *sightings) class {
	seen.hits = seen.hits[:0]
	seen.whole[0] = 0
	if len(text) <= blockBytes {
		p.readBlock(text, readable(text), 0, len(text), 0, seen, seen.whole[:], wholeShift)
	} else {
		p.read(text, 0, len(text), seen, seen.whole[:], wholeShift)
	}
	return seen.whole[0]
}

// wholeShift makes offsets the number of the one block that a text is.
const wholeShift = 31

// read adds to classes, a block of 1<<shift bytes each, the reasons that stand in text[from:to], which begins with a block.
// A literal is one of the block it begins in.
func (p *prefilter) read(text []byte, from, to int, seen *sightings, classes []class, shift uint) {
	memory := readable(text)
	for i := from; i < to; i += blockBytes {
		p.readBlock(text, memory, i, min(i+blockBytes, to), from, seen, classes, shift)
	}
}

// readable is a text with what lies behind it in memory, where that cannot be taken for its last word: a value of JSON lies in its
// body.
func readable(text []byte) []byte {
	if n := len(text); n < cap(text) && !isLetter(text[:n+1][n]) {
		return text[:min(cap(text), n+stepBytes+aheadBytes)]
	}
	return text
}

// stepBytes are looked at at once where aheadBytes are left of the text: the last run of four begins two bytes before the end of
// the step.
const (
	stepBytes  = 16
	aheadBytes = stepBytes + 2
)

// readBlock is read for at most blockBytes. It takes many bytes a step without a branch or a call among them: in
// WebAssembly the ends of loops and calls are what costs, and so they are written out. What is loaded from memory again
// and again is cheaper than shifting it in a register.
func (p *prefilter) readBlock(text, memory []byte, start, end, from int, seen *sightings, classes []class, shift uint) {
	fast := start + (end-start+stepBytes-1)&^(stepBytes-1)
	if fast+aheadBytes-stepBytes > len(memory) {
		fast = start + max(0, len(memory)-start-aheadBytes+stepBytes)&^(stepBytes-1)
	}
	pairs, fours := &p.pairs, &p.fours
	var kinds uint64
	n, m := 0, 0
	for i := start; i < fast; i += 8 {
		b := swar.At(memory[i : i+10])
		v := uint64(pairs[b.Two(0)]) | uint64(pairs[b.Two(1)])<<8 |
			uint64(pairs[b.Two(2)])<<16 | uint64(pairs[b.Two(3)])<<24 |
			uint64(pairs[b.Two(4)])<<32 | uint64(pairs[b.Two(5)])<<40 |
			uint64(pairs[b.Two(6)])<<48 | uint64(pairs[b.Two(7)])<<56
		if rest := end - i; rest < 8 {
			v &= 1<<(8*max(rest, 0)) - 1
		}
		kinds |= v
		marks := lowBits(v) | lowBits(v>>doubtBit)<<8
		seen.pairs[n&(blockBytes/8-1)] = uint64(i)<<16 | marks
		n += int((marks + 0xFFFF) >> 16)
	}
	for i := start; i < fast; i += stepBytes {
		b := swar.At(memory[i : i+aheadBytes])
		marks := marked(fours, hashFour(b.Four(0))) | marked(fours, hashFour(b.Four(2)))<<1 |
			marked(fours, hashFour(b.Four(4)))<<2 | marked(fours, hashFour(b.Four(6)))<<3 |
			marked(fours, hashFour(b.Four(8)))<<4 | marked(fours, hashFour(b.Four(10)))<<5 |
			marked(fours, hashFour(b.Four(12)))<<6 | marked(fours, hashFour(b.Four(14)))<<7
		if rest := end - i; rest < stepBytes {
			marks &= 1<<((rest+1)/2) - 1
		}
		seen.fours[m&(blockBytes/8-1)] = uint64(i)<<8 | marks
		m += int((marks + 0xFF) >> 8)
	}
	// Where the memory ends, it is read from registers.
	for i := fast; i < end; i += 8 {
		w, next := swar.Padded(text[i:], min(8, len(text)-i), padding), uint64(padding)
		if i+8 < len(text) {
			next = swar.Padded(text[i+8:], min(8, len(text)-i-8), padding)
		}
		own := ^uint64(0) // the places before end
		if rest := end - i; rest < 8 {
			own = 1<<(8*rest) - 1
		}
		v := uint64(pairs[w&0xFFFF]) | uint64(pairs[w>>8&0xFFFF])<<8 |
			uint64(pairs[w>>16&0xFFFF])<<16 | uint64(pairs[w>>24&0xFFFF])<<24 |
			uint64(pairs[w>>32&0xFFFF])<<32 | uint64(pairs[w>>40&0xFFFF])<<40 |
			uint64(pairs[w>>48])<<48 | uint64(pairs[w>>56|next<<8&0xFF00])<<56
		v &= own
		kinds |= v
		marks := lowBits(v) | lowBits(v>>doubtBit)<<8
		seen.pairs[n&(blockBytes/8-1)] = uint64(i)<<16 | marks
		n += int((marks + 0xFFFF) >> 16)
		marks = marked(fours, hashFour(uint32(w))) | marked(fours, hashFour(uint32(w>>16)))<<1&(own>>15) |
			marked(fours, hashFour(uint32(w>>32)))<<2&(own>>30) | marked(fours, hashFour(uint32(w>>48|next<<16)))<<3&(own>>45)
		seen.fours[m&(blockBytes/8-1)] = uint64(i)<<8 | marks
		m += int((marks + 0xFF) >> 8)
	}
	kinds |= kinds >> 32
	kinds |= kinds >> 16
	kinds |= kinds >> 8
	found := p.ofKinds[kinds&0xFF]
	if kinds&otherKind != 0 {
		found = classesOf(text[start:end])
	}
	classes[start>>shift] |= found
	doubtful := 0
	if n > 0 {
		doubtful = p.verifyPairs(text, memory, from, seen, n, classes, shift)
	}
	if m > 0 {
		p.verifyFours(text, memory, from, seen, m, classes, shift)
	}
	if start == 0 && found&classOpening != 0 {
		classes[0] = settleOpening(classes[0], text)
	}
	for _, i := range seen.doubts[:doubtful] {
		classes[start>>shift] = settleDoubt(classes[start>>shift], text, int(i))
	}
}

// marked is the bit of a hash.
func marked(fours *[1 << fourBits / 32]uint32, h uint32) uint64 {
	return uint64(fours[h>>5] >> (h & 31) & 1)
}

// padding is eight bytes that stand behind a text: no letters, and in no literal.
const padding = swar.Ones * '~'

// lowBits moves the lowest bits of the bytes of v into the lowest byte.
func lowBits(v uint64) uint64 { return v & swar.Ones * 0x0102040810204080 >> 56 }

// near is a place where a literal of a slot may stand.
type near struct {
	at   int32
	slot int32
}

// verifyPairs compares the literals whose two bytes may begin at the first n places of seen.pairs, and returns how many of these are
// doubtful triggers, which it moves to seen.doubts.
func (p *prefilter) verifyPairs(text, memory []byte, from int, seen *sightings, n int, classes []class, shift uint) (doubtful int) {
	found := 0
	for i := 0; i < n; {
		group := seen.pairs[i&(blockBytes/8-1)]
		bit := bits.TrailingZeros64(group)
		at := int(group>>16) + bit&7
		group &= group - 1
		seen.pairs[i&(blockBytes/8-1)] = group
		i += int((group&0xFFFF - 1) >> 63) // on to the next one behind its last mark
		seen.doubts[doubtful&(blockBytes-1)] = int32(at)
		doubtful += bit >> 3
		w := around(memory, at)
		k := p.pairSlots[hashPair(uint32(w>>(8*leadBytes)))]
		s := &p.slots[k]
		seen.near[found&(blockBytes-1)] = near{int32(at), int32(k)}
		other := (w|swar.Ones*fold)&s.mask ^ s.all
		found += int(s.beside >> (besideOf[byte(w>>8)] & 31) & (s.beside >> (32 + besideOf[byte(w>>32)]&31)) &^ ((other|-other)>>63 | uint64(bit>>3)) & 1)
	}
	for i := range seen.near[:found] {
		if c := &seen.near[i]; p.reasons[c.slot]&^known(classes, int(c.at), shift) != 0 {
			p.verify(text, int(c.at), from, &p.slots[c.slot], seen, classes, shift)
		}
	}
	return doubtful
}

// verifyFours compares those whose four bytes may begin at the first n places of seen.fours.
func (p *prefilter) verifyFours(text, memory []byte, from int, seen *sightings, n int, classes []class, shift uint) {
	found := 0
	for i := 0; i < n; {
		group := seen.fours[i&(blockBytes/8-1)]
		at := int(group>>8) + 2*(bits.TrailingZeros64(group)&7)
		group &= group - 1
		seen.fours[i&(blockBytes/8-1)] = group
		i += int((group&0xFF - 1) >> 63)
		w := around(memory, at)
		k := p.slotOfFour(hashFour(uint32(w >> (8 * leadBytes))))
		s := &p.slots[k]
		seen.near[found&(blockBytes-1)] = near{int32(at), int32(k)}
		other := (w|swar.Ones*fold)&s.mask ^ s.all
		found += int(s.beside >> (besideOf[byte(w>>8)] & 31) & (s.beside >> (32 + besideOf[byte(w>>48)]&31)) &^ ((other | -other) >> 63) & 1)
	}
	for i := range seen.near[:found] {
		c := &seen.near[i]
		if p.reasons[c.slot]&^known(classes, int(c.at), shift) == 0 {
			continue
		}
		p.verify(text, int(c.at), from, &p.slots[c.slot], seen, classes, shift)
		run := uint32(around(memory, int(c.at)) >> (8 * leadBytes))
		// What is no letter beside a word is listed as a space.
		if first := byte(run) | fold; !isLetter(first) && first != ' ' {
			p.verifyFour(text, int(c.at), from, run&^0xFF|' ', seen, classes, shift)
		}
		if last := byte(run>>24) | fold; !isLetter(last) && last != ' ' {
			p.verifyFour(text, int(c.at), from, run&0xFFFFFF|' '<<24, seen, classes, shift)
		}
	}
}

// verifyFour compares the literals that have a run of four bytes, if any do.
func (p *prefilter) verifyFour(text []byte, at, from int, run uint32, seen *sightings, classes []class, shift uint) {
	if h := hashFour(run); marked(&p.fours, h) != 0 {
		p.verify(text, at, from, &p.slots[p.slotOfFour(h)], seen, classes, shift)
	}
}

// known are the reasons that a literal can add nothing to that has what is marked at an offset.
func known(classes []class, at int, shift uint) class {
	return classes[at>>shift] & classes[max(at-literalBytes, 0)>>shift]
}

// around is the eight bytes of memory from leadBytes before an offset on.
func around(memory []byte, at int) uint64 {
	if i := at - leadBytes; i >= 0 && i+8 <= len(memory) {
		return swar.Load(memory[i:])
	}
	return aroundEnd(memory, at)
}

// aroundEnd is around where not all of them are.
func aroundEnd(memory []byte, at int) uint64 {
	before := min(at, leadBytes)
	rest := memory[at-before:]
	shift := 8 * (leadBytes - before)
	return swar.Padded(rest, min(len(rest), 8), padding)<<shift | padding&(1<<shift-1)
}

// verify looks for the candidates of a slot at a place.
func (p *prefilter) verify(text []byte, at, from int, s *slot, seen *sightings, classes []class, shift uint) {
	candidates := p.candidates[s.first:][:s.n]
	for k := range candidates {
		c := &candidates[k]
		start := at - int(c.offset)
		end := start + int(c.size)
		if start < from || end > len(text) {
			continue
		}
		var head uint64
		if start+8 <= len(text) {
			head = swar.Load(text[start:])
		} else {
			head = swar.Padded(text[start:], len(text)-start, 0)
		}
		if (head|swar.Ones*fold)&c.mask != c.head ||
			c.begins && start > 0 && isLetter(text[start-1]) || c.whole && end < len(text) && isLetter(text[end]) {
			continue
		}
		l, found := &p.literals[c.literal], &classes[start>>shift]
		if l.rule < 0 && *found&l.class != 0 || !l.stands(text, start) {
			continue
		}
		*found |= l.class
		if block := start >> shift; block > 0 && start&(blockBytes-1)+int(c.size) <= literalBytes {
			classes[block-1] |= l.class // what stands before it matters as much
		}
		if l.rule >= 0 {
			seen.hits = append(seen.hits, hit{l.rule, start})
		}
	}
}

// stands reports whether the literal is at text[start], where its first bytes are, and counts there.
func (l *literal) stands(text []byte, start int) bool {
	end := start + len(l.text)
	return equalFold(text[start:end], l.text) && !(l.inner && webScheme(text[:start])) && (l.dismiss == nil || !l.dismiss(text, end))
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
