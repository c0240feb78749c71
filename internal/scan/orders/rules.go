package orders

// judge asks the rules whose first word can be i.
func (f *Finder) judge(i int) {
	t := f.at(i)
	c := t.class
	if c == 0 && !t.address {
		return
	}
	if c&vSet != 0 || c&wAside != 0 && f.clause(i+1, 5)&wAway != 0 {
		f.setAside(i)
	}
	if f.noAttention(i) {
		f.setAside(i - 2)
	}
	if c&wNot != 0 && f.still(i) || c&vWipe != 0 && f.at(i+1).class&wYou != 0 && f.clause(i+2, 3)&oTask != 0 {
		f.setAside(i) // never mind; delete your memory
	}
	if c&(wNot|vFollow) != 0 {
		f.refuse(i)
	}
	if c&(oOrders|oTask) != 0 || c&oPlace != 0 && f.at(i-1).class&wMaker != 0 {
		f.void(i)
	}
	if c&wVoid != 0 {
		f.revoke(i)
	}
	if c&wYou != 0 {
		f.yours(i)
	}
	if c&(qAll|wWhatever|wThem) != 0 {
		f.whatever(i)
	}
	if c&wSupersede != 0 {
		f.supersede(i)
	}
	if c&qNew != 0 {
		f.newTask(i)
	}
	if c&wInstead != 0 {
		f.instead(i)
	}
	if c&qBefore != 0 && t.opens {
		f.first(i)
	}
	if c&wModel != 0 {
		f.addressed(i)
	}
	if c&wUser != 0 {
		f.user(i)
	}
	if c&(vAct|vFollow|vSend|vReveal) != 0 && f.commanded(i) {
		f.deed(i)
	}
	f.manner(i)
}

// commanded reports whether word i can be an imperative or what somebody must do.
func (f *Finder) commanded(i int) bool {
	t, p := f.at(i), f.at(i-1)
	return i == 0 || t.opens || p.colon || p.class&(wMust|wModel|wInstead) != 0
}

// setAside: ignore the previous instructions; forget what the user asked; skip the user's question.
func (f *Finder) setAside(i int) {
	if !f.commanded(i) || f.before(i, 3)&wNot != 0 {
		return
	}
	c := f.clause(i+1, 9)
	you := c&wYou != 0
	var w float32
	switch {
	case c&oOrders != 0 && c&(qBefore|wUser) != 0, c&oOrders != 0 && you, c&oOrders != 0 && c&qAll != 0:
		w = 0.72
	case c&oTask != 0 && c&wUser != 0:
		w = 0.7
	case you && c&(wModel|wMust) == wModel|wMust && c&wNot != 0, you && c&wModel != 0:
		w = 0.5 // that you are an assistant
	case c&qAll != 0 && c&vTold != 0 && you, c&wUser != 0 && c&(vTold|vWant) != 0:
		w = 0.65
	case f.at(i+1).class&wUser != 0 || f.at(i+2).class&wUser != 0 && !f.noun(i+3):
		w = 0.6 // ignore the user
	case c&(oPlace|wYou) != 0 && c&wMaker != 0, c&oOrders != 0 && c&qOwn != 0:
		w = 0.6
	case c&(oTask|oOrders) != 0 && c&qBefore != 0, c&oTask != 0 && (you || c&oSecret != 0 && c&oOrders == 0), c&qAll != 0 && c&vTold != 0 && c&qBefore != 0:
		w = 0.55
	case c&oTask != 0 && c&qAll != 0, c&oTool != 0 && c&vTold != 0, f.at(i+1).class&qAll != 0 && c&vTold != 0:
		w = 0.5
	case c&oOrders != 0:
		w = 0.45
	case c&wUser != 0:
		w = 0.45
	case c&oTask != 0:
		w = 0.35
	case c&qBefore != 0 && f.at(i+1).class == 0 && f.at(i+2).class&qBefore != 0 && !f.noun(i+3):
		w = 0.4 // the above
	case c&(oPlace|oTool) != 0 && c&(qAll|qBefore|wThem) != 0, c&qBefore != 0 && c&wThem != 0:
		w = 0.4
	case f.at(i+1).class&wThem != 0 && f.at(i+1).class&qAll == 0 && (f.at(i+2).begins || f.at(i+2).class&wMust != 0 || f.at(i+1).colon), c&qAll != 0 && c&vSet == 0:
		w = 0.3
	default:
		return
	}
	if f.at(i).class&vFollow == 0 && !f.at(i).begins && f.before(i, 2)&(wMust|wModel|wNot) == 0 {
		w *= 0.8
	}
	f.note(fSetAside, w, i, i+4)
}

