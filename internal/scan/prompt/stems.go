package prompt

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// stem is one word of tongues.
type stem struct {
	text   string
	open   bool // any ending may follow
	tongue uint8
	class  lexicon.Class
	// head is the first eight bytes, mask has ones where the word has bytes: most words with the same key end there.
	head, mask uint64
	next       uint16 // number of the next one with the same key, from 1; 0 when there is none
}

// stems are the words of all tongues by their first four bytes, of shorter ones by all of them.
var stems = newStemTable()

type stemTable struct {
	all  []stem
	keys [4096]struct {
		key   uint32
		first uint16 // number in all, from 1; 0 where nothing is
	}
}

// letterClass is what the letters in tongues stand for.
func letterClass(c byte) lexicon.Class {
	const letters = "ijedfsxWraUVAYORPKTSLBCNGZDuHQmw3EtFgqMJXckbzplnovyh4-=~"
	classes := [...]lexicon.Class{
		vIgnore, wInfinitive, wPlease, vDrop, vFollow, vStop, vReveal, wWhat, vRefuse, vAct, wYou, dPrevious, dAll, dYour, oOrders, oRules,
		oPrompt, oSecret, oThing, wSystem, wLimits, wWithout, wUnbound, wNot, wMust, wNow, wMode, wUser, wWrong, wVoid, wMine, wWarning,
		wPerson, oMessage, dThese, wFirst, wGiven, wUnknown, wModel, wPersona, wExactly, wOperator, wTaken, wInstead, wTwin, wFiction, wRole, wSend, wRelease,
		wWhatever, wScore, wReads, wMeta, 0, 0, 0,
	}
	return classes[strings.IndexByte(letters, c)]
}

func newStemTable() *stemTable {
	t, s := new(stemTable), new(sentence)
	for i, words := range tongues {
		t.add(s, uint8(i), words)
	}
	t.add(s, common, everywhere)
	t.add(s, native, english)
	for i := range t.all {
		e := &t.keys[t.slot(stemKey(t.all[i].text))]
		e.key = stemKey(t.all[i].text)
		t.all[i].next, e.first = e.first, uint16(i+1)
	}
	return t
}

// slot returns where a key is, or would be.
func (t *stemTable) slot(key uint32) uint32 {
	i := key * 0x9E3779B1 >> 20
	for t.keys[i].first != 0 && t.keys[i].key != key {
		i = (i + 1) % uint32(len(t.keys))
	}
	return i
}

func (t *stemTable) add(s *sentence, tongue uint8, lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		letters, words, _ := strings.Cut(strings.TrimSpace(line), " ")
		var class lexicon.Class
		for i := range len(letters) {
			class |= letterClass(letters[i])
		}
		for field := range strings.FieldsSeq(words) {
			text, open := strings.CutSuffix(field, "*")
			word := stem{text: s.spell(text), open: open, tongue: tongue, class: class}
			word.head = head([]byte(word.text))
			word.mask = ^uint64(0) >> (8 * (8 - min(len(word.text), 8)))
			t.all = append(t.all, word)
		}
	}
}

// spell is how a sentence has a word of tongues. What s held is lost.
func (s *sentence) spell(word string) string {
	s.n, s.seen, s.last = 0, 0, 0
	s.read([]byte(strings.ReplaceAll(word, "_", " ")), 0)
	return strings.TrimSuffix(string(s.text[:s.n]), "_")
}

// stemKey is the first four bytes of a word, with zeros behind a shorter one.
func stemKey[T string | []byte](word T) (key uint32) {
	for i := range min(len(word), 4) {
		key |= uint32(word[i]) << (8 * i)
	}
	return key
}

// common and native are the numbers of everywhere and english.
const (
	common = uint8(len(tongues)) + iota
	native
	numTongues
)

// known are the classes of a word in each tongue, and how long it is there.
type known struct {
	tongues uint32 // a bit for each that knows the word
	longest int
	class   [numTongues]lexicon.Class
	size    [numTongues]uint8
}

// find looks up the word at the beginning of rest, which ends at the first _, in all tongues. For unspaced scripts every character
// may begin a word and nothing ends it.
func (t *stemTable) find(rest []byte, spaced bool, k *known) {
	k.tongues, k.longest = 0, 0
	word := 0
	for word < len(rest) && word < 4 && rest[word] != '_' {
		word++
	}
	if word == 4 || len(rest) > word {
		t.group(stemKey(rest[:min(len(rest), 4)]), rest, spaced, k)
	}
	if word < 4 {
		t.group(stemKey(rest[:word]), rest, spaced, k)
	} else if !spaced {
		t.group(stemKey(rest[:3]), rest, spaced, k)
	}
}

func (t *stemTable) group(key uint32, rest []byte, spaced bool, k *known) {
	i := t.keys[t.slot(key)].first
	if i == 0 {
		return
	}
	first := head(rest)
	for i != 0 {
		s := &t.all[i-1]
		if (first^s.head)&s.mask == 0 {
			k.consider(s, rest, spaced)
		}
		i = s.next
	}
}

// head is the first eight bytes of a word and of what follows it, with zeros behind the end of the text.
func head(b []byte) uint64 {
	if len(b) >= 8 {
		return swar.Load(b)
	}
	return swar.Padded(b, len(b), 0)
}

func (k *known) consider(s *stem, rest []byte, spaced bool) {
	n := len(s.text)
	if len(rest) < n || string(rest[:n]) != s.text || spaced && !s.open && n < len(rest) && rest[n] != '_' {
		return
	}
	bit := uint32(1) << s.tongue
	switch {
	case k.tongues&bit == 0 || n > int(k.size[s.tongue]):
		k.tongues |= bit
		k.class[s.tongue], k.size[s.tongue] = s.class, uint8(n)
	case n == int(k.size[s.tongue]):
		k.class[s.tongue] |= s.class
	}
	k.longest = max(k.longest, n)
}
