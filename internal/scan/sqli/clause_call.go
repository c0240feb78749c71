package sqli

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
