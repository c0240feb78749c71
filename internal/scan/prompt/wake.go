package prompt

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Reading words with rules and a model costs a hundred times what it costs to see that there is nothing to read. So first each word
// is looked at by its first eight letters alone: they say what it may be, and only where such words stand together as some rule or the
// model wants them is the text read. hint is a set of what words may be.
type hint uint64

const (
	hIgnore hint = 1 << iota
	hDrop
	hOrders
	hRules
	hPrevious
	hReveal
	hRole
	hFree
	hWithout
	hFollow
	hRefuse
	hWrong
	hModel
	hPersona
	hCode
	hSecret
	hVoid
	hYour
	hThing
	hTool
	hUser
	hUnbound
	hYou
	hGiven
	hNow
	hStrict
	hAside
	hMaker
	hClaim
	hWhatever
	hKept
	hOdd // digits for letters
	hManyOdd
	fVerb   // of another language: ignore, show, follow
	fObject // of another language: instructions, prompt, rules
	fFree   // of another language: without, never, refuse, you are
	fLimits
	hForeign
	hEnglish
)

// hintsOf are the hints of classes. Words that most texts have, such as those that follow "as" or "given", hint at nothing.
var hintsOf = [...]struct {
	class lexicon.Class
	hint  hint
}{
	{vIgnore, hIgnore}, {vDrop | vStop | vSet, hDrop}, {oOrders | oPrompt, hOrders}, {oRules | oSecret, hRules}, {dPrevious, hPrevious},
	{vReveal | wWhat, hReveal}, {vAct | wRole | wMode, hRole}, {wUnbound | wLimits, hFree}, {wWithout | wNot | wBound, hWithout},
	{vFollow | vObey, hFollow}, {vRefuse | wWarning, hRefuse}, {wWrong, hWrong}, {wModel, hModel}, {wPersona, hPersona}, {wUnbound, hUnbound}, {wYou, hYou}, {wNow, hNow},
	{vDecode | wCode | vJoin, hCode}, {oSecret, hSecret}, {wVoid, hVoid}, {dYour | wSystem, hYour}, {oThing, hThing}, {wTool, hTool}, {wUser, hUser}, {wAside, hAside},
	{wMaker, hMaker}, {wClaim, hClaim},
}

// strict are rules in the narrower sense, silent words of the classes above that are in every text.
const (
	strict   = "rule rules guideline guidelines policy policies programming directive directives restrictions protocol constraints safeguards"
	given    = "given told gave received said taught"
	kept     = "history transcript conversation"
	whatever = "whatever regardless verdict matter mind"
	silent   = " all do my was were as over have "
)

// foreignHints are the hints of classes in other languages.
var foreignHints = [...]struct {
	class lexicon.Class
	hint  hint
}{
	{vIgnore | wInfinitive | vDrop | vReveal | wWhat | vFollow | wVoid, fVerb}, {oOrders | oPrompt | oRules | oThing | oMessage | oSecret, fObject},
	{wWithout | wNot | wYou | vAct | vRefuse | wNow | wMust, fFree}, {wLimits | wUnbound | wModel | wMode | wPersona | wWarning, fLimits},
}

// hinted holds hints of words by their first eight letters, and of beginnings by four.
type hinted [1 << 12]struct {
	key  uint64
	hint hint
}

func (t *hinted) add(key uint64, h hint) {
	i := hintSlot(key)
	for t[i].key != 0 && t[i].key != key {
		i = (i + 1) % uint32(len(t))
	}
	t[i].key = key
	t[i].hint |= h
}

func (t *hinted) find(key uint64) hint {
	for i := hintSlot(key); ; i = (i + 1) % uint32(len(t)) {
		if e := &t[i]; e.key == key || e.key == 0 {
			return e.hint
		}
	}
}

func hintSlot(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 52) }

// words are English words, beginnings those of misspellings and of words in other languages.
var words, beginnings = hintTables()

