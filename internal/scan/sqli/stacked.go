package sqli

// statementAt weighs whether a statement begins at token i, by its verb and what the verb needs.
func (f *finder) statementAt(i int) float32 {
	t, n := f.at(i), f.at(i+1)
	switch {
	case t.class&cAssign != 0 && n.kind == kVar:
		return 0.6 // set @a =
	case t.class&cBlock != 0:
		for j := i + 1; j < i+6; j++ {
			if v := f.at(j); v.class&cVerb != 0 && v.ch|0x20 == 's' && v.class&cSelect == 0 {
				return 0.6 // while 1=1 shutdown
			}
		}
	}
	if t.class&cVerb == 0 {
		if f.word(i, "copy") && f.program(i+1) {
			return 0.6
		}
		return 0
	}
	switch t.ch | 0x20 {
	case 's': // select, shutdown
		if t.class&cSelect == 0 {
			if n.kind == kEnd || n.kind == kComment || n.kind == kSemi {
				return 0.5
			}
			return 0
		}
		s, j := f.value(i + 1)
		if s == sCall || s.literal() || n.ch == '*' || s == sName && (f.at(j).class&cFrom != 0 || f.at(j).kind == kComma) {
			return 0.5
		}
	case 'e': // exec
		if n.class&cProbe != 0 || n.kind == kOpen || n.kind == kVar || n.kind == kWord && (f.at(i+2).kind == kDot || f.at(i+2).kind == kQuote) {
			return 0.6
		}
	case 'd': // drop, delete, declare
		if n.class&cNoun != 0 && f.at(i+2).kind != kEnd {
			return 0.62
		}
		if c := f.at(i + 2); n.kind == kWord && c.kind == kComment && f.tail(i+2) && !f.first(i) {
			return 0.4
		}
		if n.kind == kVar || n.class&cDelay != 0 {
			return 0.6
		}
	case 'i', 'c', 'a', 't', 'g': // insert, create, alter, truncate, grant
		if n.class&cNoun != 0 && f.at(i+2).kind != kEnd {
			return 0.5
		}
	case 'u': // update t set
		for j := i + 2; j < i+5; j++ {
			if f.at(j).class&cAssign != 0 && f.at(j+2).compares() {
				return 0.5
			}
		}
	case 'w': // waitfor
		if n.class&cNoun != 0 {
			return 0.6
		}
	case 'b': // backup, bulk
		if n.class&cNoun != 0 {
			return 0.4
		}
	}
	return 0
}

// maxCopied bounds the tokens of what COPY copies.
const maxCopied = 24

// program reports whether what COPY copies, from token i on, goes to or comes from a program or a file.
func (f *finder) program(i int) bool {
	for j := i; j < i+maxCopied && f.at(j).kind != kEnd; j++ {
		if (f.word(j, "to") || f.at(j).class&cFrom != 0) && (f.word(j+1, "program") && f.at(j+2).kind == kQuote || f.at(j+1).kind == kQuote && f.at(j-1).kind == kClose) {
			return true
		}
	}
	return false
}

// stacked: a semicolon at token i ends the application's statement and another begins at j.
func (f *finder) stacked(i, j int) {
	w := f.statementAt(j)
	if w == 0 {
		return
	}
	if f.at(j).line {
		w /= 2
	}
	f.note(fStacked, w, i, j+1)
	f.note(fBreakout, f.breakout(i), i, i)
	if v := f.at(j + 3); f.at(j).class&cAssign != 0 && (f.at(j+4).kind == kQuote && v.end == v.start+1 || v.kind == kNumber && v.end > v.start+8) {
		f.note(fString, 0.55, j, j+4) // a statement in hexadecimal or binary digits
	}
	for k := j + 1; k < j+ahead-4; k++ {
		switch f.at(k).kind {
		case kEnd:
			return
		case kComment:
			f.comment(k)
			return
		}
	}
}

// verb: a statement that begins right after a value, without a semicolon, or the text itself.
func (f *finder) verb(i int) {
	w := f.statementAt(i)
	if w == 0 || f.at(i).class&cSelect != 0 && f.at(i-1).kind != kQuote {
		return
	}
	b := f.breakout(i)
	switch {
	case b >= 0.6 && !f.first(i):
		f.note(fStacked, w, i, i+1)
		f.note(fBreakout, b, i, i)
	case f.first(i) || f.at(i).line:
		f.note(fStatement, 0.6, i, i+1)
	}
}

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
	if !f.first(i) && (t.spaced || !f.leading(i)) {
		return
	}
	ops, j := 0, i+1
	for ; j < i+8; j++ {
		o := f.at(j)
		switch {
		case o.compares(), o.kind == kLogic, o.class&cLogic != 0:
			ops += 2
		case o.kind == kOp:
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
