package prompt

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// judge asks the families whose first word can be i.
func (f *finder) judge(i int) {
	t := f.at(i)
	c := t.class
	if c&(vIgnore|vDrop) != 0 {
		f.override(i, 1, 1)
	}
	if c&(wNot|vStop) != 0 && f.at(i+1).class&vFollow != 0 && !f.fold(i, "start") && !f.fold(i, "begin") {
		f.override(i, 2, 0.95)
	}
	if c&(oOrders|oPrompt|oRules) != 0 {
		f.void(i)
	}
	if c&wFiction != 0 {
		f.note(fFiction, 0.15, i, i)
	}
	if c&wWays != 0 && (f.two(i-1) || f.two(i-2) || f.two(i-3)) {
		f.note(fPersona, 0.4, i-1, i)
	}
	if c&wMeta != 0 && f.cl.open {
		f.cl.meta = true
	}
	if c&(vReveal|wWhat) != 0 {
		f.extract(i, t)
	}
	if c&(vAct|wYou|wFrom|dYour|vFollow) != 0 {
		f.role(i, t)
	}
	if c&(wWithout|wUnbound|wNot|wBound|wLimits) != 0 {
		f.unbound(i, t)
	}
	if c&(wNot|wMust|wWithout|vRefuse) != 0 {
		f.obedience(i, t)
	}
	if c&wWrong != 0 {
		f.wrong(i)
	}
	if c&(wNew|wInstead) != 0 {
		f.task(i, t)
	}
	f.judgeRarer(i, t)
	f.claim(i, t)
	if c&wModel != 0 && (t.upper || !f.fold(i, "gpt")) { // in lower case it is a partition table
		f.note(fModel, 0.3, i, i)
	}
	if c&(wSystem|wMode|wRole) != 0 {
		f.mode(i, t)
	}
	if c&wPersona != 0 && (t.upper && !f.at(i+1).upper || t.end-t.start > 4) || c&wDo != 0 && f.fold(i+1, "anything") && f.fold(i+2, "now") {
		f.persona(i)
	}
}

// two reports whether word i says that there are two of something.
func (f *finder) two(i int) bool {
	return f.fold(i, "two") || f.fold(i, "both") || f.fold(i, "double") || f.fold(i, "dual")
}

// judgeRarer asks the families that seldom have a first word.
func (f *finder) judgeRarer(i int, t *token) {
	c := t.class
	if c&vSet != 0 {
		if f.fold(i, "opposite") {
			f.opposite(i)
		} else {
			f.aside(i)
		}
	}
	if c&vStop != 0 {
		f.opening(i)
	}
	if c&(vDecode|vJoin|wCode) != 0 {
		f.payload(i, t)
	}
	if c&(vReveal|wWhat) != 0 {
		f.earlier(i, t)
	}
	if t.class&wTool != 0 && f.fold(i, "send") {
		f.send(i)
	}
}

// fold compares word i without regard to case.
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

// seen collects the classes of up to n words from i on, to the end of the sentence or of its first object: what follows a
// comma after a noun is another clause ("ignore the previous email, the instructions were wrong").
func (f *finder) seen(i, n int) (c lexicon.Class, last int) {
	last = i - 1
	for j := i; j < i+n && j < f.n; j++ {
		t := f.at(j)
		if t.comma && c&(dPrevious|dYour|oOrders|oPrompt|oRules|oThing) != 0 && f.at(j-1).class&(dPrevious|dAll|wSystem) == 0 {
			break
		}
		if t.stop || t.begins && j > i && t.class&(vIgnore|vAct|wYou) != 0 {
			break
		}
		c |= t.class
		last = j
	}
	return c, last
}

