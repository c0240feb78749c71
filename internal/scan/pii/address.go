package pii

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// maxAddress bounds a postal address.
const maxAddress = 160

// addressAt returns the end of the postal address at start, which is a house number or a street's first word, or 0. Without a label there must be
// a postcode or a state behind the street.
func (t *Text) addressAt(start int, labelled bool) int {
	end := t.streetAt(start)
	if end == 0 {
		return 0
	}
	end, sure := t.addressTail(end)
	if !labelled && !sure {
		return 0
	}
	return end
}

// streetAt matches a house number and a street: 12 Main Street, 12 bis rue de la Paix; or a street and a house number:
// Hauptstraße 12a, Via Roma 10, Calle Mayor, 5.
func (t *Text) streetAt(start int) int {
	if isDigit(t.at(start)) {
		i := t.houseNumber(start)
		if i == 0 {
			return 0
		}
		if t.at(i) == ',' {
			i++
		}
		if t.at(i) != ' ' {
			return 0
		}
		return t.streetWords(i + 1)
	}
	return t.streetThenNumber(start)
}

// houseNumber matches 12, 12a, 12-14, 12 bis, up to six digits.
func (t *Text) houseNumber(i int) int {
	end := t.run(i)
	if end == i || end-i > 6 {
		return 0
	}
	if isLetter(t.at(end)) && !isNameByte(t.at(end+1)) {
		end++
	}
	if c := t.at(end); (c == '-' || c == '/') && isDigit(t.at(end+1)) {
		if end = t.run(end + 1); isLetter(t.at(end)) && !isNameByte(t.at(end+1)) {
			end++
		}
	}
	if isWord(t.at(end)) {
		return 0
	}
	return end
}

// maxStreetWords are the words of a street's name.
const maxStreetWords = 6

// streetWords matches the street behind a house number: a word such as rue first, or a word such as Street last.
func (t *Text) streetWords(i int) int {
	found := 0
	for n := range maxStreetWords {
		word := i
		end := t.wordEnd(i)
		if end == i {
			if digits := t.run(i); digits > i && isLetter(t.at(digits)) { // 5th
				end = t.wordEnd(digits)
			} else {
				return found
			}
		}
		says := t.saysWord(word, end)
		capital := !isLower(t.Bytes[word])
		switch {
		case n == 0 && says&saysStreetFirst != 0:
			return t.properWords(end)
		case n > 0 && capital && says&saysStreetLast != 0:
			found = end
			if t.at(end) == '.' {
				found++
			}
			if c := t.at(found); c == ' ' && direction(t.Bytes[found+1:]) > 0 {
				found += 1 + direction(t.Bytes[found+1:])
			}
			if c := t.at(found); c != ' ' {
				return found
			}
			// Park Place: the last such word ends the street.
		case !capital || found > 0:
			return found
		}
		if i = end; t.at(i) == '.' {
			i++
		}
		if t.at(i) != ' ' {
			return found
		}
		i++
	}
	return found
}

// direction returns the length of a point of the compass, or 0.
func direction(b []byte) int {
	n := 0
	for n < len(b) && n < 3 && isUpper(b[n]) {
		n++
	}
	if n == 0 || n > 2 || n < len(b) && isWord(b[n]) {
		return 0
	}
	for _, c := range b[:n] {
		if c != 'N' && c != 'S' && c != 'E' && c != 'W' {
			return 0
		}
	}
	return n
}

// properWords returns the end of the words of a street's name behind rue or Calle: capitalised ones, particles, numbers before a word.
func (t *Text) properWords(i int) int {
	end := 0
	for range maxStreetWords {
		if t.at(i) == '.' {
			i++
		}
		if t.at(i) != ' ' {
			return end
		}
		word := i + 1
		i = t.wordEnd(word)
		if c := t.at(i); c == '\'' || c == '-' {
			if j := t.wordEnd(i + 1); j > i+1 {
				i = j
			}
		}
		if i == word {
			return end
		}
		if !isLower(t.Bytes[word]) || t.Bytes[word] == 'd' && t.at(word+1) == '\'' || t.Bytes[word] == 'l' && t.at(word+1) == '\'' {
			end = i
			continue
		}
		if _, kind := t.personWord(word); kind != particle && t.saysWord(word, i)&saysLittle == 0 {
			return end
		}
	}
	return end
}

