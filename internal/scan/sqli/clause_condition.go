package sqli

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
	case n == 2 && c.is(0, uint64(cCmp)) && c.is(1, uint64(cConst)) && c[0].ch|0x20 == 'l':
		return likelyClause // like null
	case n == 3 && c[0].kind == kNumber && c[1].ch == '-' && c.is(2, uint64(cConst)) && !c[2].spaced:
		return sureClause // 1-true
	case n >= 4 && n <= 5 && c[n-4].kind == kComma && c[n-3].kind == kNumber && c[n-2].ch == '=' && c[n-1].kind == kNumber:
		return sureClause // b,1=1
	}
	return 0
}

// list: IN (1, 2), DIV (23, 2).
func (c clause) list() float32 {
	n := len(c)
	if n < 6 || !c.is(0, uint64(cCmp)) || c[1].kind != kOpen {
		return 0
	}
	if c.is(2, uint64(cSelect)) && c[0].ch|0x20 == 'i' {
		return sureClause // in (select
	}
	if c[n-1].kind != kClose {
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

// edge: the end of the application's string and what goes on behind it, without a word.
func (c clause) edge() float32 {
	n := len(c)
	if n < 2 || c[0].kind != kQuote {
		return 0
	}
	if c[0].ch == '\'' && n == 2 && (c[1].kind == kSemi || c[1].kind == kOp && c[1].compares() && c[1].end == c[1].start+1) {
		return sureClause // '; or ' =
	}
	i := 1
	for i < n && c[i].kind == kQuote {
		i++
	}
	switch last := &c[n-1]; {
	case last.kind != kNumber || i >= n-1:
	case c[i].kind == kOp && n == i+2 && (c[i].compares() && c[0].ch == '`' || c[i].ch == '*' && i > 1):
		return sureClause // `>65
	case n == 4 && c[1].kind == kNumber && c[2].ch == '*':
		return sureClause // "2562*23
	case c[i].kind == kComma && c.listed(i):
		return sureClause // ', 2, 1
	}
	return 0
}

// listed reports whether strings and numbers alone are listed from token i on.
func (c clause) listed(i int) bool {
	for ; i < len(c); i++ {
		if k := c[i].kind; k != kComma && k != kNumber && k != kQuote {
			return false
		}
	}
	return true
}
