package sqli

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// keyword judges token i, a word of the vocabulary.
func (f *finder) keyword(i int, t *token) {
	c := t.class
	switch {
	case c&cSet != 0:
		f.union(i)
	case c&(cLogic|cWhere) != 0:
		f.emptied(i, t)
		f.condition(i, t)
	case c&cOrder != 0:
		f.order(i)
	case c&cSelect != 0:
		f.sel(i)
	case c&cDelay != 0:
		f.delay(i, t)
	case c&cProbe != 0:
		f.probe(i)
	case c&cSchema != 0:
		f.schema(i)
	case c&cColumn != 0:
		f.note(fSchema, 0.2, i, i)
	case c&cOutput != 0:
		f.output(i)
	case c&cBranch != 0:
		f.branch(i, t)
	}
	if c&cString != 0 {
		f.codes(i)
	}
	if c&cInfo != 0 {
		f.info(i)
	}
	if c&cVerb != 0 {
		f.verb(i)
	}
}

// condition: OR|AND|WHERE ... value comparison value.
func (f *finder) condition(i int, t *token) {
	if f.enumerated(i) {
		return
	}
	a, j := f.value(i + 1)
	if a == sNone {
		if f.at(i+1).kind == kEnd && f.selected && t.kind == kWord {
			f.note(fFragment, 0.62, i, i)
			if f.base == 0 && f.plain && f.listing(i) {
				f.note(fComment, 0.5, i, i) // the application's statement went on here
			}
		}
		return
	}
	if t.kind == kLogic && (f.base == 0 && f.at(0).ranges() || f.at(i-1).kind != kQuote && f.otherLanguage(t.end)) {
		return // >=16 || 14: versions of a package
	}
	b := f.breakout(i)
	sign := f.at(j)
	if !sign.compares() {
		f.bare(i, j, t, a, b)
		return
	}
	same := sign.ch == '=' && sign.end > sign.start+1 // == is code, not SQL
	j++
	if n := f.at(j); n.compares() || n.class&cPrefix != 0 {
		j++
	}
	second := f.at(j).class
	c, k := f.value(j)
	if c == sNone && f.continues(i, j) {
		c, k = sUnclosed, f.opened(j)+2
	}
	if c == sNone {
		return
	}
	w := float32(0.35)
	kind := fCondition
	switch known := cString | cInfo | cDelay | cProbe; {
	case a.literal() && c.literal():
		w, kind = 0.6, fTautology
		if f.madeUp(i, j, sign) && !f.quotedCode(i, k) {
			w = 0.76
		}
	case a == sName && c == sName && f.madeUp(i, j, sign):
		w, kind = 0.76, fTautology
	case a == sCall && f.at(i+1).class&known != 0, c == sCall && second&known != 0, c == sSelect, a == sSelect && f.at(i+1).kind == kOpen:
		w = 0.5
	case sign.kind == kWord && f.at(k).kind == kWord && fold.Equal(f.lex.text[f.at(k).start:f.at(k).end], "escape") && f.at(k+1).kind == kQuote:
		w = 0.6 // like pin escape '!'
	case sign.kind == kWord && c == sName:
		w = 0.15 // prose: and this is that
	}
	if same || t.kind == kLogic && b < 0.4 {
		w /= 2
	}
	f.note(kind, w, i, k-1)
	f.note(fBreakout, b, i, i)
	if _, finished := f.ends(k); finished && f.first(i) {
		f.note(fFragment, 0.4, i, k-1)
	} else if finished && b >= 0.4 {
		f.note(fFragment, 0.2, i, k-1)
	}
	if c == sUnclosed {
		f.note(fComment, 0.45, k-1, k-1)
	}
	f.comment(k)
}

// maxOperand bounds the bytes behind && and || that are read for signs of another language.
const maxOperand = 48

