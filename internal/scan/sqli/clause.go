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
	if b-a == 0 || b-a > maxClauseTokens {
		return
	}
	c := clause(f.toks[a:b])
	w := max(c.call(), c.logic(), c.statement(), c.query(), c.comparison(), c.cast(), c.delay(), c.closing(f.lex.text))
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

const callable = uint64(cString | cInfo | cDelay | cProbe | cBranch | cFunc)

// call: a function of SQL whose parenthesis is all that follows, or what stands between them is marks alone:
// concat(, user=(, length||(.
func (c clause) call() float32 {
	n := len(c)
	if n >= 4 && n <= 6 && c.is(0, callable) && c[1].kind == kOpen && c[n-1].kind == kOp && c.unclosed() > 0 {
		return sureClause // if(2=
	}
	if n < 2 || n > 9 || c[n-1].kind != kOpen {
		return 0
	}
	i := 0
	for i < n && c[i].kind != kWord {
		if c[i].kind == kNumber || c[i].ch == '{' {
			return 0
		}
		i++
	}
	if i > 2 || !c.is(i, callable) {
		return 0
	}
	for k := i + 1; k < n-1; k++ {
		if c[k].kind == kWord || c[k].kind == kNumber {
			return 0
		}
	}
	return sureClause
}

// leaves returns the token behind what leaves the application's value, 0 when the value goes on: quotes and
// parentheses, with one value glued to them.
func (c clause) leaves() int {
	i := 0
	if k := c.kind(0); (k == kWord || k == kNumber) && c.kind(1) == kQuote && !c[1].spaced {
		i = 1
	}
	for i < len(c) && (c[i].kind == kQuote || c[i].kind == kClose || c[i].ch == '\\') {
		i++
	}
	if i == 1 && c.kind(0) != kQuote && c.kind(0) != kClose {
		return 0
	}
	return i
}

// logic: a condition that goes on where the application's ended and does not end itself.
func (c clause) logic() float32 {
	n := len(c)
	last := &c[n-1]
	if c[0].ch == '/' && n <= 5 && (last.class&cLogic != 0 || last.kind == kOpen && c.is(n-2, uint64(cLogic))) {
		return 0.78 // /3 or
	}
	i := c.leaves()
	if i+1 >= n || c[i].kind != kLogic && c[i].class&cLogic == 0 {
		return 0
	}
	rest := c[i+1:]
	if rest.prose() || len(rest) > 16 || i == 0 && rest[0].kind == kOp && c[i].kind == kWord {
		return 0
	}
	compares, quoted, number := false, false, false
	for k := range rest {
		compares = compares || rest[k].compares() && (rest[k].kind == kOp || k > 0)
		quoted = quoted || rest[k].kind == kQuote
		number = number || rest[k].kind == kNumber
	}
	mark := last.kind == kOp && last.ch != ':' || last.kind == kOpen || i > 0 && last.kind == kOther && last.ch != '?'
	switch {
	case mark && (i > 0 || compares || last.kind == kOpen || number && len(rest) <= 4):
		return sureClause
	case i > 0 && c[0].kind == kQuote && len(rest) <= 6 && (number || compares):
		return sureClause
	case c[i].kind == kLogic && rest[0].kind == kOpen && compares && n <= 12:
		return sureClause
	case compares && (last.kind == kClose && last.odd || quoted && (last.kind == kQuote || last.kind == kNumber)):
		return sureClause
	case compares && number && n <= 8 && c[i].class&cLogic != 0:
		return likelyClause
	}
	return 0
}

// statement: what ends the application's statement, and the verb of another.
func (c clause) statement() float32 {
	n := len(c)
	i := 0
	for i < n && i < 4 && (c[i].kind == kSemi || c[i].kind == kComment && c[i].ch == '-' || c[i].kind == kQuote || c[i].kind == kClose || c[i].ch == '>') {
		i++
	}
	if k := c.has(uint64(cAssign)); k >= 0 && k <= 2 && c.kind(k+1) == kVar && c[k+1].end > c[k+1].start+1 {
		return sureClause // set @x
	}
	if i == 0 {
		return c.verb()
	}
	if i >= n || !c.is(i, uint64(cVerb|cSet)) {
		return 0
	}
	rest := n - i - 1
	switch b := &c[i-1]; {
	case b.kind == kSemi && (rest <= 3 || !c[i:].prose()):
		return sureClause
	case b.kind == kQuote && b.odd && rest <= 3 && c[i+1:].unquoted(), b.kind == kComment && rest <= 3 && !c[i].spaced:
		return sureClause
	}
	return 0
}

func (c clause) unquoted() bool {
	for i := range c {
		if c[i].kind == kQuote {
			return false
		}
	}
	return true
}

// verb: a statement's first words that no sentence begins with, or words that comments keep apart.
func (c clause) verb() float32 {
	gaps := 0
	for i := 1; i < len(c) && !c.prose(); i++ {
		if c[i].gap && c[i].kind == kWord && c[i-1].kind == kWord {
			gaps++
		}
	}
	switch {
	case gaps >= 2, gaps == 1 && c.is(0, uint64(cVerb)):
		return 0.82
	case !c.is(0, uint64(cVerb)):
		return 0
	case c.kind(1) == kVar && c[0].class&cSelect == 0:
		return sureClause // declare @b
	case c.kind(1) == kOpen && c[0].ch|0x20 == 'e':
		return sureClause // exec(
	case c.is(1, uint64(cNoun)) && c[1].ch|0x20 == 'i' && len(c) == 3 && c[2].kind == kQuote:
		return sureClause // execute immediate "
	case c[0].class&cSelect != 0 && len(c) <= 4 && c.is(1, callable) && (len(c) == 2 && c[1].class&(cDelay|cProbe) != 0 || c.kind(2) == kOpen && c.unclosed() > 0):
		return sureClause // select pg_sleep, select if(x
	case c[0].class&cSelect != 0 && c.is(1, uint64(cBranch)) && c.kind(2) == kOpen:
		return sureClause // select iif(1 > 1,
	case c[len(c)-1].kind == kComment && c[len(c)-2].kind == kSemi && len(c) <= 12 && !c.prose():
		return sureClause // drop t;--
	}
	return 0
}

