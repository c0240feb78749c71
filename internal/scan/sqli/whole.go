package sqli

// maxWhole bounds the tokens of a text that is judged as one fragment.
const maxWhole = 48

// whole judges a short text as one fragment: how it begins and how it ends belong together.
func (f *finder) whole() {
	if f.n == 0 || f.n > maxWhole {
		return
	}
	for i := 1; i < f.n; i++ {
		if f.at(i).line {
			return
		}
	}
	f.escaped()
	f.joined()
	f.lone()
	f.literals()
	f.conditional()
}

// escaped: a value, the quote that leaves it, what goes on as a condition does, and an end that takes care of the
// quote behind: a comment glued to it (x'=email--), or a quote opened again (1'*@a or '1).
func (f *finder) escaped() {
	q := f.opening()
	if q < 0 {
		return
	}
	n := f.at(q + 1)
	last := f.at(f.n - 1)
	switch {
	case q > 0 && n.kind == kSemi && f.n == q+2:
		f.note(fFragment, 0.45, q, q+1)
		f.note(fBreakout, 0.65, q, q)
		return
	case n.kind != kOp && n.kind != kLogic && n.class&cTail == 0 || f.n < q+4 || f.prose(q+1):
		return
	}
	c := f.commentAt()
	switch {
	case c > q+2 && (!f.at(c).spaced || c < f.n-1):
		f.note(fComment, 0.55, c, c)
		f.note(fBreakout, 0.6, q, q)
	case c < 0 && f.reopens(q, last):
		f.note(fFragment, 0.55, q, f.n-1)
		f.note(fBreakout, 0.6, q, q)
	}
}

// joined: an expression that is joined to the application's string on both sides: '+convert(int,db_name())+'.
func (f *finder) joined() {
	q, last := f.at(0), f.at(f.n-1)
	a, b := f.at(1), f.at(f.n-2)
	if f.n < 6 || q.kind != kQuote || q.ch != '\'' || last.kind != kQuote || last.ch != q.ch ||
		a.kind != kOp && a.kind != kLogic || b.kind != kOp && b.kind != kLogic {
		return
	}
	for i := 2; i < f.n-2; i++ {
		if t := f.at(i); t.class&cSelect != 0 || t.class&(cString|cInfo|cDelay|cProbe) != 0 && f.at(i+1).kind == kOpen {
			f.note(fFragment, 0.6, 0, f.n-1)
			f.note(fBreakout, 0.6, 0, 0)
			return
		}
	}
}

// prose reports whether two words that are no SQL follow each other from token i on.
func (f *finder) prose(i int) bool {
	for ; i+1 < f.n; i++ {
		if a, b := f.at(i), f.at(i+1); a.kind == kWord && a.class == 0 && b.kind == kWord && b.class == 0 && b.spaced {
			return true
		}
	}
	return false
}

// opening returns the quote that leaves the first value of the text, -1 when there is none.
func (f *finder) opening() int {
	for i := 0; i < 6 && i < f.n-1; i++ {
		t := f.at(i)
		if t.kind == kQuote {
			if t.odd && t.ch != '`' && !t.spaced && f.quoteBreakout(i) >= 0.65 {
				return i
			}
			return -1
		}
	}
	return -1
}

// commentAt returns the line comment that ends the text, -1 when there is none.
func (f *finder) commentAt() int {
	for i := f.n - 1; i > 0 && i >= f.n-4; i-- {
		if t := f.at(i); t.kind == kComment && t.ch == '-' {
			return i
		}
	}
	return -1
}

// reopens reports whether the text ends in a quote like the one at token q, opened again, with a short value.
func (f *finder) reopens(q int, last *token) bool {
	quote := f.at(f.n - 2)
	if last.end-last.start > 3 || last.kind != kNumber && last.kind != kWord || quote.kind != kQuote || quote.ch != f.at(q).ch || last.spaced || f.n-2 == q {
		return false
	}
	before := f.at(f.n - 3)
	return quote.spaced || before.kind == kOp || before.kind == kLogic
}

