package sqli

// statementAt weighs whether a statement begins at token i, by its verb and what the verb needs.
func (f *finder) statementAt(i int) float32 {
	t, n := f.at(i), f.at(i+1)
	if t.class&cVerb == 0 {
		return 0
	}
	text := f.lex.text
	second := byte(0)
	if t.end > t.start+1 {
		second = text[t.start+1] | 0x20
	}
	switch t.ch | 0x20 {
	case 's': // select, shutdown, set, show
		switch {
		case t.class&cSelect != 0:
			s, j := f.value(i + 1)
			if s == sCall || s.literal() || f.at(i+1).ch == '*' || s == sName && (f.at(j).class&cFrom != 0 || f.at(j).kind == kComma) {
				return 0.5
			}
		case second == 'h' && (n.kind == kEnd || n.kind == kComment || n.kind == kSemi):
			return 0.5
		case second == 'e' && n.kind == kVar:
			return 0.5
		}
	case 'e': // exec
		if n.class&cProbe != 0 || n.kind == kOpen || n.kind == kVar || n.kind == kWord && (f.at(i+2).kind == kDot || f.at(i+2).kind == kQuote) {
			return 0.6
		}
	case 'd': // drop, delete, declare, describe, dbcc, do
		if n.class&cNoun != 0 && f.at(i+2).kind != kEnd {
			return 0.55
		}
		if n.kind == kVar || n.class&cDelay != 0 {
			return 0.6
		}
	case 'i', 'c', 'a', 't', 'g', 'r': // insert, create, copy, alter, truncate, grant, replace
		if n.class&cNoun != 0 && f.at(i+2).kind != kEnd {
			return 0.5
		}
	case 'u': // update t set, use x
		for j := i + 2; j < i+5; j++ {
			if f.at(j).class&cVerb != 0 && f.at(j+2).compares() {
				return 0.5
			}
		}
	case 'w': // waitfor, while
		if n.class&cNoun != 0 || n.kind == kNumber {
			return 0.6
		}
	case 'b', 'l': // backup, bulk, begin, load
		if n.class&cNoun != 0 {
			return 0.4
		}
	}
	return 0
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
	if t.odd && f.base+i <= 6 {
		f.truncated(i, t)
	}
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
