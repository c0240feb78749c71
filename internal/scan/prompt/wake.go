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
	hReal
	hOdd // digits for letters
	hManyOdd
	fVerb   // of another language: ignore, show, follow
	fObject // of another language: instructions, prompt, rules
	fFree   // of another language: without, never, refuse, you are
	fLimits
	hForeign
	hEnglish
	numHints = iota
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
	strict    = "rule rules guideline guidelines policy policies programming directive directives restrictions protocol constraints safeguards"
	given     = "given told gave received said taught"
	kept      = "history transcript conversation"
	whatever  = "whatever regardless verdict matter mind"
	unfeigned = "real true"
	silent    = " all do my was were as over have "
)

// foreignHints are the hints of classes in other languages.
var foreignHints = [...]struct {
	class lexicon.Class
	hint  hint
}{
	{vIgnore | wInfinitive | vDrop | vReveal | wWhat | vFollow | wVoid | wInstead | wFiction | wSend | wRelease | wWhatever, fVerb},
	{oOrders | oPrompt | oRules | oThing | oMessage | oSecret | wOperator | wTaken | wScore, fObject},
	{wWithout | wNot | wYou | vAct | vRefuse | wNow | wMust | wReads, fFree}, {wLimits | wUnbound | wModel | wMode | wPersona | wWarning | wTwin | wRole, fLimits},
}

// hinted holds hints of words by their first eight letters, and of beginnings by four.
type hinted struct {
	// may has a bit for each hash of a key that is there: it is a sixteenth as large as slots, which most words need not be looked up in.
	may   [1 << hintBits / 64]uint64
	slots [1 << 12]struct {
		key  uint64
		hint hint
	}
}

// hintBits is how many bits the hash of a key has.
const hintBits = 15

func (t *hinted) add(key uint64, h hint) {
	at := hintHash(key)
	t.may[at/64] |= 1 << (at % 64)
	i := at >> (hintBits - 12)
	for t.slots[i].key != 0 && t.slots[i].key != key {
		i = (i + 1) % uint32(len(t.slots))
	}
	t.slots[i].key = key
	t.slots[i].hint |= h
}

// find returns the hints of a key, none of one that is not there.
func (t *hinted) find(key uint64) hint {
	at := hintHash(key)
	if t.may[at/64]>>(at%64)&1 == 0 {
		return 0
	}
	return t.lookup(key, at>>(hintBits-12))
}

func (t *hinted) lookup(key uint64, i uint32) hint {
	for ; ; i = (i + 1) % uint32(len(t.slots)) {
		if e := &t.slots[i]; e.key == key || e.key == 0 {
			return e.hint
		}
	}
}

// hintKey is the key of a word by its first eight letters, which are all of it unless it is long.
func hintKey(letters uint64, long bool) uint64 {
	if long {
		letters |= 1 << 63
	}
	return letters
}

func hintHash(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> (64 - hintBits)) }

// words are English words, beginnings those of misspellings and of words in other languages.
var words, beginnings = hintTables()

