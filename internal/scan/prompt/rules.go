package prompt

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// judge asks the families whose first word can be i.
func (f *finder) judge(i int) {
	t := f.at(i)
	c := t.class
	if c&vIgnore != 0 {
		f.override(i, 1)
	}
	if c&(wNot|vStop) != 0 && f.at(i+1).class&vFollow != 0 {
		f.override(i, 0.9)
	}
	if c&(vReveal|wWhat) != 0 {
		f.extract(i, t)
	}
	if c&(vAct|wYou|wFrom|dYour) != 0 {
		f.role(i, t)
	}
	if c&(wWithout|wUnbound|wNot|wBound) != 0 {
		f.unbound(i, t)
	}
	if c&(wNot|wMust) != 0 {
		f.obedience(i, t)
	}
	if c&wWrong != 0 {
		f.wrong(i)
	}
	if c&(wNew|wInstead) != 0 {
		f.task(i, t)
	}
	if c&wModel != 0 {
		f.note(fModel, 0.15, i, i)
	}
	if c&(wSystem|wMode|wRole) != 0 {
		f.mode(i, t)
	}
	if t.upper && f.word(i, "DAN") || c&wDo != 0 && f.fold(i+1, "anything") && f.fold(i+2, "now") {
		f.persona(i)
	}
}

// word compares word i exactly, fold without regard to case.
func (f *finder) word(i int, s string) bool {
	t := f.at(i)
	return string(f.lex.text[t.start:t.end]) == s
}

func (f *finder) fold(i int, s string) bool {
	t := f.at(i)
	b := f.lex.text[t.start:t.end]
	if len(b) != len(s) {
		return false
	}
	for k := range b {
		if b[k]|0x20 != s[k] {
			return false
		}
	}
	return true
}

// seen collects the classes of up to n words from i on, to the end of the sentence.
func (f *finder) seen(i, n int) (c lexicon.Class, last int) {
	last = i - 1
	for j := i; j < i+n && j < f.n; j++ {
		t := f.at(j)
		if t.begins && j > i && t.class&(vIgnore|vAct|wYou) != 0 {
			break
		}
		c |= t.class
		last = j
	}
	return c, last
}

// override: ignore all previous instructions.
func (f *finder) override(i int, scale float32) {
	c, _ := f.seen(i+1, 8)
	if scale < 1 {
		c, _ = f.seen(i+2, 7)
	}
	last := i
	for j := i + 1; j <= i+8; j++ {
		if f.at(j).class&(oOrders|oPrompt|oRules|oThing|dPrevious) != 0 {
			last = j
		}
	}
	var w float32
	switch previous, all, your := c&dPrevious != 0, c&(dAll|oThing) != 0, c&dYour != 0; {
	case c&(oOrders|oPrompt) != 0 && (previous || all):
		w = 0.9
	case c&(oOrders|oPrompt) != 0 && your:
		w = 0.85
	case c&oRules != 0 && previous && all:
		w = 0.85
	case previous && c&oThing != 0, c&oRules != 0 && previous:
		w = 0.8
	case c&(oOrders|oPrompt) != 0:
		w = 0.7
	case c&oRules != 0 && (your || all):
		w = 0.6
	case previous && f.at(i).begins:
		w = 0.55
	case c&oThing != 0 && c&wYou != 0:
		w = 0.6
	default:
		return
	}
	w *= scale * f.mood(i)
	if w > 0.2 {
		f.note(fOverride, w, i, last)
	}
}

// mood lowers the weight of a verb that is not a command: negated, or said of someone.
func (f *finder) mood(i int) float32 {
	t, p := f.at(i), f.at(i-1)
	switch {
	case i == 0 || t.begins:
		return 1
	case p.class&wNot != 0:
		return 0.3
	case p.class&wPerson != 0 && p.class&(wYou|dYour) == 0:
		return 0.75
	}
	return 1
}

