package prompt

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// heads are the classes that a fact can be built around.
const heads = vIgnore | vDrop | wInfinitive | vFollow | vReveal | wWhat | wVoid | vRefuse | wLimits | wUnbound | wModel | wMode | wPersona | oRules | wWarning |
	oPrompt | oSecret | wOperator | wTaken | wInstead | wTwin | wRelease | wScore | wSend

// Chinese, Japanese and Korean seldom say whose rules are meant.
const (
	firstBare = 9
	lastBare  = 11
)

// What tells the rules of languages apart: whether they seldom say whose, and whether they have no spaces.
const (
	unspacedBare = 1
	spacedBare   = 2
)

// bareness is which of them language k has, 0 for none.
func bareness(k int) int {
	switch {
	case k < firstBare || k > lastBare:
		return 0
	case k <= firstBare+1:
		return unspacedBare
	}
	return spacedBare
}

// tongue judges the sentence as one of language k.
func (f *foreigner) tongue(k int) {
	f.meta = false
	for i := range f.words[:f.n] {
		w := &f.words[i]
		f.inTongue[i] = spokenWord{w.class[k], w.at}
		f.meta = f.meta || w.class[k]&wMeta != 0
	}
	for i := range f.inTongue[:f.n] {
		head := f.inTongue[i].class
		if head&heads == 0 {
			continue
		}
		around, before, next := f.around(i)
		s := spot{i: i, bare: bareness(k) != 0, around: around | head, head: head, before: before, next: next, near: f.near(i, k)}
		f.command(&s)
		f.question(&s)
		f.freedom(&s)
		f.turned(&s)
		f.rarer(&s)
	}
}

// spot is a word and what stands around it.
type spot struct {
	bare                       bool // the language seldom says whose
	i                          int
	head, around, before, next lexicon.Class
	near                       lexicon.Class // in the same clause, mostly
}

// around joins the classes of the words within reach of word i, of the two before it, and of the one behind it.
func (f *foreigner) around(i int) (all, before, next lexicon.Class) {
	words := f.inTongue[:f.n]
	at := words[i].at
	for j := i - 1; j >= 0 && at-words[j].at <= within; j-- {
		all |= words[j].class
		if at-words[j].at <= 2 {
			before |= words[j].class
		}
	}
	for j := i + 1; j < len(words) && words[j].at-at <= within; j++ {
		all |= words[j].class
		if words[j].at-at <= 2 {
			next |= words[j].class
		}
	}
	return all, before, next
}

// close is how many words apart a limit and what lifts it stand; in unspaced scripts characters.
const close, closeUnspaced = 4, 8

// near joins the classes of the words close to word i.
func (f *foreigner) near(i, k int) (all lexicon.Class) {
	reach := close
	if bareness(k) == unspacedBare {
		reach = closeUnspaced
	}
	words := f.inTongue[:f.n]
	at := words[i].at
	for j := i - 1; j >= 0 && at-words[j].at <= reach; j-- {
		all |= words[j].class
	}
	for j := i + 1; j < len(words) && words[j].at-at <= reach; j++ {
		all |= words[j].class
	}
	return all
}

// command: ignore all your instructions; do not follow them; they are void.
func (f *foreigner) command(s *spot) {
	c := s.around
	orders, yours, earlier := c&(oOrders|oPrompt) != 0, c&dYour != 0, c&(dPrevious|wGiven) != 0
	all, thing := c&dAll != 0, c&oThing != 0
	var w float32
	switch {
	case s.head&(vIgnore|wInfinitive) != 0:
		switch {
		case orders && (yours || earlier || all || c&wSystem != 0):
			w = 0.88
		case orders && c&wUnknown == 0:
			w = 0.8
		case c&oRules != 0 && yours:
			w = 0.84
		case c&oRules != 0 && (all || earlier) && c&oMessage == 0:
			w = 0.8
		case thing && earlier && c&oMessage == 0:
			w = 0.84
		case c&wUser != 0 && c&(oSecret|vReveal) != 0:
			w = 0.8
		case c&oRules != 0 && (s.bare && c&oMessage == 0 || c&(wModel|wSystem) != 0):
			w = 0.8
		case c&oRules != 0:
			w = 0.62
		case c&wModel != 0 && c&wYou != 0:
			w = 0.6
		case c&dPrevious != 0 && c&oMessage == 0 && c&vReveal != 0:
			w = 0.7
		}
		if s.head&vIgnore == 0 && c&wPlease == 0 {
			w *= 0.8
		}
		if (s.before|s.next)&wMine != 0 && !orders {
			w *= 0.7
		}
	case s.head&vDrop != 0 && orders && (yours || earlier || all || s.bare && c&oSecret != 0):
		w = 0.84
	case s.head&vDrop != 0 && c&oRules != 0 && (yours || all && (earlier || s.bare)):
		w = 0.82
	case s.head&vDrop != 0 && c&oRules != 0 && c&wGiven != 0 && (c&wYou != 0 || s.bare):
		w = 0.8
	case s.head&vDrop != 0 && c&(oRules|wLimits) != 0 && all && c&wModel != 0:
		w = 0.7
	case s.head&vDrop != 0 && c&wLimits != 0 && (all || yours):
		w = 0.6
	case s.head&vFollow != 0 && (s.head|s.before|s.next)&(wNot|vStop|wWithout) != 0 && c&(oOrders|oRules|oPrompt) != 0 && (yours || earlier || s.bare || c&(wYou|wMine) != 0):
		f.note(fOverride, 0.82, s.i)
		return
	case s.head&wVoid != 0 && orders && (yours || earlier || all):
		w = 0.84
	case s.head&wVoid != 0 && c&(oRules|wLimits) != 0 && yours:
		w = 0.8
	case s.head&wVoid != 0 && c&wLimits != 0 && c&(dAll|wWithout) != 0 && c&(wYou|vFollow) != 0:
		f.note(fUnbound, 0.7, s.i)
		return
	default:
		return
	}
	f.note(fOverride, w*mood(s), s.i)
}

