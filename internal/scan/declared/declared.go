// Package declared finds in one decoded text what a policy declares: prohibited terms, canaries, and passages of system
// prompts. It knows nothing of bodies, encodings or actions, and of prompts only their fingerprints.
package declared

import (
	"cmp"
	"errors"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Bounds of what one policy declares. Memory and the time to compile follow from them: some 20 bytes for a term beside its
// text, 8 for a fingerprint, and tables of 2 to 4 bytes each.
const (
	MaxTerms     = 2000
	MaxTermBytes = 128
	// MaxTermWords is also how far back a text is remembered.
	MaxTermWords   = 32
	MaxCanaries    = 64
	MaxCanaryBytes = 256
	// MinCanaryCharacters are the letters and digits that a canary has at least, of which so many differ.
	MinCanaryCharacters = 8
	minDistinct         = 5
	// MaxFingerprints is what MaxPromptWords come to, in the mean two for each five words.
	MaxFingerprints = 12_000
	MaxPromptWords  = 20_000
)

// Errors of what cannot be declared.
var (
	ErrTermWords     = errors.New("has no letter or digit")
	ErrTermLength    = errors.New("is longer than 128 bytes or 32 words")
	ErrTermStar      = errors.New("has a * elsewhere than behind its last letter")
	ErrCanaryShort   = errors.New("has fewer than 8 letters and digits, or fewer than 5 different ones")
	ErrCanaryLength  = errors.New("is longer than 256 bytes")
	ErrPromptShort   = errors.New("has fewer than 12 words: declare it as a canary")
	ErrTooMany       = errors.New("more than 2,000 terms, 64 canaries or 12,000 fingerprints")
	ErrPromptTooLong = errors.New("more than 20,000 words of system prompts")
)

// Kind is what a match is of.
type Kind uint8

// A Term is prohibited, a Canary must not leave: a canary itself, or a passage of a system prompt.
const (
	Term Kind = iota
	Canary
)

// Match is one occurrence.
type Match struct {
	match.Match
	Kind Kind
}

// Set is what one policy declares, compiled. It is immutable; nil stands for nothing.
type Set struct {
	declared struct {
		terms, canaries []string
		prompts         []uint64
	}
	terms    terms
	prompts  prompts
	canaries canaries
}

// New compiles what a policy declares; prompts are Fingerprints. A set of nothing is nil.
func New(terms, canaries []string, prompts []uint64) (*Set, error) {
	if len(terms)+len(canaries)+len(prompts) == 0 {
		return nil, nil
	}
	if len(terms) > MaxTerms || len(canaries) > MaxCanaries || len(prompts) > MaxFingerprints {
		return nil, ErrTooMany
	}
	s := new(Set)
	for _, text := range terms {
		s.declared.terms = append(s.declared.terms, FoldTerm(text))
	}
	s.declared.terms = sortedUnique(s.declared.terms)
	s.declared.canaries = sortedUnique(slices.Clone(canaries))
	s.declared.prompts = sortedUnique(slices.Clone(prompts))
	for _, text := range s.declared.terms {
		if err := s.terms.add(text); err != nil {
			return nil, err
		}
	}
	for _, text := range s.declared.canaries {
		if err := s.canaries.add(text); err != nil {
			return nil, err
		}
	}
	s.terms.compile()
	s.canaries.compile()
	s.prompts.compile(s.declared.prompts)
	return s, nil
}

// Terms are the folded terms; this and the other lists are sorted, hold nothing twice, and are not the caller's.
func (s *Set) Terms() []string {
	if s == nil {
		return nil
	}
	return s.declared.terms
}

// Canaries are the canaries as they were declared.
func (s *Set) Canaries() []string {
	if s == nil {
		return nil
	}
	return s.declared.canaries
}

// Prompts are the fingerprints of system prompts.
func (s *Set) Prompts() []uint64 {
	if s == nil {
		return nil
	}
	return s.declared.prompts
}

// Equal reports whether two sets declare the same.
func (s *Set) Equal(other *Set) bool {
	return slices.Equal(s.Terms(), other.Terms()) && slices.Equal(s.Canaries(), other.Canaries()) && slices.Equal(s.Prompts(), other.Prompts())
}

// String keeps canaries out of logs.
func (s *Set) String() string { return "[REDACTED]" }

// May reports whether Find could find something. A nil set finds nothing.
func (s *Set) May(text []byte) bool {
	if s == nil {
		return false
	}
	return (len(s.terms.list) > 0 || len(s.prompts.sums) > 0) && s.walk(text, nil, true) != nil ||
		len(s.canaries.list) > 0 && s.canaries.find(text, nil, true) != nil
}

// Find appends what stands in text to dst.
func (s *Set) Find(text []byte, dst []Match) []Match {
	if len(s.terms.list) > 0 || len(s.prompts.sums) > 0 {
		dst = s.walk(text, dst, false)
	}
	if len(s.canaries.list) > 0 {
		dst = s.canaries.find(text, dst, false)
	}
	return dst
}

func found(kind Kind, start, end int, rule string) Match {
	const high = 2
	return Match{match.Match{Start: start, End: end, Confidence: 1, Severity: high, Rule: rule}, kind}
}

// bitmap answers for most numbers that they are not in a list: it has 16 bits at least for each that is.
type bitmap struct {
	bits  []uint64
	shift uint8
}

func newBitmap(n int) bitmap {
	bits := uint8(10)
	for 1<<bits < 16*n {
		bits++
	}
	return bitmap{make([]uint64, 1<<bits/64), 64 - bits}
}

const spread = 0x9E3779B97F4A7C15 // Fibonacci hashing

func (b *bitmap) put(sum uint64) {
	i := sum * spread >> b.shift
	b.bits[i>>6] |= 1 << (i & 63)
}

func (b *bitmap) has(sum uint64) bool {
	i := sum * spread >> b.shift
	return b.bits[i>>6]>>(i&63)&1 != 0
}

// sortedUnique sorts a list in place and drops what is there twice.
func sortedUnique[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