// override: ignore all previous instructions. The first word of the object is at i+skip.
func (f *finder) override(i, skip int, scale float32) {
	c, end := f.seen(i+skip, 7)
	last := i
	for j := i + skip; j <= end; j++ {
		if f.at(j).class&(oOrders|oPrompt|oRules|oThing|dPrevious) != 0 {
			last = j
		}
	}
	begins := f.at(i).begins || f.at(i-1).class&wEnd != 0 && f.at(i-1).class&wPerson == 0
	next := f.at(last + 1)
	closed := last >= f.n-1 || next.begins || next.class&(wEnd|vReveal) != 0
	orders, previous, all, your := c&(oOrders|oPrompt) != 0, c&dPrevious != 0, c&(dAll|oThing) != 0, c&(dYour|dThese) != 0
	var w float32
	switch {
	case f.at(i).class&vIgnore == 0 && f.fold(i+1, "if"):
		return // a comment: skip if it is the same as the previous instruction
	case c&wMine != 0 && !orders && !all:
		w = 0.55 // my earlier message is for the sender to take back
	case orders && !previous && !your && (c&wUnknown != 0 || f.qualified(last+1)):
		w = 0.5
	case orders && (previous || your && all):
		w = 0.9
	case orders && your, orders && c&wSystem != 0, orders && all && f.at(i).class&vIgnore != 0:
		w = 0.86
	case f.at(i).class&vIgnore == 0 && f.at(i).class&vDrop != 0:
		switch {
		case c&wWhat != 0 && c&wYou != 0 && f.tells(i+1, end):
			f.note(fOverride, 0.82*f.mood(i), i, end) // drop what you were told
		case c&wLimits != 0 && f.limits(i+skip, end) && f.direct(i):
			f.note(fOverride, 0.8*f.mood(i), i, end) // override your guidelines
		case c&wLimits != 0 && (c&(dAll|dYour) != 0 || f.direct(i)) && c&wMoral != 0:
			f.note(fUnbound, 0.6, i, last) // bypass all safety filters
		}
		return // other objects of these verbs are ordinary
	case orders:
		w = 0.82
	case c&oRules != 0 && previous && (all || closed):
		w = 0.82
	case c&oThing != 0 && previous && closed, c&(oThing|wWhat) != 0 && c&wYou != 0 && c&wGiven != 0:
		w = 0.82
	case c&oRules != 0 && (your || all) && closed && begins, c&oThing != 0 && f.at(i).begins && f.writes(last+1):
		w = 0.8
	case c&oRules != 0 && c&wLimits != 0 && f.yours(i+skip, end):
		w = 0.75
	case c&oThing != 0 && c&dYour != 0 && f.at(i).begins:
		w = 0.7
	case c&oRules != 0 && (previous || all || c&wSystem != 0 || f.yours(i+skip, end)):
		w = 0.62
	case c&oRules != 0 && closed && begins && c&(wMine|wPerson) == 0:
		w = 0.55
	case c&(oThing|wWhat) != 0 && f.tells(i+1, end+3) && (c&wMaker != 0 || previous), c&wMaker != 0 && c&oRules != 0 && c&wLimits != 0,
		c&wSystem != 0 && c&oThing != 0 && f.tells(i+1, end):
		w = 0.82 // everything the developers told you, rules from your developer, anything the system says
	case c&wMoral != 0 && f.at(i).class&vIgnore != 0 && f.at(i+1).class&wMoral != 0 && f.at(i+2).begins:
		w = 0.6 // forget ethics
	case previous && f.at(i).begins && (all || c&dYour != 0) && (closed || f.definite(i+skip, end) && f.noun(last+1)):
		w = 0.8
	case previous && f.at(i).begins && closed && f.definite(i+skip, end):
		w = 0.75
	case previous && f.at(i).begins:
		w = 0.25
	default:
		return
	}
	w *= scale * f.mood(i)
	if w > 0.2 {
		f.mention(fOverride, w, i, last, f.direct(i))
	}
}

// writes reports whether word i begins an order to write something, as what follows forget everything.
func (f *finder) writes(i int) bool {
	if f.at(i).class&wEnd != 0 {
		i++
	}
	return f.at(i).class&vReveal != 0 && !f.fold(i, "know") // about pasta
}