// streetThenNumber matches a street whose name comes before the house number.
func (t *Text) streetThenNumber(start int) int {
	i, sawStreet := start, false
	for n := range maxStreetWords {
		end := t.wordEnd(i)
		if end == i || isLower(t.Bytes[i]) && n == 0 {
			return 0
		}
		sawStreet = sawStreet || n == 0 && t.saysWord(i, end)&saysStreetFirst != 0 || t.germanStreet(i, end)
		i = end
		if t.at(i) == '.' {
			i++
		}
		if sawStreet && t.at(i) == ',' {
			i++
		}
		if t.at(i) != ' ' {
			return 0
		}
		i++
		if isDigit(t.at(i)) {
			if !sawStreet {
				return 0
			}
			return t.houseNumber(i)
		}
	}
	return 0
}

// germanStreet recognises words that end as streets do in German and Dutch, or are such a word.
func (t *Text) germanStreet(start, end int) bool {
	word := t.Bytes[start:end]
	if last := word[len(word)-1] | 0x20; len(word) > 4 && germanEnds>>(last-'a')&1 != 0 || t.at(end) == '.' {
		for _, suffix := range [...]string{"straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "ufer", "damm", "straat", "gracht", "laan", "plein", "kade", "steeg", "singel", "dijk", "hof", "chaussee", "steig"} {
			if len(word) >= len(suffix) && hasFoldSuffix(word, suffix) && (suffix != "str" || t.at(end) == '.') {
				return true
			}
		}
	}
	return false
}

// germanEnds has a bit for each letter that germanStreet's words end with.
const germanEnds = 1<<('e'-'a') | 1<<('r'-'a') | 1<<('g'-'a') | 1<<('z'-'a') | 1<<('m'-'a') | 1<<('t'-'a') | 1<<('n'-'a') | 1<<('k'-'a') | 1<<('l'-'a') | 1<<('f'-'a')

func hasFoldSuffix(b []byte, lower string) bool {
	return len(b) >= len(lower) && fold.Equal(b[len(b)-len(lower):], lower)
}

// addressTail goes on over what follows a street: unit, city, state, postcode. sure says that there was a postcode or a state.
func (t *Text) addressTail(i int) (end int, sure bool) {
	start := i
	end = i
	words := 0
	for i < len(t.Bytes) && i-start < maxAddress {
		for n := 0; n < 3 && (t.at(i) == ',' || t.at(i) == ' ' || t.at(i) == '\n' || t.at(i) == '-'); n++ {
			i++
		}
		switch c := t.at(i); {
		case c == '#':
			i++
			if next := t.tokenEnd(i); next > i {
				i, end = next, next
				continue
			}
			return end, sure
		case isDigit(c):
			next := t.postcodeAt(i)
			if next == 0 {
				return end, sure
			}
			i, end, sure = next, next, true
			words = 0
		case isUpper(c) || c >= 0xC3:
			if next := t.postcodeAt(i); next > 0 {
				i, end, sure = next, next, true
				continue
			}
			next := t.wordEnd(i)
			says := t.saysWord(i, next)
			if says&saysUnit != 0 {
				if t.at(next) == '.' {
					next++
				}
				if token := t.tokenEnd(next + 1); t.at(next) == ' ' && token > next+1 {
					i, end = token, token
					continue
				}
			}
			if words++; words > 4 || says&saysNobody != 0 || t.at(next) == '@' || t.at(next) == '.' && !sure && words > 1 && !isDigit(t.at(next+2)) && t.at(next+1) != 0 && next-i > 3 {
				if t.at(next) == '.' && words <= 4 && says&saysNobody == 0 && sure {
					end = next
				}
				return end, sure
			}
			i = next
			if sure || t.at(next) == ',' || next == len(t.Bytes) {
				end = next
			}
		default:
			return end, sure
		}
	}
	return end, sure
}

// tokenEnd returns the end of letters, digits and dashes.
func (t *Text) tokenEnd(i int) int {
	for i < len(t.Bytes) && (isDigit(t.Bytes[i]) || isLetter(t.Bytes[i]) || t.Bytes[i] == '-') {
		i++
	}
	return i
}