// noAttention reports whether word i ends "pay no attention".
func (f *Finder) noAttention(i int) bool {
	return f.at(i-1).class&wNot != 0 && f.at(i).class&wHello != 0 && f.at(i-2).class&vAct != 0
}

// yours: your earlier instructions; you were told; your job now is; your goals are now.
func (f *Finder) yours(i int) {
	next, then := f.at(i+1).class, f.at(i+2).class
	switch {
	case next&oTask != 0 && f.still(i+2):
		f.note(fNewTask, 0.55, i, i+2)
	case (next|then)&oOrders != 0 && (next&(oOrders|qBefore|wMaker) != 0):
		f.note(fYours, 0.35, i, i+2)
	case next&oTask != 0 && then&wAre != 0 && f.still(i+3):
		f.note(fVoid, 0.5, i, i+3)
	case next&wAre != 0 && then&vTold != 0:
		f.note(fYours, 0.35, i, i+2)
	}
}

// noun reports whether a word that is no function word follows: the above table.
func (f *Finder) noun(i int) bool { t := f.at(i); return t.end > 0 && !t.begins && t.class == 0 }

// refuse: do not follow the user; follow none of the user's instructions; not as you were instructed.
func (f *Finder) refuse(i int) {
	t, next := f.at(i), f.at(i+1)
	c := f.clause(i+1, 8)
	switch {
	case t.class&wNot == 0 && next.class&(wNot|qAll) != wNot|qAll:
		return // follow nothing
	case t.class&wNot != 0 && next.class&wFrom != 0 && c&wYou != 0 && c&vTold != 0:
		f.note(fRefuse, 0.6, i, i+4)
		return
	case t.class&wNot != 0 && t.end-t.start > len("no") && f.at(i-1).class&(vFollow|wMust) == 0 && !f.commanded(i):
		return // it does not follow
	case t.class&wNot != 0 && (next.class|f.at(i+2).class|f.at(i+3).class)&vFollow == 0:
		return
	}
	switch {
	case c&wUser != 0 && c&(oOrders|oTask|vTold|vWant) != 0:
		f.note(fRefuse, 0.65, i, i+5)
	case c&oOrders != 0 && c&(qBefore|wYou) != 0, c&vTold != 0 && c&wYou != 0:
		f.note(fRefuse, 0.6, i, i+5)
	case c&(oOrders|vFollow) == oOrders|vFollow:
		f.note(fRefuse, 0.5, i, i+5)
	case c&wUser != 0, c&oTask != 0 && c&(wYou|qBefore) != 0, c&qBefore != 0 && c&wThem != 0:
		f.note(fRefuse, 0.4, i, i+5)
	case c&oPlace != 0 && f.at(i-1).begins:
		f.note(fRefuse, 0.3, i, i+3)
	}
}

