package traversal

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// unit is what a spelling stands for.
type unit uint8

const (
	uByte  unit = iota // itself
	uDot               // .
	uSlash             // / or \
	uNul               // a control byte, such as the one that ends a path early
	uWild              // an impossible encoding: some decoder makes a dot or a slash of it
)

// disguise says how a unit was written.
type disguise uint8

const (
	plain   disguise = iota
	once             // escaped as a client has to
	dressed          // escaped although no client has to, or doubled
	forged           // escaped twice, overlong, malformed
)

// spelling is one decoded unit: its meaning, its length in bytes and its disguise.
type spelling struct {
	unit  unit
	c     byte // lower-case byte where it is one, else 0
	n     int
	level disguise
}

// read decodes the unit at i: plain bytes, percent escapes nested to any depth, %u escapes, overlong
// UTF-8 and the malformed escapes that lenient decoders turn into dots and slashes.
func read(text []byte, i int) spelling {
	c := text[i]
	switch {
	case c == '%':
		return percent(text, i)
	case c == '.':
		return spelling{unit: uDot, c: '.', n: 1}
	case c == '/' || c == '\\':
		return spelling{unit: uSlash, c: '/', n: 1}
	case c == 0:
		return spelling{unit: uNul, n: 1, level: dressed}
	case c == '0' && i+3 < len(text) && text[i+1]|0x20 == 'x':
		if v, ok := hexPair(text, i+2); ok {
			if s := meaning(v); s.unit != uByte {
				s.n, s.level = 4, forged
				return s
			}
		}
	case c >= 0xc0:
		if s, ok := overlong(text, i); ok {
			return s
		}
	}
	return spelling{c: fold.Lower(c), n: 1}
}

// maxEscape bounds one escape in the text: %25252525252e is five layers deep.
const maxEscape = 16

// percent reads an escape. Layers (%25) and the doubled percent (%%32%65) are undone first.
func percent(text []byte, i int) spelling {
	v, j, ok := escaped(text, i)
	if !ok {
		if s, ok := unicodeEscape(text, i); ok {
			return s
		}
		return malformed(text, i)
	}
	if v < 0x80 {
		s := meaning(v)
		s.n = j - i
		if s.n > 3 {
			s.level = forged
		} else if s.unit == uSlash {
			s.level = once
		}
		return s
	}
	if v < 0xc0 {
		return spelling{n: j - i}
	}
	// An overlong sequence in escapes: lead byte, then continuation bytes, themselves escaped.
	rest := 0
	switch {
	case v < 0xe0:
		rest = 1
		if v <= 0xc1 {
			return overlongPair(text, i, j, v)
		}
	case v < 0xf0:
		rest = 2
	case v < 0xf8:
		rest = 3
	case v < 0xfc:
		rest = 4
	default:
		rest = 5
	}
	r := int(v) & (0x3f >> rest)
	for range rest {
		if j >= len(text) {
			return spelling{n: j - i}
		}
		w, k, ok := escaped(text, j)
		if !ok {
			return spelling{n: j - i}
		}
		r = r<<6 | int(w)&0x3f
		j = k
	}
	return codePoint(r, j-i)
}

// codePoint gives the meaning of a code point written in a disguise.
func codePoint(r, n int) spelling {
	switch r {
	case '.', 0xff0e, 0x2024:
		return spelling{unit: uDot, c: '.', n: n, level: forged}
	case '/', '\\', 0x2215, 0x2216, 0xff0f, 0xff3c, 0x2044, 0xf025, 0xefc8:
		return spelling{unit: uSlash, c: '/', n: n, level: forged}
	}
	if r < 0x80 {
		return spelling{c: fold.Lower(byte(r)), n: n, level: forged}
	}
	return spelling{n: n}
}

// overlongPair reads what follows the lead bytes C0 and C1, which no valid UTF-8 has: an escape, a
// malformed escape or a bare byte. What it means depends on the decoder's leniency.
func overlongPair(text []byte, i, j int, lead byte) spelling {
	w, k, ok := escaped(text, j)
	switch {
	case ok:
	case j+2 < len(text) && text[j] == '%':
		return spelling{unit: uWild, n: j + 3 - i, level: forged}
	case j < len(text) && (text[j] == '.' || text[j] == '/' || text[j] == '\\'):
		w, k = text[j], j+1
	default:
		return spelling{n: j - i}
	}
	s := codePoint(int(lead&1)<<6|int(w)&0x3f, k-i)
	if s.unit == uByte {
		s.unit = uWild
	}
	return s
}

