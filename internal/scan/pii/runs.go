package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

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
// addresses and keys of wallets, and secrets that have no literal of their own.
func (t *Text) Tokens(dst []Match) []Match {
	for i := 0; ; {
		start, end := nextRun(t.Bytes, i)
		if start < 0 {
			return dst
		}
		i = end + 1
		if end-start > maxTokenRun || t.at(start-1) == '_' && end-start != minTokenRun {
			continue
		}
		before := len(dst)
		if dst = t.walletAt(start, end, dst); len(dst) == before {
			dst = t.besideAt(start, end, dst)
		}
	}
}

// besides are secrets around a run of letters and digits that has one of the lengths; the shapes are of what stands
// before, of the run, and behind it.
var besides = [...]struct {
	subtype             string
	shortest, longest   int
	before, run, behind shape
}{
	{"mailchimp", 32, 32, "", "<x32>", "-us<d1-2>"},
	{"mailgun_key", 32, 32, "", "<x32>", "-<x8>-<x8>"},
	{"airtable_token", 64, 64, "pat<a14>.", "<x64>", ""},
	{"discord_token", 24, 28, "", "<a24-28>", ".<u6>.<u27-40>"},
	{"resend_key", 24, 24, "re_<a8>_", "<a24>", ""},
	{"twitter_token", 90, 116, "", "AAAAAAAAAAAAAAAAAAAAA<a60-100>", ""},
}

func (t *Text) besideAt(start, end int, dst []Match) []Match {
	n := end - start
	for i := range besides {
		b := &besides[i]
		if n < b.shortest || n > b.longest {
			continue
		}
		from := b.before.before(t, start)
		if from < 0 || isWord(t.at(from-1)) || !b.run.is(t.Bytes[start:end]) || !varied(t.Bytes[start:end]) {
			continue
		}
		to := b.behind.after(t, end)
		if to < 0 || b.subtype == "discord_token" && !startsWithDigits(t.Bytes[start:]) {
			continue
		}
		return t.foundAs(dst, Secret, b.subtype, from, to, 0.93, match.Critical, "vendor-format")
	}
	return dst
}

// startsWithDigits reports whether base64 begins with two decimal digits: Discord's tokens begin with the bot's number.
func startsWithDigits(b []byte) bool {
	return (b[0] == 'M' || b[0] == 'N' || b[0] == 'O') && (b[1] == 'D' || b[1] == 'T' || b[1] == 'j' || b[1] == 'z') && b[2] >= 'A' && b[2] <= '5'|0x40
}