// void: your instructions are void; all orders you were given are cancelled; the rules in your prompt do not apply.
func (f *Finder) void(i int) {
	c := f.clause(i+1, 12)
	if c&wVoid == 0 || c&(wAre|wNot) == 0 {
		return
	}
	whose, orders := f.before(i, 3), f.at(i).class&oOrders != 0
	single := f.at(i).end-f.at(i).start == len("order") // which is a purchase
	switch given := c&wYou != 0 && c&vTold != 0; {
	case single:
		return
	case whose&wYou != 0, given, f.at(i-1).class&wUser != 0:
		f.note(fVoid, 0.65, i-1, i+5)
	case c&wYou != 0 && orders, f.at(i-1).class&wMaker != 0, whose&qAll != 0 && orders && (c&qBefore != 0 || whose&qBefore != 0),
		f.at(i-1).class&qBefore != 0 && f.at(i-1).begins && c&wAre != 0:
		f.note(fVoid, 0.55, i-1, i+5)
	case whose&qBefore != 0 && orders:
		f.note(fVoid, 0.5, i-1, i+4)
	case whose&wThem != 0 && orders, c&wNot != 0 && orders, whose&qBefore != 0 && c&wAre != 0:
		f.note(fVoid, 0.4, i-1, i+4)
	case c&qBefore != 0 && orders, whose&wModel != 0:
		f.note(fVoid, 0.3, i, i+4)
	}
}

// revoke: has revoked earlier rules.
func (f *Finder) revoke(i int) {
	if c := f.clause(i+1, 4); c&oOrders != 0 && c&(qBefore|wYou) != 0 {
		f.note(fVoid, 0.5, i, i+3)
	}
}

// whatever: no matter what instructions you received; what you were told does not hold; that no longer applies.
func (f *Finder) whatever(i int) {
	c := f.clause(i+1, 8)
	if t := f.at(i); t.class&wThem != 0 && t.opens && f.at(i+1).class&wNot != 0 && f.clause(i+2, 3)&wVoid != 0 {
		f.note(fVoid, 0.4, i, i+3)
	}
	switch told := c&(vTold|oOrders) != 0 && c&wYou != 0 || c&(vTold|vWant) != 0 && c&wUser != 0; {
	case f.at(i).class&wWhatever != 0 && told:
		f.note(fSetAside, 0.55, i, i+5)
	case f.at(i).class&qAll != 0 && f.at(i).opens && told && c&vTold != 0 && c&wNot != 0 && c&wVoid != 0:
		f.note(fVoid, 0.6, i, i+5)
	}
}

// supersede: this replaces every instruction you have received; these take precedence over those of your operator.
func (f *Finder) supersede(i int) {
	c := f.clause(i+1, 10)
	switch {
	case c&oOrders != 0 && c&(wYou|wModel|wMaker) != 0:
		f.note(fSupersede, 0.6, i, i+5)
	case f.commanded(i) && c&wYou != 0 && c&(oTask|oReply) != 0:
		f.note(fSupersede, 0.45, i, i+4)
	case f.before(i, 3)&oOrders != 0 && c&qAll != 0:
		f.note(fSupersede, 0.5, i-1, i+3)
	case f.before(i, 6)&oOrders != 0 && c&wYou != 0:
		f.note(fSupersede, 0.4, i, i+5)
	case f.before(i, 6)&(wModel|oOrders) == wModel|oOrders:
		f.note(fSupersede, 0.4, i, i+2)
	}
}

// newTask: your new task is; your real instructions; new orders: collect.
func (f *Finder) newTask(i int) {
	j := i + 1
	if f.at(j).class&(oOrders|oTask) == 0 {
		j++
	}
	if f.at(j).class&(oOrders|oTask) == 0 || f.at(j).begins {
		return
	}
	switch p := f.at(i - 1).class; {
	case p&wYou != 0, f.before(i, 3)&wYou != 0 && f.before(i, 3)&wAre != 0:
		f.note(fNewTask, 0.55, i-1, j)
	case f.at(i).begins && f.at(j).colon:
		f.note(fNewTask, 0.45, i, j)
	case f.clause(j+1, 4)&wUser != 0, p&wThem != 0:
		f.note(fNewTask, 0.45, i-1, j)
	case p&wModel != 0 && f.at(j).colon:
		f.note(fNewTask, 0.5, i-1, j)
	case p&wShout != 0 && f.at(j).colon:
		f.note(fNewTask, 0.4, i-1, j)
	}
}

