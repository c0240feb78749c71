package sqli

// Bounds of a text whose lines are each judged as one fragment: the value of a parameter, header or field and nothing
// else. In such a value a clause that begins or ends in the middle says more than the same words in a sentence.
const (
	maxClauseText   = 256 // bytes
	maxClauseLines  = 4
	maxClauseTokens = 24
)

// The weights of fClause.
const (
	sureClause   = 0.8
	likelyClause = 0.76 // a fact that a strict profile acts on, and no other
)

// clauses judges the lines of a short text.
func (f *finder) clauses() {
	if f.base > 0 || len(f.lex.text) > maxClauseText {
		return
	}
	lines, words := 1, 0
	for i := 1; i < f.n; i++ {
		t := &f.toks[i]
		if t.line {
			lines++
		}
		if t.kind == kWord && t.class == 0 && t.spaced {
			words++
		}
	}
	if lines > maxClauseLines || lines > 1 && words > maxClauseLines {
		return // lines of prose or code
	}
	from := 0
	for i := 1; i <= f.n; i++ {
		if i == f.n || f.toks[i].line {
			f.clause(from, i)
			from = i
		}
	}
}

// clause judges the tokens from a to b as one value.
func (f *finder) clause(a, b int) {
	a = f.named(a, b)
	if b == a {
		return
	}
	c := clause(f.toks[a:b])
	w := c.list()
	if len(c) <= maxClauseTokens {
		w = max(w, c.call(), c.logic(), c.statement(), c.query(), c.comparison(), c.cast(), c.delay(), c.closing(f.lex.text), c.edge())
	}
	if w > 0 {
		f.note(fClause, w, a, b-1)
	}
}

// named skips the name of a form's field in front of a value: id=1.
func (f *finder) named(a, b int) int {
	if b-a < 3 || f.toks[a].kind != kWord || f.toks[a].class != 0 {
		return a
	}
	if t := &f.toks[a+1]; t.ch == '=' && t.kind == kOp && t.end == t.start+1 && !t.spaced {
		return a + 2
	}
	return a
}

// clause is the tokens of one value.
type clause []token

// is reports whether token i is of a class.
func (c clause) is(i int, class uint64) bool {
	return i >= 0 && i < len(c) && uint64(c[i].class)&class != 0
}

func (c clause) kind(i int) kind {
	if i < 0 || i >= len(c) {
		return kEnd
	}
	return c[i].kind
}

// prose reports whether two words that are no SQL follow each other.
func (c clause) prose() bool {
	for i := 0; i+1 < len(c); i++ {
		if a, b := &c[i], &c[i+1]; a.kind == kWord && a.class == 0 && b.kind == kWord && b.class == 0 && b.spaced {
			return true
		}
	}
	return false
}

// has returns the first token of a class, -1 when there is none.
func (c clause) has(class uint64) int {
	for i := range c {
		if c.is(i, class) {
			return i
		}
	}
	return -1
}

// unclosed counts the parentheses that are left open.
func (c clause) unclosed() (n int) {
	for i := range c {
		switch c[i].kind {
		case kOpen:
			n++
		case kClose:
			n--
		}
	}
	return n
}

// closing: a value, the quote that leaves it, and the semicolon that ends the statement; a name of a system database.
func (c clause) closing(text []byte) float32 {
	n := len(c)
	if n == 1 && c[0].class&cCatalog != 0 || n == 3 && c.kind(1) == kDot && !c[1].spaced && c.is(0, uint64(cColumn)) && c[2].end-c[2].start == 2 && text[c[2].start]|0x20 == 'd' {
		return sureClause // tempdb, mysql.db
	}
	switch t := text[c[0].start:c[0].end]; {
	case n == 1 && c[0].kind == kNumber && len(t) > 20 && string(t[:15]) == "2.2250738585072":
		return sureClause // a number that parsers did not end with
	case n >= 3 && c[0].kind == kNumber && t[len(t)-1] == '.' && !c[1].spaced && c[1].end == c[1].start+1 && c[1].ch|0x20 == 'e' && (c[2].kind == kOpen || c[2].kind == kDot) && !c[2].spaced:
		return sureClause // 1.e(ascii: an exponent that MySQL overlooks
	}
	if n < 3 || n > 12 || c[n-1].kind != kSemi || c[n-2].kind != kQuote || c[n-2].spaced {
		return 0
	}
	for i := range c[:n-2] {
		switch t := &c[i]; {
		case i > 0 && t.spaced:
			return 0
		case t.kind == kWord, t.kind == kNumber, i > 0 && (t.kind == kVar || t.kind == kDot || t.ch == '-'):
		default:
			return 0
		}
	}
	return sureClause // ann@example.com';
}
