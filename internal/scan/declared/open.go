package declared

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// openBytes bounds what of a text that still grows is taken for the beginning of something.
const openBytes = 2 << 10

// Open returns the offset in a text that still grows from which on it may be the beginning of a declaration, its length when
// it can be none: what stands before can leave. Of prompts, whose words are not known, the last words are always kept.
func (s *Set) Open(text []byte) int {
	low := max(0, len(text)-openBytes)
	open := len(text)
	if len(s.canaries.list) > 0 {
		open = min(open, low+s.canaries.open(text[low:]))
	}
	if len(s.terms.list) > 0 || len(s.prompts.sums) > 0 {
		open = min(open, low+s.openWords(text[low:]))
	}
	return open
}

// open looks for a canary of which only the beginning is there.
func (cs *canaries) open(text []byte) int {
	var last uint64
	for i, b := range text {
		c := canaryByte[b]
		if c == 0 {
			continue
		}
		if last = last<<8 | uint64(c); cs.bits.has(last) && cs.growing(text, last, i) {
			return anchorStart(text, i)
		}
	}
	return cs.openAnchor(text)
}

// growing reports whether the text ends inside a canary whose anchor ends at i.
func (cs *canaries) growing(text []byte, anchor uint64, i int) bool {
	n, _ := slices.BinarySearch(cs.anchors, anchor)
	for ; n < len(cs.list) && cs.anchors[n] == anchor; n++ {
		rest := cs.list[n].rest
		k := 0
		for _, b := range text[i+1:] {
			c := canaryByte[b]
			if c == 0 {
				continue
			}
			if k == len(rest) || c != rest[k] {
				k = -1
				break
			}
			k++
		}
		if k >= 0 && k < len(rest) {
			return true
		}
	}
	return false
}

// openAnchor looks for the beginning of an anchor at the end of the text.
func (cs *canaries) openAnchor(text []byte) int {
	var ends [anchorBytes - 1]int // where the last bytes that count stand, the very last first
	n := 0
	var tail uint64 // the same bytes, the first one lowest
	for i := len(text) - 1; i >= 0 && n < len(ends); i-- {
		if c := canaryByte[text[i]]; c != 0 {
			tail |= uint64(c) << (8 * n)
			ends[n] = i
			n++
		}
	}
	for ; n > 0; n-- {
		for k := range cs.list {
			if cs.list[k].anchor>>(8*(anchorBytes-n)) == tail&(1<<(8*n)-1) {
				return ends[n-1]
			}
		}
	}
	return len(text)
}

// openWords returns where the words begin that may become a term, or a passage of a prompt.
func (s *Set) openWords(text []byte) int {
	w := walker{text: text}
	end := 0
	for {
		_, next := w.next(end)
		if next < 0 {
			break
		}
		end = next
	}
	keep := min(w.n, MaxTermWords)
	for k := keep; k > 0; k-- {
		_, start := w.last(k)
		if k <= shingleWords && len(s.prompts.sums) > 0 || s.terms.beginsWith(text[start:]) {
			return start
		}
	}
	return len(text)
}

// beginsWith reports whether a term begins with text, or is it.
func (ts *terms) beginsWith(text []byte) bool {
	if len(text) > 2*MaxTermBytes {
		return false
	}
	var squeezed strings.Builder
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRune(text[i:])
		if i += width; !unicode.IsSpace(r) {
			squeezed.WriteRune(foldRune(r))
		}
	}
	begin := squeezed.String()
	i, _ := slices.BinarySearch(ts.texts, begin)
	return i < len(ts.texts) && strings.HasPrefix(ts.texts[i], begin)
}