func hintTables() (words, beginnings *hinted) {
	words, beginnings = new(hinted), new(hinted)
	add := func(list string, h hint) {
		for word := range strings.FieldsSeq(list) {
			if strings.Contains(silent, " "+word+" ") {
				continue
			}
			words.add(swar.Padded([]byte(word), min(len(word), 8), 0), h)
		}
	}
	for _, g := range groups {
		var h hint
		for _, of := range hintsOf {
			if g.Class&of.class != 0 {
				h |= of.hint
			}
		}
		add(g.Words, h)
	}
	add(strict, hStrict)
	add(given, hGiven)
	add(whatever, hWhatever)
	add(kept, hKept)
	for line := range strings.SplitSeq(english, "\n") {
		if list, ok := strings.CutPrefix(line, "= "); ok {
			add(list, hEnglish)
		}
	}
	for _, s := range misspelledKeys {
		beginnings.add(uint64(stemKey(s)), hIgnore|hOrders|hPrevious)
	}
	for i := range stems.all {
		s := &stems.all[i]
		if s.tongue >= common || s.text[0] >= 0x80 {
			continue
		}
		h := hForeign
		for _, of := range foreignHints {
			if s.class&of.class != 0 {
				h |= of.hint
			}
		}
		beginnings.add(uint64(stemKey(s.text)), h)
	}
	return words, beginnings
}

// misspelledKeys begin misspellings of the words that matter most.
var misspelledKeys = [...]string{
	"ignr", "ingo", "igon", "gino", "inrs", "isnt", "insr", "nist", "intr", "istr", "indt", "pevi", "prve", "perv", "preo", "prei", "porm", "prmp", "rpom", "disg", "dsir", "fogr", "forg",
	"ofrg", "dirs", "igor", "inor", "isnt", "inst",
}

// wakes reports whether what stands together is worth reading as English.
func (h hint) wakes() bool {
	has := func(of hint) bool { return h&of == of }
	return h&hIgnore != 0 && h&(hOrders|hRules|hPrevious|hThing|hOdd|hGiven|hYou) != 0 ||
		h&hDrop != 0 && (h&hOrders != 0 || has(hStrict|hYour) || has(hPrevious|hRules)) || has(hReveal|hStrict|hYou) || has(hThing|hNow) || has(hDrop|hThing|hReveal) || has(hNow|hYou|hRole) ||
		h&hReveal != 0 && (has(hOrders|hYour) || has(hOrders|hPrevious) || has(hPrevious|hThing) || has(hOrders|hThing) || has(hPrevious|hRules)) ||
		h&hVoid != 0 && (h&hOrders != 0 || has(hStrict|hYour) || has(hFree|hYour)) ||
		has(hWithout|hFollow) && h&(hOrders|hStrict) != 0 || has(hWithout|hOrders|hYour) ||
		has(hFree|hWithout) && h&(hModel|hRole|hRefuse|hWrong) != 0 ||
		h&hPersona != 0 || h&hUnbound != 0 && h&(hModel|hRole|hYour|hYou|hWithout) != 0 || has(hReveal|hSecret) || has(hReveal|hOrders|hGiven) || has(hStrict|hGiven|hYou) ||
		h&hModel != 0 && h&(hRole|hWrong|hOrders|hStrict) != 0 || has(hRole|hWrong) || h&hRefuse != 0 && h&(hWithout|hRole) != 0 || has(hDrop|hAside) && h&(hStrict|hOrders) != 0 ||
		has(hCode|hFollow) || has(hTool|hSecret) || has(hOrders|hFree) ||
		has(hReveal|hStrict|hYour) || has(hDrop|hGiven|hYou|hReveal) || has(hModel|hWithout|hYou) || has(hMaker|hYour) && h&(hDrop|hReveal|hWithout|hFree) != 0 ||
		has(hClaim|hTool|hUser|hWithout) || has(hClaim|hKept) || has(hWhatever|hYour|hRules) || has(hTool|hWithout|hUser) ||
		has(hOdd|hOrders|hPrevious) || h&hManyOdd != 0 && h&(hOrders|hPrevious|hIgnore) != 0
}

// wakesForeign is wakes for other languages.
func (h hint) wakesForeign() bool {
	has := func(of hint) bool { return h&of == of }
	return has(fVerb|fObject) || has(fFree|fLimits) || has(fVerb|fLimits)
}

