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
	{620000, 629999, lengths(16, 19), lengths(16, 19)},                                     // UnionPay
	{630400, 630499, lengths(12, 19), lengths(16, 16)},                                     // Maestro
	{633100, 633399, lengths(16, 19), lengths(16, 16)},                                     // Switch, Solo
	{636000, 639999, lengths(12, 19), lengths(16, 16)},                                     // InterPayment, Maestro
	{644000, 659999, lengths(16, 19), lengths(16, 16)},                                     // Discover, RuPay, Elo
	{670000, 679999, lengths(12, 19), lengths(16, 16)},                                     // Maestro
	{810000, 817199, lengths(16, 19), lengths(16, 19)},                                     // UnionPay
	{979200, 979299, lengths(16, 16), lengths(16, 16)},                                     // Troy
}

const maxCardDigits = 19

// cardAt matches a payment card number whose first digit is at i.
func (t *Text) cardAt(i int, dst *[]Match) int {
	first := t.Bytes[i]
	if first == '0' || first == '1' || first == '7' || !t.startsToken(i) {
		return 0
	}
	if before := t.at(i - 1); before == '+' || before == '$' {
		return 0
	}
	var digits [maxCardDigits]byte
	n, groups, end := t.cardDigits(i, &digits)
	if n < 12 || !t.endsToken(end) || !luhn(digits[:n]) {
		return 0
	}
	issuer := network{}
	for _, candidate := range networks {
		if iin := value(digits[:6]); iin >= candidate.from && iin <= candidate.to {
			issuer = candidate
			break
		}
	}
	if issuer.lengths>>n&1 == 0 || sameDigits(digits[:n]) {
		return 0
	}
	confidence := t.cardConfidence(i, groups, issuer.usual>>n&1 != 0)
	if confidence < 0.5 {
		return 0
	}
	*dst = t.found(*dst, Card, i, end, confidence, match.High, "luhn-iin")
	return end
}

// cardConfidence weighs how the number stands: one number in ten of any kind passes the Luhn test.
func (t *Text) cardConfidence(i, groups int, usual bool) float32 {
	confidence := float32(0.9)
	key := t.Key
	if groups == 1 {
		if !usual {
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

// charged recognises the verbs of payment before a number.
func (t *Text) charged(i int) bool {
	const window = 24
	before := t.Bytes[max(0, i-window):i]
	return containsFold(before, "charge") || containsFold(before, "payment") || containsFold(before, "pay ")
}

// cardDigits reads a number that is unbroken, or written in the groups that cards print, with one space or
// dash between all of them.
func (t *Text) cardDigits(i int, digits *[maxCardDigits]byte) (n, groups, end int) {
	var sizes [6]int
	var separator byte
	for groups < len(sizes) {
		end = t.run(i)
		size := end - i
		if n+size > maxCardDigits {
			if groups == 0 || separator == '-' {
				return 0, groups, end
			}
			break
		}
		n += copy(digits[n:], t.Bytes[i:end])
		sizes[groups] = size
		groups++
		next := t.at(end)
		if next != ' ' && next != '-' || separator != 0 && next != separator || !isDigit(t.at(end+1)) || size > 6 {
			break
		}
		separator = next
		i = end + 1
	}
	return trimGroups(sizes[:groups], n, end)
}

// trimGroups accepts the printed groupings and leaves out a following number, such as an expiry month.
func trimGroups(sizes []int, n, end int) (int, int, int) {
	if len(sizes) == 1 {
		return n, 1, end
	}
	for groups := len(sizes); groups > 1; groups-- {
		if printedGroups(sizes[:groups]) && (groups == len(sizes) || sizes[groups] < 4) {
			return n, groups, end
		}
		n -= sizes[groups-1]
		end -= sizes[groups-1] + 1
	}
	return 0, 0, end
}

func printedGroups(sizes []int) bool {
	switch {
	case sizes[0] == 4 && len(sizes) == 3 && sizes[1] == 6: // American Express, Diners Club
		return sizes[2] == 5 || sizes[2] == 4
	case len(sizes) == 2:
		return sizes[0] == 6 && sizes[1] >= 10 || sizes[0] == 4 && sizes[1] == 12
	}
	if len(sizes) < 4 || len(sizes) > 5 {
		return false
	}
	for _, size := range sizes[:len(sizes)-1] {
		if size != 4 {
			return false
		}
	}
	return sizes[len(sizes)-1] <= 4 || len(sizes) == 4 && sizes[3] <= 7
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
