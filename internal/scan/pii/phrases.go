package pii

import "strings"

// A phrase is found by the hash (FNV-1a, 32 bits) of its letters and digits, lower case, without accents and without what stands
// between its words: a name that is no phrase and has the hash of one is said to mean what the phrase means, which
// then is for the value to prove. A test holds that no two phrases share a hash.

// phraseSlots is a power of two, and a third more than the phrases at least, so that a search ends soon.
const phraseSlots = 1 << 13

// phraseTable is open-addressed: a phrase lies at its hash or in the slots behind it. A phrase of several kinds has
// a slot for each.
type phraseTable [phraseSlots]struct {
	hash uint32 // 0 where the slot is free
	says uint32 // flags of Evidence
	kind uint8  // index of kinds plus 1, 0 for none
}

const hashSeed = uint32(2166136261)

func hashByte(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

// hashWord goes on hashing with the letters and digits of a word.
func hashWord(h uint32, word []byte) uint32 {
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case isUpper(c):
			h = hashByte(h, c|0x20)
		case isDigit(c) || isLower(c):
			h = hashByte(h, c)
		case c >= 0xC3 && c <= 0xC5 && i+1 < len(word):
			base := latin[int(c-0xC3)<<6|int(word[i+1]&0x3F)]
			if h = hashByte(h, base); c == 0xC3 && word[i+1] == 0x9F {
				h = hashByte(h, base) // ß
			}
			i++
		case c == 0xC2: // of n°
			i++
		case c >= 0x80:
			h = hashByte(h, c)
		}
	}
	return h
}

// latin are the letters from U+00C0 to U+017F without their accents.
const latin = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiijjjjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// find returns the slot of the phrase with a hash, or -1.
func (t *phraseTable) find(h uint32) int {
	if hashes[h>>6%uint32(len(hashes))]>>(h&63)&1 == 0 {
		return -1
	}
	for i := int(h % phraseSlots); t[i].hash != 0; i = (i + 1) % phraseSlots {
		if t[i].hash == h {
			return i
		}
	}
	return -1
}

// next returns the slot of the next kind that the phrase of a slot announces, or -1.
func (t *phraseTable) next(i int) int {
	h := t[i].hash
	for i = (i + 1) % phraseSlots; t[i].hash != 0; i = (i + 1) % phraseSlots {
		if t[i].hash == h {
			return i
		}
	}
	return -1
}

// add adds what a phrase says and, unless it is 0, a kind that it announces.
func (t *phraseTable) add(h uint32, says Evidence, kind uint8) {
	i := int(h % phraseSlots)
	for t[i].hash != 0 {
		if t[i].hash == h {
			t[i].says |= uint32(says)
			if kind == 0 || t[i].kind == 0 || t[i].kind == kind {
				if kind != 0 {
					t[i].kind = kind
				}
				return
			}
		}
		i = (i + 1) % phraseSlots
	}
	t[i].hash, t[i].says, t[i].kind = h, uint32(says), kind
}

// addAll adds a list of phrases with bars between them. Field names leave out of, de, di and their like, so that each phrase is added
// without them too.
func (t *phraseTable) addAll(list string, says Evidence, kind uint8) {
	for len(list) > 0 {
		phrase, rest, _ := strings.Cut(list, "|")
		list = rest
		whole, short, last := hashSeed, hashSeed, hashSeed
		for len(phrase) > 0 {
			word, rest, _ := strings.Cut(phrase, " ")
			phrase = rest
			last = hashText(hashSeed, word)
			whole = hashText(whole, word)
			switch word {
			case "of", "de", "du", "da", "do", "di", "des", "del", "der":
			default:
				short = hashText(short, word)
			}
		}
		t.add(whole, says, kind)
		if kind != 0 {
			t.add(last, saysLast, 0)
			if short != whole && short != last && short != hashSeed {
				t.add(short, says, kind)
			}
		}
	}
}

// hashText goes on hashing with a word of a list, which is written as it is hashed.
func hashText(h uint32, word string) uint32 {
	for i := range len(word) {
		h = hashByte(h, word[i])
	}
	return h
}

// hashes has a bit for the low bits of each phrase's hash: most words of a text are none, and the table need not be read for them.
var hashes = func() (marks [1 << 10]uint64) {
	for i := range phrases {
		if h := phrases[i].hash; h != 0 {
			marks[h>>6%uint32(len(marks))] |= 1 << (h & 63)
		}
	}
	return marks
}()

var phrases = func() *phraseTable {
	t := new(phraseTable)
	for _, w := range wordLists {
		t.addAll(w.words, w.says, 0)
	}
	for i := range kinds {
		t.addAll(kinds[i].phrases, 0, uint8(i+1))
	}
	return t
}()
