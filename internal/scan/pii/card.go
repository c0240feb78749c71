package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// network is a range of issuer identification numbers (ISO/IEC 7812), compared as the first six digits,
// with the lengths that it issues as bits: 1<<16 for sixteen digits.
type network struct {
	from, to int
	lengths  uint32
	// usual lengths are those of nearly all cards; of the others a number without separators needs a label.
	usual uint32
}

func lengths(from, to int) uint32 {
	return 1<<(to+1) - 1<<from
}

// networks by ascending range. Sources: the networks' published BIN ranges.
var networks = []network{
	{100000, 199999, lengths(15, 15), 0},                                                   // UATP
	{220000, 220499, lengths(16, 19), lengths(16, 16)},                                     // Mir
	{222100, 272099, lengths(16, 16), lengths(16, 16)},                                     // Mastercard 2-series
	{300000, 305999, lengths(14, 19), lengths(14, 14)},                                     // Diners Club
	{309500, 309599, lengths(14, 19), lengths(14, 14)},                                     // Diners Club
	{340000, 349999, lengths(15, 15), lengths(15, 15)},                                     // American Express
	{352800, 358999, lengths(16, 19), lengths(16, 16)},                                     // JCB
	{360000, 369999, lengths(14, 19), lengths(14, 14)},                                     // Diners Club
	{370000, 379999, lengths(15, 15), lengths(15, 15)},                                     // American Express
	{380000, 399999, lengths(14, 19), lengths(14, 14)},                                     // Diners Club
	{400000, 499999, lengths(13, 13) | lengths(16, 16) | lengths(19, 19), lengths(16, 16)}, // Visa
	{500000, 509999, lengths(12, 19), lengths(16, 16)},                                     // Maestro, Elo, Verve, RuPay
	{510000, 559999, lengths(16, 16), lengths(16, 16)},                                     // Mastercard
	{560000, 589999, lengths(12, 19), lengths(16, 16)},                                     // Maestro
	{600000, 601099, lengths(16, 19), lengths(16, 16)},                                     // RuPay
	{601100, 601199, lengths(16, 19), lengths(16, 16)},                                     // Discover
	{606282, 606282, lengths(16, 19), lengths(16, 16)},                                     // Hipercard
	{606985, 608500, lengths(16, 16), lengths(16, 16)},                                     // RuPay
	{620000, 629999, lengths(16, 19), lengths(16, 16) | lengths(19, 19)},                   // UnionPay
	{630400, 630499, lengths(12, 19), lengths(16, 16)},                                     // Maestro
	{633100, 633399, lengths(16, 19), lengths(16, 16)},                                     // Switch, Solo
	{636000, 639999, lengths(12, 19), lengths(16, 16)},                                     // InterPayment, Maestro
	{644000, 659999, lengths(16, 19), lengths(16, 16)},                                     // Discover, RuPay, Elo
	{670000, 679999, lengths(12, 19), lengths(16, 16)},                                     // Maestro
	{810000, 817199, lengths(16, 19), 0},                                                   // UnionPay
	{979200, 979299, lengths(16, 16), lengths(16, 16)},                                     // Troy
}

// Digits of a primary account number.
const (
	minCardDigits = 12
	maxCardDigits = 19
)

// cardAt matches a payment card number whose first digit is at i.
func (t *Text) cardAt(i int, dst *[]Match) int {
	first := t.Bytes[i]
	slash := t.at(i-1) == '/'
	if first == '0' || first == '7' || !slash && !t.startsToken(i) {
		return 0
	}
	if before := t.at(i - 1); before == '+' || before == '$' || before == ' ' && t.fourBefore(i-1) {
		return 0
	}
	g := t.cardGroups(i)
	for n := g.n; n > 0; n-- {
		digits := g.digits[:g.counts[n-1]]
		if !g.printed(n) || !t.endsToken(g.ends[n-1]) || !luhn(digits) {
			continue
		}
		known, usual := issued(digits)
		if !known || sameDigits(digits) || slash && n < 3 && !t.startsToken(i) && t.label(i)&saysCard == 0 {
			continue // behind a slash, a number in one piece is the identifier in a path unless the path says card
		}
		confidence := t.cardConfidence(i, n, usual)
		if confidence < 0.5 {
			return 0
		}
		*dst = t.found(*dst, Card, i, g.ends[n-1], confidence, match.High, "luhn-iin")
		return g.ends[n-1]
	}
	return 0
}

