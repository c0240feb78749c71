package sqli

// union: UNION [ALL|DISTINCT] [(] SELECT list. Where no select came before, it cannot be a statement
// of the text's own.
func (f *finder) union(i int) {
	j, gap := i+1, f.at(i+1).gap
	for n := 0; n < ahead/2; n++ {
		t := f.at(j)
		if t.kind == kComment {
			for j++; n < ahead/2 && !f.at(j).line && f.at(j).kind != kEnd; n++ {
				j++
			}
			gap = true
			continue
		}
		if t.class&cAll == 0 && t.kind != kOpen && t.kind != kOp {
			break
		}
		j++
		gap = gap || f.at(j).gap
	}
	if f.at(j).class&cSelect == 0 && !(f.word(j, "values") && f.at(j+1).kind == kOpen) {
		if _, finished := f.ends(j + 2); finished && f.word(j, "table") && f.at(j+1).kind == kWord && f.breakout(i) > 0 {
			f.note(fUnion, 0.7, i, j+1)
			f.note(fBreakout, f.breakout(i), i, i)
			return
		}
		if f.numbers(j) {
			f.note(fUnion, 0.65, i, j)
			f.note(fBreakout, f.breakout(i), i, i)
			f.list(j)
			f.trailer(j)
			return
		}
		if b := f.breakout(i); f.at(i+1).kind == kEnd && (f.at(i-1).kind == kNumber || b > 0.6) {
			f.note(fUnion, 0.65, i, i)
			f.note(fBreakout, b, i, i)
		}
		return
	}
	if q, p := f.at(j+1), f.at(i-1); p.kind == kQuote && q.kind == kQuote && p.ch == q.ch && !q.spaced && !f.at(i).spaced && f.at(j+2).kind != kEnd {
		return // "union select" in a search
	}
	if gap || f.at(j+1).gap {
		f.note(fGap, 0.6, i, j)
	}
	w := float32(0.5)
	if !f.selected {
		w = 0.68
	}
	if n := f.at(j + 1); n.kind == kWord && n.class == 0 && !f.listed(j+1) {
		w = 0.4 // the union select committee
	}
	f.note(fUnion, w, i, j)
	f.note(fBreakout, f.breakout(i), i, i)
	if q := f.at(0); f.base == 0 && q.kind == kQuote && q.odd {
		f.note(fBreakout, 0.45, 0, 0)
	}
	f.list(j + 1)
	f.trailer(j + 1)
}

// numbers reports whether three numbers or more are listed at token i.
func (f *finder) numbers(i int) bool {
	for n := 0; n < 3; n++ {
		if f.at(i).kind != kNumber || n < 2 && f.at(i+1).kind != kComma {
			return false
		}
		i += 2
	}
	return true
}

// word reports whether token i is the word named, in any case.
func (f *finder) word(i int, name string) bool {
	t := f.at(i)
	if t.kind != kWord || t.end-t.start != len(name) {
		return false
	}
	for k := range len(name) {
		if f.lex.text[t.start+k]|0x20 != name[k] {
			return false
		}
	}
	return true
}

// listed reports whether the name at token i goes on as a select list does.
func (f *finder) listed(i int) bool {
	_, j := f.value(i)
	n := f.at(j)
	return n.kind == kEnd || n.kind == kComma || n.kind == kComment || n.class&cFrom != 0 || n.kind == kDot || n.kind == kLogic || j > i+1
}

// trailer notes a comment that ends the fragment within reach of token i.
func (f *finder) trailer(i int) {
	for j := i; j < i+ahead-8; j++ {
		switch f.at(j).kind {
		case kEnd:
			return
		case kComment:
			if f.tail(j) {
				f.note(fComment, 0.5, j, j)
				return
			}
		}
	}
}

// list weighs a select list: literals, nulls and server functions are what an attacker fills
// columns with.
func (f *finder) list(i int) {
	literals, j := 0, i
	for n := 0; n < 10; n++ {
		t := f.at(j)
		s, k := f.value(j)
		if s == sNone {
			break
		}
		switch {
		case s.literal():
			literals++
		case s == sName && (f.at(k).kind == kComma || f.at(k).class&cFrom != 0):
			f.note(fList, 0.25, i, k-1)
		case s == sCall && t.class&(cString|cInfo|cDelay|cProbe) != 0, t.kind == kVar && t.end > t.start+1:
			f.note(fList, 0.5, i, k-1)
		}
		j = k
		if f.at(j).kind != kComma {
			break
		}
		j++
	}
	switch {
	case literals >= 2:
		f.note(fList, 0.6, i, j-1)
	case literals == 1:
		f.note(fList, 0.45, i, j-1)
	}
	f.comment(j)
}

// comment notes that the fragment ends in a comment at token i.
func (f *finder) comment(i int) {
	if c, _ := f.ends(i); c {
		f.note(fComment, 0.5, i, i+1)
	}
}
