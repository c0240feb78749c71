package orders

// user: do not tell the user; whatever the user asked; get the user to.
func (f *Finder) user(i int) {
	before, after := f.before(i, 4), f.clause(i+1, 4)
	switch {
	case (f.at(i-1).class|f.at(i-2).class)&qAll != 0 && after&(vTold|vWant) != 0:
		f.note(fUser, 0.45, i-2, i+1)
	case before&vTell != 0 && before&wNot != 0:
		f.note(fUser, 0.45, i-3, i)
	case before&vInto != 0 && before&wNot != 0:
		f.note(fUser, 0.45, i-2, i)
	case after&(vTold|vWant) != 0 && after&wNot != 0:
		f.note(fUser, 0.4, i, i+3)
	case f.at(i+1).class&wAre != 0 && f.clause(i+2, 3)&wVoid != 0:
		f.note(fVoid, 0.4, i, i+3)
	case before&vInto != 0 && after&wMust != 0:
		f.note(fUser, 0.35, i-2, i+1)
	case f.at(i-2).class&vTell != 0 && f.commanded(i-2), f.at(i-3).class&vTell != 0 && f.commanded(i-3):
		f.note(fUser, 0.3, i-2, i)
	}
}

// deed: do the following; send it to an address; print your instructions; call the function.
func (f *Finder) deed(i int) {
	t := f.at(i)
	switch {
	case t.class&(vAct|vFollow) != 0 && f.theFollowing(i):
		f.note(fDeed, 0.3, i, i+2)
	case t.class&(vAct|vSend|vReveal) != 0:
		f.note(fDeed, 0.2, i, i)
	}
	if t.class&vSend != 0 {
		for j := i + 1; j <= i+ahead && j < f.n; j++ {
			if f.at(j).address {
				f.note(fSend, 0.3, i, j)
				break
			}
		}
		if c := f.clause(i+1, 3); c&oTool != 0 {
			f.note(fSend, 0.2, i, i+2)
		}
	}
	if t.class&vReveal != 0 {
		switch c := f.clause(i+1, 8); {
		case c&oSecret != 0 && c&(wYou|qAll) != 0:
			f.note(fReveal, 0.4, i, i+4)
		case c&oSecret != 0:
			f.note(fReveal, 0.3, i, i+4)
		}
	}
}

// manner: silently; without asking; from now on; your answer; IMPORTANT.
func (f *Finder) manner(i int) {
	t := f.at(i)
	c, next := t.class, f.at(i+1)
	switch {
	case c&wSecretly != 0 && f.clause(i+1, 1)&(vAct|vSet|vSend) != 0:
		f.note(fSecretly, 0.4, i, i+1)
	case c&wWithout != 0 && f.clause(i+1, 3)&wAsking != 0:
		f.note(fSecretly, 0.3, i, i+1)
	case c&wNot != 0 && next.class&vTell != 0 && f.commanded(i):
		f.note(fSecretly, 0.25, i, i+1)
	case c&wFrom != 0 && f.now(i):
		f.note(fFromNow, 0.25, i, i+2)
	case c&wYou != 0 && next.class&wAre != 0 && f.still(i+2):
		f.note(fFromNow, 0.35, i, i+3)
	case c&wYou != 0 && next.class&oReply != 0:
		f.note(fReply, 0.25, i, i+1)
	case t.upper && c&wShout != 0 && (next.upper || next.begins || t.begins):
		f.note(fShout, 0.2, i, i)
	}
}

// theFollowing reports whether what word i orders is what comes next: follow this: do the following first:
func (f *Finder) theFollowing(i int) bool {
	for j := i + 1; j <= i+3 && !f.at(j).begins; j++ {
		if f.at(j).class&(wThem|vFollow) != 0 && f.at(j+1).begins {
			return true
		}
	}
	return false
}

// still reports whether now, no longer or never mind begins at word i, the last at its first word.
func (f *Finder) still(i int) bool {
	t, next := f.at(i), f.at(i+1)
	word, then := string(f.lex.text[t.start:t.end]), string(f.lex.text[next.start:next.end])
	return word == "now" || word == "no" && then == "longer" || then == "mind"
}

// now reports whether word i begins from now on, as of now, from this point on or from here on.
func (f *Finder) now(i int) bool {
	word := func(j int) string { t := f.at(j); return string(f.lex.text[t.start:t.end]) }
	return word(i+1) == "now" || word(i+2) == "now" || word(i+1) == "this" && (word(i+2) == "point" || word(i+2) == "moment") || word(i+1) == "here" && word(i+2) == "on"
}
