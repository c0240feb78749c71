package sqli

// keyword judges token i, a word of the vocabulary.
func (f *finder) keyword(i int, t *token) {
	c := t.class
	switch {
	case c&cSet != 0:
		f.union(i)
	case c&(cLogic|cWhere) != 0:
		f.condition(i, t)
	case c&cOrder != 0:
		f.order(i)
	case c&cSelect != 0:
		f.sel(i)
	case c&cDelay != 0:
		f.delay(i, t)
	case c&cProbe != 0:
		f.probe(i)
	case c&cSchema != 0:
		f.schema(i)
	case c&cColumn != 0:
		f.note(fSchema, 0.2, i, i)
	case c&cOutput != 0:
		f.output(i)
	case c&cBranch != 0:
		f.branch(i, t)
	}
	if c&cString != 0 {
		f.codes(i)
	}
	if c&cInfo != 0 {
		f.info(i)
	}
	if c&cVerb != 0 {
		f.verb(i)
	}
}

// condition: OR|AND|WHERE ... value comparison value.
func (f *finder) condition(i int, t *token) {
	a, j := f.value(i + 1)
	if a == sNone {
		if f.at(i+1).kind == kEnd && f.selected && t.kind == kWord {
			f.note(fFragment, 0.62, i, i)
			if f.base == 0 && f.plain && f.listing(i) {
				f.note(fComment, 0.5, i, i) // the application's statement went on here
			}
		}
		return
	}
	if t.kind == kLogic && f.base == 0 && f.at(0).ranges() {
		return // >=16 || 14: versions of a package
	}
	b := f.breakout(i)
	sign := f.at(j)
	if !sign.compares() {
		f.bare(i, j, a, b)
		return
	}
	same := sign.ch == '=' && sign.end > sign.start+1 // == is code, not SQL
	j++
	if n := f.at(j); n.compares() || n.class&cPrefix != 0 {
		j++
	}
	second := f.at(j).class
	c, k := f.value(j)
	if c == sNone && a == sQuoted && f.repeats(i+1, j) {
		c, k = sUnclosed, j+2 // the string goes on as the text does
	}
	if c == sNone {
		return
	}
	w := float32(0.35)
	kind := fCondition
	switch known := cString | cInfo | cDelay | cProbe; {
	case a.literal() && c.literal():
		w, kind = 0.6, fTautology
		if first, second := f.at(i+1), f.at(j); first.kind == kNumber && first.end-first.start >= 3 && f.same(first, second) || first.kind == kQuote && f.repeats(i+1, j) {
			w = 0.76 // what only a program makes up
		}
	case a == sCall && f.at(i+1).class&known != 0, c == sCall && second&known != 0, c == sSelect, a == sSelect && f.at(i+1).kind == kOpen:
		w = 0.5
	case sign.kind == kWord && c == sName:
		w = 0.15 // prose: and this is that
	}
	if same || t.kind == kLogic && b < 0.4 {
		w /= 2
	}
	f.note(kind, w, i, k-1)
	f.note(fBreakout, b, i, i)
	if _, finished := f.ends(k); finished && f.first(i) {
		f.note(fFragment, 0.4, i, k-1)
	} else if finished && b >= 0.4 {
		f.note(fFragment, 0.2, i, k-1)
	}
	if c == sUnclosed {
		f.note(fComment, 0.45, k-1, k-1)
	}
	f.comment(k)
}

// same reports whether two tokens are spelled alike.
func (f *finder) same(a, b *token) bool {
	return string(f.lex.text[a.start:a.end]) == string(f.lex.text[b.start:b.end])
}

// repeats reports whether the strings whose opening quotes are at tokens a and b begin with the same word.
func (f *finder) repeats(a, b int) bool {
	return f.at(b).kind == kQuote && f.at(a).ch == f.at(b).ch && f.at(b+1).kind != kQuote && f.at(b+1).kind != kEnd && !f.at(b+1).spaced && f.same(f.at(a+1), f.at(b+1)) && f.at(a+2).kind == kQuote
}

// bare: OR 1 --, AND sleep(3), OR true: a condition without a comparison.
func (f *finder) bare(i, j int, a shape, b float32) {
	comment, finished := f.ends(j)
	switch {
	case a == sSelect && f.at(i+1).kind == kOpen:
		f.note(fSubselect, 0.6, i, j-1)
	case a == sSelect:
		f.note(fSubselect, 0.2, i, j-1)
	case finished && b >= 0.4 && (a.literal() || a == sCall) && !f.identifier(i+1) && (a != sQuoted || j <= i+5):
		f.note(fTautology, 0.5, i, j-1)
		if f.first(i) {
			f.note(fFragment, 0.25, i, j-1)
		}
	case a == sCall && b >= 0.4:
		f.note(fCondition, 0.3, i, j-1)
	case !comment:
		return
	}
	f.note(fBreakout, b, i, i)
	f.comment(j)
}

