package scan

import "unicode/utf8"

// A mask has as many bytes as what it covers, so that it fits where lengths are written elsewhere (gRPC), and its shape:
// letters and digits become stars, what stands between them stays. In encoded text an encoded letter is covered whole and an
// encoded separator stays as it is, so that escapes stay valid. A number stays a number, of nines.

// unit is one character as it is written.
type unit struct {
	width int
	char  rune // what it stands for
}

// covered reports whether the character is one to cover.
func (u unit) covered() bool {
	return u.char >= 0x80 && u.char != utf8.RuneError || u.char < 0x80 && (isLetter(byte(u.char)) || digit(byte(u.char)))
}

// unitAt reads the character at the start of b, which is not empty.
func unitAt(b []byte) unit {
	switch c := b[0]; {
	case c == '\\':
		return escapedUnit(b)
	case c == '%':
		if char, width := decodePercentAt(b); width > 0 {
			return decodedUnit(char, width)
		}
	case c == '&':
		if char, width := decodeEntity(b); width > 0 {
			return decodedUnit(char, width)
		}
	case c >= utf8.RuneSelf:
		if char, width := decodeUnicodeAt(b); width > 0 {
			return decodedUnit(char, width)
		}
		r, width := utf8.DecodeRune(b)
		if r == utf8.RuneError && width == 1 {
			return unit{1, 'x'} // covered, since nobody knows what it is
		}
		return unit{width, r}
	}
	return unit{1, rune(b[0])}
}

func decodedUnit(c char, width int) unit {
	r, _ := utf8.DecodeRune(c.bytes[:c.n])
	switch {
	case c.n == 0:
		r = ' '
	case c.n == 1 && c.bytes[0] >= utf8.RuneSelf:
		r = rune(c.bytes[0]) // a byte of an encoded character
	}
	return unit{width, r}
}

// escapedUnit reads backslashes, however many JSON texts inside each other need, and what they escape.
func escapedUnit(b []byte) unit {
	n := 1
	for n < len(b) && b[n] == '\\' {
		n++
	}
	char, width := decodeEscape(b[n-1:])
	switch {
	case width == 0 && n > 1 && n < len(b) && b[n] == 'u':
		return unit{n, 'x'} // of an escape that has escapes in it: without its backslashes what follows is text
	case width == 0:
		return unit{n, '\\'}
	case b[n] == 'u' || b[n] == 'x':
		return decodedUnit(char, n-1+width)
	}
	return unit{n - 1 + width, ' '}
}

// appendMasked writes a finding's bytes with letters and digits covered, as many bytes as there were.
func appendMasked(dst, original []byte, f *Finding, reveal Reveal, at spot) []byte {
	switch {
	case at == inNumber:
		return appendMaskedNumber(dst, original, keptDigits(f, reveal))
	case f.View == "base64":
		return appendPattern(dst, original, "Kioq") // three stars
	case f.View == "hex":
		return appendPattern(dst, original, "2a") // a star
	}
	if f.Type == "EMAIL" && reveal == RevealPartial {
		return appendMaskedEmail(dst, original)
	}
	kept := 0
	if n := keptDigits(f, reveal); n > 0 {
		kept = lastDigitsAt(original, n)
	} else {
		kept = len(original)
	}
	return append(appendCovered(dst, original[:kept]), original[kept:]...)
}

// keptDigits is how many digits at the end stay to be seen.
func keptDigits(f *Finding, reveal Reveal) int {
	if reveal == RevealPartial && (f.Type == "CARD" || f.Type == "PHONE") {
		return 4
	}
	return 0
}

// lastDigitsAt returns where the last n digits begin, or the end of the text when there are not more than n.
func lastDigitsAt(original []byte, n int) int {
	var starts [4]int
	seen := 0
	for i := 0; i < len(original); {
		u := unitAt(original[i:])
		if u.char >= '0' && u.char <= '9' {
			starts[seen%n] = i
			seen++
		}
		i += u.width
	}
	if seen <= n {
		return len(original)
	}
	return starts[seen%n]
}

func appendCovered(dst, original []byte) []byte {
	for i := 0; i < len(original); {
		u := unitAt(original[i:])
		dst = u.appendCovered(dst, original[i:i+u.width])
		i += u.width
	}
	return dst
}

func (u unit) appendCovered(dst, written []byte) []byte {
	for _, c := range written {
		if u.covered() {
			c = '*'
		}
		dst = append(dst, c)
	}
	return dst
}

// appendMaskedEmail leaves the first letter and the domain.
func appendMaskedEmail(dst, original []byte) []byte {
	at := 0
	for at < len(original) {
		u := unitAt(original[at:])
		if u.char == '@' {
			break
		}
		at += u.width
	}
	first := unitAt(original)
	if at == 0 || at == len(original) || first.width > 1 {
		return appendCovered(dst, original)
	}
	dst = appendCovered(append(dst, original[0]), original[1:at])
	return append(dst, original[at:]...)
}

// appendMaskedNumber makes nines of all digits but the last kept ones, and zeros of all of an exponent, so that any reader of
// numbers can still read it.
func appendMaskedNumber(dst, original []byte, kept int) []byte {
	visible := len(original)
	if kept > 0 {
		visible = lastDigitsAt(original, kept)
	}
	cover := byte('9')
	for i, c := range original {
		switch {
		case c|0x20 == 'e':
			cover = '0'
		case digit(c) && (i < visible || cover == '0'): // 9.9e+308 may be too large
			c = cover
		}
		dst = append(dst, c)
	}
	return dst
}

// appendPattern writes a pattern over the letters and digits of an encoding, so that it can still be decoded unless some of
// them are written as escapes.
func appendPattern(dst, original []byte, pattern string) []byte {
	n := 0
	for i := 0; i < len(original); {
		u := unitAt(original[i:])
		if c := original[i]; u.width == 1 && base64Values[c] != notBase64 {
			dst = append(dst, pattern[n%len(pattern)])
			n++
		} else {
			dst = u.appendCovered(dst, original[i:i+u.width])
		}
		i += u.width
	}
	return dst
}