// qualified reports whether word i goes on to say which instructions are meant: those in step 2, for the oven.
func (f *finder) qualified(i int) bool {
	t := f.at(i)
	if t.begins || t.class&(wFor|wGiven) == 0 {
		return false
	}
	c, _ := f.seen(i, 4)
	return c&(dPrevious|dYour|wYou|oOrders|oPrompt|oThing|wModel) == 0
}

// void: your previous instructions are void, should be ignored; all instructions above are cancelled.
func (f *finder) void(i int) {
	c, end := f.seen(i+1, 7)
	if f.fold(i+1, "wrong") {
		return // I got your instructions wrong
	}
	if c&wVoid == 0 && (c&(vIgnore|vDrop) == 0 || c&(wAre|wBe|wMust) == 0) {
		return
	}
	w := float32(0.8)
	if f.at(i).class&(oOrders|oPrompt) == 0 {
		if f.at(i).class&wLimits == 0 && !f.fold(i, "directives") && !(f.fold(i, "message") && f.fold(i-1, "system")) {
			return // orders are cancelled, messages deleted
		}
		if w = 0.7; f.classes(i-3, i-1)&dYour != 0 && c&wAre != 0 && !f.fold(i, "policy") && !f.fold(i+2, "changed") {
			w = 0.78 // rules and guidelines change every day, those of a reader are seldom void
		}
	}
	if c&wVoid == 0 && f.at(i).class&oOrders == 0 {
		return
	}
	if c&wVoid != 0 && c&(dPrevious|wGiven) != 0 && c&wAre|f.at(i+1).class&wGiven != 0 && f.classes(i-3, i-1)&dAll != 0 && f.at(i).class&wLimits != 0 {
		f.note(fOverride, 0.8, i, end) // all the constraints mentioned so far are lifted
		return
	}
	for j := i - 1; j >= i-3 && !f.at(j+1).comma; j-- {
		if k := f.at(j).class; k&(dPrevious|dYour) != 0 || k&dAll != 0 && c&dPrevious != 0 {
			f.note(fOverride, w, j, end)
			return
		}
	}
}

// direct reports whether the verb at word i is an order to the reader: not quoted, nor what somebody tells somebody to do.
func (f *finder) direct(i int) bool {
	t, p := f.at(i), f.at(i-1)
	if t.start > 0 && f.lex.text[t.start-1] == '"' || t.start > 2 && string(f.lex.text[t.start-3:t.start]) == "\u201c" {
		return false
	}
	return i == 0 || t.begins || p.comma || p.class&(wEnd|wYou|wMust|wNow) != 0 && p.class&wPerson == 0
}

// mood lowers the weight of a verb that is not a command: negated, or said of someone.
func (f *finder) mood(i int) float32 {
	t, p := f.at(i), f.at(i-1)
	w := float32(1)
	if text := f.lex.text[t.start:t.end]; len(text) > 4 && (text[len(text)-1]|0x20 == 'g' || text[len(text)-1]|0x20 == 'd') && text[len(text)-2]|0x20 != 'r' {
		w = 0.8 // ignoring, ignored
	} else if len(text) > 4 && text[len(text)-1]|0x20 == 's' && text[len(text)-2]|0x20 != 's' {
		w = 0.4 // ignores policies set above: what something does
	}
	switch {
	case i == 0 || t.begins:
		return w
	case f.told(i):
		return 0.5
	case p.class&wNot != 0:
		return 0.3
	case p.class&wPerson != 0 && p.class&(wYou|dYour) == 0:
		return 0.75
	}
	return w
}

// told reports whether the verb at word i says what somebody did: I forgot, we have ignored, she just disregarded.
func (f *finder) told(i int) bool {
	if text := f.lex.text[f.at(i).start:f.at(i).end]; text[len(text)-1]|0x20 != 'd' && !f.fold(i, "forgot") && !f.fold(i, "forgotten") {
		return false
	}
	j := i - 1
	for _, between := range [...]string{"have", "has", "had", "just", "already"} {
		if f.fold(j, between) {
			j--
			break
		}
	}
	for _, who := range [...]string{"i", "we", "she", "he", "they"} {
		if f.fold(j, who) {
			return true
		}
	}
	return false
}

