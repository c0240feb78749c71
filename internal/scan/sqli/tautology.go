package sqli

// same reports whether two tokens are spelled alike.
func (f *finder) same(a, b *token) bool {
	return string(f.lex.text[a.start:a.end]) == string(f.lex.text[b.start:b.end])
}

// opened returns the token behind the parentheses that open at token i.
func (f *finder) opened(i int) int {
	for n := 0; n < 8 && f.at(i).kind == kOpen; n++ {
		i++
	}
	return i
}

// repeats reports whether the strings whose opening quotes are at tokens a and b, within parentheses or not, begin with the same word.
func (f *finder) repeats(a, b int) bool {
	a, b = f.opened(a), f.opened(b)
	return f.at(a).kind == kQuote && f.at(b).kind == kQuote && f.at(a).ch == f.at(b).ch && f.at(b+1).kind != kQuote && f.at(b+1).kind != kEnd && !f.at(b+1).spaced && f.same(f.at(a+1), f.at(b+1)) && f.at(a+2).kind == kQuote
}

// continues reports whether the string that opens at token j, compared with what follows the word at i, goes on as the text
// does: the quote behind it is the application's. It begins with what it is compared with ('x'='x), and where a quote left the
// value that may be a name or a number (a='a), or it begins with a wildcard.
func (f *finder) continues(i, j int) bool {
	if f.repeats(i+1, j) {
		return true
	}
	j = f.opened(j)
	a, q, first := f.at(f.opened(i+1)), f.at(j), f.at(j+1)
	if q.kind != kQuote || first.kind == kEnd || first.spaced || !f.left(i, q.ch) {
		return false
	}
	return (a.kind == kWord || a.kind == kNumber) && f.same(a, first) || first.ch == '%'
}

// left reports whether a quote of one kind, and parentheses perhaps, leave the value before token i.
func (f *finder) left(i int, quote byte) bool {
	for n := 0; n < 4 && f.at(i-1).kind == kClose; n++ {
		i--
	}
	p := f.at(i - 1)
	return p.kind == kQuote && p.ch == quote && p.odd
}

// madeUp reports whether what follows the word at token i is compared with token j as only programs and people who try a
// parameter write: a literal or a name with itself, two numbers glued to the sign. WHERE 1=1 is how programs begin conditions.
func (f *finder) madeUp(i, j int, sign *token) bool {
	first, second := f.at(i+1), f.at(j)
	if t := f.at(i); t.class&cWhere != 0 && t.ch|0x20 == 'w' {
		return first.kind == kNumber && first.end-first.start >= 3 && f.same(first, second)
	}
	switch single := sign.end == sign.start+1; {
	case f.repeats(i+1, j):
		return true
	case !single && sign.ch == '=' || j != i+3:
		return false
	case first.kind == kNumber && second.kind == kNumber:
		return f.same(first, second) && first.end-first.start >= 3 || sign.ch == '=' && !sign.spaced && !second.spaced
	}
	return first.kind == kWord && sign.ch == '=' && !sign.spaced && !second.spaced && f.same(first, second) && f.at(j+1).kind != kDot
}

// equal: 4148=4148 where a list, a call or a condition begins.
func (f *finder) equal(i int, t *token) {
	a, b, p := f.at(i-1), f.at(i+1), f.at(i-2)
	if t.ch == '=' && t.end == t.start+1 && a.kind == kNumber && b.kind == kNumber && a.end-a.start >= 3 && !t.spaced && !b.spaced &&
		(p.kind == kOpen || p.class&(cLogic|cWhen|cPrefix) != 0) && f.same(a, b) {
		f.note(fTautology, 0.76, i-1, i+1)
	}
}

// emptied: a quote that leaves the value, OR, and an empty string with whatever goes on (' or ”-').
func (f *finder) emptied(i int, t *token) {
	a, b := f.at(i+1), f.at(i+2)
	c := f.at(i + 3)
	if c.kind == kOp {
		c = f.at(i + 4)
	}
	if t.class&cLogic != 0 && a.kind == kQuote && a.ch != '`' && b.kind == kQuote && c.kind == kQuote && a.ch == b.ch && b.ch == c.ch && !b.spaced && !a.line && f.left(i, a.ch) {
		f.note(fTautology, 0.78, i, i+2)
		f.note(fBreakout, f.breakout(i), i, i)
	}
}
