package sqli

// broken judges the quote at token i: a fragment of quotes and comments that leaves the string.
func (f *finder) broken(i int, t *token) {
	if !t.odd || f.base+i > 6 {
		return
	}
	f.truncated(i, t)
	f.operators(i, t)
}

// truncated: a quote or a parenthesis that closes what the application opened, then a comment.
func (f *finder) truncated(i int, t *token) {
	if !t.odd || f.base+i > 6 {
		return
	}
	b := f.quoteBreakout(i)
	if t.kind == kClose {
		b = 0.3
	}
	if c, _ := f.ends(i + 1); c {
		f.note(fComment, 0.6, i, i+2)
		f.note(fBreakout, b, i, i)
	}
}

// operators: two strings that the application opens and closes, joined by operators alone
// (a'='b, ' like ').
func (f *finder) operators(i int, t *token) {
	if !f.first(i) && (t.spaced || !f.leading(i) || f.at(i-1).kind == kOp) || t.ch == '`' && f.at(i+1).spaced {
		return
	}
	ops, j := 0, i+1
	for ; j < i+8; j++ {
		o := f.at(j)
		switch {
		case o.line:
			return
		case o.compares(), o.kind == kLogic, o.class&cLogic != 0:
			ops += 2
		case o.kind == kOp && (o.ch != ':' || o.end > o.start+1):
			ops++
		case o.kind == kNumber, o.class&cConst != 0, o.kind == kOpen, o.kind == kClose:
		case o.kind == kQuote && o.ch == t.ch:
			if f.reopened(j) && (ops >= 2 || ops == 1 && (f.at(j+1).kind != kEnd && !f.first(i))) {
				f.note(fFragment, 0.6, i, j)
				f.note(fBreakout, 0.6, i, i)
			}
			return
		case o.kind == kComment && ops > 0 && f.tail(j):
			f.note(fFragment, 0.6, i, j)
			f.note(fBreakout, 0.6, i, i)
			return
		default:
			return
		}
	}
}

// reopened reports whether the quote at token j opens the application's string again: nothing or one
// glued value follows.
func (f *finder) reopened(j int) bool {
	a, b := f.at(j+1), f.at(j+2)
	switch {
	case a.kind == kEnd:
		return true
	case a.spaced:
		return false
	}
	return a.kind == kQuote || b.kind == kEnd || b.kind == kComment || b.kind == kQuote && f.at(j+3).kind == kEnd
}

// maxArithmetic bounds the tokens of an expression that a comment ends.
const maxArithmetic = 24

// closing: a text of numbers, variables and functions alone that ends in a comment (1--, (1 or 1) --).
func (f *finder) closing(i int) {
	if f.base > 0 || i == 0 || i > maxArithmetic || f.at(i).ch != '-' || f.at(i+1).kind != kEnd && f.at(i+2).kind != kEnd {
		return
	}
	values := 0
	for j := 0; j < i; j++ {
		switch t := f.at(j); {
		case t.kind == kNumber, t.kind == kVar, t.class&(cLogic|cPrefix|cString) != 0, t.kind == kClose:
			values++
		case t.kind == kQuote, t.kind == kOpen, t.kind == kOp && t.ch != '<', t.class != 0:
		case t.kind == kWord && f.at(j-1).kind == kQuote && f.at(j+1).kind == kQuote, t.kind == kWord && f.at(j+1).kind == kOpen:
		default:
			return
		}
	}
	if k := f.at(0).kind; values == 0 || k == kQuote || k == kOp {
		return
	}
	f.note(fComment, 0.5, i, i)
	f.note(fFragment, 0.65, 0, i)
}
