package sqli

// breakout weighs how token i follows what the application put before the value: the text begins,
// a quote opens right after a value, a parenthesis closes that was not opened here.
func (f *finder) breakout(i int) float32 {
	p := f.at(i - 1)
	switch {
	case f.first(i):
		return 0.5
	case p.kind == kQuote && p.odd:
		return f.quoteBreakout(i - 1)
	case p.kind == kQuote && f.base+i <= 4:
		return 0.45
	case p.kind == kQuote:
		return 0.25
	case p.kind == kClose && p.odd && (p.line || f.at(i).line || f.at(i+1).line) && f.base+i > 8:
		return 0.15 // a line of code begins or ends with it
	case p.kind == kClose && p.odd:
		if q := f.at(i - 2).kind; q == kQuote || q == kClose {
			return 0.75
		}
		return 0.6
	case p.kind == kWord && f.base+i == 1:
		return 0.45
	case f.base == 0 && i <= 16 && f.lead(i):
		return 0.5
	case p.kind == kClose:
		return 0.15
	case p.kind == kNumber, p.kind == kComment, f.at(i).gap:
		return 0.2
	}
	return 0
}

// quoteBreakout weighs the opening quote at token q: strong at the start of the text or glued to a
// value, weak where code opens strings.
func (f *finder) quoteBreakout(q int) float32 {
	t, p := f.at(q), f.at(q-1)
	switch {
	case f.first(q):
		return 0.65
	case t.spaced && t.ch != '`' && f.at(q+1).spaced && f.at(q+1).class&cLogic != 0:
		return 0.45 // a quote that stands alone before a condition
	case t.spaced, t.ch == '`':
		return 0.25
	case !f.leading(q):
		return 0.4
	case p.kind == kNumber, p.kind == kClose, p.kind == kQuote, p.kind == kOp && p.ch == '%':
		return 0.7
	case p.kind == kWord && (p.end > p.start+1 || f.first(q-1)):
		return 0.7
	}
	return 0.25
}

// leading reports whether token q ends the first value of the text: nothing before it stands apart.
func (f *finder) leading(q int) bool {
	if f.base+q > 8 {
		return false
	}
	for k := q; k > 0; k-- {
		if f.at(k).spaced && f.at(k-1).kind == kWord {
			return false
		}
	}
	return true
}

// lead reports whether the tokens before i are one arithmetic value: numbers, operators, parentheses
// and names that stand alone.
func (f *finder) lead(i int) bool {
	for k := 0; k < i; k++ {
		switch t := f.at(k); t.kind {
		case kNumber, kVar, kOpen, kClose, kOp:
		case kWord:
			if n := f.at(k + 1); n.spaced && k+1 < i && n.kind != kOp {
				return false
			}
		default:
			return false
		}
	}
	return true
}
