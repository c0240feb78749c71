package xss

// char reads the character at i the way an HTML parser sees an attribute value: character references
// are decoded, and so are the escapes that a script or a lenient decoder undoes later. c is 0x80 for
// what is not ASCII. n is at least 1 before the end of the text.
func char(text []byte, i int) (c byte, n int) {
	if i >= len(text) {
		return 0, 0
	}
	switch c = text[i]; {
	case c == '&':
		return reference(text, i)
	case c == '\\':
		return escape(text, i)
	case c == '%':
		if v, ok := hexByte(text, i+1); ok {
			return ascii(int(v)), 3
		}
	case c >= 0x80:
		return 0x80, 1
	}
	return c, 1
}

// maxReference bounds a character reference: browsers accept any number of leading zeros, lists use
// up to about ten.
const maxReference = 16

func reference(text []byte, i int) (byte, int) {
	rest := text[i:min(len(text), i+maxReference)]
	if len(rest) > 2 && rest[1] == '#' {
		return numeric(rest)
	}
	for j := 1; j < len(rest); j++ {
		if rest[j] == ';' {
			if c := named(rest[1:j]); c != 0 {
				return c, j + 1
			}
			break
		}
	}
	return '&', 1
}

func numeric(rest []byte) (byte, int) {
	j, base, v := 2, 10, 0
	if rest[j]|0x20 == 'x' {
		j, base = 3, 16
	}
	first := j
	for ; j < len(rest); j++ {
		c := rest[j]
		switch {
		case c-'0' < 10:
			v = v*base + int(c-'0')
		case base == 16 && c|0x20-'a' < 6:
			v = v*base + int(c|0x20-'a') + 10
		default:
			goto done
		}
		v = min(v, 1<<20)
	}
done:
	if j == first {
		return '&', 1
	}
	if j < len(rest) && rest[j] == ';' {
		j++
	}
	return ascii(v), j
}

func named(name []byte) byte {
	switch string(name) {
	case "Tab":
		return '\t'
	case "NewLine":
		return '\n'
	case "colon":
		return ':'
	case "lpar":
		return '('
	case "rpar":
		return ')'
	case "lt", "LT":
		return '<'
	case "gt", "GT":
		return '>'
	case "quot", "QUOT":
		return '"'
	case "apos":
		return '\''
	case "grave", "DiacriticalGrave":
		return '`'
	case "equals":
		return '='
	case "sol":
		return '/'
	case "period":
		return '.'
	case "nbsp", "ZeroWidthSpace":
		return ' '
	}
	return 0
}

// escape reads \xHH and \uHHHH.
func escape(text []byte, i int) (byte, int) {
	if i+3 < len(text) && text[i+1] == 'x' {
		if v, ok := hexByte(text, i+2); ok {
			return ascii(int(v)), 4
		}
	}
	if i+5 < len(text) && text[i+1] == 'u' {
		hi, ok := hexByte(text, i+2)
		lo, ok2 := hexByte(text, i+4)
		if ok && ok2 {
			return ascii(int(hi)<<8 | int(lo)), 6
		}
	}
	return '\\', 1
}

func ascii(v int) byte {
	if v >= 0x80 {
		return 0x80
	}
	return byte(v)
}

func hexByte(text []byte, i int) (byte, bool) {
	if i+1 >= len(text) {
		return 0, false
	}
	hi, ok := hexDigit(text[i])
	lo, ok2 := hexDigit(text[i+1])
	return hi<<4 | lo, ok && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c-'0' < 10:
		return c - '0', true
	case c|0x20-'a' < 6:
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

func isLetter(c byte) bool { return c|0x20-'a' < 26 }

// blank reports whether c is white space or a control byte: browsers skip both where it matters.
func blank(c byte) bool { return c <= ' ' || c == 0x7f }

// nameByte holds the bytes of element and attribute names that matter here.
func nameByte(c byte) bool { return isLetter(c) || c-'0' < 10 || c == ':' || c == '-' || c == '_' }
