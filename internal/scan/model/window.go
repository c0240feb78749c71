package model

import "math"

// Sizes of the windows in words. A short one is for a sentence hidden in another text, a long one for tone.
const (
	Short = 12
	Long  = 48
	ring  = 64
)

// Damping keeps a few words from saying much: it is added to the number of features of a window.
const Damping = 24

// Window scores the last words of a text. The zero value is empty; it holds about a kilobyte.
type Window struct {
	words       Words
	slots       [ring]slot
	n           uint
	short, long slot
}

// slot is what one word, or all words of a window, add.
type slot struct {
	sum      int32
	features int32
	start    int
}

// Reset makes the window empty. It leaves what no empty window reads.
func (w *Window) Reset() {
	w.words.reset()
	w.n, w.short, w.long = 0, slot{}, slot{}
}

// Push adds the next word, which starts at a byte offset of the text, and returns the higher margin of both
// windows and where that window starts.
func (w *Window) Push(m *Model, word []byte, begins bool, start int) (margin float32, from int) {
	w.Sure(m, m.Word(word), begins, start)
	short, long := m.margin(&w.short), m.margin(&w.long)
	if short >= long {
		return short, w.slots[(w.n-min(w.n, Short))%ring].start
	}
	return long, w.slots[(w.n-min(w.n, Long))%ring].start
}

// Sure is Push, of a word as m knows it, for those who only ask what Confidence says of the margin: mostly nothing, which
// costs no root.
func (w *Window) Sure(m *Model, word Word, begins bool, start int) (confidence float32, from int) {
	s := &w.slots[w.n%ring]
	*s = slot{start: start}
	if word.parts > 0 {
		two, three, ordered := w.words.follow(word.whole, begins)
		if !w.words.repeated(two) {
			size := uint64(len(m.buckets))
			s.sum = word.sum + int32(m.buckets[uint64(spread(two))*size>>32]) - zero
			s.features = word.parts + 1
			if ordered {
				s.sum += int32(m.buckets[uint64(spread(three))*size>>32]) - zero
				s.features++
			}
		}
	}
	w.short.enter(s, &w.slots[(w.n+ring-Short)%ring], w.n >= Short)
	w.long.enter(s, &w.slots[(w.n+ring-Long)%ring], w.n >= Long)
	w.n++
	if m.quiet(&w.short) && m.quiet(&w.long) {
		return 0, 0
	}
	short, long := m.margin(&w.short), m.margin(&w.long)
	if short >= long {
		return m.Confidence(short), w.slots[(w.n-min(w.n, Short))%ring].start
	}
	return m.Confidence(long), w.slots[(w.n-min(w.n, Long))%ring].start
}

// enter adds one word and removes the one that leaves.
func (s *slot) enter(in, out *slot, full bool) {
	s.sum += in.sum
	s.features += in.features
	if full {
		s.sum -= out.sum
		s.features -= out.features
	}
}

// quiet reports that the margin of s is below the first of the model's, where that can be said without a root and with
// something to spare for rounding.
func (m *Model) quiet(s *slot) bool {
	if s.sum <= 0 {
		return m.steep > 0
	}
	return float32(s.sum)*float32(s.sum) < m.steep*float32(s.features+Damping)
}

func (m *Model) margin(s *slot) float32 {
	return m.bias + m.scale*float32(s.sum)/float32(math.Sqrt(float64(s.features+Damping)))
}