// identifier reports whether token i is a number too long to be a condition: a telephone's, a customer's.
func (f *finder) identifier(i int) bool {
	t := f.at(i)
	return t.kind == kNumber && t.end-t.start > 6
}

// order: ORDER|GROUP BY number.
func (f *finder) order(i int) {
	if f.at(i+1).class&cBy == 0 {
		return
	}
	s, j := f.value(i + 2)
	for n := 0; n < 30 && f.at(j).kind == kComma; n++ {
		_, j = f.value(j + 1)
	}
	if s == sCall && f.at(i+2).class&cString != 0 && f.at(i-1).kind == kNumber {
		for k := i + 3; k < j; k++ {
			if f.at(k).class&cSelect != 0 {
				f.note(fOrder, 0.6, i, j-1) // an error that shows what the subquery finds
				f.note(fBreakout, f.breakout(i), i, i)
				return
			}
		}
	}
	if s != sNumber && (s != sCall || f.at(i+2).class&cDelay == 0) {
		return
	}
	f.note(fOrder, 0.4, i, j-1)
	if c := f.at(j); c.kind == kComment && !c.spaced && s == sNumber && j == i+3 {
		f.note(fComment, 0.64, j, j) // glued to the number: no sentence goes on so
	}
	f.note(fBreakout, f.breakout(i), i, i)
	if _, finished := f.ends(j); finished && f.breakout(i) >= 0.45 {
		f.note(fFragment, 0.4, i, j-1)
	}
	f.comment(j)
}

// sel: SELECT in parentheses, or at the head of a statement.
func (f *finder) sel(i int) {
	f.selected = true
	from := false
	for j := i + 1; j < i+24 && !from; j++ {
		from = f.at(j).class&cFrom != 0
	}
	s, j := f.value(i + 1)
	call := s == sCall && f.at(i+1).class&(cString|cInfo|cDelay|cProbe) != 0
	p := f.at(i - 1)
	switch {
	case p.kind == kOpen && (from || call || s.literal()):
		f.note(fSubselect, 0.4, i, i)
	case f.first(i) && !from && f.at(i+1).class&cInfo != 0 && f.at(j).kind != kComma,
		f.first(i) && (call && f.at(i+1).class&cString == 0 && !from || f.at(i+1).kind == kVar && f.at(i+1).end > f.at(i+1).start+3):
		f.note(fSubselect, 0.65, i, j-1)
		if _, finished := f.ends(j); finished {
			f.note(fFragment, 0.45, i, j-1)
		}
	case call:
		f.note(fSubselect, 0.3, i, j-1)
	}
	if p.kind == kOpen || call {
		f.list(i + 1)
	}
	star := f.at(i+1).ch == '*'
	switch t := f.at(i + 1); {
	case f.base == 0 && i > 0 && i <= 2 && f.at(0).kind == kOpen && p.kind == kOpen && (from || call):
		f.note(fFragment, 0.35, i-1, i)
	case f.first(i) && t.kind == kNumber && t.end-t.start >= 8 && f.at(i+2).kind == kEnd:
		f.note(fFragment, 0.8, i, i+1)
	case f.first(i) && from:
		f.trailer(i + 1)
	}
	if from && (s != sNone || star) && (f.first(i) || f.at(i).line || p.kind == kQuote) {
		f.note(fStatement, 0.6, i, i+1)
		f.plain = f.plain || f.first(i)
	}
}

// delay: functions that spend time.
func (f *finder) delay(i int, t *token) {
	var w float32
	n, m := f.at(i+1), f.at(i+2)
	switch t.ch | 0x20 {
	case 'w': // waitfor delay '...'
		if n.kind == kWord && m.kind == kQuote {
			w = 0.85
		}
	case 'r': // dbms_pipe.receive_message(, randomblob(
		w = 0.6
	case 's', 'g': // sleep(number), get_lock(
		if m.kind == kNumber || m.kind == kWord && m.ch == '_' || m.kind == kOpen {
			w = 0.45
		}
	case 'b': // benchmark(number,
		if m.kind == kNumber && f.at(i+3).kind == kComma {
			w = 0.75
		}
	default:
		w = 0.75
	}
	if w == 0 || n.kind != kOpen && t.ch|0x20 != 'w' {
		return
	}
	f.note(fDelay, w, i, i+2)
	_, j := f.name(i)
	if t.ch|0x20 == 'w' {
		_, j = f.quoted(i + 2)
	}
	p := f.at(i - 1)
	if n := f.at(j); f.first(i) && (n.kind == kEnd || n.kind == kComment || n.compares() && f.at(j+1).kind == kQuote) {
		f.note(fFragment, 0.3, i, j-1)
	}
	if f.at(j).compares() && f.at(j+1).kind == kEnd {
		f.note(fFragment, 0.4, i, j)
	}
	switch b := f.breakout(i); {
	case b > 0:
		f.note(fBreakout, b, i, i)
	case p.kind == kOpen && f.at(i-2).class&cSelect != 0:
		f.note(fSubselect, 0.65, i-1, i)
	case p.class&cLogic != 0:
		f.note(fBreakout, 0.55, i-1, i)
	case p.kind == kSemi || p.kind == kLogic || p.kind == kComma || p.class&cSelect != 0:
		f.note(fBreakout, 0.3, i, i)
	}
	f.comment(j)
}