// streetBefore returns where the street begins whose house number is at i, or -1.
func (t *Text) streetBefore(i int) int {
	end := i
	if t.at(end-1) != ' ' {
		return -1
	}
	end--
	if t.at(end-1) == ',' || t.at(end-1) == '.' {
		end--
	}
	start := -1
	for n := 0; n < maxStreetWords && end > 0; n++ {
		word := t.wordBefore(end)
		if word == end || end-word > maxLabelWord || isDigit(t.Bytes[word]) && isDigit(t.at(word-2)) {
			break // of a row of numbers none is a street's
		}
		says := Evidence(0)
		if n > 0 {
			says = t.saysWord(word, end)
		}
		switch {
		case n > 0 && says&saysStreetFirst != 0:
			return word
		case n == 0 && t.germanStreet(word, end):
			start = word
		case n == 0 && isLower(t.Bytes[word]):
			return -1
		case start >= 0 && (!isUpper(t.Bytes[word]) || says&(saysNobody|saysLittle) != 0):
			return start
		case start >= 0:
			return word
		}
		if t.at(word-1) != ' ' {
			break
		}
		end = word - 1
		if t.at(end-1) == '.' {
			end--
		}
	}
	return start
}

// streetNumberAt appends the address that has the digits from i to number as its house number, and returns where it ends, or 0.
func (t *Text) streetNumberAt(i, number int, dst *[]Match) int {
	start, end := i, 0
	if next := t.at(number); next == ',' || isLetter(next) || next == ' ' && t.streetMayBegin(number+1) {
		end = t.addressAt(i, false)
	}
	if end == 0 {
		if start = t.streetBefore(i); start < 0 {
			return 0
		}
		if end = t.addressAt(start, false); end <= i {
			return 0
		}
	}
	if t.ofCompany(start) {
		return 0
	}
	*dst = t.found(*dst, Address, start, end, 0.8, match.Medium, "street")
	return end
}

// streetMayBegin reports whether the first word of a street may stand at i, behind a house number.
func (t *Text) streetMayBegin(i int) bool {
	switch c := t.at(i); {
	case isDigit(c):
		return isLetter(t.at(t.run(i)))
	case isLower(c):
		return streetFirsts[c&31]>>(t.at(i+1)&31)&1 != 0 || t.at(i+1) >= 0x80
	}
	return true
}

// streetFirsts has the first two letters of the words that begin streets: most numbers stand before another small letter.
var streetFirsts = func() (t [32]uint32) {
	for _, list := range wordLists {
		if list.says&saysStreetFirst == 0 {
			continue
		}
		for word := range strings.SplitSeq(list.words, "|") {
			if len(word) == 1 {
				t[word[0]&31] = ^uint32(0)
				continue
			}
			t[word[0]&31] |= 1 << (word[1] & 31)
		}
	}
	return t
}()

// ofCompany reports whether the address at i is said to be a company's or a foundation's: licenses have one, and it is nobody's home.
func (t *Text) ofCompany(i int) bool {
	const window = 56
	before := t.Bytes[max(0, i-window):i]
	for _, mark := range [...]string{"inc.", "foundation", "corp", "ltd", "llc", "gmbh", "creative", "company", "university", "institute"} {
		if fold.Contains(before, mark) {
			return true
		}
	}
	return false
}

// addressField reports whether a field holds an address: words, and a number or a word for streets among them.
func (t *Text) addressField(start, end int) bool {
	value := t.Bytes[start:end]
	if len(value) < 5 || len(value) > maxAddress {
		return false
	}
	digits, spaces, letters, street := 0, 0, 0, false
	for i := 0; i < len(value); {
		c := value[i]
		switch {
		case isDigit(c):
			digits++
		case c == ' ' || c == ',' || c == '\n' || c == '\\':
			spaces++
		case isLetter(c) || c >= 0x80:
			word := t.wordEnd(start+i) - start
			word = min(word, len(value))
			letters += word - i
			says := t.saysWord(start+i, start+word)
			street = street || says&(saysStreetFirst|saysStreetLast|saysUnit) != 0 || t.germanStreet(start+i, start+word)
			i = word
			continue
		case c == '@' || c == '{' || c == '<' || c == '=' || c == '_' || c == ':' && i+2 < len(value) && value[i+1] == '/':
			return false
		}
		i++
	}
	return letters >= 3 && (digits > 0 && spaces > 0 && spaces < 24 || street)
}