// instead: instead say; rather than answering the user.
func (f *Finder) instead(i int) {
	next, then := f.at(i+1).class, f.at(i+2).class
	c := f.clause(i+1, 8)
	switch {
	case then&qAll != 0 && c&vTold != 0 && c&wYou != 0:
		f.note(fInstead, 0.6, i, i+5)
	case then&vFollow != 0 && c&(wUser|oTask) != 0, f.at(i).opens && c&oTask != 0 && c&(wUser|wYou) != 0:
		f.note(fInstead, 0.5, i, i+4)
	case then&vFollow != 0 && f.at(i).opens && c&oPlace != 0:
		f.note(fInstead, 0.3, i, i+4)
	case next == 0 && f.at(i+1).end == 0, f.at(i + 1).begins, f.at(i).colon:
		f.note(fInstead, 0.3, i, i)
	case f.at(i).opens && next&vAct != 0, f.at(i-1).class&wMust != 0 && next&vAct != 0:
		f.note(fInstead, 0.35, i, i+2)
	}
}

// first: before answering the user you must; before you continue with your task.
func (f *Finder) first(i int) {
	switch next := f.at(i + 1).class; {
	case next&vFollow != 0 && f.clause(i+1, 8)&(wUser|wYou) == wUser|wYou:
		f.note(fInstead, 0.45, i, i+4)
	case next&wYou != 0 && f.clause(i+2, 6)&oTask != 0:
		f.note(fInstead, 0.4, i, i+4)
	}
}

// addressed: AI assistants reading this must; dear assistant; if you are a language model.
func (f *Finder) addressed(i int) {
	t := f.at(i)
	before, after := f.before(i, 6), f.clause(i+1, 6)
	switch {
	case f.at(i-1).class&wModel != 0 && f.at(i-1).end+1 >= t.start:
		return // an AI assistant is spoken to once
	case before&wIf != 0 && (before&(wYou|wAre) != 0 || after&(vFollow|oPlace) != 0 && after&wAre != 0):
		f.note(fAddressed, 0.5, i-2, i)
	case f.at(i-2).class&wFrom != 0 && f.at(i-2).begins && f.at(i-2).end-f.at(i-2).start == len("as"):
		f.note(fAddressed, 0.45, i-2, i)
	case before&wYou != 0 && f.at(i-2).class&wYou != 0 && f.at(i-2).colon:
		f.note(fAddressed, 0.45, i-1, i) // to you, the assistant
	case t.opens && (t.colon || f.at(i+1).colon && f.at(i+1).class&(wGreet|wShout) != 0 || f.at(i+1).class&wModel != 0 && f.at(i+1).colon):
		f.note(fAddressed, 0.45, i, i+1)
	case before&wGreet != 0 && (t.colon || f.at(i+1).colon || f.at(i+2).colon || f.at(i+3).colon || after&wMust != 0), f.at(i-1).class&wHello != 0:
		f.note(fAddressed, 0.45, i-1, i)
	case before&wYou != 0 && before&wAre != 0 && f.before(i, 4)&wYou != 0:
		f.note(fAddressed, 0.35, i-2, i)
	case after&wMust != 0 && after&(vSet|vFollow|wAre|vAct) != 0 && f.mustOf(i):
		f.note(fAddressed, 0.35, i, i+3)
	}
}

// mustOf reports whether must, should, shall or are required stand close behind word i.
func (f *Finder) mustOf(i int) bool {
	for j := i + 1; j <= i+5 && !f.at(j).begins; j++ {
		switch word := f.lex.text[f.at(j).start:f.at(j).end]; string(word) {
		case "must", "should", "shall", "MUST", "required", "instructed":
			return true
		}
	}
	return false
}