// probe: functions that leak, called or executed.
func (f *finder) probe(i int) {
	w := float32(0.25)
	if n := f.at(i + 1).kind; n == kOpen || n == kDot {
		w = 0.65
	}
	if p := f.at(i - 1); p.class&cVerb != 0 || p.kind == kDot {
		w = 0.7
	}
	for j := i - 1; j > i-5; j-- {
		if f.at(j).ch|0x20 == 'e' && f.at(j).class&cVerb != 0 {
			w = 0.82 // exec master..xp_cmdshell
		}
	}
	f.note(fProbe, w, i, i+1)
	f.note(fBreakout, f.breakout(i)/2, i, i)
}

// schema: a system table, weighed more where it is read from.
func (f *finder) schema(i int) {
	w := float32(0.3)
	if f.at(i+1).kind == kDot {
		w = 0.4
	}
	for j := i - 1; j > i-4; j-- {
		if f.at(j).class&cFrom != 0 {
			w = 0.6
		}
	}
	f.note(fSchema, w, i, i)
}

// output: INTO OUTFILE '...'.
func (f *finder) output(i int) {
	if (f.at(i+1).kind == kQuote || f.at(i+1).kind == kNumber) && (f.at(i-1).ch != '-' || f.at(i).spaced) { // -OutFile is PowerShell's
		f.note(fOutput, 0.75, i, i+1)
		f.note(fBreakout, f.breakout(i-1), i-1, i)
	}
}

// branch: CASE WHEN, IF(condition, a, b) inside an expression.
func (f *finder) branch(i int, t *token) {
	switch n, p := f.at(i+1), f.at(i-1); {
	case t.ch|0x20 == 'i' && n.kind == kOpen && f.at(i+2).kind == kNumber && f.at(i+3).compares() && f.at(i+4).kind == kNumber && f.at(i+6).class&cSelect != 0:
		f.note(fBranch, 0.65, i, i+6)
		f.trailer(i + 6)
	case t.ch|0x20 == 'c' && n.class&cWhen != 0:
		f.note(fBranch, 0.4, i, i+1)
	case n.kind == kOpen && (p.kind == kComma || p.kind == kOp || p.class&(cSelect|cLogic) != 0):
		f.note(fBranch, 0.35, i, i+1)
	}
}

// codes: strings built from character codes, or taken apart to be compared one by one.
func (f *finder) codes(i int) {
	if f.at(i+1).kind != kOpen {
		return
	}
	_, j := f.name(i)
	op, again := f.at(j), f.at(j+1)
	switch a := f.at(i + 2); {
	case (op.kind == kLogic || op.kind == kComma || op.kind == kOp) && again.class&cString != 0 && a.kind == kNumber:
		f.note(fString, 0.65, i, j+1)
	case a.kind == kNumber && f.at(i+2).end-f.at(i+2).start > 3, a.class&(cString|cInfo|cSelect) != 0 && f.at(i+3).kind == kOpen, a.kind == kVar:
		f.note(fString, 0.45, i, i+2)
	case a.kind == kOpen && f.at(i+3).class&cSelect != 0:
		f.note(fString, 0.55, i, i+3)
	case a.kind == kNumber && f.at(i+3).kind == kClose:
		f.note(fString, 0.25, i, i+3)
	}
}

// info: user(), version(), database().
func (f *finder) info(i int) {
	if f.at(i+1).kind == kOpen && f.at(i+2).kind == kClose {
		f.note(fInfo, 0.35, i, i+2)
	}
}

// variable: @@version and other server variables.
func (f *finder) variable(i int, t *token) {
	if t.end > t.start+3 && f.lex.text[t.start+1] == '@' {
		f.note(fInfo, 0.45, i, i)
	}
}
