package gist

import "github.com/meshwarden/meshwarden/internal/scan/fields"

// A vocabulary is a table with a slot of three bytes for each word, lowest first: a check of its hash in the lower bits and its class in
// the upper ones; 0 in an empty one. A word stands at its hash or, where that slot is taken, at the next free one.
const (
	slotBytes = 3
	slotBits  = 15
	classBits = 11
	checkBits = 8*slotBytes - classBits
	// MaxClasses bounds the classes.
	MaxClasses = 1 << classBits
	// MaxWords is what the table holds; the fuller it is, the longer a search for a word that is not in it.
	MaxWords = 3 << slotBits / 4
)

// Of returns the class of a token.
func Of(t *Token) Class {
	if len(t.Word) == 0 {
		return t.Form
	}
	if c := lookup(vocabulary, t.Word); c != none {
		return c
	}
	return t.Form
}

// word reports whether a class is of words, known or not.
func (c Class) word() bool {
	return c >= FirstWord || c == unknown || c == name || c == other || c == mixed
}

func lookup(table string, word []byte) Class {
	h := hash(word)
	check := h&(1<<checkBits-1) | 1
	for i := int(h >> (32 - slotBits)); ; i = (i + 1) & (1<<slotBits - 1) {
		at := table[i*slotBytes:][:slotBytes]
		v := uint32(at[0]) | uint32(at[1])<<8 | uint32(at[2])<<16
		if v == 0 {
			return none
		}
		if v&(1<<checkBits-1) == check {
			return Class(v >> checkBits)
		}
	}
}

func hash(word []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range word {
		h = (h ^ uint32(c)) * 16777619
	}
	h ^= h >> 15
	h *= 0x9E3779B1
	h ^= h >> 13
	return h * 0x9E3779B1
}

// Table makes the table of a vocabulary: words and their classes, MaxWords of them at most. A word that nothing tells from one before
// it has that one's class.
func Table(words []string, classes []Class) []byte {
	table := make([]byte, slotBytes<<slotBits)
	for n, word := range words {
		h := hash([]byte(word))
		v := h&(1<<checkBits-1) | 1 | uint32(classes[n])<<checkBits
		at := table
		for i := int(h >> (32 - slotBits)); ; i = (i + 1) & (1<<slotBits - 1) {
			if at = table[i*slotBytes:]; at[0] == 0 || at[0] == byte(v) && (at[1]^byte(v>>8))&(1<<(checkBits-8)-1) == 0 {
				break
			}
		}
		if at[0] == 0 {
			at[0], at[1], at[2] = byte(v), byte(v>>8), byte(v>>16)
		}
	}
	return table
}

// Vocabulary names the table of words and classes: a network is of one.
func Vocabulary() uint32 { return fields.Checksum(vocabulary) }
