package scan

import "github.com/meshwarden/meshwarden/internal/scan/swar"

// timestamp reports whether text is a date or a point in time as APIs write them, and nothing else:
//
//	2026-05-01
//	2026-05-01T10:00:00   (or a space; then also Z, .123Z, +02:00, -07:00)
//
// No detector finds anything in one, whatever its field is called, except that a field for secrets may hold it. It
// spares the most frequent value with many digits a closer look.
func timestamp(text []byte) bool {
	n := len(text)
	if n < len("2026-05-01") || n > len("2026-05-01T10:00:00.123456789Z") {
		return false
	}
	const dashes, dashAt = 0x2D00002D00000000, 0xFF0000FF00000000
	date := swar.Load(text)
	if swar.Digits(date) != 0x0080800080808080 || date&dashAt != dashes || text[0] != '1' && text[0] != '2' || !digit(text[8]) || !digit(text[9]) {
		return false
	}
	if n == len("2026-05-01") {
		return true
	}
	if n < len("2026-05-01T10:00:00") || text[10] != 'T' && text[10] != ' ' || !clock(text[11:]) || !digit(text[17]) || !digit(text[18]) {
		return false
	}
	zone := text[19:]
	switch {
	case len(zone) == 0:
		return true
	case zone[0] == '.' && zone[len(zone)-1] == 'Z' && len(zone) > 2:
		for _, c := range zone[1 : len(zone)-1] {
			if !digit(c) {
				return false
			}
		}
		return true
	case zone[0] == '+' || zone[0] == '-':
		return len(zone) == len("+02:00") && digit(zone[1]) && digit(zone[2]) && zone[3] == ':' && digit(zone[4]) && digit(zone[5])
	}
	return len(zone) == 1 && zone[0] == 'Z'
}

// clock reports whether the first six bytes of text are hours and minutes with their colons: 10:00:
func clock(text []byte) bool {
	return digit(text[0]) && digit(text[1]) && text[2] == ':' && digit(text[3]) && digit(text[4]) && text[5] == ':'
}

func digit(c byte) bool { return c-'0' < 10 }