// otherLanguage reports whether what stands behind && or ||, at i, is in another language: the method of an object, a name of C++, or a
// comparison by three signs.
func (f *finder) otherLanguage(i int) bool {
	text := f.lex.text[i:min(len(f.lex.text), i+maxOperand)]
	i = 0
	for i < len(text) && (text[i] == ' ' || text[i] == '(' || text[i] == '!') {
		i++
	}
	from := i
	for dotted := false; i < len(text); i++ {
		switch c := text[i]; {
		case c == '$' && i+1 < len(text) && isLetter(text[i+1]):
			return true // a variable of PHP
		case wordByte[c]:
		case c == '(':
			return dotted
		case i > from && (c == '.' || bytes.HasPrefix(text[i:], arrow)) && i+2 < len(text):
			dotted = true
			if c != '.' {
				i++
			}
		case bytes.HasPrefix(text[i:], scope):
			return i > from && i+2 < len(text) && isLetter(text[i+2])
		default:
			n := i
			for n < len(text) && text[n] == ' ' {
				n++
			}
			return i > from && (bytes.HasPrefix(text[n:], same3) || bytes.HasPrefix(text[n:], other3))
		}
	}
	return false
}

var (
	arrow, scope  = []byte("->"), []byte("::")
	same3, other3 = []byte("==="), []byte("!==")
)

// quotedCode reports whether the condition whose word is token i, with the value before it, is all that stands between two
// backticks, as those who talk about it write it; k is the token behind it.
func (f *finder) quotedCode(i, k int) bool {
	first, last := f.at(i-2), f.at(k)
	return first.kind == kQuote && first.ch == '`' && first.odd && !f.first(i-2) && last.kind == kQuote && last.ch == '`' && !last.spaced
}

// enumerated reports whether token i is a word in quotes of its own in a list of words: 'and', 'or', 'not'.
func (f *finder) enumerated(i int) bool {
	p, n := f.at(i-1), f.at(i+1)
	return p.kind == kQuote && n.kind == kQuote && p.ch == n.ch && !f.at(i).spaced && !n.spaced && f.at(i+2).kind == kComma
}

// bare: OR 1 --, AND sleep(3), OR true: a condition without a comparison.
func (f *finder) bare(i, j int, t *token, a shape, b float32) {
	comment, finished := f.ends(j)
	switch {
	case a == sSelect && (f.at(i+1).kind == kOpen || f.at(i+1).class&cPrefix != 0 && f.at(i+2).kind == kOpen):
		f.note(fSubselect, 0.6, i, j-1)
	case a == sSelect:
		f.note(fSubselect, 0.2, i, j-1)
	case finished && b >= 0.4 && (a.literal() || a == sCall) && !f.identifier(i+1) && (a != sQuoted || j <= i+5):
		w := float32(0.5)
		if p := f.at(i - 1); f.base+i == 1 && p.kind == kNumber && t.kind == kWord && f.at(i+1).kind == kNumber && !comment && !f.same(p, f.at(i+1)) {
			w = 0.4 // 2 or 3
		}
		f.note(fTautology, w, i, j-1)
		if f.first(i) {
			f.note(fFragment, 0.25, i, j-1)
		}
	case a == sCall && t.kind == kLogic && f.at(i-1).kind == kClose && f.at(i+1).class == 0:
		return // && between calls of a program
	case a == sCall && b >= 0.4 && !f.at(i+1).line:
		f.note(fCondition, 0.3, i, j-1)
	case !comment:
		return
	}
	f.note(fBreakout, b, i, i)
	f.comment(j)
}

// identifier reports whether token i is a number too long to be a condition: a telephone's, a customer's.
func (f *finder) identifier(i int) bool {
	t := f.at(i)
	return t.kind == kNumber && t.end-t.start > 6
}

