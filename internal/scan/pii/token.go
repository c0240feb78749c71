package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// maxBack is how far before its first digit a code may begin.
const maxBack = 24

// codeStart returns where the code begins that has the digit at i: letters and digits before it belong to it, and groups that a
// dash joins, or a colon groups of hexadecimal digits. It is -1 when an underscore or more than maxBack bytes stand before it, and
// when its groups before were looked at: a row of a thousand is read once.
func (t *Text) codeStart(i int) int {
	start, hex := i, true
	for start > 0 {
		c := t.Bytes[start-1]
		switch {
		case isDigit(c), isLetter(c):
			hex = hex && (isDigit(c) || c|0x20 <= 'f')
			start--
		case c == '-' && start > 1 && (isDigit(t.Bytes[start-2]) || isLetter(t.Bytes[start-2])), c == ':' && hex && t.hexBefore(start-1):
			if start--; start == t.coded {
				return -1
			}
		case c == ':' && t.at(start) == ':' && !isNameByte(t.at(start-2)): // ::1
			return start - 1
		case c == '_' || c >= 0x80:
			return -1
		default:
			return start
		}
		if i-start > maxBack {
			return -1
		}
	}
	return start
}

// hexBefore reports whether a group of hexadecimal digits of an address, or another colon, ends at i: aba: is a label.
func (t *Text) hexBefore(i int) bool {
	start, digits := i, 0
	for start > 0 && i-start < 5 && isHex(t.Bytes[start-1]) {
		start--
		if isDigit(t.Bytes[start]) {
			digits++
		}
	}
	n := i - start
	return n >= 1 && n <= 4 && (n != 3 || digits > 0) && !isWord(t.at(start-1)) || n == 0 && t.at(i-1) == ':'
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// newCode returns where the code with the digit at i begins, -1 when it was looked at before or is none: a code is looked at
// once, however many digits it has.
func (t *Text) newCode(i int) int {
	if i < t.coded || t.Wants&AnnouncedTypes == 0 {
		return -1
	}
	start := t.codeStart(i)
	if start < t.began {
		t.coded = t.alnumEnd(i)
		return -1
	}
	return start
}

// labelledCode appends the code at start if a label before it says what it is, and returns where it ends, or 0.
func (t *Text) labelledCode(start int, dst *[]Match) int {
	phrase, value := t.announced(start)
	if phrase < 0 {
		return 0
	}
	end := t.labelledAt(phrase, value, dst)
	if end == 0 && value != start {
		end = t.labelledAt(phrase, start, dst)
	}
	return end
}

// codeAt appends what the code from start on with its first digits from i to digits is by its form or by what follows it, and returns where it
// ends, or 0.
func (t *Text) codeAt(start, i, digits int, dst *[]Match) int {
	end := t.alnumEnd(digits)
	t.coded, t.began = end, start+1
	if t.Wants>>Address&1 != 0 && end-i <= 6 && !isNameByte(t.at(i-1)) {
		if end := t.streetNumberAt(i, digits, dst); end > 0 {
			return end
		}
	}
	if end := t.evidentAt(start, end, dst); end > 0 {
		return end
	}
	if end-start >= minNumberDigits && t.at(end) == ' ' {
		if phrase := t.calledAfter(end); phrase >= 0 {
			return t.labelledAt(phrase, start, dst)
		}
	}
	return 0
}

// alnumEnd returns the end of the letters and digits at i.
func (t *Text) alnumEnd(i int) int {
	for i < len(t.Bytes) && byteKinds[t.Bytes[i]]&(kindDigit|kindLetter) != 0 {
		i++
	}
	return i
}

// labelledAt appends the value at start if it is of a kind that the phrase announces, and returns where it ends, or 0.
func (t *Text) labelledAt(phrase, start int, dst *[]Match) int {
	for p := phrase; p >= 0; p = phrases.next(p) {
		k := &kinds[phrases[p].kind-1]
		if t.Wants>>k.typ&1 == 0 {
			continue
		}
		subtype, end := k.subtype, 0
		switch k.form {
		case formCode:
			if end = t.match(k, t.readCode(start)); k.typ == LicensePlate && end > 0 && hasLower(t.Bytes[start:end]) {
				end = 0 // as identifiers are written in code, and plates are not
			}
		case formNational:
			subtype, end = t.anyNationalAt(start)
		case formAddress:
			end = t.addressAt(start, true)
		case formDate:
			if end = t.dateAt(start); end == 0 && t.run(start) == start+8 && t.endsToken(start+8) && t.dateField(start, start+8) {
				end = start + 8 // 19850723
			}
		case formExpiry:
			if behindCard(*dst, start) {
				end = t.expiryAt(start)
			}
		case formIP:
			end = t.ipAt(start, true)
		case formMAC:
			end = t.macAt(start, true)
		case formTemplate:
			if end = t.template(start); end-start < int(k.min) {
				end = 0
			}
		}
		if end > 0 {
			*dst = t.announcedAs(*dst, k, subtype, start, end)
			return end
		}
	}
	return 0
}

// behindCard reports whether a card was found shortly before i: other things expire too.
func behindCard(found []Match, i int) bool {
	const reach = 64
	for j := len(found) - 1; j >= 0; j-- {
		if m := &found[j]; m.Type == Card {
			return i >= m.End && i-m.End <= reach
		}
	}
	return false
}

// anyNationalAt matches the number of some state at start.
func (t *Text) anyNationalAt(start int) (subtype string, end int) {
	c := t.readCode(start)
	if c.likeSSN() {
		return "", 0
	}
	for g := c.groups - 1; g >= 0; g-- {
		if subtype, ok := anyNational(c.chars[:c.counts[g]]); ok && t.endsToken(c.ends[g]) {
			return subtype, c.ends[g]
		}
	}
	return "", 0
}

// evidentAt appends what the code from start on is if its form alone says so, and returns where it ends, or 0. end is
// where the letters and digits end among which its first digit stands.
func (t *Text) evidentAt(start, end int, dst *[]Match) int {
	next := t.at(end)
	if !(next == '.' || next == ':' || next == '-' || next == ' ' || next == '/' || next == '+') && end-start < 9 || !t.startsToken(start) && t.at(start-1) != ':' {
		return 0
	}
	if next == ' ' && end-start < 9 && (!alnum[t.at(end+1)] || !alnum[t.at(end+2)] && end-start != 6) {
		return 0 // behind a space there is no group of one but the last of a British number
	}
	if (next == ':' || next == '-' || next == '.') && t.Wants&(1<<IP|1<<MAC) != 0 {
		if t.Wants>>MAC&1 != 0 {
			if end := t.macAt(start, false); end > 0 {
				*dst = t.found(*dst, MAC, start, end, 0.9, match.Medium, "octets")
				return end
			}
		}
		if t.Wants>>IP&1 != 0 && t.Key&saysOther == 0 {
			if end := t.ipAt(start, false); end > 0 {
				*dst = t.found(*dst, IP, start, end, 0.9, match.Medium, "octets")
				return end
			}
		}
	}
	if t.Wants&evidentTypes == 0 {
		return 0
	}
	if end := t.evidentCode(start, dst); end > 0 {
		return end
	}
	if n := end - start; (n == 2 || n == 6) && t.at(start-1) == ' ' && isUpper(t.at(start-2)) && isUpper(t.at(start-3)) && !isNameByte(t.at(start-4)) {
		return t.evidentCode(start-3, dst) // AB 12 34 56 C
	}
	return 0
}
