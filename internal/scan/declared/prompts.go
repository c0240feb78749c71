package declared

import "slices"

// A leak of leakWords consecutive words of a prompt is always found, one of fewer than shingleWords never: each run of
// shingleWords has a sum, and of every window of leakWords-shingleWords+1 neighbouring runs the one with the least sum is
// kept (winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003).
const (
	leakWords    = 12
	shingleWords = 9
	sumBits      = 48 // of a run, kept: 12,000 of them are met by chance once in 2e10 words
)

// prompts are the fingerprints of a policy's system prompts, sorted.
type prompts struct {
	sums []uint64
	bits bitmap
}

// fingerprint spreads a sum and keeps sumBits of it.
func fingerprint(sum uint64) uint64 {
	sum ^= sum >> 29
	sum *= 0xBF58476D1CE4E5B9
	sum ^= sum >> 32
	return sum * spread >> (64 - sumBits)
}

// Fingerprints are what is declared of a system prompt: sorted numbers of 48 bits from which it cannot be read. Words are
// counted in words, so that the bound of several prompts can be kept.
func Fingerprints(prompt string) (sums []uint64, words int, err error) {
	w := walker{text: []byte(prompt)}
	var runs []uint64
	for at := 0; ; {
		_, end := w.next(at)
		if end < 0 {
			break
		}
		if at = end; w.n >= shingleWords {
			sum, _ := w.last(shingleWords)
			runs = append(runs, fingerprint(sum))
		}
	}
	if w.n < leakWords {
		return nil, w.n, ErrPromptShort
	}
	if w.n > MaxPromptWords {
		return nil, w.n, ErrPromptTooLong
	}
	// The first and the last run show where a prompt that leaks whole begins and ends.
	const window = leakWords - shingleWords + 1
	sums = append(sums, runs[0], runs[len(runs)-1])
	for i := 0; i+window <= len(runs); i++ {
		sums = append(sums, slices.Min(runs[i:i+window]))
	}
	return sortedUnique(sums), w.n, nil
}

// compile takes sorted sums.
func (p *prompts) compile(sums []uint64) {
	p.sums = sums
	p.bits = newBitmap(len(p.sums))
	for _, sum := range p.sums {
		p.bits.put(sum)
	}
}

func (p *prompts) has(sum uint64) bool {
	if !p.bits.has(sum) {
		return false
	}
	_, is := slices.BinarySearch(p.sums, sum)
	return is
}

// walk finds terms and passages of prompts, which it all reads in one go. With may it stops at the first sign of one.
func (s *Set) walk(text []byte, dst []Match, may bool) []Match {
	w := walker{text: text}
	for at := 0; ; {
		start, end := w.next(at)
		if end < 0 {
			return dst
		}
		at = end
		if w.n >= shingleWords && len(s.prompts.sums) > 0 {
			sum, from := w.last(shingleWords)
			if s.prompts.has(fingerprint(sum)) {
				dst = append(dst, found(Canary, from, end, "system_prompt"))
			}
		}
		if len(s.terms.list) > 0 && (s.terms.stars != 0 || s.terms.last.has(w.word)) {
			dst = s.terms.ending(&w, start, end, dst)
		}
		if may && len(dst) > 0 {
			return dst
		}
	}
}
