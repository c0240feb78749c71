package sqli

// shape says what an expression is made of.
type shape uint8

const (
	sNone     shape = iota
	sNumber         // a number, or null and its kin
	sQuoted         // '...'
	sUnclosed       // a string that the text does not close: the quote after it is the application's
	sName           // a column or variable
	sCall           // name(...)
	sSelect         // (select ...)
)

func (s shape) literal() bool { return s == sNumber || s == sQuoted || s == sUnclosed }

// maxTerms bounds the terms of one expression.
const maxTerms = 12

// value reads one expression at token i, with the arithmetic in it, and returns the token after it.
// j == i when there is none.
func (f *finder) value(i int) (s shape, j int) {
	s, j = f.term(i)
	for n := 0; n < maxTerms && s != sNone; n++ {
		if t := f.at(j); t.kind != kOp || t.end > t.start+1 && t.ch != '-' || t.ch == '=' || t.ch == '<' || t.ch == '>' || t.ch == ':' {
			break
		}
		s2, k := f.term(j + 1)
		if s2 == sNone {
			break
		}
		s, j = max(s, s2), k
	}
	return s, j
}

// term reads one operand. Signs, NOT and opening parentheses before it are skipped.
func (f *finder) term(i int) (s shape, j int) {
	j = i
	for n := 0; n < 8; n++ {
		switch t := f.at(j); {
		case t.kind == kOp && (t.ch == '-' || t.ch == '+' || t.ch == '~' || t.ch == '!' && t.end == t.start+1):
			j++
		case t.class&cPrefix != 0, t.kind == kOpen:
			j++
		case t.ch == '{' && f.at(j+1).kind == kWord && !f.at(j+1).spaced: // {fn value}
			j += 2
		case t.ch == '{' && f.at(j+1).ch == '`' && f.at(j+3).ch == '`':
			j += 4
		default:
			s, j = f.primary(j)
			if s == sNone {
				return sNone, i
			}
			return s, f.closes(j)
		}
	}
	return sNone, i
}

// closes skips the parentheses that close around a value.
func (f *finder) closes(j int) int {
	for n := 0; n < 8 && (f.at(j).kind == kClose || f.at(j).ch == '}'); n++ {
		j++
	}
	return j
}

func (f *finder) primary(i int) (shape, int) {
	switch t := f.at(i); t.kind {
	case kNumber:
		j := i + 1
		// 1.e and 1abc are no numbers; a unit or an ordinal makes it prose.
		if n := f.at(j); n.kind == kWord && !n.spaced && n.class == 0 && n.ch < 0x80 {
			return sName, j + 1
		}
		return sNumber, j
	case kQuote:
		s, j := f.quoted(i)
		if t.ch == '`' && s == sQuoted {
			s = sName // of a column
		}
		return s, j
	case kVar:
		return sName, i + 1
	case kWord:
		if t.class&cSelect != 0 {
			return sSelect, i + 1
		}
		if t.class&cConst != 0 {
			return sNumber, i + 1
		}
		return f.name(i)
	}
	return sNone, i
}

// quoted reads a string of a few tokens.
func (f *finder) quoted(i int) (shape, int) {
	q := f.at(i).ch
	for j := i + 1; j <= i+f.longest(i+1); j++ {
		switch t := f.at(j); {
		case t.kind == kEnd:
			return sUnclosed, j
		case t.kind == kQuote && t.ch == q:
			return sQuoted, j + 1
		}
	}
	return sNone, i
}

// longest bounds the tokens of the string that begins at token i: documents and paths of JSON are longer than others.
func (f *finder) longest(i int) int {
	switch f.at(i).ch {
	case '{', '[', '$':
		return 28
	}
	return 8
}

// name reads a.b.c and a call's parentheses with what is in them, as far as the window goes.
func (f *finder) name(i int) (shape, int) {
	j := i + 1
	for f.at(j).kind == kDot && f.at(j+1).kind == kWord {
		j += 2
	}
	if f.at(j).kind != kOpen {
		return sName, j
	}
	depth := 0
	for n := 0; n < ahead-10; n++ {
		switch f.at(j).kind {
		case kOpen:
			depth++
		case kClose:
			depth--
		case kEnd:
			return sCall, j
		}
		j++
		if depth == 0 {
			break
		}
	}
	return sCall, j
}

// ends reports whether the text or the statement ends at token i, if need be after closing
// parentheses: nothing, a comment, or a semicolon with nothing after it.
func (f *finder) ends(i int) (comment, finished bool) {
	i = f.closes(i)
	if f.at(i).kind == kSemi {
		i++
	}
	switch t := f.at(i); t.kind {
	case kEnd:
		return false, true
	case kComment:
		return f.tail(i), f.tail(i)
	}
	return false, false
}

// tail reports whether the comment at token i ends a fragment: what follows is nothing, another
// comment, white space, or the plus sign that stood for it.
func (f *finder) tail(i int) bool {
	t, next := f.at(i), f.at(i+1)
	if next.kind == kEnd || next.line {
		return true
	}
	switch t.ch {
	case '-':
		return next.spaced && f.at(i+2).kind == kEnd || next.ch == '+' || next.ch == '-' || next.kind == kComment
	case '#':
		return false
	}
	return next.kind == kComment || f.at(i+2).kind == kEnd
}
