package gist

// Span is how many words in a row pull together, PullUnit how finely what they pull is kept.
const (
	Span     = 16
	PullUnit = 16
)

// Walk goes over a text and stops where the network is worth asking, which costs it a look at each word. It is not for concurrent use.
type Walk struct {
	n    *Network
	lex  Lexer
	ring [Span]struct {
		pull  int8
		start int
	}
	at, sum int
}

// Read starts with a text, for a network.
func (w *Walk) Read(n *Network, text []byte) {
	w.n, w.at, w.sum = n, 0, 0
	w.lex.Read(text)
	for i := range w.ring {
		w.ring[i].pull, w.ring[i].start = 0, 0
	}
}

// Next returns where the words begin and end that pull enough; ok is false at the end of the text.
func (w *Walk) Next() (start, end int, ok bool) {
	for {
		t, more := w.lex.Next()
		if !more {
			return 0, 0, false
		}
		slot := &w.ring[w.at%Span]
		pull := w.n.pull[Of(&t)]
		w.sum += int(pull) - int(slot.pull)
		slot.pull, slot.start = pull, t.Start
		w.at++
		if w.sum >= PullUnit {
			first := &w.ring[w.at%Span]
			if w.at < Span {
				first = &w.ring[0]
			}
			return first.start, t.End, true
		}
	}
}

// Skip forgets what pulled and goes on at an offset of the text, where no word is cut, if it lies ahead.
func (w *Walk) Skip(to int) {
	to = max(to, w.lex.pos)
	w.Read(w.n, w.lex.text)
	w.lex.pos = to
}