// order: ORDER|GROUP BY number.
func (f *finder) order(i int) {
	if f.at(i+1).class&cBy == 0 {
		return
	}
	s, j := f.value(i + 2)
	for n := 0; n < 30 && f.at(j).kind == kComma; n++ {
		_, j = f.value(j + 1)
	}
	if s == sCall && f.at(i+2).class&cString != 0 && f.at(i-1).kind == kNumber {
		for k := i + 3; k < j; k++ {
			if f.at(k).class&cSelect != 0 {
				f.note(fOrder, 0.6, i, j-1) // an error that shows what the subquery finds
				f.note(fBreakout, f.breakout(i), i, i)
				return
			}
		}
	}
	if s != sNumber && (s != sCall || f.at(i+2).class&cDelay == 0) {
		return
	}
	if s == sCall {
		f.note(fOrder, 0.8, i, j-1)
		return
	}
	f.note(fOrder, 0.4, i, j-1)
	if c := f.at(j); c.kind == kComment && !c.spaced && s == sNumber && j == i+3 {
		f.note(fComment, 0.64, j, j) // glued to the number: no sentence goes on so
	}
	f.note(fBreakout, f.breakout(i), i, i)
	if _, finished := f.ends(j); finished && f.breakout(i) >= 0.45 {
		f.note(fFragment, 0.4, i, j-1)
	}
	f.comment(j)
}

// sel: SELECT in parentheses, or at the head of a statement.
func (f *finder) sel(i int) {
	f.selected = true
	from := false
	for j := i + 1; j < i+24 && !from; j++ {
		from = f.at(j).class&cFrom != 0
	}
	s, j := f.value(i + 1)
	call := s == sCall && f.at(i+1).class&(cString|cInfo|cDelay|cProbe) != 0
	p := f.at(i - 1)
	switch {
	case p.kind == kOpen && (from || call || s.literal()):
		f.note(fSubselect, 0.4, i, i)
	case f.first(i) && !from && f.at(i+1).class&cInfo != 0 && f.at(j).kind != kComma,
		f.first(i) && (call && f.at(i+1).class&cString == 0 && !from || f.at(i+1).kind == kVar && f.at(i+1).end > f.at(i+1).start+3):
		f.note(fSubselect, 0.65, i, j-1)
		if _, finished := f.ends(j); finished {
			f.note(fFragment, 0.45, i, j-1)
		}
	case call:
		f.note(fSubselect, 0.3, i, j-1)
	}
	if o := f.at(i - 2); p.kind == kOpen && o.kind == kOp && f.at(i-3).kind == kNumber && !o.compares() {
		f.note(fBreakout, f.breakout(i-1), i-2, i) // 5-(select 0)
	}
	if p.kind == kOpen || call {
		f.list(i + 1)
	}
	star := f.at(i+1).ch == '*'
	switch t := f.at(i + 1); {
	case f.base == 0 && i > 0 && i <= 2 && f.at(0).kind == kOpen && p.kind == kOpen && (from || call):
		f.note(fFragment, 0.35, i-1, i)
	case f.first(i) && t.kind == kNumber && t.end-t.start >= 8 && f.at(i+2).kind == kEnd:
		f.note(fFragment, 0.8, i, i+1)
	case f.first(i) && from:
		f.trailer(i + 1)
	}
	if from && (s != sNone || star) && (f.first(i) || f.at(i).line || p.kind == kQuote) {
		f.note(fStatement, 0.6, i, i+1)
		f.plain = f.plain || f.first(i)
	}
}

// probe: functions that leak, called or executed.
func (f *finder) probe(i int) {
	w := float32(0.25)
	if n := f.at(i + 1).kind; n == kOpen || n == kDot {
		w = 0.65
	}
	if p := f.at(i - 1); p.class&cVerb != 0 || p.kind == kDot {
		w = 0.7
	}
	for j := i - 1; j > i-5; j-- {
		if f.at(j).ch|0x20 == 'e' && f.at(j).class&cVerb != 0 {
			w = 0.82 // exec master..xp_cmdshell
		}
	}
	f.note(fProbe, w, i, i+1)
	f.note(fBreakout, f.breakout(i)/2, i, i)
	if p := f.at(i - 1); p.kind == kLogic && !f.at(i).spaced || p.kind == kOpen && f.at(i-2).kind == kSemi {
		f.note(fBreakout, 0.5, i-1, i) // 1;(load_file(
	}
}

