// Package sqli finds SQL injection in one decoded text. It tokenises SQL with quotes as tokens of
// their own, so that a fragment which starts inside a string is read in the same pass, and weighs
// grammar facts that stand close together. It knows nothing of bodies, encodings or policies.
package sqli

import "github.com/meshwarden/meshwarden/internal/scan/match"

// The window of tokens that rules may look at: behind and ahead of the one they are asked about.
const (
	behind = 12
	ahead  = 40
	window = 256
)

// finder is what the rules share.
type finder struct {
	state
	toks [window]token
}

// state is what a finder forgets from text to text.
type state struct {
	lex      lexer
	n        int // tokens in the window
	base     int // index in the text of toks[0]
	ended    bool
	plain    bool // the text itself is a statement
	selected bool // a select was seen before the token that is judged
	cl       cluster
	dst      []match.Match
}

// Find appends the SQL injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): every rule looks at no more than ahead tokens. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	var f Finder
	found := f.FindTriggered(text, dst)
	if len(found) > len(dst) && !triggers.In(text) {
		return dst
	}
	return found
}

// Finder finds with memory that is kept from text to text. The zero value is ready; it is not for concurrent use.
type Finder struct{ finder }

// FindTriggered is Find for a text with one of Triggers, and does not look for them.
func (r *Finder) FindTriggered(text []byte, dst []match.Match) []match.Match {
	f := &r.finder
	f.state = state{lex: lexer{text: text}, dst: dst}
	f.fill()
	if f.ended {
		f.whole()
		f.clauses()
	}
	for {
		f.fill()
		last := f.n
		if !f.ended {
			last = f.n - ahead
		}
		for i := f.done(); i < last; i++ {
			if t := &f.toks[i]; t.kind != kWord || t.class != 0 || t.versioned { // other words are what the rules find beside
				f.judge(i)
			}
		}
		if f.ended {
			break
		}
		f.slide(last)
	}
	f.flush()
	dst = f.dst
	f.dst, f.lex = nil, lexer{}
	return dst
}

// done is the first token of the window not yet judged.
func (f *finder) done() int {
	if f.base == 0 {
		return 0
	}
	return behind
}

func (f *finder) fill() {
	for f.n < window {
		f.lex.next(&f.toks[f.n])
		if f.toks[f.n].kind == kEnd {
			f.ended = true
			return
		}
		f.n++
	}
}

func (f *finder) slide(last int) {
	from := last - behind
	copy(f.toks[:], f.toks[from:f.n])
	f.n -= from
	f.base += from
}

var end token

// at returns token i of the window, an end token outside it.
func (f *finder) at(i int) *token {
	if i < 0 || i >= f.n {
		return &end
	}
	return &f.toks[i]
}

// first reports whether token i is the first of the text.
func (f *finder) first(i int) bool { return f.base+i == 0 }

// judge asks the rules whose first token can be i.
func (f *finder) judge(i int) {
	t := &f.toks[i]
	if f.cl.open && f.base+i > f.cl.last+reach {
		f.flush()
	}
	if t.versioned && !f.first(i) && !t.line {
		f.note(fGap, 0.8, i, i)
	}
	switch t.kind {
	case kWord:
		f.keyword(i, t)
	case kLogic:
		f.condition(i, t)
	case kQuote:
		f.broken(i, t)
		f.document(i, t)
	case kClose:
		f.truncated(i, t)
	case kSemi:
		f.stacked(i, i+1)
	case kVar:
		f.variable(i, t)
	case kComment:
		f.closing(i)
	case kOp:
		f.equal(i, t)
	}
}
