package prompt

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
	case t.class&vFollow != 0 && c1&wAs != 0:
		f.note(fRole, 0.35, i, i+1)
	case t.class&wYou != 0 && c1&wAre != 0:
		w := float32(0.25)
		if c, _ := f.seen(i+2, 6); c&vAct != 0 {
			w = 0.5
		}
		f.note(fRole, w, i, i+1)
	}
}

// unbound: without any restrictions, free of all filters, unfiltered, not bound by.
func (f *finder) unbound(i int, t *token) {
	c, last := f.seen(i+1, 6)
	switch {
	case f.fold(i+1, "limitation"): // licences: including, without limitation, any warranties
	case t.class&wUnbound != 0:
		f.note(fUnbound, 0.45, i, i)
	case t.class&wBound != 0 && f.at(i-1).class&wNot != 0 && c&(oOrders|oPrompt) != 0:
		f.note(fOverride, 0.8, i-1, last)
	case t.class&wBound != 0:
		if f.at(i-1).class&(wNot|wWithout) != 0 || c&wModel != 0 {
			f.note(fUnbound, 0.45, i, last)
		}
	case t.class&wLimits != 0:
		if f.at(i+1).class&wVoid != 0 && f.at(i-1).class&wMoral != 0 || f.at(i-1).class&dAll != 0 && f.fold(i+1, "lifted") {
			f.note(fUnbound, 0.6, i-1, i+1) // safety guidelines removed
		} else if (f.at(i+1).class&wAre != 0 || f.fold(i+1, "is")) && (f.fold(i+2, "off") || f.fold(i+2, "disabled") || f.fold(i+2, "lifted") || f.fold(i+2, "removed")) {
			f.note(fUnbound, 0.5, i, i+2)
		}
	case c&wLimits != 0 && c&(wMoral|dAll|dYour) != 0 && t.class&wWithout != 0:
		f.note(fUnbound, 0.6, i, last)
	case c&(wLimits|wWrong) != 0 && t.class&wWithout != 0 && (f.fold(i, "no") || f.fold(i, "without") || f.fold(i, "zero")) && f.classes(i-9, i-1)&(wModel|wRole|wPersona) != 0:
		f.note(fUnbound, 0.6, i, last) // an assistant without a filter
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
		w := float32(0.5)
		if more, _ := f.seen(i+1, 7); more&(dAll|oThing) != 0 {
			w = 0.65 // under any circumstances
		}
		f.note(fNoRefusal, w, i, last)
	case t.class&wWithout != 0 && f.fold(i+1, "matter") && f.fold(i+2, "what"):
		f.note(fNoRefusal, 0.3, i, i+2)
	case t.class&wNot != 0 && f.unable(i+1):
		f.note(fNoRefusal, 0.5, i, last)
	case c&wWarning != 0:
		f.note(fNoRefusal, 0.3, i, last)
		if t.class&wNot != 0 && f.fold(i, "never") {
			f.note(fUnbound, 0.4, i, last) // never warn: nothing is to hold it back
		}
	case f.at(i-1).class&wYou != 0 && f.fold(i-2, "if") && t.class&vRefuse != 0:
		f.note(fNoRefusal, 0.52, i, i)
	case t.class&wMust != 0 && c&vFollow != 0:
		f.note(fNoRefusal, 0.3, i, last)
	case t.class&wNot != 0 && (c&vReveal != 0 && c&wUser != 0 || f.fold(i+1, "mention") && f.classes(i+2, i+6)&wUser != 0):
		f.note(fSecrecy, 0.6, i, last)
	}
}

// unable: say you cannot.
func (f *finder) unable(i int) bool {
	return f.at(i).class&vReveal != 0 && (f.at(i+2).class|f.at(i+3).class)&wNot != 0 && (f.at(i+1).class|f.at(i+2).class)&wYou != 0
}

// wrong: two words for what is forbidden close together.
func (f *finder) wrong(i int) {
	for j := i + 1; j <= i+5; j++ {
		if f.at(j).class&wWrong != 0 {
			f.note(fWrong, 0.35, i, j)
			return
		}
	}
	if f.dangerous(i) {
		f.note(fWrong, 0.25, i, i)
	}
}

// dangerous: what a model is not to help with, in one word.
func (f *finder) dangerous(i int) bool {
	return f.fold(i, "bomb") || f.fold(i, "bombs") || f.fold(i, "meth") || f.fold(i, "napalm") || f.fold(i, "malware") || f.fold(i, "ransomware") || f.fold(i, "explosives")
}

// task: new instructions; instead say.
func (f *finder) task(i int, t *token) {
	c1 := f.at(i + 1).class
	switch {
	case t.class&wNew != 0 && c1&oOrders != 0:
		w := float32(0.4)
		if t.begins {
			w = 0.55
		}
		f.note(fTask, w, i, i+1)
	case t.class&wInstead != 0 && c1&vReveal != 0:
		f.note(fTask, 0.35, i, i+1)
	}
}

// mode: system prompt, developer mode, in character.
func (f *finder) mode(i int, t *token) {
	c1 := f.at(i + 1).class
	switch {
	case t.class&wMode != 0 && (f.fold(i-1, "debug") && f.at(i-2).begins || f.fold(i-1, "maintenance") && f.at(i-2).begins || f.fold(i-1, "unrestricted") || f.fold(i-1, "opposite") || f.fold(i-1, "god") || f.fold(i-1, "sudo") || f.fold(i-1, "jailbreak")):
		f.note(fPersona, 0.5, i-1, i)
	case t.class&wSystem != 0 && c1&wMode != 0:
		f.note(fPersona, 0.45, i, i+1)
	case t.class&wSystem != 0 && c1&oPrompt != 0 && !f.fold(i-1, "a") && f.lex.text[t.end] != '_':
		f.mention(fExtract, 0.3, i, i+1, false)
	case t.class&wRole != 0 && (f.fold(i-1, "in") || f.fold(i-1, "break") || f.fold(i-1, "of")):
		f.note(fStay, 0.35, i-1, i)
	}
}

// persona: DAN, do anything now.
func (f *finder) persona(i int) {
	if f.fold(i+3, "that") {
		return // he can do anything now that his leg has healed
	}
	w := float32(0.5)
	if f.at(i).class&wDo != 0 {
		w = 0.6
	}
	f.mention(fPersona, w, i, i+2, (f.at(i-1).class|f.at(i-2).class|f.at(i+1).class)&(wYou|wAre|vAct|wAs) != 0)
}
