// Package lexicon looks whole ASCII words up in a fixed vocabulary without regard to case. It knows
// nothing of what the words mean: classes are bits chosen by the caller.
package lexicon

import "strings"

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
	h := uint32(2166136261)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 16777619
	}
	for i := mix(h) & s.mask; ; i = (i + 1) & s.mask {
		if s.slots[i].word == "" || s.slots[i].word == word {
			s.slots[i] = slot{word, s.slots[i].class | c}
			s.longest = max(s.longest, len(word))
			return
		}
	}
}

// mix spreads the high bits of FNV-1a, whose low bits alone cluster on short words.
func mix(h uint32) uint32 { return h ^ h>>15 }

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
	h := uint32(2166136261)
	for _, c := range word {
		h = (h ^ uint32(lower(c))) * 16777619
	}
	for i := mix(h) & s.mask; ; i = (i + 1) & s.mask {
		e := &s.slots[i]
		if e.word == "" {
			return 0
		}
		if equal(e.word, word) {
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
