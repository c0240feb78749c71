package lexicon

// Literals says whether a text contains one of a list of strings, in any ASCII case. A detector family
// holds itself to the literals it tells the prefilter with it: what a prefilter would not have shown it,
// it does not report.
type Literals struct {
	single  [256]bool
	buckets [1 << 10][]string
	words   bool
	// doubtful literals count only where doubt does not dismiss them; doubts are those of one byte.
	doubtful map[string]bool
	doubts   [256]bool
	dismiss  func(text []byte, end int) bool
}

// NewLiterals builds the list from lower-case strings. With words, a literal of letters alone counts only
// where no letter is next to it.
func NewLiterals(list []string, words bool) *Literals {
	l := &Literals{words: words}
	for _, s := range list {
		if len(s) == 1 {
			l.single[s[0]] = true
			l.single[upper(s[0])] = true
			continue
		}
		h := pair(s[0], s[1])
		l.buckets[h] = append(l.buckets[h], s)
	}
	return l
}

// Doubt makes some of the literals count only where dismiss does not say, of the text and the offset behind the
// literal, that nothing can begin there. It returns l.
func (l *Literals) Doubt(literals []string, dismiss func(text []byte, end int) bool) *Literals {
	l.doubtful, l.dismiss = make(map[string]bool, len(literals)), dismiss
	for _, s := range literals {
		l.doubtful[s] = true
		if len(s) == 1 {
			l.doubts[s[0]] = true
		}
	}
	return l
}

func pair(a, b byte) uint32 {
	return (uint32(lower(a))<<8 | uint32(lower(b))) * 40503 >> 6 & (1<<10 - 1)
}

func upper(c byte) byte {
	if c-'a' < 26 {
		return c &^ 0x20
	}
	return c
}

// In reports whether text contains one of the literals. It looks at each byte of the text once.
func (l *Literals) In(text []byte) bool {
	for i, c := range text {
		if l.single[c] && !(l.doubts[c] && l.dismiss(text, i+1)) {
			return true
		}
		if i+1 == len(text) {
			return false
		}
		for _, s := range l.buckets[pair(c, text[i+1])] {
			if len(text)-i >= len(s) && equal(s, text[i:i+len(s)]) && (!l.words || l.apart(text, i, s)) && !l.dismissed(text, i+len(s), s) {
				return true
			}
		}
	}
	return false
}

// apart reports whether s at i is a word of its own, or not made of letters.
func (l *Literals) apart(text []byte, i int, s string) bool {
	for j := range len(s) {
		if !isLetter(s[j]) {
			return true
		}
	}
	end := i + len(s)
	return (i == 0 || !isLetter(text[i-1])) && (end == len(text) || !isLetter(text[end]))
}

func (l *Literals) dismissed(text []byte, end int, s string) bool {
	return l.doubtful[s] && l.dismiss(text, end)
}

func isLetter(c byte) bool { return c|0x20-'a' < 26 }