// nearBytes is how far apart, at most, words stand that wake together; at least half of it.
const nearBytes = 256

// waking is what has been seen of a text.
type waking struct {
	now, before       hint
	edge              int // where now ends
	odd, alone        int // words with digits, letters on their own
	foreign           int // words of other languages in this sentence, less English ones
	sentence          hint
	english, foreigns bool
}

// wake looks at the words of text and says in which languages to read it. Scripts other than Latin are always read.
func wake(text []byte) (english, foreign bool) {
	s := waking{edge: nearBytes / 2}
	for i := 0; i < len(text) && !(s.english && s.foreigns); {
		var w uint64
		if rest := text[i:]; len(rest) >= 8 {
			w = swar.Load(rest)
		} else {
			w = swar.Padded(rest, len(rest), 0)
		}
		letters := swar.Letters(w)
		c := byte(w)
		if letters&0x80 == 0 && scriptOf[c] != latin || isDigit(c) {
			i = s.gap(text, i)
			continue
		}
		n := swar.First(letters ^ swar.Highs)
		if i+n < len(text) && n < 8 && text[i+n] >= 0xC3 && text[i+n] <= 0xC5 {
			s.word(beginnings.find(uint64(spelledKey(text[i:]))), i)
			for i += n; i < len(text) && (isLetter(text[i]) || text[i] >= 0xC3 && text[i] <= 0xC5 || text[i]&0xC0 == 0x80); {
				i++
			}
			continue
		}
		key := (w | swar.Ones*fold) & (1<<(8*n) - 1)
		h := words.find(key)
		if b := beginnings.find(key & (1<<32 - 1)); h == 0 {
			h = b
		} else {
			h |= b &^ hForeign // of both
		}
		if h != 0 {
			s.word(h, i)
		}
		if s.alone++; n > 1 {
			s.alone = 0
		} else if s.alone == 5 {
			s.english = true // letters spaced out
		}
		for i += n; n == 8 && i < len(text) && isLetter(text[i]); {
			i++
		}
	}
	return s.english, s.foreigns
}

// fold is what |, makes letters lower case with.
const fold = 0x20

// word takes in what the word at i may be.
func (s *waking) word(h hint, i int) {
	if i >= s.edge {
		s.before = s.now
		if i >= s.edge+nearBytes/2 {
			s.before = 0
		}
		s.now, s.edge = 0, i+nearBytes/2
	}
	s.now |= h
	s.english = s.english || (s.now | s.before).wakes()
	switch {
	case h&hForeign != 0:
		s.foreign++
	case h&hEnglish != 0:
		s.foreign--
	}
	s.sentence |= h
	s.foreigns = s.foreigns || s.foreign > 0 && s.sentence.wakesForeign()
}

// gap takes in what stands at i between words.
func (s *waking) gap(text []byte, i int) (next int) {
	switch c := text[i]; {
	case c == '.' || c == '\n' || c == '!' || c == '?':
		s.foreign, s.sentence = 0, 0
	case c >= 0xC3 && scriptOf[c] != 0:
		s.foreigns = true
		return i + runeWidth(c)
	case isDigit(c) && (i > 0 && isLetter(text[i-1]) || i+1 < len(text) && isLetter(text[i+1])):
		h := hOdd
		if s.odd++; s.odd > 1 {
			h |= hManyOdd
		}
		s.word(h, i)
	}
	return i + 1
}

// spelledKey is the key of a word with letters beyond ASCII.
func spelledKey(word []byte) uint32 {
	var s [8]byte
	n := 0
	for i := 0; i < len(word) && n < 4; {
		switch c := word[i]; {
		case isLetter(c):
			s[n] = c | 0x20
			n++
			i++
		case c >= 0xC3 && c <= 0xC5 && i+1 < len(word):
			base := latinBase[min((int(c)-0xC3)<<6|int(word[i+1]&0x3F), len(latinBase)-1)]
			s[n] = base
			n++
			i += 2
		default:
			return stemKey(s[:n])
		}
	}
	return stemKey(s[:n])
}

func isLetter(c byte) bool { return c|0x20-'a' < 26 }
