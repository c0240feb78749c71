package pii

import (
	"github.com/meshwarden/meshwarden/internal/scan/digest"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Bounds of a seed phrase (BIP-39): 12 to 24 words of 3 to 8 letters.
const (
	minSeedWords = 12
	maxSeedWords = 24
	seedWidth    = 8
	minSeedBytes = minSeedWords*3 + minSeedWords - 1
	maxSeedBytes = maxSeedWords*seedWidth + maxSeedWords
	// seedNear is how far behind the words that announce one a seed phrase ends at most: it may stand as a numbered list.
	seedNear = maxSeedBytes + 3*maxSeedWords + 64
)

// MaybeSeedPhrase reports whether a whole text could be a seed phrase: lower-case words and single spaces, as many as one has.
func MaybeSeedPhrase(b []byte) bool {
	if len(b) < minSeedBytes || len(b) > maxSeedBytes || !isLower(b[0]) || !isLower(b[len(b)-1]) {
		return false
	}
	words := 1
	for i, c := range b {
		if c == ' ' && b[i-1] != ' ' {
			words++
		} else if !isLower(c) {
			return false
		}
	}
	return words >= minSeedWords && words%3 == 0
}

// SeedPhrase appends the whole text when it is a seed phrase with its checksum.
func (t *Text) SeedPhrase(dst []Match) []Match {
	if !MaybeSeedPhrase(t.Bytes) {
		return dst
	}
	var run seedRun
	if run.read(t.Bytes, 0); run.n > 0 && int(run.ends[run.n-1]) == len(t.Bytes) && run.valid(run.n) {
		return t.foundAs(dst, Secret, "seed_phrase", 0, len(t.Bytes), 0.97, match.Critical, "seed-phrase")
	}
	return dst
}

// seedBehind matches a seed phrase that follows words which announce one and end at i. Without its checksum it is still
// one that somebody wrote down.
func (t *Text) seedBehind(i int, dst []Match) []Match {
	if i < t.seeded {
		return dst
	}
	text := t.Bytes[:min(len(t.Bytes), i+seedNear)]
	t.seeded = len(text)
	for i < len(text) {
		if !isLetter(text[i]) {
			i++
			continue
		}
		var run seedRun
		run.read(text, i)
		if n, confidence := run.phrase(); n > 0 {
			return t.foundAs(dst, Secret, "seed_phrase", i, int(run.ends[n-1]), confidence, match.Critical, "seed-phrase")
		}
		if run.n > 0 && run.n < minSeedWords {
			i = int(run.ends[run.n-1]) // what begins later in the run is shorter still
		}
		for i < len(text) && isLetter(text[i]) {
			i++
		}
	}
	return dst
}

// seedRun are the numbers of consecutive words of the list, and where each ends.
type seedRun struct {
	words [maxSeedWords]uint16
	ends  [maxSeedWords]int32
	n     int
}

// read reads words of the list from i on, maxSeedWords at most, up to the end of a sentence.
func (r *seedRun) read(text []byte, i int) {
	for i < len(text) && r.n < maxSeedWords {
		from := i
		for i < len(text) && isLetter(text[i]) {
			i++
		}
		number := seedWord(text[from:i])
		if number < 0 {
			return
		}
		r.words[r.n], r.ends[r.n] = uint16(number), int32(i)
		r.n++
		if i < len(text) && text[i] == '.' {
			return
		}
		for n := 0; n < 6 && i < len(text) && !isLetter(text[i]); n++ {
			i++
		}
	}
}

// phrase returns how many of the words are a seed phrase, the most that have a checksum, or else all when there are as
// many as one has, and how sure that is.
func (r *seedRun) phrase() (n int, confidence float32) {
	for n = r.n - r.n%3; n >= minSeedWords; n -= 3 {
		if r.valid(n) {
			return n, 0.98
		}
	}
	if r.n >= minSeedWords && r.n%3 == 0 {
		return r.n, 0.8
	}
	return 0, 0
}

// seedWord returns the number of a word in the list, without regard to case, or -1.
func seedWord(word []byte) int {
	if len(word) < 3 || len(word) > seedWidth {
		return -1
	}
	key := uint64(0)
	for _, c := range word {
		key = key<<8 | uint64(c|0x20)
	}
	for range seedWidth - len(word) {
		key = key<<8 | ' '
	}
	low, high := 0, len(seedWords)/seedWidth
	for high-low > 1 {
		mid := (low + high) / 2
		if seedKey(mid) <= key {
			low = mid
		} else {
			high = mid
		}
	}
	if seedKey(low) != key {
		return -1
	}
	return low
}

// seedKey is a word of the list as a number, in the order of the words.
func seedKey(i int) uint64 {
	w := seedWords[i*seedWidth : (i+1)*seedWidth]
	return uint64(w[0])<<56 | uint64(w[1])<<48 | uint64(w[2])<<40 | uint64(w[3])<<32 | uint64(w[4])<<24 | uint64(w[5])<<16 | uint64(w[6])<<8 | uint64(w[7])
}

// valid reports whether the first n words have the checksum of BIP-39: of eleven bits a word, the last n/3 are the first
// of the SHA-256 of those before.
func (r *seedRun) valid(n int) bool {
	if n < minSeedWords || n%3 != 0 {
		return false
	}
	var packed [maxSeedWords*11/8 + 1]byte
	for i, number := range r.words[:n] {
		for bit := range 11 {
			if at := i*11 + bit; number>>(10-bit)&1 != 0 {
				packed[at/8] |= 0x80 >> (at % 8)
			}
		}
	}
	entropy, check := n*4/3, n/3
	sum := digest.Sum256(packed[:entropy])
	return packed[entropy]>>(8-check) == sum[0]>>(8-check)
}