// lone: a text that is the name of a system table or of a function that leaks, or the beginning of a call.
func (f *finder) lone() {
	t := f.at(0)
	const calls = cInfo | cProbe | cDelay
	switch {
	case f.n == 1 && t.class&(cSchema|cProbe) != 0 && t.end-t.start >= 8:
		f.note(fProbe, 0.8, 0, 0)
	case f.n == 2 && t.class&calls != 0 && f.at(1).kind == kOpen && !f.at(1).spaced:
		f.note(fProbe, 0.8, 0, 1)
	case t.class&cString != 0 && f.at(1).kind == kOpen && f.leaks():
		f.note(fFragment, 0.5, 0, 1)
	case t.kind == kWord && f.at(1).kind == kOpen && f.cast():
		f.note(fDocument, 0.8, 0, f.n-1)
	case f.word(0, "limit") && f.at(1).kind == kNumber && f.at(f.n-1).kind == kComment:
		f.note(fComment, 0.8, 0, f.n-1)
	case f.word(0, "procedure") && f.word(1, "analyse") && f.at(2).kind == kOpen:
		f.note(fProbe, 0.85, 0, 2)
	}
}

// leaks reports whether server facts are among the arguments.
func (f *finder) leaks() bool {
	for i := 2; i < f.n; i++ {
		if f.at(i).class&cInfo != 0 && f.at(i+1).kind == kOpen && f.at(i+2).kind == kClose {
			return true
		}
	}
	return false
}

// cast reports whether the text ends in a call's result cast to a type: f(...)::int.
func (f *finder) cast() bool {
	n := f.n
	return n > 5 && f.at(n-1).class&cType != 0 && f.at(n-2).ch == ':' && f.at(n-3).ch == ':' && f.at(n-4).kind == kClose
}

// literals: a comparison of two strings or of a number with itself, and nothing else.
func (f *finder) literals() {
	a, j := f.value(0)
	op := f.at(j)
	negated := op.class&cPrefix != 0
	if negated {
		j++
		op = f.at(j)
	}
	if !a.literal() || !op.compares() || op.ch == '<' && op.end == op.start+1 || op.ch == '>' || op.end-op.start > 2 && op.kind == kOp {
		return
	}
	j++
	if f.at(j).class&cPrefix != 0 {
		j++
	}
	b, k := f.value(j)
	if !b.literal() || k < f.n {
		return
	}
	first, second := f.at(0), f.at(j)
	switch {
	case a == sQuoted && (b == sQuoted || b == sUnclosed) && (b == sUnclosed || op.ch == '!' || op.class != 0 || negated):
		f.note(fTautology, 0.8, 0, k-1)
	case f.n == 3 && a == sNumber && b == sNumber && op.kind == kOp &&
		(op.ch == '!' || op.ch == '=' && string(f.lex.text[first.start:first.end]) == string(f.lex.text[second.start:second.end])):
		f.note(fTautology, 0.8, 0, k-1)
	}
}

// conditional: a text that is CASE ... WHEN ... THEN ... END.
func (f *finder) conditional() {
	if !f.word(0, "case") || f.at(f.n-1).class&cEnd == 0 {
		return
	}
	when := 0
	for i := 1; i < f.n; i++ {
		if f.at(i).class&cWhen != 0 {
			when++
		}
	}
	if when >= 2 {
		f.note(fBranch, 0.8, 0, f.n-1)
	}
}

// listing reports whether a list or a call stands before token i.
func (f *finder) listing(i int) bool {
	for k := i - 1; k > 0; k-- {
		if t := f.at(k); t.kind == kComma || t.kind == kOpen || t.ch == '*' {
			return true
		}
	}
	return false
}

// document: a JSON document in a string, the quote at token i, that is cast to JSON or meets an operator of
// PostgreSQL, in a fragment.
func (f *finder) document(i int, t *token) {
	p, n := f.at(i-1), f.at(i+1)
	if t.ch != '\'' || p.ch != '}' && p.ch != ']' || f.base > 0 || f.at(0).class&cVerb != 0 {
		return
	}
	m := f.at(i + 2)
	switch {
	case n.ch == ':' && m.ch == ':' && f.at(i+3).class&cType != 0:
	case n.ch == '<' && m.ch == '@', n.kind == kVar && n.end == n.start+1 && (m.ch == '>' || m.ch == '?'), n.kind == kVar && n.end == n.start+2:
	case n.ch == '-' && n.end == n.start+3, n.kind == kOp && n.compares() && m.ch == '\'' && f.at(i+3).ch == '$' && f.at(i+4).kind == kDot, n.ch == '#' && (m.ch == '>' || m.ch == '-'):
	case n.ch == '?' && (m.ch == '|' || m.ch == '&' || m.kind == kQuote):
	default:
		return
	}
	f.note(fDocument, 0.82, i, i+2)
}
