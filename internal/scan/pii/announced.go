package pii

// Bounds of a label: how many words stand between it and the value at most, their lengths, and what stands between two words.
const (
	maxLabelWords = 6
	maxLabelWord  = 64
	maxLabelGap   = 6
)

// announced looks for a phrase before the value at i and returns its slot in phrases, or -1, and where the value begins: capitals
// and names of months before i may belong to it. Between phrase and value may stand only words that say little.
func (t *Text) announced(i int) (phrase, start int) {
	start = i
	at := i
	for range maxLabelWords {
		end, gapOK := t.gapBefore(at)
		word := t.wordBefore(end)
		if at == start && !gapOK && end == at-1 && t.Bytes[end] == '-' && end-word <= 3 && upperCase(t.Bytes[word:end]) {
			start, at = word, word // B-AB 1234
			continue
		}
		if end-word == 2 && t.Bytes[word] == 0xC2 && t.at(word-1) == '.' {
			at = t.wordBefore(word - 1) // n.º
			continue
		}
		if !gapOK || word == end || end-word > maxLabelWord {
			return -1, i
		}
		number := isDigit(t.Bytes[word])
		if number && (end-word > 1 || !isLetter(t.at(word-2)) || !isLetter(t.at(word-3))) {
			return -1, i // the last words of phrases that are numbers have one digit: address line 2
		}
		says := t.saysWord(word, end)
		if says&saysLast != 0 {
			if phrase = t.phraseBefore(word, end); phrase >= 0 {
				return phrase, start
			}
		}
		switch {
		case number:
			return -1, i
		case at == start && (says&saysMonth != 0 || says&saysLittle == 0 && end-word <= 3 && upperCase(t.Bytes[word:end])):
			start = word
		case says&(saysLittle|saysPerson) == 0 && (says&saysLast == 0 || says&saysOther != 0):
			return -1, i
		}
		at = word
	}
	return -1, i
}

// gapBefore returns the end of the word before i; ok is false when what stands between ends a sentence or a line.
func (t *Text) gapBefore(i int) (end int, ok bool) {
	var seen gap
	for end = i; end > 0; end-- {
		g := gaps[t.Bytes[end-1]]
		if g == gapWord {
			break
		}
		if i-end > maxLabelGap || g == gapStop {
			return end, false
		}
		seen |= g
	}
	if seen&gapApart == 0 {
		return end, false // golang.org/dl/go1.20
	}
	if seen&gapDot != 0 && end-t.wordBefore(end) > 5 {
		return end, false // it ends a sentence, not an abbreviation
	}
	return end, seen&gapColon != 0 || seen&gapLine == 0
}

// gap is what a byte between a label and its value says.
type gap uint8

const (
	gapApart gap = 1 << iota // it parts words
	gapDot
	gapColon
	gapLine
	gapStop // no label stands before it
	gapWord // it belongs to a word
)

var gaps = func() (t [256]gap) {
	for c := range t {
		switch byte(c) {
		case '.':
			t[c] = gapDot
		case ':', '=':
			t[c] = gapColon | gapApart
		case '\n':
			t[c] = gapLine
		case ' ', '\t', '#', '"', '\'', '*', '_', '(':
			t[c] = gapApart
		case ';', '!', '?', '{', '}', '&', '@', '<', '[', '\\', '`', '%', '$', '+', '~', '^':
			t[c] = gapStop
		default:
			if isNameByte(byte(c)) {
				t[c] = gapWord
			}
		}
	}
	return t
}()

// wordBefore returns where the word begins that ends at end.
func (t *Text) wordBefore(end int) int {
	for end > 0 && isNameByte(t.Bytes[end-1]) {
		end--
	}
	return end
}

// phraseBefore returns the slot of the longest phrase of kinds that ends with the word from start to end, or -1.
func (t *Text) phraseBefore(start, end int) int {
	found := -1
	for n := 0; ; n++ {
		if p := phrases.find(hashWord(hashSeed, t.Bytes[start:end])); p >= 0 && phrases[p].kind != 0 {
			found = p
		}
		if n == maxPhraseWords-1 {
			return found
		}
		before := start
		for before > 0 && start-before < 3 && (joinsWords(t.Bytes[before-1]) || t.Bytes[before-1] == '.' && before < start) {
			before-- // a dot only behind an abbreviation
		}
		word := t.wordBefore(before)
		if before == start || word == before || before-word > maxLabelWord || isDigit(t.Bytes[word]) {
			return found // a number is the last word of a phrase
		}
		start = word
	}
}

func joinsWords(c byte) bool {
	return c == ' ' || c == '-' || c == '_' || c == '\'' || c == '/'
}

// calledAfter looks for a phrase behind the value that ends at end: A1234567 is my passport number.
func (t *Text) calledAfter(end int) int {
	at := end
	for n := range maxLabelWords {
		if t.at(at) != ' ' {
			return -1
		}
		word := at + 1
		for at = word; at < len(t.Bytes) && isNameByte(t.Bytes[at]); at++ {
		}
		if at == word || at-word > maxLabelWord {
			return -1
		}
		if n == 0 {
			if !isCopula(t.Bytes[word:at]) {
				return -1
			}
			continue
		}
		if p := t.phraseFrom(word); p >= 0 {
			return p
		}
		if t.saysWord(word, at)&(saysLittle|saysPerson|saysLast) == 0 {
			return -1
		}
	}
	return -1
}

func isCopula(word []byte) bool {
	switch string(word) {
	case "is", "es", "est", "ist", "e", "é", "è", "är", "was":
		return true
	}
	return false
}

// phraseFrom returns the slot of the longest phrase of kinds that begins at start, or -1.
func (t *Text) phraseFrom(start int) int {
	found := -1
	h := hashSeed
	for range maxPhraseWords {
		end := start
		for end < len(t.Bytes) && isNameByte(t.Bytes[end]) {
			end++
		}
		if end == start || end-start > maxLabelWord {
			return found
		}
		h = hashWord(h, t.Bytes[start:end])
		if p := phrases.find(h); p >= 0 && phrases[p].kind != 0 {
			found = p
		}
		if !joinsWords(t.at(end)) {
			return found
		}
		start = end + 1
	}
	return found
}

func upperCase(word []byte) bool {
	for _, c := range word {
		if !isUpper(c) {
			return false
		}
	}
	return true
}
