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
	// pairs say of two bytes, the first one low, which kind the first is, in the bits of kinds, in doubtMark whether it is a doubtful
	// trigger, and in pairMark whether a literal may be there.
	pairs [1 << 16]uint8
	fours [1 << fourBits / 32]uint32 // a bit for each hash of 4 folded bytes, 1 where literals may be
	// ofKinds are the classes of each set of kinds.
	ofKinds    [1 << 8]class
	candidates []candidate
	// slots are those of fours, in the order of their bits, and behind them those of pairs. pairSlots has the numbers of the latter by
	// hash, ranks how many bits there are before each word of fours; reasons, what the candidates of each slot are reasons for.
	slots     []slot
	pairSlots [1 << pairBits]uint16
	ranks     [1 << fourBits / 32]uint16
	reasons   []class
	literals  []literal
	rarity    *rarity // while it is built
}

// Bits of pairs. Bytes of the commonest classes have a kind of their own; of otherKind each byte has to be asked.
const (
	pairMark  = 1 << 0
	doubtBit  = 1
	doubtMark = 1 << doubtBit
	firstKind = 2
	otherKind = 1 << 7
)

// kinds are bytes whose classes have a bit of pairs, from firstKind on.
var kinds = [...]byte{'0', ' ', ':', '<', '\''}

// fourBits is how many bits the hash of four bytes has: with 3,000 of them it marks one place in fifty for nothing.
const fourBits = 17

// pairBits is how many that of two has.
const pairBits = 12

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
	p.place(p.mark())
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
		if doubts[c] != 0 {
			kind |= doubtMark
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

// hashPair is how scan sees two bytes.
func hashPair(w uint32) uint32 { return (w&0xFFFF | fold*0x0101) * grams >> (32 - pairBits) }

// foldedFour is how scan sees four bytes.
func foldedFour(a, b, c, d byte) uint32 {
	return hashFour(uint32(a) | uint32(b)<<8 | uint32(c)<<16 | uint32(d)<<24)
}

func hashFour(w uint32) uint32 { return (w | fold*0x01010101) * grams >> (32 - fourBits) }
