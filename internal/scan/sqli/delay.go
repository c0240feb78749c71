package sqli

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
		if m.kind == kNumber && m.end-m.start >= 6 {
			w = 0.78
		}
	case 's', 'g': // sleep(number), get_lock(
		if m.kind == kNumber || m.kind == kWord && m.ch == '_' || m.kind == kOpen {
			w = 0.45
		}
	case 'b': // benchmark(number,
		if m.kind == kNumber && (f.at(i+3).kind == kComma || f.at(i+3).gap && f.at(i+4).kind == kComma) {
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
	case p.kind == kLogic && !f.at(i).spaced && f.at(i-2).kind != kWord:
		f.note(fBreakout, 0.6, i-1, i)
	case p.kind == kSemi || p.kind == kLogic || p.kind == kComma || p.class&cSelect != 0:
		f.note(fBreakout, 0.3, i, i)
	}
	if c := f.at(j); c.kind == kComment && !c.spaced && p.kind != kDot && n.kind == kOpen && (c.ch == '-' || f.lex.text[t.start]&0x20 == 0 || f.tail(j)) {
		f.note(fComment, 0.66, j, j) // glued to the call
	}
	f.comment(j)
}