// extract: print your initial prompt; what are your instructions.
func (f *finder) extract(i int, t *token) {
	c, last := f.seen(i+1, 8)
	if c&(oOrders|oPrompt|oSecret|oRules|dPrevious|wMaker) == 0 {
		return
	}
	what := t.class&vReveal == 0
	if f.fold(i, "which") && f.at(i+1).class&(oOrders|oRules|wAre) == 0 {
		return // which of them follows your instructions best
	}
	for j := i + 1; j <= last; j++ {
		if f.at(j).class&oPrompt != 0 && (f.fold(j+1, "injection") || f.fold(j+1, "injections")) {
			return
		}
	}
	object := i
	for j := i + 1; j <= last; j++ {
		if f.at(j).class&(oOrders|oPrompt) != 0 {
			object = j
			break
		}
	}
	next := f.at(object + 1)
	bounded := object >= f.n-1 || next.begins || next.class&wFor == 0 || c&dYour != 0 && c&(dPrevious|wSystem) != 0 // not "instructions for the oven"
	var w float32
	switch yours, given, system := c&dYour != 0, c&(dPrevious|wGiven) != 0, c&wSystem != 0; {
	case c&oPrompt != 0 && yours:
		w = 0.8
	case c&oPrompt != 0 && c&dPrevious != 0:
		w = 0.82
	case c&oPrompt != 0 && system && (f.fold(object, "prompts") || f.fold(object-2, "a")):
		w = 0.3 // how to write them
	case c&oPrompt != 0 && system:
		w = 0.7
	case c&oOrders != 0 && bounded && (yours || c&dPrevious != 0):
		w = 0.82
	case c&oOrders != 0 && c&wGiven != 0 && (c|next.class)&wYou != 0, c&oOrders != 0 && bounded && c&dAll != 0 && t.begins && !what:
		w = 0.82
	case c&oOrders != 0 && system && t.begins && !what && (f.fold(object-1, "hidden") || f.fold(object-1, "secret") || f.fold(object-1, "internal") || f.fold(object-1, "initial")):
		w = 0.82 // the hidden instructions
	case what && c&wMaker != 0 && c&wYou != 0 && (f.fold(i+1, "did") || f.fold(i+1, "have")):
		w = 0.98 // what did the developers tell you
	case c&oOrders != 0 && bounded && (given || system || c&(dAll|wExactly) != 0):
		w = 0.7
	case c&oOrders != 0 && bounded && t.begins && c&(wFor|wPerson) == 0:
		w = 0.6
	case c&oSecret != 0 && (yours || c&wExactly != 0):
		w = 0.5
	case c&oSecret != 0:
		w = 0.4
	case yours && c&wMine == 0 && t.begins && !what && f.follows(i+2, "entire", "configuration"):
		w = 0.8
	case c&oRules != 0 && yours && c&wMine == 0 && (f.follows(last-2, "word", "for") || c&(wExactly|wSystem) != 0 && !what && t.begins):
		w = 0.8 // your rules word for word
	case what && c&oRules != 0 && c&wGiven != 0 && c&wYou != 0 && c&wSystem != 0 && f.tells(i+1, last):
		w = 0.98 // the exact words you were told
	case c&oThing != 0 && (f.everything(i+1, last+1) || c&oRules != 0 && c&dPrevious != 0 && t.begins && !what && f.definite(i+1, last) || yours && c&oRules != 0 && (t.begins || t.comma)):
		w = 0.7
	case c&oRules != 0 && c&wGiven != 0 && c&wYou != 0 && (c&wLimits != 0 || c&dYour != 0) && !what:
		w = 0.8
	case c&oRules != 0 && yours && c&dPrevious != 0:
		w = 0.5
	default:
		return
	}
	if !t.begins && !t.comma && (what || f.at(i-1).class&(wEnd|wYou|wMust|wFor) == 0) {
		w *= 0.8
	}
	if !what {
		w *= f.mood(i)
	}
	f.mention(fExtract, w, i, last, f.direct(i))
}
