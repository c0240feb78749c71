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
	fEncoded               // decode and obey
	fSplit                 // join and obey
	fTool                  // call a tool behind the user's back
	fStyle                 // the linear model: the text reads like an injection; the last one that a cluster has
	fMeaning               // the network: the text says what injections say
	nFacts
)

var rules = [nFacts]string{
	"override", "extraction", "role_reassignment", "jailbreak_persona", "no_restrictions", "no_refusal", "allows_harm",
	"forged_markup", "new_task", "secrecy", "addresses_model", "stay_in_character", "fiction", "encoded_payload",
	"payload_splitting", "tool_hijack", "style", Meaning,
}

// reach is how many words apart facts may be and still support each other: jailbreaks are long.
const reach = 120

// longest is how many words a cluster goes on: manuals never end.
const longest = 250

// reported is the least confidence worth a match: the base of low severity (requirement R-32).
const reported = 0.5

// telling is the weight from which a phrase says something of its own, together that from which several do. Licences
// and manuals are full of weaker ones.
const (
	telling  = 0.46
	together = 0.6
)

// alone is the most that the model says where phrases say no more than slight: machines write what it has never seen.
const (
	alone  = 0.68
	slight = 0.35
	// spoken is the most for what is only spoken of.
	spoken = 0.65
	// few families are all that is spoken of in a sentence; an attack at length has more.
	few = 3
)

// kindred is how much of what the network says counts beside phrases: it reads the same words.
const kindred = 0.8

type cluster struct {
	open       bool
	start, end int
	last       int
	first      int // number of the first word
	// direct says that something is an order to the reader, meta that injections are spoken of.
	direct, meta bool
	weight       [nFacts]float32
}

func (f *finder) note(k fact, w float32, i, j int) {
	f.mention(k, w, i, j, ordered(k, w))
}

// ordered reports whether a fact is an order whoever reads it.
func ordered(k fact, w float32) bool {
	switch k {
	case fOverride, fExtract, fTask, fEncoded, fSplit, fTool:
		return true
	case fRole:
		return w >= 0.45 // you are now, from now on
	}
	return false
}

// mention is note for a fact that is an order to the reader, or only one that is spoken of.
func (f *finder) mention(k fact, w float32, i, j int, direct bool) {
	if f.at(i).disguised || f.at(j).disguised {
		w *= 0.9
	}
	f.mark(k, w, f.at(i).start, f.at(min(j, f.n-1)).end, f.base+i)
	f.cl.direct = f.cl.direct || direct
	f.cl.meta = f.cl.meta || f.about(i, j)
}

// about reports whether a word near words i to last, in their sentence, says that it is about injections, or that the instructions are
// somebody else's.
func (f *finder) about(i, last int) bool {
	for j := i; j > i-ahead && j >= 0; j-- {
		if f.at(j).class&wMeta != 0 {
			return true
		}
		if f.at(j).stop {
			break
		}
	}
	for j := i + 1; j < i+ahead && j < f.n && !f.at(j).stop; j++ {
		if f.at(j).class&wMeta != 0 || j <= last && (f.fold(j, "its") || f.fold(j, "their")) {
			return true
		}
	}
	return false
}

// mark records a fact at bytes [start, end), found at word number word.
func (f *finder) mark(k fact, w float32, start, end, word int) {
	if f.cl.open && (word > f.cl.last+reach || word > f.cl.first+longest) {
		f.flush()
	}
	f.cl.mark(k, w, start, end, word)
	f.reason = max(f.reason, end)
}

func (c *cluster) mark(k fact, w float32, start, end, word int) {
	if !c.open {
		*c = cluster{open: true, start: start, end: end, first: word}
	}
	c.start, c.end = min(c.start, start), max(c.end, end)
	c.last = max(c.last, word)
	c.weight[k] = max(c.weight[k], w)
}

// beside is how many words after a phrase a weak word of the model still belongs to it.
const beside = 12

// style records what the model is sure of about the words from byte start to byte end. It says where a cluster is only when no phrase
// does, and never extends one: what is far apart in a long text stays apart. A weak word of it counts only beside a phrase.
func (f *finder) style(w float32, start, end, word int) {
	c := &f.cl
	switch {
	case !c.open || word > c.last+reach:
		if w >= reported {
			f.mark(fStyle, w, start, end, word)
		}
	case w >= reported || word <= c.last+beside:
		c.weight[fStyle] = max(c.weight[fStyle], w)
	}
}

// flush turns the cluster into a match: families are independent hints, so their doubts multiply. Words that any text may
// contain do not add to what the model saw in the same words.
func (c *cluster) flush(dst []match.Match, says *opinions) []match.Match {
	if !c.open {
		return dst
	}
	c.open = false
	doubt, best, facts := float32(1), fact(0), 0
	for k, w := range c.weight[:fStyle] {
		if w > 0 {
			facts++
		}
		doubt *= 1 - w
		if w > c.weight[best] {
			best = fact(k)
		}
	}
	if c.weight[fFiction] > 0 && c.weight[fWrong] > 0 && c.weight[fRole] > 0.3 {
		doubt *= 0.5 // a role in a story, and what is forbidden
	}
	p := 1 - doubt
	tells := c.weight[best] >= telling || p >= together
	if style := c.weight[fStyle]; tells {
		p = 1 - doubt*(1-style)
	} else if style > p {
		if p < slight {
			style = min(style, alone)
		}
		p, best = style, fStyle
	}
	if !c.speaks() {
		p = min(p, alone)
	}
	if meaning := says.support(c.start, c.end); tells {
		p = 1 - (1-p)*(1-kindred*meaning)
	} else if meaning > p {
		p, best = meaning, fMeaning
	}
	if c.meta && !c.direct && facts <= few {
		p = min(p, spoken)
	}
	if p >= reported {
		dst = append(dst, match.Match{Start: c.start, End: c.end, Confidence: p, Severity: severity(p), Rule: rules[best]})
	}
	return dst
}

// speaks reports whether something in a cluster is said to a reader: licences and codes of conduct have much of what is forbidden,
// refused and without limits, and of the model's style, but nobody whom it is said to.
func (c *cluster) speaks() bool {
	w := &c.weight
	return w[fOverride]+w[fExtract]+w[fPersona]+w[fMarkup]+w[fTask]+w[fSecrecy]+w[fModel]+w[fStay]+w[fEncoded]+w[fSplit]+w[fTool] > 0 ||
		w[fRole] > 0.2 || w[fUnbound] >= 0.45 && w[fNoRefusal] >= 0.5 || w[fFiction] > 0 && w[fWrong] > 0 || w[fStyle] >= reported && (w[fNoRefusal] > 0.3 || w[fUnbound] >= 0.45)
}

func (f *finder) flush() { f.dst = f.cl.flush(f.dst, &f.says) }

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