// extract: print your initial prompt; what are your instructions.
func (f *finder) extract(i int, t *token) {
	c, last := f.seen(i+1, 8)
	what := t.class&vReveal == 0
	if c&(oOrders|oPrompt|oSecret|oRules|dPrevious) == 0 {
		return
	}
	var w float32
	switch yours, system := c&dYour != 0, c&wSystem != 0; {
	case c&oPrompt != 0 && yours, c&oPrompt != 0 && system && c&dYour != 0:
		w = 0.75
	case c&oPrompt != 0 && (system || c&dPrevious != 0):
		w = 0.6
	case c&oOrders != 0 && yours && (system || c&(dPrevious|dAll|wExactly) != 0):
		w = 0.8
	case c&oOrders != 0 && (yours || c&dPrevious != 0):
		w = 0.6
	case c&oSecret != 0 && (yours || c&wExactly != 0):
		w = 0.5
	case c&oSecret != 0:
		w = 0.4
	case c&oThing != 0 && c&dPrevious != 0:
		w = 0.5
	case c&oRules != 0 && c&dPrevious != 0:
		w = 0.4
	default:
		return
	}
	if what {
		w *= 0.8
	}
	f.note(fExtract, w*f.mood(i), i, last)
}

// role: you are now ..., act as ..., from now on, pretend to be.
func (f *finder) role(i int, t *token) {
	c1, c2 := f.at(i+1).class, f.at(i+2).class
	switch {
	case t.class&wYou != 0 && c1&wAre != 0 && c2&wNow != 0:
		f.note(fRole, 0.5, i, i+2)
	case t.class&wFrom != 0 && c1&wNow != 0:
		f.note(fRole, 0.45, i, i+1)
	case t.class&vAct != 0 && (c1&wAs != 0 || c1&wYou != 0 || c2&wBe != 0 || f.at(i+3).class&wRole != 0):
		f.note(fRole, 0.4, i, i+2)
	case t.class&vAct != 0:
		f.note(fRole, 0.2, i, i)
	case t.class&wYou != 0 && c1&wAre != 0:
		f.note(fRole, 0.25, i, i+1)
	}
}

// unbound: without any restrictions, free of all filters, unfiltered, not bound by.
func (f *finder) unbound(i int, t *token) {
	c, last := f.seen(i+1, 6)
	switch {
	case t.class&wUnbound != 0:
		f.note(fUnbound, 0.4, i, i)
	case t.class&wBound != 0:
		if f.at(i-1).class&(wNot|wWithout) != 0 || c&wModel != 0 {
			f.note(fUnbound, 0.45, i, last)
		}
	case c&wLimits != 0 && c&(wMoral|dAll|dYour) != 0 && t.class&wWithout != 0:
		f.note(fUnbound, 0.55, i, last)
	case c&wLimits != 0 && t.class&wWithout != 0:
		f.note(fUnbound, 0.35, i, last)
	case c&wLimits != 0 && t.class&wNot != 0 && c&(vFollow|wMoral|wBound) != 0:
		f.note(fUnbound, 0.45, i, last)
	}
}

// obedience: never refuse, must comply, always answer.
func (f *finder) obedience(i int, t *token) {
	c, last := f.seen(i+1, 4)
	switch {
	case t.class&wNot != 0 && c&vRefuse != 0:
		f.note(fNoRefusal, 0.5, i, last)
	case t.class&wMust != 0 && c&vFollow != 0:
		f.note(fNoRefusal, 0.3, i, last)
	case t.class&wNot != 0 && c&vReveal != 0 && c&wUser != 0:
		f.note(fSecrecy, 0.6, i, last)
	}
}

// wrong: two words for what is forbidden close together.
func (f *finder) wrong(i int) {
	for j := i + 1; j <= i+5; j++ {
		if f.at(j).class&wWrong != 0 {
			f.note(fWrong, 0.35, i, j)
			return
		}
	}
}

// task: new instructions; instead say.
func (f *finder) task(i int, t *token) {
	c1 := f.at(i + 1).class
	switch {
	case t.class&wNew != 0 && c1&oOrders != 0:
		f.note(fTask, 0.4, i, i+1)
	case t.class&wInstead != 0 && c1&vReveal != 0:
		f.note(fTask, 0.35, i, i+1)
	}
}

// mode: system prompt, developer mode, in character.
func (f *finder) mode(i int, t *token) {
	c1 := f.at(i + 1).class
	switch {
	case t.class&wSystem != 0 && c1&wMode != 0:
		f.note(fPersona, 0.45, i, i+1)
	case t.class&wSystem != 0 && c1&oPrompt != 0:
		f.note(fExtract, 0.3, i, i+1)
	case t.class&wRole != 0 && (f.fold(i-1, "in") || f.fold(i-1, "break") || f.fold(i-1, "of")):
		f.note(fStay, 0.35, i-1, i)
	}
}

// persona: DAN, do anything now.
func (f *finder) persona(i int) {
	w := float32(0.5)
	if f.at(i).class&wDo != 0 {
		w = 0.8
	}
	f.note(fPersona, w, i, i+2)
}
