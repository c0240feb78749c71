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
}

// state is what a finder forgets from text to text.
type state struct {
	lex   lexer
	n     int
	base  int
	ended bool
	cl    cluster
	dst   []match.Match
}

// Find appends the prompt injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): every rule looks at no more than ahead words. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match { return FindWith(shipped, text, dst) }

// FindWith is Find with another model, or with phrases alone when m is nil.
func FindWith(m *model.Model, text []byte, dst []match.Match) []match.Match {
	if !triggers.In(text) {
		return dst
	}
	var f finder
	return f.find(m, nil, text, dst)
}

// Finder finds with memory that is kept from text to text. The zero value is ready; it is not for concurrent use.
type Finder struct {
	finder
	memo  memo
	model *model.Model // nil for the shipped one
}

// Use puts the model of signatures in the place of the shipped one, until the next Use.
func (r *Finder) Use(s *Signatures) {
	if r.model = nil; s != nil {
		r.model = s.model
	}
}

// FindTriggered is Find for a text with one of Triggers, and does not look for them.
func (r *Finder) FindTriggered(text []byte, dst []match.Match) []match.Match {
	if r.model != nil {
		return r.find(r.model, nil, text, dst) // what is remembered of words is of the shipped model
	}
	return r.find(shipped, &r.memo, text, dst)
}

// find is Find without a look for triggers; a memo is of the words of the shipped model.
func (f *finder) find(m *model.Model, known *memo, text []byte, dst []match.Match) []match.Match {
	english, foreign := wake(text)
	return f.read(m, known, text, english, foreign, dst)
}

// read reads text in English, in other languages, or both. Markup is looked for in any case.
func (f *finder) read(m *model.Model, known *memo, text []byte, english, foreign bool, dst []match.Match) []match.Match {
	if foreign {
		dst = f.foreign.find(text, dst)
	}
	f.state = state{lex: lexer{text: text, memo: known}, dst: dst}
	f.recent.Reset()
	if f.markup(); !english {
		f.flush()
		dst, f.dst = f.dst, nil
		return dst
	}
	for {
		f.fill()
		last := f.n
		if !f.ended {
			last = f.n - ahead
		}
		from := behind
		if f.base == 0 {
			from = 0
		}
		for i := from; i < last; i++ {
			t := &f.toks[i]
			if m != nil {
				// What the model says of the words up to here is one fact of the cluster.
				if !t.scored {
					t.score = m.Word(text[t.start:t.end])
				}
				if w, from := f.recent.Sure(m, t.score, t.begins, t.start); w > 0 {
					f.style(w, from, t.end, f.base+i)
				}
			}
			if t.class != 0 || t.upper {
				f.judge(i)
			}
		}
		if f.ended {
			break
		}
		cut := last - behind
		copy(f.toks[:], f.toks[cut:f.n])
		f.n -= cut
		f.base += cut
	}
	f.flush()
	dst = f.dst
	f.dst, f.lex = nil, lexer{}
	return dst
}

func (f *finder) fill() {
	for f.n < window {
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
