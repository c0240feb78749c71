package scan

import (
	"bytes"
	"unicode/utf8"
)

func runeChar(r rune) char {
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	var c char
	c.n = utf8.EncodeRune(c.bytes[:], r)
	return c
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// hexRune reads exactly n hexadecimal digits.
func hexRune(b []byte, n int) (rune, bool) {
	if len(b) < n {
		return 0, false
	}
	var r rune
	for _, c := range b[:n] {
		digit := hexValue(c)
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}

// decodeEscape reads a backslash escape of JSON (RFC 8259 section 7) or JavaScript.
func decodeEscape(b []byte) (char, int) {
	if len(b) < 2 {
		return char{}, 0
	}
	switch b[1] {
	case '"', '\\', '/', '\'', '`':
		return asciiChar(b[1]), 2
	case 'n':
		return asciiChar('\n'), 2
	case 't':
		return asciiChar('\t'), 2
	case 'r':
		return asciiChar('\r'), 2
	case 'b':
		return asciiChar('\b'), 2
	case 'f':
		return asciiChar('\f'), 2
	case 'x':
		if r, ok := hexRune(b[2:], 2); ok {
			return runeChar(r), 4
		}
	case 'u':
		return decodeUnicodeEscape(b)
	}
	return char{}, 0
}

// decodeUnicodeEscape reads \u0041, a surrogate pair of two of them, or \u{41}.
func decodeUnicodeEscape(b []byte) (char, int) {
	if len(b) > 3 && b[2] == '{' {
		var r rune
		for i := 3; i < len(b) && i < 10; i++ {
			if b[i] == '}' && i > 3 {
				return runeChar(r), i + 1
			}
			digit := hexValue(b[i])
			if digit < 0 {
				break
			}
			r = r<<4 | rune(digit)
		}
		return char{}, 0
	}
	r, ok := hexRune(b[2:], 4)
	if !ok {
		return char{}, 0
	}
	if r >= 0xD800 && r < 0xDC00 && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := hexRune(b[8:], 4); ok && low >= 0xDC00 && low < 0xE000 {
			return runeChar((r-0xD800)<<10 | (low - 0xDC00) + 0x10000), 12
		}
	}
	return runeChar(r), 6
}

// decodePercentAt reads %41 as a byte (RFC 3986 section 2.1) and IIS's %u0041 as a character.
func decodePercentAt(b []byte) (char, int) {
	if r, ok := hexRune(b[1:], 2); ok {
		return asciiChar(byte(r)), 3
	}
	if len(b) > 1 && b[1]|0x20 == 'u' {
		if r, ok := hexRune(b[2:], 4); ok {
			return runeChar(r), 6
		}
	}
	return char{}, 0
}

// percentLayers returns how often all percent escapes of a text were escaped again, so that those layers are undone in one round:
// an encoder that was run nine times must not take nine. It is 0 where one of them was not, so that they stay in step.
func percentLayers(text []byte) (layers int) {
	for i := bytes.IndexByte(text, '%'); i >= 0; {
		j, n := i+1, -1
		for j+2 <= len(text) && text[j] == '2' && text[j+1] == '5' {
			j += 2
			n++
		}
		if j+2 <= len(text) && hexValue(text[j]) >= 0 && hexValue(text[j+1]) >= 0 || j < len(text) && text[j]|0x20 == 'u' {
			n++ // what was escaped is no percent sign
		}
		if n <= 0 {
			return 0
		}
		if layers == 0 || n < layers {
			layers = n
		}
		next := bytes.IndexByte(text[j:], '%')
		if next < 0 {
			break
		}
		i = j + next
	}
	return layers
}

// namedEntities are the character references that an attack can be written with: markup, quotes,
// whitespace and the punctuation of URLs, scripts and shells (HTML standard, section 13.5).
var namedEntities = map[string]byte{
	"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\'', "nbsp": ' ', "Tab": '\t', "NewLine": '\n',
	"LT": '<', "GT": '>', "AMP": '&', "QUOT": '"',
	"colon": ':', "semi": ';', "lpar": '(', "rpar": ')', "sol": '/', "bsol": '\\', "equals": '=', "num": '#',
	"comma": ',', "period": '.', "excl": '!', "quest": '?', "lbrack": '[', "lsqb": '[', "rbrack": ']',
	"rsqb": ']', "lbrace": '{', "lcub": '{', "rbrace": '}', "rcub": '}', "grave": '`', "dollar": '$',
	"percnt": '%', "ast": '*', "plus": '+', "hyphen": '-', "dash": '-', "lowbar": '_', "verbar": '|', "vert": '|',
	"commat": '@', "Hat": '^',
}

// decodeEntity reads a character reference; as in HTML the semicolon may be missing after a number and
// after the oldest names.
func decodeEntity(b []byte) (char, int) {
	if len(b) > 2 && b[1] == '#' {
		return decodeNumericEntity(b)
	}
	end := 1
	for end < len(b) && end < 10 && b[end]|0x20 >= 'a' && b[end]|0x20 <= 'z' {
		end++
	}
	if end < len(b) && b[end] == ';' {
		if c, known := namedEntities[string(b[1:end])]; known {
			return asciiChar(c), end + 1
		}
	}
	for _, name := range [...]string{"lt", "gt", "amp", "quot"} {
		if len(b) > len(name) && string(b[1:1+len(name)]) == name && (end == 1+len(name) || name != "amp") {
			return asciiChar(namedEntities[name]), 1 + len(name)
		}
	}
	return char{}, 0
}

func decodeNumericEntity(b []byte) (char, int) {
	i, base := 2, rune(10)
	if b[2]|0x20 == 'x' {
		i, base = 3, 16
	}
	first := i
	var r rune
	for i < len(b) && i-first < 10 {
		digit := hexValue(b[i])
		if digit < 0 || digit >= int(base) {
			break
		}
		r = min(r*base+rune(digit), utf8.MaxRune+1)
		i++
	}
	if i == first {
		return char{}, 0
	}
	if i < len(b) && b[i] == ';' {
		i++
	}
	return runeChar(r), i
}

// decodeUnicodeAt folds what readers and interpreters take for ASCII, and drops what they do not show.
func decodeUnicodeAt(b []byte) (char, int) {
	if b[0] == 0 {
		return char{}, 1
	}
	if c, width := overlong(b); width > 0 {
		return asciiChar(c), width
	}
	r, width := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError:
		return char{}, 0
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms
		return asciiChar(byte(r - 0xFF01 + '!')), width
	case r >= 0xE0020 && r <= 0xE007E: // tag characters mirror ASCII and are never shown
		return asciiChar(byte(r - 0xE0000)), width
	case (r == 0x3002 || r == 0xFF61) && width < len(b) && hexValue(b[width]) >= 0: // full stops that separate labels of a host (UTS #46)
		return asciiChar('.'), width
	case r == 0xA0, r == 0x3000, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F:
		return asciiChar(' '), width
	case r == 0xAD, r == 0x180E, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r == 0xFEFF, r >= 0xE0000 && r <= 0xE01EF,
		r >= 0x300 && r <= 0x36F: // combining accents and strokes
		return char{}, width
	}
	if c := styled(r); c != 0 {
		return asciiChar(c), width
	}
	if c := typographic(r); c != 0 {
		return asciiChar(c), width
	}
	return char{}, 0
}

// overlong reads an ASCII character in two or three bytes, which UTF-8 forbids and some decoders accept.
func overlong(b []byte) (c byte, width int) {
	continued := func(i int) bool { return len(b) > i && b[i]&0xC0 == 0x80 }
	switch {
	case b[0] == 0xC0 && continued(1):
		return b[1] & 0x3F, 2
	case b[0] == 0xC1 && continued(1):
		return 0x40 | b[1]&0x3F, 2
	case b[0] == 0xE0 && continued(1) && continued(2) && b[1] < 0x82:
		return b[1]&1<<6 | b[2]&0x3F, 3
	}
	return 0, 0
}
