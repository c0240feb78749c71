package prompt

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// foreigner judges sentences of other languages than English. Their word order differs, verbs stand first or last, and so only what
// stands together counts, not in which order.
type foreigner struct {
	sentence sentence
	words    [maxWords]foreignWord
	n        int
	inTongue [maxWords]spokenWord // the words in the language that is being judged
	known    known
	meta     bool   // the sentence tells a story or is about attacks
	raw      []byte // the whole text
	brief    bool   // the first fact ends the reading
	cl       cluster
	dst      []match.Match
}

// maxWords bounds the known words of one sentence that count.
const maxWords = 64

// within is how many words (in unspaced scripts characters) apart words still stand together.
const within = 14

// spokenWord is a word in one language.
type spokenWord struct {
	class lexicon.Class
	at    int
}

type foreignWord struct {
	start, end int
	at         int // number of the word in the text
	tongues    uint32
	own        uint32 // those that have the word in their lists, and not because all borrow it
	class      [len(tongues)]lexicon.Class
}

// find judges text and appends what is found to dst.
func (f *foreigner) find(text []byte, dst []match.Match) []match.Match {
	f.dst = dst
	f.read(text)
	f.dst = f.cl.flush(f.dst, nil)
	dst, f.dst, f.raw = f.dst, nil, nil
	return dst
}

// hears reports whether anything in text says something of what is looked for. It writes into what dst has room for.
func (f *foreigner) hears(text []byte, dst []match.Match) bool {
	f.dst, f.brief = dst, true
	f.read(text)
	f.dst, f.raw, f.brief = nil, nil, false
	return f.cl.open
}

// read judges text.
func (f *foreigner) read(text []byte) {
	f.raw, f.cl = text, cluster{}
	count := 0
	for i := 0; i < len(text); {
		f.sentence.n, f.sentence.seen = 0, 0
		for {
			next, ended := f.sentence.read(text, i)
			i = next
			f.lookup(&count, len(text))
			f.judge()
			if f.brief && f.cl.open {
				return
			}
			if ended {
				break
			}
			f.sentence.halve()
		}
	}
}

// lookup fills words from the sentence. count numbers the words of the text.
func (f *foreigner) lookup(count *int, end int) {
	f.n = 0
	s := f.sentence.text[:f.sentence.n]
	for i := 0; i < len(s) && f.n < maxWords; {
		if s[i] == '_' || s[i] == '.' {
			i++
			continue
		}
		spaced := scriptOf[s[i]] != unspaced
		*count++
		at, size := i, f.match(s[i:], spaced)
		if size == 0 && scriptOf[s[i]] == arabic {
			at, size = f.withoutClitics(s, i)
		}
		if size > 0 {
			f.add(s, at, at+size, *count, end)
		}
		if spaced {
			for i = max(i+1, at+size); i < len(s) && s[i] != '_'; i++ {
			}
			continue
		}
		i += max(size, runeWidth(s[i]))
	}
}

func (f *foreigner) match(rest []byte, spaced bool) int {
	stems.find(rest, spaced, &f.known)
	return f.known.longest
}

// withoutClitics looks an Arabic word up without what is written together with it: and, so, by, to, like, the.
func (f *foreigner) withoutClitics(s []byte, i int) (at, size int) {
	const and, so, by, to, like, alef, lam = "\xd9\x88", "\xd9\x81", "\xd8\xa8", "\xd9\x84", "\xd9\x83", "\xd8\xa7", "\xd9\x84"
	for range 3 {
		if len(s)-i < 6 {
			return i, 0
		}
		switch first := string(s[i : i+2]); {
		case first == alef && string(s[i+2:i+4]) == lam:
			i += 4
		case first == and, first == so, first == by, first == to, first == like:
			i += 2
		default:
			return i, 0
		}
		if size = f.match(s[i:], true); size > 0 {
			return i, size
		}
	}
	return i, 0
}

// add keeps a known word.
func (f *foreigner) add(s []byte, from, to, count, end int) {
	w := &f.words[f.n]
	f.n++
	*w = foreignWord{start: int(f.sentence.at[from]), at: count, tongues: f.known.tongues, own: f.known.tongues}
	stop := to
	for scriptOf[s[from]] != unspaced && stop < len(s) && s[stop] != '_' {
		stop++
	}
	if w.end = end; stop < f.sentence.n {
		w.end = int(f.sentence.at[stop])
	}
	var yours, others lexicon.Class
	if from > 6 && s[from-1] == '_' && genitive(s[:from-1]) {
		others = dYour // Turkish: the instructions of something
	}
	if scriptOf[s[from]] == arabic && stop-from > 6 && string(s[stop-2:stop]) == "\xd9\x83" {
		yours = dYour // a noun that ends with kaf
	}
	borrowed := f.known.tongues>>common&1 != 0
	shouted, told := f.raw[w.start]-'A' < 26, told(f.raw, w.start, w.end)
	for k := range w.class {
		if f.known.tongues>>k&1 != 0 {
			w.class[k] = f.known.class[k]
		} else if borrowed {
			w.class[k] = f.known.class[common]
		}
		if w.class[k]&(oOrders|oRules|oPrompt) != 0 {
			w.class[k] = w.class[k]&^others | yours
		}
		if !shouted {
			w.class[k] &^= wPersona // DAN is a name in capitals only
		}
		if told {
			w.class[k] &^= vIgnore
		}
	}
	if borrowed {
		w.tongues |= 1<<common - 1
	}
}

// told reports whether the word from start to end says what somebody did where it reads like an order without its accent:
// olvidé, ignoré, j'ai oublié; or in Chinese what "I" did.
func told(text []byte, start, end int) bool {
	const accented, i, done = "\u00e9", "我", "了"
	return bytes.HasSuffix(text[start:end], []byte(accented)) || bytes.HasSuffix(text[:start], []byte(i)) && bytes.HasPrefix(text[end:], []byte(done))
}

// genitive reports whether the last word of s says in Turkish whose the next one is.
func genitive(s []byte) bool {
	end := string(s[len(s)-4:])
	return end[1:] == "nin" && end != "enin" || end[1:] == "nun" || end == "daki" || end == "deki"
}

// judge asks for each language what the words of the sentence say together.
func (f *foreigner) judge() {
	if f.n < 2 {
		return
	}
	var spoken, own, borrowed uint32
	var all [len(tongues)]lexicon.Class
	for i := range f.words[:f.n] {
		w := &f.words[i]
		spoken |= w.tongues
		own |= w.own
		for k := range all {
			all[k] |= w.class[k]
		}
	}
	for k := range all {
		if own>>k&1 == 0 {
			if kind := uint32(1) << bareness(k); borrowed&kind == 0 {
				borrowed |= kind
			} else {
				continue // of what all languages borrow, they say the same
			}
		}
		if spoken>>k&1 != 0 && all[k]&heads != 0 && all[k]&^(all[k]-1) != all[k] && f.speaks(k) {
			f.tongue(k)
		}
	}
}

// speaks reports whether the sentence is one of language k more than an English one.
func (f *foreigner) speaks(k int) bool {
	if f.sentence.seen != latin {
		return true
	}
	more := 0
	for i := range f.words[:f.n] {
		switch w := &f.words[i]; w.tongues >> k & 1 {
		case 1:
			more += 1 - int(w.tongues>>native&1)
		default:
			more -= int(w.tongues >> native & 1)
		}
	}
	return more > 0
}
