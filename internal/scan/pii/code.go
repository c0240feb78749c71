package pii

// Letters and digits of the longest code, and the groups it is written in at most.
const (
	maxCode   = 34
	maxGroups = 12
)

// code is letters and digits, in capitals, in groups with one separator between them.
type code struct {
	start  int
	chars  [maxCode]byte
	n      int
	groups int
	// ends are the offsets behind each group, counts the characters up to there; marks stand before each group.
	ends, counts [maxGroups]int
	marks        [maxGroups]byte
}

// readCode reads the groups from start on, as far as they may belong to one code. The result is valid until the next call; what
// was read last is not read again.
func (t *Text) readCode(start int) *code {
	c := &t.code
	if c.groups > 0 && c.start == start {
		return c
	}
	c.start, c.n, c.groups = start, 0, 0
	mark := byte(0)
	for i := start; c.groups < maxGroups; {
		end := i
		for ; end < len(t.Bytes) && (isDigit(t.Bytes[end]) || isLetter(t.Bytes[end])); end++ {
			if c.n+end-i == maxCode {
				return c
			}
			x := t.Bytes[end]
			if isLetter(x) {
				x &^= 0x20
			}
			c.chars[c.n+end-i] = x
		}
		if end == i || mark == ' ' && !belongs(t.Bytes[i:end]) {
			return c
		}
		c.n += end - i
		if check := t.at(end + 1); t.at(end) == '(' && t.at(end+2) == ')' && c.n < maxCode && (isDigit(check) || isUpper(check)) {
			c.chars[c.n] = check // A123456(3)
			c.n, end = c.n+1, end+3
		}
		c.ends[c.groups], c.counts[c.groups], c.marks[c.groups] = end, c.n, mark
		c.groups++
		if mark = t.at(end); !isMark(mark) {
			return c
		}
		i = end + 1
	}
	return c
}

func isMark(c byte) bool {
	return c == ' ' || c == '-' || c == '.' || c == '/' || c == '+' || c == ':' || c == '_'
}

// belongs reports whether a group behind a space may belong to a code: it has a digit, or is a capital or three.
func belongs(group []byte) bool {
	for _, c := range group {
		if isDigit(c) {
			return true
		}
	}
	return len(group) <= 3 && upperCase(group) || len(group) == 1
}

// match returns where the longest code of a kind ends that begins with c, or 0.
func (t *Text) match(k *kind, c *code) int {
	for g := c.groups - 1; g >= 0; g-- {
		n := c.counts[g]
		if n < int(k.min) || n > int(k.max) || !t.endsToken(c.ends[g]) || !k.check(c.chars[:n]) || !k.strict && (!c.even(g) || isCard(c.chars[:n])) {
			continue
		}
		return c.ends[g]
	}
	return 0
}

// likeSSN reports whether the code is grouped as American numbers are: of other states it is none.
func (c *code) likeSSN() bool {
	return c.groups >= 3 && c.counts[0] == 3 && c.counts[1] == 5 && c.counts[2] == 9
}

// even reports whether the groups up to the last are short where spaces part them, so that they are one number as people write
// it, and not a number with the next word or number of the sentence. A check digit proves more.
func (c *code) even(last int) bool {
	if last == 1 && c.counts[0] <= 3 && lettersOnly(c.chars[:c.counts[0]]) {
		return true // MD 914727
	}
	spaced := false
	for g := 1; g <= last; g++ {
		spaced = spaced || c.marks[g] == ' '
	}
	if !spaced {
		return true
	}
	for g, before := 0, 0; g <= last; g++ {
		if c.counts[g]-before > 4 {
			return false
		}
		before = c.counts[g]
	}
	return true
}
