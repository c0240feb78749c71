package prompt

import (
	"errors"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/model"
)

// Version names the rules, the model and the network that are shipped.
func Version() string {
	return "rules 3, model " + WeightsDigest[:12] + ", network " + NetworkDigest[:12]
}

// Bounds of signatures. A phrase is compared at each place of a text where its first word stands.
const (
	MaxPhrases     = 256
	MaxPhraseBytes = 200
	maxElements    = 16
	// gapWords is the most that .. skips.
	gapWords = 4
)

// Errors of what is no phrase.
var (
	errPhraseLength     = errors.New("is longer than 200 bytes or 16 words, or not UTF-8")
	errPhraseFirst      = errors.New("begins with something else than a word of two letters at least, or one of four before a star")
	errPhraseClass      = errors.New("names an unknown class of words")
	errPhraseGap        = errors.New("ends with a gap, or has two in a row")
	errPhraseConfidence = errors.New("has a confidence below 0.5 or above 1")
	errTooManyPhrases   = errors.New("more than 256 phrases")
	errTooManyWeights   = errors.New("weights of this kind stand once")
)

// Phrase is a signature in words. An element is a word, in any case and without regard to diacritics; the beginning of one, with a
// star behind it; a class of words, as in {orders}; or a gap of up to four words, written "..".
type Phrase struct {
	Text string
	// Hundredths is the confidence of a match, 50 to 100.
	Hundredths int
}

// Signatures are what an operator adds to the rules and puts in the place of the shipped model or network. They are immutable; nil is none.
type Signatures struct {
	version string
	phrases []Phrase
	weights []string
	model   *model.Model  // nil for the shipped one
	network *gist.Network // nil for the shipped one
	list    []signature   // by key
	first   [1 << 6]uint64
}

type signature struct {
	key        uint32
	elements   []element
	confidence float32
}

type element struct {
	word  string
	open  bool
	gap   bool
	class lexicon.Class
}

