package declared

import (
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// term is a prohibited term: its words in a row, with what stands between them but for white space. One that ends in a
// star is found at the beginning of a longer word too.
type term struct {
	// text is folded, without white space and star; the first lead bytes stand before its first word.
	text string
	lead int
	// sum is that of the words; of a term with a star that of the whole words, times base, plus the last one's.
	sum   uint64
	words uint8
	// last is the sum of the last word, whole even if it has a star.
	last uint64
	// star is the number of characters of the last word of a term with a star, else 0.
	star uint8
}

// terms are the prohibited terms of a policy, by their sums.
type terms struct {
	list  []term
	keys  []uint64 // of list, by their sums
	texts []string // of list, from the first word on, sorted
	bits  bitmap
	// last has the last words of terms without a star: most words are none.
	last bitmap
	// lengths has a bit for each number of words that a term has; stars for each number of characters of a last word.
	lengths, starLengths uint64
	stars                uint64
}

// CheckTerm says why a term cannot be declared.
func CheckTerm(text string) error {
	if len(text) > MaxTermBytes {
		return ErrTermLength
	}
	_, err := newTerm(FoldTerm(text))
	return err
}

// FoldTerm is the form in which equal terms are equal: lower case, and one space for any white space.
func FoldTerm(text string) string {
	folded := make([]byte, 0, len(text))
	for _, r := range text {
		if unicode.IsSpace(r) {
			r = ' '
			if n := len(folded); n == 0 || folded[n-1] == ' ' {
				continue
			}
		}
		folded = utf8.AppendRune(folded, foldRune(r))
	}
	return strings.TrimSuffix(string(folded), " ")
}

// newTerm reads a folded term.
func newTerm(text string) (t term, err error) {
	if len(text) > 2*MaxTermBytes { // folding may make a text longer
		return t, ErrTermLength
	}
	text, starred := strings.CutSuffix(text, "*")
	w := walker{text: []byte(text)}
	first, start, end := -1, 0, 0
	for {
		s, e := w.next(end)
		if e < 0 {
			break
		}
		if start, end = s, e; first < 0 {
			first = s
		}
		if w.n > MaxTermWords {
			return t, ErrTermLength
		}
	}
	switch {
	case first < 0:
		return t, ErrTermWords
	case starred && end < len(text):
		return t, ErrTermStar
	}
	t.text = strings.ReplaceAll(text, " ", "")
	t.lead = first - strings.Count(text[:first], " ")
	t.sum, _ = w.last(w.n)
	t.words, t.last = uint8(w.n), w.word
	if starred {
		t.star = uint8(utf8.RuneCountInString(text[start:end]))
	}
	return t, nil
}

// add takes a folded term.
func (ts *terms) add(text string) error {
	t, err := newTerm(text)
	if err == nil {
		ts.list = append(ts.list, t)
	}
	return err
}

// indexBits of a key are the term's place in the list, the others those of its sum: sorting numbers makes the smallest module.
const (
	indexBits = 11
	indexMask = 1<<indexBits - 1
	_         = uint(indexMask - MaxTerms) // all have a place
)

func (ts *terms) compile() {
	ts.bits, ts.last = newBitmap(len(ts.list)), newBitmap(len(ts.list))
	ts.texts, ts.keys = make([]string, len(ts.list)), make([]uint64, len(ts.list))
	for i := range ts.list {
		t := &ts.list[i]
		ts.texts[i], ts.keys[i] = t.text[t.lead:], t.sum&^indexMask|uint64(i)
		ts.bits.put(t.sum)
		if t.star == 0 {
			ts.last.put(t.last)
			ts.lengths |= 1 << t.words
			continue
		}
		ts.starLengths |= 1 << t.words
		ts.stars |= 1 << min(t.star, 63)
	}
	slices.Sort(ts.texts)
	slices.Sort(ts.keys)
}

// at appends the terms with that sum whose words begin at start.
func (ts *terms) at(text []byte, sum uint64, start int, starred bool, dst []Match) []Match {
	i, _ := slices.BinarySearch(ts.keys, sum&^indexMask)
	for ; i < len(ts.keys) && ts.keys[i]&^indexMask == sum&^indexMask; i++ {
		t := &ts.list[ts.keys[i]&indexMask]
		if t.sum != sum || t.star != 0 != starred {
			continue
		}
		if from, to, ok := t.stands(text, start); ok {
			dst = append(dst, found(Term, from, to, "term"))
		}
	}
	return dst
}

// stands compares a term with text, in which its first word begins at start, leaving white space aside.
func (t *term) stands(text []byte, start int) (from, to int, ok bool) {
	from = start - t.lead
	if from < 0 {
		return 0, 0, false
	}
	i := from
	for rest := t.text; rest != ""; {
		if i == len(text) {
			return 0, 0, false
		}
		r, width := utf8.DecodeRune(text[i:])
		i += width
		if unicode.IsSpace(r) && i-width > from {
			continue
		}
		want, n := utf8.DecodeRuneInString(rest)
		if foldRune(r) != want {
			return 0, 0, false
		}
		rest = rest[n:]
	}
	return from, i, true
}

// ending appends the terms whose last word is the one that w has just read, from start to end.
func (ts *terms) ending(w *walker, start, end int, dst []Match) []Match {
	for lengths := ts.lengths; lengths != 0; lengths &= lengths - 1 {
		k := bits.TrailingZeros64(lengths)
		if k > w.n {
			break
		}
		if sum, from := w.last(k); ts.bits.has(sum) {
			dst = ts.at(w.text, sum, from, false, dst)
		}
	}
	if ts.stars != 0 {
		dst = ts.beginning(w, start, end, dst)
	}
	return dst
}

// beginning appends the terms with a star whose last word the one from start to end begins with.
func (ts *terms) beginning(w *walker, start, end int, dst []Match) []Match {
	word := uint64(wordStart)
	for i, n := start, 1; i < end; n++ {
		r, width := utf8.DecodeRune(w.text[i:end])
		i += width
		word = addRune(word, r)
		if ts.stars>>min(n, 63)&1 == 0 {
			continue
		}
		for lengths := ts.starLengths; lengths != 0; lengths &= lengths - 1 {
			k := bits.TrailingZeros64(lengths)
			if k > w.n {
				break
			}
			// The sum of the last k words with the last one cut off behind its nth character.
			before, from := w.before(k)
			if sum := before*base + word; ts.bits.has(sum) {
				dst = ts.at(w.text, sum, from, true, dst)
			}
		}
	}
	return dst
}