// malformed reads an escape whose digits are not hexadecimal; two in a row stand for a slash in
// the lists that fuzz decoders, alone it is a percent sign.
func malformed(text []byte, i int) spelling {
	if i+5 < len(text) && text[i+3] == '%' && isWord(text[i+1]) && isWord(text[i+2]) && isWord(text[i+4]) && isWord(text[i+5]) &&
		(!isHex(text[i+1]) || !isHex(text[i+2])) && (!isHex(text[i+4]) || !isHex(text[i+5])) {
		return spelling{unit: uSlash, c: '/', n: 6, level: forged}
	}
	return spelling{c: '%', n: 1}
}

// escaped reads %XX through layers of %25 and through digits that are escaped themselves.
func escaped(text []byte, i int) (v byte, end int, ok bool) {
	if i >= len(text) || text[i] != '%' {
		return 0, i, false
	}
	j := i + 1
	for j+1 < len(text) && j < i+maxEscape && text[j] == '2' && text[j+1] == '5' {
		j += 2
	}
	hi, j, ok := digit(text, j)
	if !ok {
		return 0, i, false
	}
	lo, j, ok := digit(text, j)
	if !ok {
		return 0, i, false
	}
	return hi<<4 | lo, j, true
}

// digit reads one hexadecimal digit, plain or escaped as %3X or %6X.
func digit(text []byte, i int) (v byte, end int, ok bool) {
	if i >= len(text) {
		return 0, i, false
	}
	if text[i] == '%' {
		if i+1 < len(text) && text[i+1] == '%' {
			i++ // a doubled percent sign (%%32%%66)
		}
		c, ok := hexPair(text, i+1)
		if !ok || !isHex(c) {
			return 0, i, false
		}
		return unhex(c), i + 3, true
	}
	if !isHex(text[i]) {
		return 0, i, false
	}
	return unhex(text[i]), i + 1, true
}

// unicodeEscape reads %uXXXX.
func unicodeEscape(text []byte, i int) (spelling, bool) {
	j := i + 1
	for j+1 < len(text) && j < i+maxEscape && text[j] == '2' && text[j+1] == '5' {
		j += 2
	}
	if j+4 >= len(text) || text[j]|0x20 != 'u' {
		return spelling{}, false
	}
	r := 0
	for _, c := range text[j+1 : j+5] {
		if !isHex(c) {
			return spelling{}, false
		}
		r = r<<4 | int(unhex(c))
	}
	return codePoint(r, j+5-i), true
}

// overlong reads raw bytes that spell a dot or a slash in more bytes than UTF-8 allows.
func overlong(text []byte, i int) (spelling, bool) {
	c, rest := text[i], 0
	switch c {
	case 0xc0, 0xc1:
		rest = 1
	case 0xe0:
		rest = 2
	case 0xf0:
		rest = 3
	case 0xf8:
		rest = 4
	case 0xfc:
		rest = 5
	case 0xef, 0xe2:
		return wide(text, i)
	default:
		return spelling{}, false
	}
	if i+rest >= len(text) {
		return spelling{}, false
	}
	r := int(c) & (0x3f >> rest)
	for _, d := range text[i+1 : i+1+rest] {
		r = r<<6 | int(d)&0x3f
	}
	s := codePoint(r, rest+1)
	return s, s.unit != uByte
}

// wide reads the full-width and mathematical look-alikes of dot and slash.
func wide(text []byte, i int) (spelling, bool) {
	if i+2 >= len(text) {
		return spelling{}, false
	}
	r := int(text[i]&0xf)<<12 | int(text[i+1]&0x3f)<<6 | int(text[i+2]&0x3f)
	s := codePoint(r, 3)
	return s, s.unit != uByte
}

// meaning classifies a decoded byte that was escaped.
func meaning(v byte) spelling {
	s := spelling{c: fold.Lower(v), level: dressed}
	switch v {
	case '.':
		s.unit = uDot
	case '/', '\\':
		s.unit, s.c = uSlash, '/'
	case 0, 1, '\r', '\n':
		s.unit = uNul
	}
	return s
}

func hexPair(text []byte, i int) (byte, bool) {
	if i+1 >= len(text) || !isHex(text[i]) || !isHex(text[i+1]) {
		return 0, false
	}
	return unhex(text[i])<<4 | unhex(text[i+1]), true
}

func isHex(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 6 }

func unhex(c byte) byte {
	if c-'0' < 10 {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func isWord(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 26 }