// NewSignatures compiles phrases and documents of package model and of package gist, one of each at most. Nothing at all is nil.
func NewSignatures(version string, phrases []Phrase, weights ...string) (*Signatures, error) {
	if version == "" && len(phrases) == 0 && len(weights) == 0 {
		return nil, nil
	}
	if len(phrases) > MaxPhrases {
		return nil, errTooManyPhrases
	}
	s := &Signatures{version: version, phrases: phrases, weights: weights}
	for _, p := range phrases {
		compiled, err := compilePhrase(p)
		if err != nil {
			return nil, err
		}
		s.insert(compiled)
	}
	for i := range s.list {
		slot := s.list[i].key * 0x9E3779B1 >> 20
		s.first[slot>>6] |= 1 << (slot & 63)
	}
	for _, doc := range weights {
		if err := s.learn(doc); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// learn takes what a document has learned. One of another version of the format, or of another vocabulary, is refused.
func (s *Signatures) learn(doc string) (err error) {
	switch linear := !gist.IsDocument(doc); {
	case linear && s.model == nil:
		s.model, err = model.Parse(doc)
	case !linear && s.network == nil:
		s.network, err = gist.Parse(doc)
	default:
		err = errTooManyWeights
	}
	return err
}

// insert keeps the list sorted by key.
func (s *Signatures) insert(sig signature) {
	s.list = append(s.list, sig)
	i := len(s.list) - 1
	for ; i > 0 && s.list[i-1].key > sig.key; i-- {
		s.list[i] = s.list[i-1]
	}
	s.list[i] = sig
}

// CheckPhrase says why a phrase is none.
func CheckPhrase(p Phrase) error {
	_, err := compilePhrase(p)
	return err
}

// Version is what the document says of itself; that of no signatures is empty.
func (s *Signatures) Version() string {
	if s == nil {
		return ""
	}
	return s.version
}

// Phrases are the phrases in the order of their declaration; the slice is not the caller's.
func (s *Signatures) Phrases() []Phrase {
	if s == nil {
		return nil
	}
	return s.phrases
}

// Weights are the documents of the model and of the network; none where the shipped ones hold. The slice is not the caller's.
func (s *Signatures) Weights() []string {
	if s == nil {
		return nil
	}
	return s.weights
}

// classNames are the classes that phrases may name.
var classNames = [...]struct {
	name  string
	class lexicon.Class
}{
	{"ignore", vIgnore}, {"drop", vDrop}, {"reveal", vReveal}, {"follow", vFollow}, {"refuse", vRefuse}, {"act", vAct}, {"stop", vStop},
	{"previous", dPrevious}, {"all", dAll}, {"your", dYour}, {"orders", oOrders}, {"rules", oRules}, {"prompt", oPrompt}, {"secret", oSecret},
	{"everything", oThing}, {"system", wSystem}, {"model", wModel}, {"limits", wLimits}, {"without", wWithout}, {"unbound", wUnbound},
	{"not", wNot}, {"wrong", wWrong}, {"user", wUser}, {"now", wNow},
}

func compilePhrase(p Phrase) (s signature, err error) {
	fields := strings.Fields(p.Text)
	switch {
	case p.Hundredths < 50 || p.Hundredths > 100:
		return s, errPhraseConfidence
	case len(p.Text) > MaxPhraseBytes || len(fields) > maxElements || !utf8.ValidString(p.Text):
		return s, errPhraseLength
	}
	for i, field := range fields {
		e := element{gap: field == ".."}
		switch {
		case e.gap:
			if i+1 == len(fields) || fields[i+1] == ".." {
				return s, errPhraseGap
			}
			s.elements = append(s.elements, e)
			continue
		case field[0] == '{':
			if e.class = classNamed(strings.Trim(field, "{}")); e.class == 0 {
				return s, errPhraseClass
			}
			s.elements = append(s.elements, e)
			continue
		}
		field, e.open = strings.CutSuffix(field, "*")
		// A word with marks in it is several.
		for word := range strings.SplitSeq(new(sentence).spell(field), "_") {
			if word != "" {
				s.elements = append(s.elements, element{word: word})
			}
		}
		if e.open && len(s.elements) > 0 {
			s.elements[len(s.elements)-1].open = true
		}
	}
	if len(s.elements) == 0 || len(s.elements[0].word) < 2 || s.elements[0].open && len(s.elements[0].word) < 4 {
		return s, errPhraseFirst
	}
	s.key = stemKey(s.elements[0].word)
	s.confidence = float32(p.Hundredths) / 100
	return s, nil
}

func classNamed(name string) lexicon.Class {
	for _, c := range classNames {
		if c.name == name {
			return c.class
		}
	}
	return 0
}

// May reports whether Find finds something.
func (s *Signatures) May(text []byte) bool {
	return s != nil && len(s.list) > 0 && s.walk(text, nil, true) != nil
}

// Find appends the phrases in text to dst. Its time is linear in len(text): a phrase looks at no more than a few words behind its first.
func (s *Signatures) Find(text []byte, dst []match.Match) []match.Match {
	if s == nil || len(s.list) == 0 {
		return dst
	}
	return s.walk(text, dst, false)
}

func (s *Signatures) walk(text []byte, dst []match.Match, may bool) []match.Match {
	var words sentence
	for i := 0; i < len(text); {
		words.n, words.last = 0, 0
		for {
			next, ended := words.read(text, i)
			i = next
			if dst = s.sentence(&words, len(text), dst); may && len(dst) > 0 || ended {
				break
			}
			words.halve()
		}
		if may && len(dst) > 0 {
			return dst
		}
	}
	return dst
}

// sentence appends the phrases of one sentence.
func (s *Signatures) sentence(words *sentence, end int, dst []match.Match) []match.Match {
	all := words.text[:words.n]
	for i := 0; i < len(all); {
		if all[i] == '_' {
			i++
			continue
		}
		n := 0
		for n < 4 && i+n < len(all) && all[i+n] != '_' {
			n++
		}
		dst = s.at(words, stemKey(all[i:i+n]), i, end, dst)
		if scriptOf[all[i]] == unspaced {
			if n > 3 {
				dst = s.at(words, stemKey(all[i:i+3]), i, end, dst)
			}
			i += runeWidth(all[i])
			continue
		}
		for i < len(all) && all[i] != '_' {
			i++
		}
	}
	return dst
}

// at appends the phrases that begin at i, whose first word has that key.
func (s *Signatures) at(words *sentence, key uint32, i, end int, dst []match.Match) []match.Match {
	if slot := key * 0x9E3779B1 >> 20; s.first[slot>>6]>>(slot&63)&1 == 0 {
		return dst
	}
	n := sort.Search(len(s.list), func(i int) bool { return s.list[i].key >= key })
	for ; n < len(s.list) && s.list[n].key == key; n++ {
		sig := &s.list[n]
		to := matches(sig.elements, words.text[:words.n], i)
		if to < 0 {
			continue
		}
		stop := end
		if to < words.n {
			stop = int(words.at[to])
		}
		if start := int(words.at[i]); stop > start {
			dst = append(dst, match.Match{Start: start, End: stop, Confidence: sig.confidence, Severity: severity(sig.confidence), Rule: "signature"})
		}
	}
	return dst
}

// matches returns where the elements end that stand in text from i on, or -1.
func matches(elements []element, text []byte, i int) int {
	gap := 0
	for k := 0; k < len(elements); k++ {
		e := &elements[k]
		if e.gap {
			gap = gapWords
			continue
		}
		for {
			for i < len(text) && text[i] == '_' {
				i++
			}
			if i == len(text) {
				return -1
			}
			to := e.stands(text, i)
			if to >= 0 {
				i, gap = to, 0
				break
			}
			if gap--; gap < 0 {
				return -1
			}
			i = wordEnd(text, i)
		}
	}
	return i
}

func wordEnd(text []byte, i int) int {
	for i < len(text) && text[i] != '_' {
		i++
	}
	return i
}

// stands returns where the element ends that stands at i, or -1.
func (e *element) stands(text []byte, i int) int {
	end := wordEnd(text, i)
	if e.class != 0 {
		if vocabulary.Class(text[i:end])&e.class != 0 {
			return end
		}
		return -1
	}
	to := i + len(e.word)
	if to > len(text) || string(text[i:to]) != e.word {
		return -1
	}
	if e.open {
		return end
	}
	if to < end && scriptOf[text[i]] != unspaced {
		return -1
	}
	return to
}
