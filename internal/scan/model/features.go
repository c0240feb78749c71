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
	var next entry
	if !w.enter(&next, word, begins) {
		return dst
	}
	gram := uint32('_')
	for i := 1; i <= next.n; i++ {
		gram = gram<<8 | uint32(next.letters[i])
		if i >= 3 && next.n > 4 {
			dst = append(dst, spread(gram))
		}
	}
	dst = append(dst, spread(next.whole), spread(next.two))
	if next.ordered {
		dst = append(dst, spread(next.three))
	}
	return dst
}

// score is the sum of m's weights of the features that Append would append, and their number.
func (w *Words) score(m *Model, word []byte, begins bool) (sum, features int32) {
	var next entry
	if !w.enter(&next, word, begins) {
		return 0, 0
	}
	buckets, size := m.buckets, uint64(len(m.buckets))
	weigh := func(feature uint32) int32 { return int32(buckets[uint64(feature)*size>>32]) - zero }
	if next.n > 4 {
		letters := next.letters[1 : next.n+1]
		gram := uint32('_')<<16 | uint32(letters[0])<<8 | uint32(letters[1])
		for _, c := range letters[2:] {
			gram = gram<<8 | uint32(c)
			sum += weigh(spread(gram))
		}
		features = int32(next.n) - 2
	}
	sum += weigh(spread(next.whole)) + weigh(spread(next.two))
	features += 2
	if next.ordered {
		sum += weigh(spread(next.three))
		features++
	}
	return sum, features
}

// entry is a word as it counts.
type entry struct {
	letters           [maxWord + 2]byte // between two marks; letters[n] is the second
	n                 int
	whole, two, three uint32 // hashes of it, and of it with one and two words before it
	ordered           bool   // two words stand before it
}

// enter reads the next word into e; it reports false when the word adds nothing.
func (w *Words) enter(e *entry, word []byte, begins bool) bool {
	n := 1
	whole := uint32(2166136261)
	for _, c := range word {
		if c = folded[c]; c != 0 && n <= maxWord {
			e.letters[n] = c
			whole = (whole ^ uint32(c)) * 16777619
			n++
		}
	}
	if n == 1 {
		return false
	}
	e.letters[0], e.letters[n] = '_', '_'
	whole = (whole ^ '_') * 16777619
	if begins || w.last == 0 {
		w.last, w.before = sentence, 0
	}
	e.n, e.whole, e.two, e.three, e.ordered = n, whole, whole^w.last*3, whole^w.last*3^w.before*7, w.before != 0
	w.before, w.last = w.last, whole
	return !w.repeated(e.two)
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
