package pii

// Lengths of unbroken letters and digits that tokens looks at: Discord's tokens begin with the shortest, Cardano has the
// longest addresses.
const (
	minTokenRun = 24
	maxTokenRun = 130
)

// HasToken reports whether there are so many letters and digits in a row that Tokens may find something.
func HasToken(b []byte) bool {
	start, _ := nextRun(b, 0)
	return start >= 0
}

// nextRun returns the bounds of the next minTokenRun letters and digits or more at or behind i, start -1 when there are
// none. It looks at every minTokenRun-th byte and from there back, so that most bytes are not looked at.
func nextRun(b []byte, i int) (start, end int) {
	for last := i + minTokenRun - 1; last < len(b); {
		j := last
		for j >= i && alnum[b[j]] {
			j--
		}
		if j >= i {
			i = j + 1
			last = j + minTokenRun
			continue
		}
		for last < len(b) && alnum[b[last]] {
			last++
		}
		return i, last
	}
	return -1, -1
}

// alnum has the ASCII letters and digits.
var alnum = func() (t [256]bool) {
	for c := range t {
		t[c] = isDigit(byte(c)) || isLetter(byte(c))
	}
	return t
}()

// Tokens appends what long runs of letters and digits turn out to be by their checksums or by what stands beside them:
// addresses and keys of wallets, and secrets that have no literal of their own. It looks at the runs that have bytes from one
// offset on up to another.
func (t *Text) Tokens(from, to int, dst []Match) []Match {
	for before := from; from > 0 && before-from <= maxTokenRun && alnum[t.Bytes[from-1]]; {
		from--
	}
	within := t.Bytes[:min(len(t.Bytes), to+maxTokenRun+1)] // a run that goes on there is too long
	for i := from; ; {
		start, end := nextRun(within, i)
		if start < 0 || start >= to {
			return dst
		}
		i = end + 1
		if end-start > maxTokenRun {
			continue
		}
		before := len(dst)
		if dst = t.walletAt(start, end, dst); len(dst) == before {
			dst = t.vendorRun(start, end, dst)
		}
	}
}
