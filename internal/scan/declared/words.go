package declared

import (
	"unicode"
	"unicode/utf8"
)

// A text is a sequence of words: letters, digits and the marks on them, without regard to case. In scripts that write no
// spaces each character is a word. Words have sums (FNV-1a), and so have runs of words: a polynomial of their words' sums,
// so that the sum of the last k words costs one multiplication.
const (
	wordStart = 0xCBF29CE484222325
	wordPrime = 0x100000001B3
	base      = 0xD6E8FEB86659FD93
)

// powers[k] is base to the power of k.
var powers = func() (t [MaxTermWords + 1]uint64) {
	t[0] = 1
	for k := 1; k < len(t); k++ {
		t[k] = t[k-1] * base
	}
	return t
}()

// lower has the ASCII letters and digits in lower case, and 0 for what ends a word.
var lower = func() (t [256]byte) {
	for c := range byte(0x80) {
		switch {
		case c >= 'A' && c <= 'Z':
			t[c] = c | 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			t[c] = c
		}
	}
	return t
}()

// foldRune makes runes that differ in case only equal.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r |= 0x20
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// wordRune reports whether r belongs to words; alone says that it is one by itself.
func wordRune(r rune) (is, alone bool) {
	switch {
	case r == utf8.RuneError:
		return false, false
	case r >= 0x0E00 && r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF, // Thai, Lao, Burmese, Khmer
		r >= 0x3041 && r <= 0x30FF, r >= 0x31F0 && r <= 0x31FF, r >= 0xFF66 && r <= 0xFF9D, // kana
		r >= 0x3400 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3FFFF: // Han
		return true, true
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r), false
}

// mark is the end of a word: where it began, and the sum of all words up to it.
type mark struct {
	start int
	sum   uint64
}

// remembered is a power of two that holds the last MaxTermWords and the one before.
const remembered = 64

// walker reads the words of a text.
type walker struct {
	text  []byte
	marks [remembered]mark
	n     int    // words that have ended
	word  uint64 // the sum of the last one
}

// last is the sum of the last k words, which there must be; start is where they begin.
func (w *walker) last(k int) (sum uint64, start int) {
	sum = w.marks[w.n&(remembered-1)].sum - w.marks[(w.n-k)&(remembered-1)].sum*powers[k]
	return sum, w.marks[(w.n-k+1)&(remembered-1)].start
}

// before is the sum of the last k words without the very last; start is where they begin.
func (w *walker) before(k int) (sum uint64, start int) {
	n := w.n - 1
	sum = w.marks[n&(remembered-1)].sum - w.marks[(w.n-k)&(remembered-1)].sum*powers[k-1]
	return sum, w.marks[(w.n-k+1)&(remembered-1)].start
}

func (w *walker) push(start int, sum uint64) {
	before := w.marks[w.n&(remembered-1)].sum
	w.n, w.word = w.n+1, sum
	w.marks[w.n&(remembered-1)] = mark{start, before*base + sum}
}

// next reads the word at or behind i and returns where it stands; end is -1 when there is none.
func (w *walker) next(i int) (start, end int) {
	text := w.text
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf && lower[c] == 0 {
			i++
			continue
		}
		start, sum := i, uint64(wordStart)
		for i < len(text) {
			if c = lower[text[i]]; c != 0 {
				sum = (sum ^ uint64(c)) * wordPrime
				i++
				continue
			}
			if text[i] < utf8.RuneSelf {
				break
			}
			r, width := utf8.DecodeRune(text[i:])
			is, alone := wordRune(r)
			if !is || alone && i > start {
				break
			}
			sum = addRune(sum, r)
			i += width
			if alone {
				break
			}
		}
		if i > start {
			w.push(start, sum)
			return start, i
		}
		_, width := utf8.DecodeRune(text[i:])
		i += width
	}
	return 0, -1
}

// addRune adds a character to a word's sum.
func addRune(sum uint64, r rune) uint64 { return (sum ^ uint64(foldRune(r))) * wordPrime }
