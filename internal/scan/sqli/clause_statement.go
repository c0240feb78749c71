package sqli

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
	case n >= 5 && c.inserted():
		return sureClause // values ('a', 1)
	case n >= 4 && c.has(uint64(cWhen)) >= 0 && c.branches() && !c.prose():
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

// branches reports whether the clause begins with CASE, behind parentheses or a comma, or with the end of what stands before WHEN.
func (c clause) branches() bool {
	i := 0
	for i < 3 && (c.kind(i) == kOpen || c.kind(i) == kComma) {
		i++
	}
	return c.kind(0) == kClose || c.is(i, uint64(cBranch)) && c[i].ch|0x20 == 'c'
}

// inserted reports whether the clause is VALUES and a list that begins with a literal.
func (c clause) inserted() bool {
	return c[0].class&cValues != 0 && c[1].kind == kOpen && (c[2].kind == kQuote || c[2].kind == kNumber) && c.unclosed() <= 0 && !c.prose()
}
