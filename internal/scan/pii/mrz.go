package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Lines of machine-readable zones: of a passport (TD3) two, of a card (TD1) three.
const (
	passportLine = 44
	cardLine     = 30
)

// mrzDigit is the check digit of a machine-readable zone (ICAO 9303 part 3): weights 7, 3, 1.
func mrzDigit(c []byte) byte {
	sum := 0
	for i, x := range c {
		n := 0
		switch {
		case isDigit(x):
			n = digit(x)
		case isUpper(x):
			n = int(x-'A') + 10
		}
		sum += n * int("731"[i%3]-'0')
	}
	return byte('0' + sum%10)
}

// zoneAt appends the machine-readable zone around the fillers at i, from its first to its last line.
func (t *Text) zoneAt(i int, dst []Match) []Match {
	if i < t.zoned || t.Wants>>Passport&1 == 0 {
		return dst
	}
	start, end := i, i
	for start > 0 && i-start < 2*passportLine && isZone(t.Bytes[start-1]) {
		start--
	}
	for end < len(t.Bytes) && end-i < 2*passportLine && isZone(t.Bytes[end]) {
		end++
	}
	t.zoned = end
	line := t.Bytes[start:end]
	if len(line) == 2*passportLine {
		line = line[passportLine:]
	}
	switch {
	case len(line) == passportLine && passportNumbers(line):
		if before := start - passportLine - 1; before >= 0 && end-start == passportLine && t.Bytes[start-1] == '\n' && t.Bytes[before] == 'P' && zoneOnly(t.Bytes[before:start-1]) {
			start = before
		}
	case len(line) == passportLine && line[0] == 'P' && t.at(end) == '\n' && end+1+passportLine <= len(t.Bytes) && passportNumbers(t.Bytes[end+1:end+1+passportLine]):
		end += 1 + passportLine
	case len(line) == cardLine && mrzDigit(line[5:14]) == line[14] && t.at(end) == '\n' && end+1+cardLine <= len(t.Bytes) && cardNumbers(t.Bytes[end+1:end+1+cardLine]):
		end += 1 + cardLine
		if third := end + 1 + cardLine; t.at(end) == '\n' && third <= len(t.Bytes) && zoneOnly(t.Bytes[end+1:third]) {
			end = third
		}
	default:
		return dst
	}
	t.zoned = end
	return t.foundAs(dst, Passport, "mrz", start, end, 0.99, match.High, "mrz")
}

func isZone(c byte) bool { return isUpper(c) || isDigit(c) || c == '<' }

func zoneOnly(b []byte) bool {
	for _, c := range b {
		if !isZone(c) {
			return false
		}
	}
	return true
}

// passportNumbers checks the digits of the second line of TD3: number, birth, expiry.
func passportNumbers(line []byte) bool {
	return zoneOnly(line) && mrzDigit(line[:9]) == line[9] && mrzDigit(line[13:19]) == line[19] && mrzDigit(line[21:27]) == line[27] && digitsOnly(line[13:19])
}

// cardNumbers checks those of the second line of TD1.
func cardNumbers(line []byte) bool {
	return zoneOnly(line) && mrzDigit(line[:6]) == line[6] && mrzDigit(line[8:14]) == line[14] && digitsOnly(line[:6])
}