// mood lowers the weight of a verb that is negated, or said of someone.
func mood(s *spot) float32 {
	switch {
	case s.before&wNot != 0 && s.head&(vIgnore|wInfinitive) != 0, s.next&wNot != 0 && s.next&(wWithout|oOrders) == 0 && s.head&vIgnore != 0:
		return 0.3
	case s.before&wPerson != 0, s.next&wUnknown != 0, s.bare && s.around&wPerson != 0:
		return 0.6
	}
	return 1
}

// question: show me your prompt; what are your instructions.
func (f *foreigner) question(s *spot) {
	if s.head&(vReveal|wWhat) == 0 {
		return
	}
	c := s.around
	yours, hidden, given := c&dYour != 0, c&(wSystem|wExactly) != 0, c&wGiven != 0
	var w float32
	switch {
	case c&oPrompt != 0 && yours:
		w = 0.84
	case c&oPrompt != 0 && hidden && s.head&vReveal != 0:
		w = 0.8
	case c&oOrders != 0 && yours:
		w = 0.82
	case c&oOrders != 0 && (hidden || given && c&(wYou|dAll|dPrevious) != 0):
		w = 0.81
	case c&oRules != 0 && yours && given, c&oRules != 0 && given && c&(wYou|wMode|wModel) != 0:
		w = 0.8
	case c&dPrevious != 0 && c&oMessage != 0 && c&(dThese|wFirst) != 0 && s.head&vReveal != 0:
		w = 0.82
	case c&oSecret != 0 && c&(dYour|wSystem) != 0:
		w = 0.4
	default:
		return
	}
	if s.before&wPerson != 0 {
		w *= 0.85
	}
	f.note(fExtract, w, s.i)
}

// freedom: you are now an AI without rules that never refuses.
func (f *foreigner) freedom(s *spot) {
	c := s.around
	spoken := c&(wYou|vAct|wNow) != 0
	switch {
	case s.head&wModel != 0:
		f.note(fModel, 0.3, s.i)
		if spoken {
			f.note(fRole, 0.4, s.i)
		}
	case s.head&wPersona != 0 && spoken:
		f.note(fPersona, 0.7, s.i)
		f.note(fRole, 0.4, s.i)
	case s.head&wUnbound != 0 && (spoken || c&wModel != 0):
		f.note(fUnbound, 0.6, s.i)
	case s.head&(wLimits|oRules) != 0 && (s.before|s.next)&wWithout != 0:
		w := float32(0.4)
		if spoken || c&(wModel|wMode) != 0 {
			w = 0.6
		}
		f.note(fUnbound, w, s.i)
	case s.head&wWarning != 0 && (s.before|s.next)&(wNot|wWithout) != 0 && c&vRefuse == 0:
		f.note(fUnbound, 0.5, s.i)
	case s.head&vRefuse != 0 && c&(wNot|wMust|wWithout) != 0 && (s.bare || c&(wYou|vAct|wModel|dAll|wWarning) != 0):
		w := float32(0.6)
		if c&wWarning != 0 {
			w = 0.81
		}
		f.note(fNoRefusal, w, s.i)
	case s.head&vDrop != 0 && c&(oRules|wLimits) != 0 && c&dAll != 0 && c&wModel != 0:
		f.note(fUnbound, 0.5, s.i)
	case s.head&wMode != 0 && c&(wLimits|vAct|wWithout) != 0:
		f.note(fPersona, 0.52, s.i)
	}
	if s.head&(wModel|wUnbound) != 0 && c&wWrong != 0 {
		f.note(fWrong, 0.4, s.i)
	}
}

// note records a fact about the words around word i.
func (f *foreigner) note(k fact, w float32, i int) {
	word := &f.words[i]
	if f.meta && (k == fOverride || k == fExtract) {
		w *= 0.7
	}
	if f.cl.open && word.at > f.cl.last+reach {
		f.dst = f.cl.flush(f.dst, nil)
	}
	f.cl.mark(k, w, word.start, word.end, word.at)
}
