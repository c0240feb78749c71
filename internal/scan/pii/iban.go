package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// ibanLengths are the lengths by country of the SWIFT IBAN registry (ISO 13616).
var ibanLengths = map[[2]byte]int{
	{'A', 'D'}: 24, {'A', 'E'}: 23, {'A', 'L'}: 28, {'A', 'T'}: 20, {'A', 'Z'}: 28, {'B', 'A'}: 20, {'B', 'E'}: 16,
	{'B', 'G'}: 22, {'B', 'H'}: 22, {'B', 'I'}: 27, {'B', 'R'}: 29, {'B', 'Y'}: 28, {'C', 'H'}: 21, {'C', 'R'}: 22,
	{'C', 'Y'}: 28, {'C', 'Z'}: 24, {'D', 'E'}: 22, {'D', 'J'}: 27, {'D', 'K'}: 18, {'D', 'O'}: 28, {'E', 'E'}: 20,
	{'E', 'G'}: 29, {'E', 'S'}: 24, {'F', 'I'}: 18, {'F', 'K'}: 18, {'F', 'O'}: 18, {'F', 'R'}: 27, {'G', 'B'}: 22,
	{'G', 'E'}: 22, {'G', 'I'}: 23, {'G', 'L'}: 18, {'G', 'R'}: 27, {'G', 'T'}: 28, {'H', 'N'}: 28, {'H', 'R'}: 21,
	{'H', 'U'}: 28, {'I', 'E'}: 22, {'I', 'L'}: 23, {'I', 'Q'}: 23, {'I', 'S'}: 26, {'I', 'T'}: 27, {'J', 'O'}: 30,
	{'K', 'W'}: 30, {'K', 'Z'}: 20, {'L', 'B'}: 28, {'L', 'C'}: 32, {'L', 'I'}: 21, {'L', 'T'}: 20, {'L', 'U'}: 20,
	{'L', 'V'}: 21, {'L', 'Y'}: 25, {'M', 'C'}: 27, {'M', 'D'}: 24, {'M', 'E'}: 22, {'M', 'K'}: 19, {'M', 'N'}: 20,
	{'M', 'R'}: 27, {'M', 'T'}: 31, {'M', 'U'}: 30, {'N', 'I'}: 28, {'N', 'L'}: 18, {'N', 'O'}: 15, {'O', 'M'}: 23,
	{'P', 'K'}: 24, {'P', 'L'}: 28, {'P', 'S'}: 29, {'P', 'T'}: 25, {'Q', 'A'}: 29, {'R', 'O'}: 24, {'R', 'S'}: 22,
	{'R', 'U'}: 33, {'S', 'A'}: 24, {'S', 'C'}: 31, {'S', 'D'}: 18, {'S', 'E'}: 24, {'S', 'I'}: 19, {'S', 'K'}: 24,
	{'S', 'M'}: 27, {'S', 'O'}: 23, {'S', 'T'}: 25, {'S', 'V'}: 28, {'T', 'L'}: 23, {'T', 'N'}: 24, {'T', 'R'}: 26,
	{'U', 'A'}: 29, {'V', 'A'}: 22, {'V', 'G'}: 24, {'X', 'K'}: 20, {'Y', 'E'}: 30,
}

// ibanAt matches an IBAN whose check digits start at i, behind the country's two letters.
func (t *Text) ibanAt(i int, dst *[]Match) int {
	start := i - 2
	if start < 0 || !isLetter(t.Bytes[start]) || isWord(t.at(start-1)) || !isDigit(t.at(i+1)) || len(t.Bytes)-start < 15 {
		return 0
	}
	country := [2]byte{t.Bytes[start] &^ 0x20, t.Bytes[start+1] &^ 0x20}
	want, known := ibanLengths[country]
	if !known {
		return 0
	}
	remainder, n := 0, 0
	var head [4]byte // moves to the end before the division (ISO 7064, mod 97-10)
	end := start
	for n < want {
		c := t.at(end)
		if c == ' ' || c == '-' {
			if n == 0 || !isWord(t.at(end-1)) {
				return 0
			}
			end++
			continue
		}
		if !isDigit(c) && !isLetter(c) {
			return 0
		}
		if n < 4 {
			head[n] = c
		} else {
			remainder = mod97(remainder, c)
		}
		n++
		end++
	}
	for _, c := range head {
		remainder = mod97(remainder, c)
	}
	if remainder != 1 || isWord(t.at(end)) {
		return 0
	}
	*dst = t.found(*dst, IBAN, start, end, 0.97, match.High, "mod97")
	return end
}

func mod97(remainder int, c byte) int {
	if isDigit(c) {
		return (remainder*10 + int(c-'0')) % 97
	}
	return (remainder*100 + int(c|0x20-'a') + 10) % 97
}
