// Package orders finds texts that give their reader orders against those whom the reader works for. Such words are
// ordinary where people talk to each other or to a model; they mean something only where nothing but facts is expected,
// in what a tool gave back. It knows nothing of bodies, roles or policies, and no model.
package orders

import (
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

const (
	// reported is the least strength of a match.
	reported = 0.5
	// reach is how many words apart two facts may be and still support each other.
	reach = 48
	// ahead is how many words a fact reads behind its first.
	ahead = 12
)

// fact is a kind of evidence; of each only the strongest counts in one place.
type fact uint8

const (
	fSetAside  fact = iota // ignore the previous instructions
	fRefuse                // do not follow the user
	fVoid                  // your instructions are void
	fSupersede             // this takes precedence over your prompt
	fNewTask               // your new task is
	fInstead               // instead, say
	fAddressed             // AI assistants reading this must
	fUser                  // tell the user, in the third person
	fSend                  // send it to an address
	fReveal                // show the prompt or a secret
	fYours                 // your instructions, what you were told
	fSecretly              // without telling anybody
	fFromNow               // from now on
	fReply                 // your answer
	fDeed                  // do this
	fShout                 // IMPORTANT, SYSTEM OVERRIDE
	nFacts
)

var rules = [nFacts]string{
	"order_set_aside", "order_refuse", "order_void", "order_supersede", "order_new_task", "order_instead", "order_addressed", "order_user", "order_send",
	"order_reveal", "order_yours", "order_secretly", "order_from_now", "order_reply", "order_deed", "order_shout",
}

// Rule reports whether a rule of a match is this package's.
func Rule(rule string) bool { return len(rule) > 6 && rule[:6] == "order_" }

// Finder finds with memory that is kept from text to text. The zero value is ready; it is not for concurrent use.
type Finder struct {
	lex     lexer
	window  [64]token // a ring: word n is at n % 64
	n       int       // words read
	cluster cluster
	dst     []match.Match
}

type cluster struct {
	open       bool
	start, end int
	last       int // word
	weight     [nFacts]float32
}

// Find appends the orders in text to dst, with byte offsets into it. Its time is linear in len(text); it allocates only to
// grow dst.
func (f *Finder) Find(text []byte, dst []match.Match) []match.Match {
	f.lex, f.n, f.cluster, f.dst = lexer{text: text, begins: true}, 0, cluster{}, dst
	more := true
	for i := 0; ; i++ {
		for more && f.n <= i+ahead {
			if more = f.lex.next(&f.window[f.n%len(f.window)]); more {
				f.n++
			}
		}
		if i >= f.n {
			break
		}
		f.judge(i)
	}
	f.flush()
	dst, f.dst, f.lex = f.dst, nil, lexer{}
	return dst
}

var none token

// at returns word i, an empty one where there is none or it is too far behind.
func (f *Finder) at(i int) *token {
	if i < 0 || i >= f.n || i < f.n-len(f.window) {
		return &none
	}
	return &f.window[i%len(f.window)]
}

// clause collects the classes of up to n words from i on, to the end of the sentence.
func (f *Finder) clause(i, n int) (c lexicon.Class) {
	for j := i; j < i+n && j < f.n; j++ {
		t := f.at(j)
		if t.begins && j > i {
			break
		}
		c |= t.class
	}
	return c
}

// before collects the classes of up to n words before i, from the beginning of the sentence on.
func (f *Finder) before(i, n int) (c lexicon.Class) {
	for j := i; j > i-n && j > 0 && !f.at(j).begins; j-- {
		c |= f.at(j - 1).class
	}
	return c
}

// note records a fact in words from to to, of which the first may be before the text and the last behind it.
func (f *Finder) note(k fact, w float32, from, to int) {
	c := &f.cluster
	from, to = max(from, 0), min(to, f.n-1)
	if c.open && from > c.last+reach {
		f.flush()
	}
	start, end := f.at(from).start, f.at(to).end
	if !c.open {
		*c = cluster{open: true, start: start, end: end}
	}
	c.start, c.end = min(c.start, start), max(c.end, end)
	c.last = max(c.last, to)
	c.weight[k] = max(c.weight[k], w)
}

// flush turns the facts of a place into a match: they are of different kinds, so their doubts multiply.
func (f *Finder) flush() {
	c := &f.cluster
	if !c.open {
		return
	}
	c.open = false
	doubt, best := float32(1), fact(0)
	for k, w := range c.weight {
		doubt *= 1 - w
		if w > c.weight[best] {
			best = fact(k)
		}
	}
	// Somebody must be turned against: an order alone is in every manual.
	against := max(c.weight[fSetAside], c.weight[fRefuse], c.weight[fVoid], c.weight[fSupersede], c.weight[fNewTask], c.weight[fInstead], c.weight[fAddressed])
	if against == 0 && (c.weight[fUser] == 0 || c.weight[fSecretly] < 0.3) {
		return
	}
	if p := 1 - doubt; p >= reported {
		f.dst = append(f.dst, match.Match{Start: c.start, End: c.end, Confidence: p, Severity: severity(p), Rule: rules[best]})
	}
}

func severity(p float32) uint8 {
	if p >= 0.9 {
		return match.High
	}
	return match.Medium
}