// fourBefore reports whether four hexadecimal digits end at i, as in a row of numbers or a dump, of which a card is no part.
func (t *Text) fourBefore(i int) bool {
	return i >= 4 && isHex(t.Bytes[i-1]) && isHex(t.Bytes[i-2]) && isHex(t.Bytes[i-3]) && isHex(t.Bytes[i-4]) && !isWord(t.at(i-5)) &&
		(isDigit(t.Bytes[i-1]) || isDigit(t.Bytes[i-2]) || isDigit(t.Bytes[i-3]) || isDigit(t.Bytes[i-4]))
}

// issued reports whether a network issues numbers like this one, and whether most of its cards have that length.
func issued(digits []byte) (known, usual bool) {
	iin := value(digits[:6])
	for _, network := range networks {
		if iin >= network.from && iin <= network.to {
			bit := uint32(1) << len(digits)
			return network.lengths&bit != 0, network.usual&bit != 0
		}
	}
	return false, false
}

// cardConfidence weighs how the number stands: one number in ten of any kind passes the Luhn test.
func (t *Text) cardConfidence(i, groups int, usual bool) float32 {
	confidence := float32(0.9)
	key := t.Key
	if groups == 1 {
		if !usual && !t.alone(i) {
			confidence = 0.45
		}
		if key&saysOther != 0 {
			confidence -= 0.45
		}
	}
	if key&saysCard != 0 || groups == 1 && confidence < 0.5 && key&saysOther == 0 && (t.label(i)&saysCard != 0 || t.charged(i)) {
		return 0.98
	}
	return confidence
}

// alone reports whether a number that starts at i is the whole text, and no field says what it is: a card of a rare length then.
func (t *Text) alone(i int) bool {
	return i == 0 && len(t.Name) == 0 && !t.Bare && t.run(0) == len(t.Bytes)
}

// charged recognises the verbs of payment before a number.
func (t *Text) charged(i int) bool {
	const window = 24
	before := t.Bytes[max(0, i-window):i]
	return containsFold(before, "charge") || containsFold(before, "payment") || containsFold(before, "pay ")
}

// cardGroups are groups of digits with the same mark between all of them: a space, a dash, or what forms and exports put there.
type cardGroups struct {
	digits [maxCardDigits]byte
	n      int
	mark   byte   // between the groups, 0 for one group
	counts [6]int // digits up to the end of each group
	ends   [6]int // and its offset in the text
	next   int    // digits in the group that follows, if any
}

func (t *Text) cardGroups(i int) cardGroups {
	var g cardGroups
	total := 0
	for {
		end := t.run(i)
		g.next = end - i
		if g.n == len(g.ends) || total+g.next > maxCardDigits {
			return g
		}
		total += copy(g.digits[total:], t.Bytes[i:end])
		g.counts[g.n], g.ends[g.n] = total, end
		g.n++
		g.next = 0
		next := t.at(end)
		if !isCardMark(next) || g.mark != 0 && next != g.mark || !isDigit(t.at(end+1)) {
			return g
		}
		g.mark = next
		i = end + 1
	}
}

func isCardMark(c byte) bool { return c == ' ' || c == '-' || c == '.' || c == '_' || c == '/' }

func (g *cardGroups) size(i int) int {
	switch i {
	case g.n:
		return g.next
	case 0:
		return g.counts[0]
	}
	return g.counts[i] - g.counts[i-1]
}

// printed reports whether the first n groups are an unbroken number, or grouped as cards are printed, and
// what follows is too short to belong to them: an expiry month may.
func (g *cardGroups) printed(n int) bool {
	if g.counts[n-1] < minCardDigits || n > 1 && g.size(n) >= 4 {
		return false
	}
	if n > 1 && g.mark != ' ' && g.mark != '-' && (n != g.n || !(n == 4 && g.counts[3] == 16 || n == 3 && g.counts[2] == 15)) {
		return false // versions, dates and paths have such marks too: only the groups of whole cards
	}
	switch n {
	case 1:
		return true
	case 2:
		return g.size(0) == 6 || g.size(0) == 4 && g.size(1) == 12
	case 3: // American Express, Diners Club
		return g.size(0) == 4 && g.size(1) == 6
	}
	for i := range n - 1 {
		if g.size(i) != 4 {
			return false
		}
	}
	return g.size(n-1) <= 4 || n == 4 && g.size(3) <= 7
}

// luhn checks the check digit of ISO/IEC 7812-1 annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i&1 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func sameDigits(digits []byte) bool {
	for _, d := range digits[1:] {
		if d != digits[0] {
			return false
		}
	}
	return true
}

// containsFold looks for an ASCII lower-case string without regard to case.
func containsFold(b []byte, lower string) bool {
	for i := 0; i+len(lower) <= len(b); i++ {
		j := 0
		for j < len(lower) && b[i+j]|0x20 == lower[j]|0x20 {
			j++
		}
		if j == len(lower) {
			return true
		}
	}
	return false
}