func hintTables() (words, beginnings *hinted) {
	words, beginnings = new(hinted), new(hinted)
	add := func(list string, h hint) {
		for word := range strings.FieldsSeq(list) {
			if strings.Contains(silent, " "+word+" ") {
				continue
			}
			words.add(hintKey(swar.Padded([]byte(word), min(len(word), 8), 0), len(word) > 8), h)
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
	add(unfeigned, hReal)
	for line := range strings.SplitSeq(english, "\n") {
		if list, ok := strings.CutPrefix(line, "= "); ok {
			add(list, hEnglish)
		}
	}
	for _, s := range misspelledKeys {
		beginnings.add(uint64(stemKey(s)), misspelt)
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
	"igno", "ignr", "ingo", "igon", "gino", "inrs", "isnt", "insr", "nist", "intr", "istr", "indt", "pevi", "prve", "perv", "preo", "prei", "porm", "prmp", "rpom", "disg", "dsir", "fogr", "forg",
	"ofrg", "dirs", "igor", "inor", "isnt", "inst",
}

// misspelt stands for a misspelling of the words that matter most, until it is read.
const misspelt = hIgnore | hOrders | hPrevious

// shortest is the length from which misspellings are told from other words.
const shortest = 6

// wakesForeign is wakes for other languages.
func (h hint) wakesForeign() bool {
	has := func(of hint) bool { return h&of == of }
	return has(fVerb|fObject) || has(fFree|fLimits) || has(fVerb|fLimits)
}

// news is why a walk stops.
type news uint8

const (
	inEnglish news = 1 << iota // words that are worth reading stand here
	inOther                    // a sentence that may be in another language ends here
)

// waking walks over the words of a text and stops where they are worth reading. Scripts other than Latin are always read.
type waking struct {
	text           []byte
	pos            int
	foreigns, deaf bool // other languages are spoken in the text; English is no longer listened to
	news           news // of the word before pos
	odd, alone     int  // where the last digit among letters stood, and how many letters stand on their own
	wide, close    standing
	others         sentenceHints
}

// sentenceHints are what a sentence may say in another language.
type sentenceHints struct {
	start int
	words int // of other languages, less English ones
	hints hint
	worth bool
}

func newWaking(text []byte) waking { return waking{text: text, odd: -manyBytes} }

// next walks on and returns what there is, 0 at the end of the text, and where: a word, or a sentence.
func (s *waking) next() (what news, from, at int) {
	text := s.text
	for i := s.pos; i < len(text) && !(s.deaf && s.foreigns); {
		c := text[i]
		if idle[c] {
			i++
			continue
		}
		from, at = s.others.start, i
		if isLetter(c) || c >= 0xC3 && c <= 0xC5 {
			i = s.read(i)
		} else {
			i = s.gap(i)
		}
		if s.news != 0 {
			what, s.news, s.pos = s.news, 0, i
			return what, from, at
		}
	}
	s.pos, from = len(text), s.others.start
	s.ended(len(text))
	what, s.news = s.news, 0
	return what, from, len(text)
}

// fold is what |, makes letters lower case with.
const fold = 0x20

// idle are the bytes between words that say nothing.
var idle = func() (t [256]bool) {
	for c := range 0x80 {
		t[c] = scriptOf[c] == 0 && c != '.' && c != '!' && c != '?' && c != ';' && c != '\n'
	}
	return t
}()

// read takes in the word at i and returns where it ends.
func (s *waking) read(i int) (next int) {
	text, w := s.text, uint64(0)
	if i+8 <= len(text) {
		w = swar.Load(text[i:])
	} else {
		w = swar.Padded(text[i:], len(text)-i, 0)
	}
	n := swar.First(swar.Letters(w) ^ swar.Highs)
	next = i + n
	if n < 8 && next < len(text) && text[next] >= 0xC3 && text[next] <= 0xC5 {
		for next < len(text) && (isLetter(text[next]) || text[next] >= 0xC3 && text[next] <= 0xC5 || text[next]&0xC0 == 0x80) {
			next++
		}
		s.word(beginnings.find(uint64(spelledKey(text[i:])))&^misspelt, i)
		return next
	}
	for n == 8 && next < len(text) && isLetter(text[next]) {
		next++
	}
	key := (w | swar.Ones*fold) & (1<<(8*n) - 1)
	if n > 1 && next+1 < len(text) && text[next] == '\'' && text[next+1]|fold == 't' && text[next-1]|fold == 'n' {
		s.word(hWithout, i) // don't
		return next + 2
	}
	h := words.find(hintKey(key, next > i+8 || n == 8 && next < len(text) && isDigit(text[next])))
	switch b := beginnings.find(key & (1<<32 - 1)); {
	case h != 0:
		h |= b &^ (hForeign | misspelt) // of both
	case b&misspelt != 0:
		h = b&^misspelt | misspells(text[i:next])
	default:
		h = b
	}
	if h != 0 {
		s.word(h, i)
	}
	if s.alone++; n > 1 {
		s.alone = 0
	} else if s.alone == 5 {
		s.news |= inEnglish // letters spaced out
	}
	return next
}

// word takes in what the word at i may be.
func (s *waking) word(h hint, i int) {
	if h&^(hForeign|hEnglish) != 0 && !s.deaf {
		a, b := s.wide.add(h, i, wideBytes/2, &widely), s.close.add(h, i, closeBytes/2, &closely)
		if a || b {
			s.news |= inEnglish
		}
	}
	o := &s.others
	switch {
	case h&hForeign != 0:
		o.words++
	case h&hEnglish != 0:
		o.words--
	}
	o.hints |= h
	o.worth = o.worth || o.words > 0 && o.hints.wakesForeign()
}

// gap takes in what stands at i between words.
func (s *waking) gap(i int) (next int) {
	switch c := s.text[i]; {
	case c >= 0xC3 && scriptOf[c] != 0:
		s.foreigns = true
		return i + runeWidth(c)
	case isDigit(c) && (i > 0 && isLetter(s.text[i-1]) || i+1 < len(s.text) && isLetter(s.text[i+1])):
		h := hOdd
		if i-s.odd < manyBytes {
			h |= hManyOdd
		}
		s.odd = i
		s.word(h, i)
	case c == '.' || c == '!' || c == '?':
		s.close = standing{}
		fallthrough
	case c == '\n' || c == ';':
		if ends(s.text, i) {
			s.ended(i)
		}
	}
	return i + 1
}

// ended asks about a sentence that may say something in another language.
func (s *waking) ended(i int) {
	if s.others.worth && !s.foreigns {
		s.news |= inOther
	}
	s.others = sentenceHints{start: i}
}

// misspells is what a word may be that begins like a misspelling.
func misspells(word []byte) (h hint) {
	if len(word) < shortest {
		return misspelt
	}
	c := near(word)
	for _, of := range hintsOf {
		if c&of.class != 0 {
			h |= of.hint
		}
	}
	return h
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
