package gist

// Told is a few words of a text and what they add to its margin.
type Told struct {
	Start, End int
	By         float32
}

// Telling returns the words that raise the margin of a text most, which is one window: those of the features that raise it, the
// strongest first and MaxTelling of them at most. It is for explanations.
func (n *Network) Telling(text []byte) (told []Told) {
	var l Lexer
	l.Read(text)
	var words [2 * Block]Token
	var classes [2*Block + Width]Class
	count := 0
	for t, ok := l.Next(); ok && count < len(words); t, ok = l.Next() {
		classes[Before+count] = Of(&t)
		words[count] = t
		count++
	}
	var whole block
	var at [Features]int
	for i := range count {
		was := whole.top
		n.look((*[Width]Class)(classes[i:]), &whole.top)
		for f := range was {
			if whole.top[f] > was[f] {
				at[f] = i
			}
		}
	}
	margin := n.mix(&block{}, &whole)
	for f, top := range whole.top {
		if top <= 0 {
			continue
		}
		without := whole
		without.top[f] = 0
		from, to := max(0, at[f]-Before), min(count-1, at[f]+Width-1-Before)
		if by := margin - n.mix(&block{}, &without); by > 0 {
			told = insert(told, Told{Start: words[from].Start, End: words[to].End, By: by})
		}
	}
	return told
}

// MaxTelling bounds what Telling returns.
const MaxTelling = 3

// insert keeps the strongest, in order; of places that overlap only one.
func insert(told []Told, t Told) []Told {
	i := 0
	for i < len(told) && told[i].By >= t.By {
		if told[i].Start < t.End && t.Start < told[i].End {
			return told
		}
		i++
	}
	rest := told[i:]
	told = append(told[:i:i], t)
	for _, r := range rest {
		if len(told) < MaxTelling && (r.Start >= t.End || t.Start >= r.End) {
			told = append(told, r)
		}
	}
	return told
}
