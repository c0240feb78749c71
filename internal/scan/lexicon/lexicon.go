// Package lexicon looks whole ASCII words up in a fixed vocabulary without regard to case. It knows
// nothing of what the words mean: classes are bits chosen by the caller.
package lexicon

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Class is a set of properties of a word; a word may be in several groups.
type Class uint64

// Group gives every word of a space-separated list the same class.
type Group struct {
	Class Class
	Words string
}

// Set is an immutable vocabulary, safe for concurrent use.
type Set struct {
	// lengths has, by the first two letters of a word, a bit for each length that words with them have: most words
	// of a text are none of the set and end here.
	lengths [1 << 10]uint64
	slots   []slot
	mask    uint32
	longest int
}

type slot struct {
	word  string
	head  uint64 // see folded
	class Class
}

// New builds a Set. Words are ASCII and lower case; it is meant for package variables, so it is
// kept cheap: about 50 ns a word.
func New(groups ...Group) *Set {
	n := 0
	for _, g := range groups {
		n += strings.Count(g.Words, " ") + 2
	}
	size := 16
	for size < 2*n {
		size *= 2
	}
	s := &Set{slots: make([]slot, size), mask: uint32(size - 1)}
	for _, g := range groups {
		for _, w := range strings.Fields(g.Words) {
			s.add(w, g.Class)
		}
	}
	return s
}

// beginning is the first two letters, without their case, of a word that has one at least.
func beginning(first, second byte) uint { return uint(first&31)<<5 | uint(second&31) }

func (s *Set) add(word string, c Class) {
	s.lengths[beginning(word[0], word[min(1, len(word)-1)])] |= 1 << (len(word) & 63)
	head, h := folded([]byte(word))
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		if s.slots[i].word == "" || s.slots[i].word == word {
			s.slots[i] = slot{word, head, s.slots[i].class | c}
			s.longest = max(s.longest, len(word))
			return
		}
	}
}

// folded returns the first eight bytes of a word in lower case, where |0x20 joins some marks too, and a hash of
// that, its length and its last eight bytes.
func folded(word []byte) (head uint64, hash uint32) {
	const fold = swar.Ones * 0x20
	n := len(word)
	head = swar.Padded(word, min(n, 8), 0) | fold
	h := (head ^ uint64(n)) * 0x9E3779B97F4A7C15
	if n > 8 {
		h = (h ^ h>>32 ^ (swar.Load(word[n-8:]) | fold)) * 0xBF58476D1CE4E5B9
	}
	return head, uint32(h >> 40)
}

// Class returns the classes of word, 0 for a word that is not in the set.
func (s *Set) Class(word []byte) Class {
	if len(word) == 0 || s.lengths[beginning(word[0], word[min(1, len(word)-1)])]>>(len(word)&63)&1 == 0 {
		return 0
	}
	return s.lookup(word)
}

func (s *Set) lookup(word []byte) Class {
	if len(word) > s.longest {
		return 0
	}
	head, h := folded(word)
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		e := &s.slots[i]
		if e.word == "" {
			return 0
		}
		if e.head == head && equal(e.word, word) {
			return e.class
		}
	}
}

func equal(word string, b []byte) bool {
	if len(word) != len(b) {
		return false
	}
	for i := range len(word) {
		if word[i] != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}
