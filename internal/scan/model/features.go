package model

// Words remembers the words before the next one. The zero value stands at the beginning of a text.
type Words struct {
	last, before uint32
	n            uint32
	// pairs says at which word a pair of words was last seen, by its hash; a later pair may take its place.
	pairs [256]struct{ hash, at uint32 }
}

const (
	// maxWord bounds the letters of a word that count.
	maxWord = 40
	// MaxFeatures is the most that one word adds: its n-grams, itself, and with one and two before it.
	MaxFeatures = maxWord + 4
	sentence    = 0x2545F491 // stands for the word before a sentence
	golden      = 0x9E3779B1 // spreads over all bits (Fibonacci hashing)
)

// Append appends the features of the next word to dst: hashes of itself, of it with the one and the two words before it,
// and of its parts of four letters. Case, marks within it and letters written as digits do not count. A word that
// begins a sentence follows no other. Two words that stood together within the last Long ones add nothing: repeating says no more.
func (w *Words) Append(dst []uint32, word []byte, begins bool) []uint32 {
	var letters [maxWord + 2]byte
	n := 1
	for _, c := range word {
		if c = folded[c]; c != 0 && n <= maxWord {
			letters[n] = c
			n++
		}
	}
	if n == 1 {
		return dst
	}
	letters[0], letters[n] = '_', '_'
	whole := uint32(2166136261)
	for _, c := range letters[1 : n+1] {
		whole = (whole ^ uint32(c)) * 16777619
	}
	two, three, ordered := w.follow(whole, begins)
	if w.repeated(two) {
		return dst
	}
	gram := uint32('_')
	for i := 1; i <= n; i++ {
		gram = gram<<8 | uint32(letters[i])
		if i >= 3 && n > 4 {
			dst = append(dst, spread(gram))
		}
	}
	dst = append(dst, spread(whole), spread(two))
	if ordered {
		dst = append(dst, spread(three))
	}
	return dst
}

// follow makes a word, by its hash, the last one, and returns the hashes of it with the one and the two words before
// it; ordered says that there are two.
func (w *Words) follow(whole uint32, begins bool) (two, three uint32, ordered bool) {
	if begins || w.last == 0 {
		w.last, w.before = sentence, 0
	}
	two = whole ^ w.last*3
	three, ordered = two^w.before*7, w.before != 0
	w.before, w.last = w.last, whole
	return two, three, ordered
}

// reset goes back to the beginning of a text: pairs seen before it are too long ago to be seen.
func (w *Words) reset() {
	w.last, w.before = 0, 0
	w.n += Long
}

// Word is what the letters of one word say to a model, whatever stands before it.
type Word struct {
	whole uint32 // its hash
	sum   int32  // of the weights of its parts and of itself
	parts int32  // their number; 0 for a word without letters
}

// Word reads each letter of a word once.
func (m *Model) Word(word []byte) (known Word) {
	buckets, size := m.buckets, uint64(len(m.buckets))
	n, sum := int32(0), int32(0)
	whole, gram := uint32(2166136261), uint32('_')
	for _, c := range word {
		if c = folded[c]; c == 0 || n == maxWord {
			continue
		}
		n++
		whole = (whole ^ uint32(c)) * 16777619
		gram = gram<<8 | uint32(c)
		if n >= 3 {
			sum += int32(buckets[uint64(spread(gram))*size>>32]) - zero
		}
	}
	if n == 0 {
		return known
	}
	whole = (whole ^ '_') * 16777619
	known = Word{whole: whole, parts: 1}
	if n >= 4 { // a shorter word is its own only part
		known.sum = sum + int32(buckets[uint64(spread(gram<<8|'_'))*size>>32]) - zero
		known.parts = n
	}
	known.sum += int32(buckets[uint64(spread(whole))*size>>32]) - zero
	return known
}

// repeated reports whether a pair of words stood within the last Long words, and notes it.
func (w *Words) repeated(pair uint32) bool {
	w.n++
	seen := &w.pairs[spread(pair)>>24]
	again := seen.hash == pair && seen.at != 0 && w.n-seen.at < Long
	seen.hash, seen.at = pair, w.n
	return again
}

// spread mixes all bits: buckets are chosen by the upper ones.
func spread(h uint32) uint32 {
	h ^= h >> 15
	h *= golden
	h ^= h >> 13
	return h * golden
}

// folded maps a byte of a word to what counts of it, 0 for nothing.
var folded = func() (f [256]byte) {
	for c := range 256 {
		switch b := byte(c); {
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			f[c] = b | 0x20
		case b >= 0x80:
			f[c] = b
		}
	}
	for i, c := range "0134578" {
		f[c] = "oieastb"[i]
	}
	f['2'], f['6'], f['9'], f['@'], f['$'] = '2', '6', '9', 'a', 's'
	return f
}()
