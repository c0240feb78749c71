package prompt

import (
	"github.com/meshwarden/meshwarden/internal/scan/gist"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// understood is the shipped network: it has read what injections say in many words, and knows others by their neighbours. It is nil only
// while a new vocabulary waits for a network to be trained of it; a test parses the constant.
var understood, _ = gist.Parse(network)

// Meaning is the rule of what the network alone found, Hint a confidence that says so and blocks nothing but what a tool said.
const (
	Meaning = "meaning"
	Hint    = alone
)

// Around words that wake, so many bytes are judged: a sentence or two.
const (
	pulledBefore = 200
	pulledAfter  = 280
	// maxOpinions bounds what is remembered of a text; the surest stay.
	maxOpinions = 16
)

// opinion is what the network says of a part of a text.
type opinion struct {
	start, end int
	confidence float32
	told       bool // a match of the rules has it
}

// opinions are those of a text, in its order.
type opinions struct {
	network *gist.Network // nil for none
	read    int           // up to where a text was asked about
	list    [maxOpinions]opinion
	n       int
}

// ask asks the network about what stands around an offset, once: parts overlap by less than half, and its time is linear in what is read.
func (o *opinions) ask(text []byte, at int) {
	if o.network == nil || at < o.read {
		return
	}
	from, to := wordAt(text, at-pulledBefore), wordAt(text, at+pulledAfter)
	o.read = to
	if verdict, ok := o.network.Judge(text[from:to]); ok && legible(&verdict) {
		if c := o.network.Confidence(verdict.Margin); c > 0 {
			o.add(opinion{start: from + verdict.Start, end: from + verdict.End, confidence: c})
		}
	}
}

// legible reports whether a window is of enough words, and of English ones: lists of names, code and other languages have the words of the
// vocabulary by chance.
func legible(v *gist.Verdict) bool { return v.Known >= 4 && v.Known*10 >= v.Words*7 }

func (o *opinions) add(p opinion) {
	if o.n < maxOpinions {
		o.list[o.n] = p
		o.n++
		return
	}
	least := 0
	for i := range o.list {
		if o.list[i].confidence < o.list[least].confidence {
			least = i
		}
	}
	if p.confidence > o.list[least].confidence {
		copy(o.list[least:], o.list[least+1:])
		o.list[maxOpinions-1] = p
	}
}

// wordAt returns the offset of a word's beginning at i or a little before it.
func wordAt(text []byte, i int) int {
	if i <= 0 {
		return 0
	}
	i = min(i, len(text))
	for n := 0; n < gist.MaxWord && i > 0 && i < len(text) && text[i-1] > ' '; n++ {
		i--
	}
	return i
}

// support returns how sure the network is about what lies at bytes [start, end) or close to it, and takes it as told.
func (o *opinions) support(start, end int) (confidence float32) {
	if o == nil {
		return 0 // of a text in another language
	}
	for i := range o.list[:o.n] {
		if p := &o.list[i]; p.start < end+pulledBefore && p.end > start-pulledBefore {
			confidence = max(confidence, p.confidence)
			p.told = true
		}
	}
	return confidence
}

// rest appends what the network alone found. What is only spoken of stays low, as in a cluster.
func (o *opinions) rest(text []byte, dst []match.Match) []match.Match {
	for i := range o.list[:o.n] {
		p := &o.list[i]
		if p.told || p.confidence < reported {
			continue
		}
		if p.confidence > spoken && reports(text[p.start:p.end]) {
			p.confidence = spoken
		}
		dst = append(dst, match.Match{Start: p.start, End: p.end, Confidence: p.confidence, Severity: severity(p.confidence), Rule: Meaning})
	}
	return dst
}

// reports reports whether a text has a word that says that it is about injections.
func reports(text []byte) bool {
	l := lexer{text: text}
	for t := (token{}); l.next(&t); {
		if t.class&wMeta != 0 {
			return true
		}
	}
	return false
}

// Telling returns the words for which the shipped network takes a text for an injection, the strongest first.
func Telling(text []byte) (words []string) {
	if understood == nil {
		return nil
	}
	for _, t := range understood.Telling(text) {
		words = append(words, string(text[t.Start:t.End]))
	}
	return words
}
