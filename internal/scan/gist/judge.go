package gist

// Verdict is what a network says of a window of a text.
type Verdict struct {
	Margin     float32
	Start, End int // bytes of the text
	// Words are those of the window, Known those of them that the vocabulary has.
	Words, Known int
}

// block is the highest value of each feature in some words.
type block struct {
	top        [Features]int16
	tokens     int
	start, end int
	words      int
	known      int
}

// Judge returns the verdict on the window of text that looks most like what was learned; ok is false when it has no word. Its time is linear
// in len(text), and it allocates nothing.
func (n *Network) Judge(text []byte) (most Verdict, ok bool) {
	var l Lexer
	l.Read(text)
	var last, now block
	// The words that a feature looks at, and where the one stands that it belongs to.
	var seen [Width]Class
	starts, ends := [Width]int{}, [Width]int{}
	ask := func() {
		if v := n.mix(&last, &now); !ok || v > most.Margin {
			most, ok = Verdict{Margin: v, Start: now.start, End: now.end, Words: last.words + now.words, Known: last.known + now.known}, true
			if last.tokens > 0 {
				most.Start = last.start
			}
		}
	}
	for i, rest := 0, Width-1-Before; ; i++ {
		t, more := l.Next()
		c := none
		if more {
			c = Of(&t)
		} else if rest--; rest < 0 {
			break
		}
		copy(seen[:], seen[1:])
		copy(starts[:], starts[1:])
		copy(ends[:], ends[1:])
		seen[Width-1], starts[Width-1], ends[Width-1] = c, t.Start, t.End
		if i < Width-1-Before {
			continue
		}
		if now.tokens == Block {
			ask()
			last, now = now, block{}
		}
		if now.tokens == 0 {
			now.start = starts[Before]
		}
		now.tokens++
		now.words += b2i(seen[Before].word())
		now.known += b2i(seen[Before] >= FirstWord)
		now.end = ends[Before]
		n.look(&seen, &now.top)
	}
	if now.tokens > 0 {
		ask()
	}
	return most, ok
}

// look raises features to what they are at some words.
func (n *Network) look(seen *[Width]Class, top *[Features]int16) {
	a, b, c, d := &n.looks[seen[0]][0], &n.looks[seen[1]][1], &n.looks[seen[2]][2], &n.looks[seen[3]][3]
	for f := range top {
		top[f] = max(top[f], n.floor[f]+a[f]+b[f]+c[f]+d[f])
	}
}

// mix returns the margin of two blocks together.
func (n *Network) mix(last, now *block) float32 {
	hidden := n.w.Base
	for f := range now.top {
		if top := max(last.top[f], now.top[f]); top > 0 {
			v := float32(top) * n.unit
			for h, by := range n.w.Mix[f] {
				hidden[h] += v * by
			}
		}
	}
	margin := n.w.Bias
	for h, v := range hidden {
		if v > 0 {
			margin += v * n.w.Out[h]
		}
	}
	return margin
}