// schema: a system table, weighed more where it is read from.
func (f *finder) schema(i int) {
	w := float32(0.3)
	if f.at(i+1).kind == kDot {
		w = 0.4
	}
	for j := i - 1; j > i-4; j-- {
		if f.at(j).class&cFrom != 0 {
			w = 0.6
		}
	}
	f.note(fSchema, w, i, i)
}

// output: INTO OUTFILE '...'.
func (f *finder) output(i int) {
	if (f.at(i+1).kind == kQuote || f.at(i+1).kind == kNumber) && (f.word(i-1, "into") || f.first(i)) {
		f.note(fOutput, 0.75, i, i+1)
		f.note(fBreakout, f.breakout(i-1), i-1, i)
	}
}

// branch: CASE WHEN, IF(condition, a, b) inside an expression.
func (f *finder) branch(i int, t *token) {
	switch n, p := f.at(i+1), f.at(i-1); {
	case t.ch|0x20 == 'i' && n.kind == kOpen && f.at(i+2).kind == kNumber && f.at(i+3).compares() && f.at(i+4).kind == kNumber && f.at(i+6).class&cSelect != 0:
		f.note(fBranch, 0.65, i, i+6)
		f.trailer(i + 6)
	case t.ch|0x20 == 'c' && n.class&cWhen != 0:
		w := float32(0.4)
		if x := f.opened(i + 2); f.at(x).kind == kNumber && f.at(x+1).compares() && f.at(x+2).kind == kNumber {
			w = 0.72
		}
		f.note(fBranch, w, i, i+1)
		if p.class&cLogic != 0 {
			f.note(fBreakout, max(0.3, f.breakout(i-1)), i-1, i)
		}
	case n.kind == kOpen && (p.kind == kComma || p.kind == kOp || p.class&(cSelect|cLogic) != 0):
		f.note(fBranch, 0.35, i, i+1)
	}
}

// codes: strings built from character codes, or taken apart to be compared one by one.
func (f *finder) codes(i int) {
	if f.at(i+1).kind != kOpen {
		return
	}
	_, j := f.name(i)
	op, again := f.at(j), f.at(j+1)
	switch a := f.at(i + 2); {
	case (op.kind == kLogic || op.kind == kComma || op.kind == kOp) && again.class&cString != 0 && a.kind == kNumber:
		f.note(fString, 0.65, i, j+1)
	case op.class&cString != 0 && again.kind == kOpen && a.kind == kNumber: // where a plus was read as a blank
		f.note(fString, 0.65, i, j+1)
	case a.kind == kNumber && f.at(i+2).end-f.at(i+2).start > 3, a.class&(cString|cInfo|cSelect) != 0 && f.at(i+3).kind == kOpen, a.kind == kVar:
		f.note(fString, 0.45, i, i+2)
	case a.kind == kOpen && f.at(i+3).class&cSelect != 0:
		f.note(fString, 0.55, i, i+3)
	case a.kind == kNumber && f.at(i+3).kind == kClose:
		f.note(fString, 0.25, i, i+3)
	}
}

// info: user(), version(), database().
func (f *finder) info(i int) {
	if f.at(i+1).kind == kOpen && f.at(i+2).kind == kClose {
		f.note(fInfo, 0.35, i, i+2)
	}
}

// variable: @@version and other server variables.
func (f *finder) variable(i int, t *token) {
	if t.end > t.start+3 && f.lex.text[t.start+1] == '@' {
		f.note(fInfo, 0.45, i, i)
	}
}
