package scan

import (
	"math/bits"
	"slices"
	"strings"

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
	classEncoded  // what decoding changes, in blocks of a long text
	classOpening  // an early trigger of a family
	classPadding  // many blanks, or in a long text a long comment
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
				t[trigger[0]] |= families[i].reason(i, trigger)
			}
		}
	}
	return t
}()

// classesOf are the reasons that single bytes of a text are.
func classesOf(text []byte) (found class) {
	for ; len(text) >= 8; text = text[8:] {
		w := swar.Load(text)
		found |= byteClass[w&0xFF] | byteClass[w>>8&0xFF] | byteClass[w>>16&0xFF] | byteClass[w>>24&0xFF] |
			byteClass[w>>32&0xFF] | byteClass[w>>40&0xFF] | byteClass[w>>48&0xFF] | byteClass[w>>56]
	}
	for _, c := range text {
		found |= byteClass[c]
	}
	return found
}

// reason is the class of a trigger of one byte, no letter, of family i; none of a doubtful one, which doubts has.
func (f *family) reason(i int, trigger string) class {
	if slices.Contains(f.early, trigger) {
		return classOpening
	}
	if slices.Contains(f.doubtful, trigger) {
		return 0
	}
	return 1 << i
}

// doubts has, by its byte, the families of a doubtful trigger of one byte: they are so frequent that it is only asked where it
// stands whether it counts.
var doubts = func() (t [256]class) {
	for i := range families {
		f := &families[i]
		for _, trigger := range f.doubtful {
			if len(trigger) == 1 && !slices.Contains(f.early, trigger) {
				t[trigger[0]] |= 1 << i
			}
		}
	}
	return t
}()

// settleDoubt adds to the reasons found in a block of text the families of which the doubtful trigger at i counts there.
func settleDoubt(found class, text []byte, i int) class {
	for rest := doubts[text[i]] &^ found; rest != 0; rest &= rest - 1 {
		if k := bits.TrailingZeros64(uint64(rest)); !families[k].dismiss(text, i+1) {
			found |= 1 << k
		}
	}
	return found
}

// settleOpening adds the families whose early triggers may count in the first word of text.
func settleOpening(found class, text []byte) class {
	for i := range families {
		if f := &families[i]; f.opens != nil && found>>i&1 == 0 && f.opens(text) {
			found |= 1 << i
		}
	}
	return found
}