// query: a part of a query whose beginning or end is missing.
func (c clause) query() float32 {
	n := len(c)
	last := &c[n-1]
	sel := c.has(uint64(cSelect))
	from := c.has(uint64(cFrom))
	switch {
	case n >= 2 && last.class&cSelect != 0 && c[n-2].kind == kOpen, sel >= 0 && c.unclosed() > 0 && !c.prose() && n > 2:
		return sureClause // (select, select (case
	case from == n-1 && n > 2 && c.alias() && c[0].kind != kWord:
		return 0.84 // ) as x from
	case from == n-1 && sel >= 0 && n > 2 && c[n-2].kind != kWord:
		return sureClause // select * from
	case from == 0 && (c.has(uint64(cSchema)) > 0 || c.quotedName() && c.has(uint64(cWhere|cOrder|cLimit)) > 0):
		return sureClause // from `t` where
	case n >= 4 && c.has(uint64(cWhen)) >= 0 && (c[0].ch|0x20 == 'c' && c[0].class&cBranch != 0 || c[0].kind == kClose) && !c.prose():
		return sureClause // case when x then y
	case c[0].class&cWhere != 0 && n <= 6 && last.compares() && c.kind(1) == kNumber:
		return sureClause // having 1=
	case c[0].kind == kComma && c.is(1, callable) && c.kind(2) == kOpen:
		return sureClause // , find_in_set(
	case c.is(0, uint64(cProbe|cDelay)) && c.kind(1) == kOpen && (n == 2 || last.kind == kClose && c.unclosed() == 0):
		return sureClause // lo_get(16400)
	}
	return 0
}

// alias reports whether one of the tokens is AS.
func (c clause) alias() bool {
	for i := range c {
		if c[i].class&cAlias != 0 {
			return true
		}
	}
	return false
}

// quotedName reports whether there is a name in backticks.
func (c clause) quotedName() bool {
	for i := range c {
		if c[i].kind == kQuote && c[i].ch == '`' {
			return true
		}
	}
	return false
}

// comparison: two literals and what compares them, in words that programs do not compare with, or one side of it.
func (c clause) comparison() float32 {
	n := len(c)
	if n < 2 {
		return 0
	}
	last := &c[n-1]
	switch {
	case c[0].kind == kNumber && n <= 5 && last.kind == kNumber && (c.is(1, uint64(cCmp)) && (n == 3 || c.is(2, uint64(cCmp|cPrefix))) || c[1].ch == '<' && c[1].end == c[1].start+3):
		return sureClause // 42 like 42
	case n == 3 && c[0].kind == kWord && c.is(1, uint64(cCmp)) && c[2].kind == kQuote:
		return sureClause // name like '
	case c[0].kind == kClose && c.is(1, uint64(cCmp)) && last.kind == kOpen && n <= 4:
		return sureClause // ) like (
	case n == 2 && c.is(0, uint64(cCmp)) && c.is(1, uint64(cConst)):
		return likelyClause // is null
	case n >= 4 && n <= 5 && c[n-4].kind == kComma && c[n-3].kind == kNumber && c[n-2].ch == '=' && c[n-1].kind == kNumber:
		return sureClause // b,1=1
	}
	return c.list()
}

// list: IN (1, 2), DIV (23, 2).
func (c clause) list() float32 {
	n := len(c)
	if n < 6 || !c.is(0, uint64(cCmp)) || c[1].kind != kOpen || c[n-1].kind != kClose {
		return 0
	}
	numbers := 0
	for _, t := range c[2 : n-1] {
		switch {
		case t.kind == kNumber:
			numbers++
		case t.kind != kComma && t.ch != '-':
			return 0
		}
	}
	if numbers < 2 {
		return 0
	}
	return sureClause
}

// delay: a call that spends time, wherever it stands in a value that is no sentence. time.sleep(1) is a program's.
func (c clause) delay() float32 {
	for k := range c {
		if !c.is(k, uint64(cDelay)) || c.kind(k+1) != kOpen || c.kind(k+2) != kNumber || c[k+1].spaced {
			continue
		}
		if c.kind(k-1) != kDot || c.kind(k-2) == kQuote {
			if k > 0 && (!c[k].spaced || k == 1 && c[0].kind == kSemi) && !c.prose() {
				return sureClause
			}
		}
	}
	return 0
}

// cast: a name or a call that is cast to a type, and nothing else: password::int.
func (c clause) cast() float32 {
	n := len(c)
	k := 1
	for k < n && c[k].ch != ':' {
		k++
	}
	if k+2 < n && n <= k+4 && c[k+1].ch == ':' && c.is(k+2, uint64(cType)) && !c[k].spaced && !c[k+2].spaced && c[0].class&cVerb == 0 && !c.prose() {
		return sureClause
	}
	return 0
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
