// Package prompt finds prompt injection in one decoded text: small grammars over classes of words, in
// a window, and the markup that forges a conversation. It knows nothing of bodies, roles or policies.
package prompt

import (
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/model"
)

const (
	behind = 8
	ahead  = 16
	window = 256
)

// finder is what the rules share.
type finder struct {
	state
	toks    [window]token
	recent  model.Window
	foreign foreigner
	says    opinions
}

// state is what a finder forgets from text to text.
type state struct {
	lex    lexer
	n      int // words in toks
	judged int // of them
	base   int // number of the first one in the text
	ended  bool
	reason int // where the last word ends that says something
	cl     cluster
	dst    []match.Match
}

// Around what wakes, a text is read from beforeBytes ahead of it, and as long as something is found to afterBytes behind that.
// Facts that stand further apart support each other no more.
const (
	beforeBytes = 704
	afterBytes  = 640
	wordBytes   = 6 // of a word and a space, mostly
)

// Find appends the prompt injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): every rule looks at no more than ahead words. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match { return FindWith(shipped, text, dst) }

// FindWith is Find with another model, or with phrases alone, and no network, when m is nil.
func FindWith(m *model.Model, text []byte, dst []match.Match) []match.Match {
	if !triggers.In(text) {
		return dst
	}
	var f finder
	if m != nil {
		f.says.network = understood
	}
	return f.find(m, nil, text, dst)
}

// Finder finds with memory that is kept from text to text. The zero value is ready; it is not for concurrent use.
type Finder struct {
	finder
	memo  memo
	model *model.Model // nil for the shipped one
}

// Use puts the model and the network of signatures in the place of the shipped ones, until the next Use.
func (r *Finder) Use(s *Signatures) {
	r.model, r.says.network = nil, understood
	if s != nil {
		r.model = s.model
		if s.network != nil {
			r.says.network = s.network
		}
	}
}

// FindTriggered is Find for a text with one of Triggers, and does not look for them.
func (r *Finder) FindTriggered(text []byte, dst []match.Match) []match.Match {
	if r.says.network == nil {
		r.says.network = understood
	}
	if r.model != nil {
		return r.find(r.model, nil, text, dst) // what is remembered of words is of the shipped model
	}
	return r.find(shipped, &r.memo, text, dst)
}

// find is Find without a look for triggers; a memo is of the words of the shipped model.
func (f *finder) find(m *model.Model, known *memo, text []byte, dst []match.Match) []match.Match {
	f.begin(known, text, dst)
	walk := newWaking(text)
	for what, from, at := walk.next(); what != 0; what, from, at = walk.next() {
		if what&inEnglish != 0 && !f.ended {
			f.says.ask(text, at)
			f.around(m, at)
			walk.deaf = f.ended
		}
		if what&inOther != 0 {
			walk.foreigns = f.foreign.hears(text[from:at], f.dst)
		}
	}
	return f.finish(walk.foreigns)
}

// begin looks for markup, which is in no language.
func (f *finder) begin(known *memo, text []byte, dst []match.Match) {
	f.state = state{lex: lexer{text: text, memo: known}, dst: dst}
	f.recent.Reset()
	f.says.n, f.says.read = 0, 0
	f.markup()
	f.reason = 0
}

// finish reads in other languages and returns all that was found.
func (f *finder) finish(foreign bool) (dst []match.Match) {
	f.flush()
	f.dst = f.says.rest(f.lex.text, f.dst)
	if foreign {
		f.dst = f.foreign.find(f.lex.text, f.dst)
	}
	dst, f.dst, f.lex = f.dst, nil, lexer{}
	return dst
}

// around reads what stands around the word at an offset, in English.
func (f *finder) around(m *model.Model, at int) {
	if from := at - beforeBytes; from > f.lex.pos {
		f.skip(from)
	}
	for end := at + afterBytes; end > f.lex.pos && !f.ended; end = f.reason + afterBytes {
		f.read(m, end)
	}
}

// skip goes on at the next word from an offset on.
func (f *finder) skip(to int) {
	text := f.lex.text
	for to < len(text) && marks[text[to]]&inWord != 0 {
		to++
	}
	f.base += f.n + (to-f.lex.pos)/wordBytes
	f.n, f.judged, f.lex.pos = 0, 0, to
	f.recent.Reset()
}

// read reads the words that begin before an offset. The last ones wait to be judged for what follows them.
func (f *finder) read(m *model.Model, end int) {
	for {
		f.fill(end)
		last := f.n
		if !f.ended {
			last = f.n - ahead
		}
		for ; f.judged < last; f.judged++ {
			f.consider(m, f.judged)
		}
		if f.n < window {
			return
		}
		cut := last - behind
		copy(f.toks[:], f.toks[cut:f.n])
		f.n, f.judged, f.base = f.n-cut, behind, f.base+cut
	}
}

// consider asks the model and the rules about word i.
func (f *finder) consider(m *model.Model, i int) {
	t := &f.toks[i]
	if m != nil {
		// What the model says of the words up to here is one fact of the cluster.
		if !t.scored {
			t.score = m.Word(f.lex.text[t.start:t.end])
		}
		if w, from := f.recent.Sure(m, t.score, t.begins, t.start); w > 0 {
			f.style(w, from, t.end, f.base+i)
			f.reason = t.end
		}
	}
	if t.class != 0 || t.upper {
		f.judge(i)
	}
}

func (f *finder) fill(end int) {
	for f.n < window && f.lex.pos < end {
		if !f.lex.next(&f.toks[f.n]) {
			f.ended = true
			return
		}
		f.n++
		if f.toks[f.n-1].class&(oOrders|oPrompt|oRules|wLimits) != 0 {
			f.sense(f.n - 1)
		}
	}
}

var none token

// at returns word i of the window, an empty one outside it.
func (f *finder) at(i int) *token {
	if i < 0 || i >= f.n {
		return &none
	}
	return &f.toks[i]
}
