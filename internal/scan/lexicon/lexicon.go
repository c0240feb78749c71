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
	// lengths has, by the first letter of a word and the one in its middle, a bit for each length that words with them
	// have: most words of a text are none of the set and end here.
	lengths [1 << 10]uint64
	slots   []slot
	mask    uint32
	longest int
}

type slot struct {
	word  string
	head  uint64 // its first eight bytes, folded
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

// letters joins two letters without their case.
func letters(a, b byte) uint { return uint(a&31)<<5 | uint(b&31) }

func (s *Set) add(word string, c Class) {
	s.lengths[letters(word[0], word[len(word)/2])] |= 1 << (len(word) & 63)
	head := swar.Padded([]byte(word), min(len(word), 8), 0) | fold
	h := hash(head, len(word))
	if len(word) > 8 {
		h = hashTail(h, swar.Load([]byte(word)[len(word)-8:]))
	}
	for i := uint32(h>>40) & s.mask; ; i = (i + 1) & s.mask {
		if s.slots[i].word == "" || s.slots[i].word == word {
			s.slots[i] = slot{word, head, s.slots[i].class | c}
			s.longest = max(s.longest, len(word))
			return
		}
	}
}

// Words are compared and hashed by their bytes with |0x20, which joins some marks too.
const fold = swar.Ones * 0x20

func hash(head uint64, n int) uint64 { return (head ^ uint64(n)) * 0x9E3779B97F4A7C15 }

func hashTail(h, tail uint64) uint64 { return (h ^ h>>32 ^ (tail | fold)) * 0xBF58476D1CE4E5B9 }

// May reports whether a word that is not empty may be in the set. It is small enough to be inlined, which spares most
// words a call: where time counts, ask May and then Lookup instead of Class.
func (s *Set) May(word []byte) bool {
	return s.lengths[letters(word[0], word[len(word)/2])]>>(len(word)&63)&1 != 0
}

// Class returns the classes of word, 0 for a word that is not in the set.
func (s *Set) Class(word []byte) Class {
	if len(word) == 0 || !s.May(word) {
		return 0
	}
	return s.Lookup(word)
}

// Lookup is Class for a word of which May says yes. It makes no calls on the way to the answer no: in WebAssembly a call
// costs as much as hashing a word.
func (s *Set) Lookup(word []byte) Class {
	n := len(word)
	if n > s.longest {
		return 0
	}
	head := swar.Padded(word, min(n, 8), 0) | fold
	h := hash(head, n)
	if n > 8 {
		h = hashTail(h, swar.Load(word[n-8:]))
	}
	for i := uint32(h>>40) & s.mask; ; i = (i + 1) & s.mask {
		e := &s.slots[i]
		if e.head == head && equal(e.word, word) {
			return e.class
		}
		if e.word == "" {
			return 0
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
