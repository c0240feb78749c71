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
		return f.rare(i)
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

// rare weighs the statements whose verbs are words of every sentence: they count by what follows.
func (f *finder) rare(i int) float32 {
	t, n, m := f.at(i), f.at(i+1), f.at(i+2)
	if t.kind != kWord {
		return 0
	}
	found := false
	switch t.ch | 0x20 {
	case 'a':
		found = f.word(i, "attach") && (n.kind == kQuote || n.class&cNoun != 0)
	case 'c':
		found = f.word(i, "call") && n.kind == kWord && (m.kind == kOpen || m.kind == kDot) || f.word(i, "commit") && ended(n)
	case 'd':
		found = f.word(i, "do") && n.class&cDelay != 0
	case 'h':
		found = f.word(i, "handler") && n.kind != kEnd && f.handled(i+2)
	case 'l':
		found = f.word(i, "load") && f.word(i+1, "data")
	case 'm':
		found = f.word(i, "merge") && f.word(i+1, "into")
	case 'p':
		found = f.word(i, "pragma") && n.kind == kWord || f.word(i, "prepare") && n.kind == kWord && m.class&cFrom != 0
	case 'r':
		found = f.word(i, "rename") && f.word(i+1, "table") || f.word(i, "replace") && f.word(i+1, "into") || (f.word(i, "rollback") || f.word(i, "reconfigure")) && ended(n)
	case 's':
		found = f.word(i, "show") && (f.word(i+1, "tables") || f.word(i+1, "databases") || f.word(i+1, "columns") || f.word(i+1, "grants") || f.word(i+1, "variables"))
	}
	if found {
		return 0.5
	}
	return 0
}

// ended reports whether t ends a statement.
func ended(t *token) bool { return t.kind == kEnd || t.kind == kSemi || t.kind == kComment }

// handled reports whether a word of HANDLER stands at token i or behind the rest of a quoted name.
func (f *finder) handled(i int) bool {
	for j := i; j < i+3; j++ {
		if f.word(j, "open") || f.word(j, "read") || f.word(j, "close") {
			return true
		}
	}
	return false
}
