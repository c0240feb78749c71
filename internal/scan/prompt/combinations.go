package prompt

import "math/bits"

// A hint alone says little: what is worth reading is words that stand together as rules and the model want them.
const (
	// wideBytes is how far apart, at most, words stand together in a text; at least half of it.
	wideBytes = 256
	// closeBytes is the same in one sentence, where the words of one rule stand.
	closeBytes = 192
	// manyBytes is how far apart digits among letters are many.
	manyBytes = 24
)

// pairing is hints that wake together with each one of any, or alone where that is 0.
type pairing struct{ all, any hint }

// inSentence wake in one sentence, as ordinary texts have such words somewhere; anywhere do so in neighbouring ones too.
var (
	inSentence = [...]pairing{
		{hIgnore, hOrders | hRules | hPrevious | hOdd | hManyOdd | hGiven | hYou | hYour},
		{hDrop | hOrders, 0},
		{hDrop | hPrevious | hRules, 0},
		{hDrop | hAside | hRules, hGiven | hYour | hPrevious},
		{hReveal | hOrders, 0},
		{hReveal | hPrevious | hRules, 0},
		{hReveal | hStrict | hYour, 0},
		{hReveal | hSecret, 0},
		{hTool | hSecret, 0},
		{hVoid | hOrders, 0},
		{hWithout, hRefuse},
		{hWithout | hFollow, hStrict},
		{hWithout | hFollow | hYour | hRules, 0},
		{hWithout | hOrders | hYour, 0},
		{hWithout | hFree | hRole, 0},
		{hWithout | hTool | hUser, 0},
		{hMaker | hYour, hWithout | hFree},
		{hOrders, hFree | hModel | hManyOdd},
		{hOrders | hPrevious | hOdd, 0},
		{hManyOdd | hPrevious, 0},
		{hRefuse | hRole, 0},
		{hNow | hYou | hWithout, 0},
		{hCode | hFollow, 0},
		{hClaim | hOrders, hWhatever | hYour | hMaker},
		{hWhatever | hWithout, hStrict | hOrders},
		{hReal | hYour, 0},
	}
	anywhere = [...]pairing{
		{hIgnore | hThing, 0},
		{hDrop | hStrict | hYour, 0},
		{hDrop | hThing | hReveal, 0},
		{hDrop | hAside, hStrict},
		{hDrop | hGiven | hYou | hReveal, 0},
		{hReveal | hStrict | hYou, 0},
		{hReveal | hThing, hPrevious | hOrders},
		{hReveal | hOrders | hGiven, 0},
		{hStrict | hGiven | hYou, 0},
		{hNow | hThing, 0},
		{hNow | hYou | hRole, 0},
		{hRole | hStrict | hYou, 0},
		{hVoid | hYour, hStrict | hFree},
		{hVoid | hStrict | hMaker, 0},
		{hWithout | hFollow | hOrders, 0},
		{hWithout | hFree, hModel | hWrong},
		{hWithout | hModel | hYou, 0},
		{hUnbound, hModel | hRole | hYour | hYou | hWithout},
		{hModel, hRole | hWrong | hStrict},
		{hModel | hOrders, hYour | hVoid},
		{hRole | hWrong, 0},
		{hMaker | hYour, hDrop | hReveal},
		{hClaim | hTool | hUser | hWithout, 0},
		{hClaim | hKept, 0},
		{hWhatever | hYour | hRules, 0},
		{hPersona, 0},
	}
)

// combinations are what wakes, by each of its hints.
type combinations [numHints][]hint

var widely, closely = newCombinations(anywhere[:]), newCombinations(inSentence[:])

func newCombinations(all []pairing) (c combinations) {
	add := func(h hint) {
		for rest := h; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(uint64(rest))
			c[i] = append(c[i], h)
		}
	}
	for _, t := range all {
		if t.any == 0 {
			add(t.all)
		}
		for rest := t.any; rest != 0; rest &= rest - 1 {
			add(t.all | rest&-rest)
		}
	}
	return c
}

// standing is the hints of the words that stand together where a text is read, in a window that moves by halves.
type standing struct {
	now, before hint
	edge        int // where now ends
}

// add takes in the hints of the word at i and reports whether they wake with the others.
func (s *standing) add(h hint, i, half int, c *combinations) bool {
	if i >= s.edge {
		s.before = s.now
		if i >= s.edge+half {
			s.before = 0
		}
		s.now, s.edge = 0, i+half
	}
	all := s.now | s.before | h
	news := h &^ (s.now | s.before)
	s.now |= h
	for ; news != 0; news &= news - 1 {
		for _, wanted := range c[bits.TrailingZeros64(uint64(news))] {
			if all&wanted == wanted {
				return true
			}
		}
	}
	return false
}
