package prompt

import "github.com/meshwarden/meshwarden/internal/scan/match"

// fact is a family of evidence; of each only the strongest counts in one cluster.
type fact uint8

const (
	fOverride  fact = iota // set earlier instructions aside
	fExtract               // give the prompt or a secret out
	fRole                  // be someone else from now on
	fPersona               // named jailbreaks
	fUnbound               // without restrictions
	fNoRefusal             // never refuse, always answer
	fWrong                 // illegal, unethical: what the persona allows
	fMarkup                // forged conversation
	fTask                  // new instructions, instead
	fSecrecy               // do not tell the user
	fModel                 // the model is addressed
	fStay                  // stay in character
	fFiction               // a story, a game
	nFacts
)

var rules = [nFacts]string{
	"override", "extraction", "role_reassignment", "jailbreak_persona", "no_restrictions", "no_refusal", "allows_harm",
	"forged_markup", "new_task", "secrecy", "addresses_model", "stay_in_character", "fiction",
}

// reach is how many words apart facts may be and still support each other: jailbreaks are long.
const reach = 120

// reported is the least confidence worth a match: the base of low severity (requirement R-32).
const reported = 0.5

type cluster struct {
	open       bool
	start, end int
	last       int
	weight     [nFacts]float32
}

func (f *finder) note(k fact, w float32, i, j int) {
	if f.at(i).disguised || f.at(j).disguised {
		w *= 0.9
	}
	f.mark(k, w, f.at(i).start, f.at(min(j, f.n-1)).end, f.base+i)
}

// mark records a fact at bytes [start, end), found at word number word.
func (f *finder) mark(k fact, w float32, start, end, word int) {
	c := &f.cl
	if c.open && word > c.last+reach {
		f.flush()
	}
	if !c.open {
		*c = cluster{open: true, start: start, end: end}
	}
	c.start, c.end = min(c.start, start), max(c.end, end)
	c.last = max(c.last, word)
	c.weight[k] = max(c.weight[k], w)
}

// flush turns the cluster into a match: families are independent hints, so their doubts multiply.
func (f *finder) flush() {
	c := &f.cl
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
	p := 1 - doubt
	if p >= reported {
		f.dst = append(f.dst, match.Match{Start: c.start, End: c.end, Confidence: p, Severity: severity(p), Rule: rules[best]})
	}
}

// severity follows R-32: low from 0.5, medium from 0.7, high from 0.9.
func severity(p float32) uint8 {
	switch {
	case p >= 0.9:
		return 2
	case p >= 0.7:
		return 1
	}
	return 0
}
