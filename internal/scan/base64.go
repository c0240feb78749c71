package scan

import (
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// minEncodedRun is the shortest run of base64 characters that is decoded: 12 bytes.
const minEncodedRun = 16

// notBase64 is the value of a byte outside the alphabets, notBase64Bit a bit that only it has.
const (
	notBase64    = 0xFF
	notBase64Bit = 0x80
)

// base64Values has both alphabets of RFC 4648, standard and URL-safe.
var base64Values = func() (t [256]byte) {
	for i := range t {
		t[i] = notBase64
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// run is a part of a text that is encoded as a whole.
type run struct {
	start, end int
	hex        bool // base64 otherwise
}

// encodedRun finds the first run of at least minEncodedRun base64 characters or hexadecimal digits that starts at or
// behind offset i and whose beginning decodes to printable text. It looks for eight such characters where one of every eight
// places begins: a run that long has eight of them.
func encodedRun(text []byte, i int) (r run, found bool) {
	for j := i; j+8 <= len(text); {
		w := swar.Load(text[j:])
		if otherThanBase64(w) != 0 || base64Eight(w)&notBase64Bit != 0 {
			j += 8
			continue
		}
		start := j
		for start > i && base64Values[text[start-1]] != notBase64 {
			start--
		}
		end := encodedEnd(text, j+8)
		if end-start >= minEncodedRun {
			if r, found = encodedAt(text, start, end); found {
				return r, true
			}
		}
		i, j = end, end
	}
	return run{}, false
}

// encodedAt reports whether a run of base64 characters, or one of hexadecimal digits that it begins with, is decoded.
func encodedAt(text []byte, start, end int) (r run, found bool) {
	window := text[start : start+minEncodedRun]
	if quantum(window)&0x808080 != 0 { // most words and paths end here
		if digit(window[0]) {
			if r, found = hexRun(text, start); found {
				return r, true
			}
		}
		if !unicodeStart(window) {
			return run{}, false
		}
	} else if !printableStart(window) {
		return run{}, false
	}
	return run{start: start, end: wrappedEnd(text, start, end)}, true
}

// hexRun reads pairs of hexadecimal digits at i, behind 0x too, whose first minEncodedRun/2 bytes are text. All text in
// hexadecimal begins with a digit.
func hexRun(text []byte, i int) (r run, found bool) {
	if text[i] == '0' && text[i+1]|0x20 == 'x' {
		i += 2
	}
	end := i
	for end+2 <= len(text) && hexValue(text[end]) >= 0 && hexValue(text[end+1]) >= 0 {
		if end-i < minEncodedRun && !textByte(hexByte(text[end:])) {
			return run{}, false
		}
		end += 2
	}
	return run{i, end, true}, end-i >= minEncodedRun
}

// minEncodedValue is the shortest value that is decoded when it is encoded as a whole: four bytes in hexadecimal, six in base64.
const minEncodedValue = 8

// encodedValue reports whether a text too short for encodedRun is base64 or hexadecimal of text from its beginning to its end.
func encodedValue(text []byte) (r run, found bool) {
	n := len(text)
	if n < minEncodedValue || n > minEncodedRun {
		return run{}, false
	}
	for n > 0 && text[n-1] == '=' {
		n--
	}
	if n >= minEncodedRun || n%4 == 1 || len(text)-n > 2 || base64Eight(swar.Load(text))&notBase64Bit != 0 {
		return run{}, false
	}
	if digit(text[0]) {
		if r, found = hexValueRun(text); found {
			return r, true
		}
	}
	if quantum(text)&0x808080 != 0 || n < minEncodedValue {
		return run{}, false
	}
	for i, c := range text[:n] {
		if base64Values[c] == notBase64 {
			return run{}, false
		}
		if i%4 == 0 && i+4 <= n {
			if q := quantum(text[i:]); !textByte(byte(q>>16)) || !textByte(byte(q>>8)) || !textByte(byte(q)) {
				return run{}, false
			}
		}
	}
	return run{start: 0, end: n}, true
}

// hexValueRun is encodedValue for hexadecimal.
func hexValueRun(text []byte) (r run, found bool) {
	if len(text)%2 != 0 {
		return run{}, false
	}
	for i := 0; i < len(text); i += 2 {
		if hexValue(text[i]) < 0 || hexValue(text[i+1]) < 0 || !textByte(hexByte(text[i:])) {
			return run{}, false
		}
	}
	return run{0, len(text), true}, true
}

// mayBeEncoded reports whether a text has a run that is decoded, or is one.
func mayBeEncoded(text []byte) bool {
	if len(text) <= minEncodedRun {
		if _, encoded := encodedValue(text); encoded {
			return true
		}
	}
	_, encoded := encodedRun(text, 0)
	return encoded
}

func hexByte(b []byte) byte { return byte(hexValue(b[0])<<4 | hexValue(b[1])) }

// decodeRun writes a decoded run of v into b.
func (b *buffer) decodeRun(v *view, r run) view {
	if !r.hex {
		return b.decodeBase64(v, r.start, r.end)
	}
	b.grow((r.end - r.start) / 2)
	n := 0
	for i := r.start; i+2 <= r.end; i += 2 {
		b.text[n], b.at[n] = hexByte(v.text[i:]), int32(v.offset(i))
		n++
	}
	b.at[n] = int32(v.offset(r.end))
	return view{text: b.text[:n], at: b.at[:n+1], name: "hex", key: v.key, where: v.where, round: v.round + 1}
}

// otherThanBase64 marks the bytes of w that are below '+' or above ASCII: spaces and quotes, what mostly ends a run.
func otherThanBase64(w uint64) uint64 {
	return (^(w&^swar.Highs + swar.Ones*(0x80-'+')) | w) & swar.Highs
}

// base64Eight joins the values of the eight bytes of w: notBase64Bit is set when one of them has none.
func base64Eight(w uint64) byte {
	return base64Values[w&0xFF] | base64Values[w>>8&0xFF] | base64Values[w>>16&0xFF] | base64Values[w>>24&0xFF] |
		base64Values[w>>32&0xFF] | base64Values[w>>40&0xFF] | base64Values[w>>48&0xFF] | base64Values[w>>56]
}

// encodedEnd returns where base64 characters end from i on.
func encodedEnd(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		w := swar.Load(text[i:])
		if otherThanBase64(w) != 0 || base64Eight(w)&notBase64Bit != 0 {
			break
		}
	}
	for i < len(text) && base64Values[text[i]] != notBase64 {
		i++
	}
	return i
}

// Widths of the lines that base64 is wrapped into: 76 in MIME (RFC 2045), 64 in PEM, and what else tools write.
const (
	minWrapped = 56
	maxWrapped = 80
)

// wrappedEnd returns where a run ends whose first line is text[start:end]: behind further lines as wide as that one, and a last
// one that is not wider.
func wrappedEnd(text []byte, start, end int) int {
	width := end - start
	if width < minWrapped || width > maxWrapped || width%4 != 0 {
		return end
	}
	for {
		next := end
		if next < len(text) && text[next] == '\r' {
			next++
		}
		if next >= len(text) || text[next] != '\n' {
			return end
		}
		next++
		last := encodedEnd(text, next)
		if last == next || last-next > width {
			return end
		}
		end = last
		if last-next < width {
			return end
		}
	}
}

func skipLineEnd(text []byte, i int) int {
	for i < len(text) && (text[i] == '\r' || text[i] == '\n') {
		i++
	}
	return i
}

// printableStart reports whether the first 16 characters decode to text. Random data passes once in
// 150,000 times.
func printableStart(b []byte) bool {
	for i := 0; i < minEncodedRun; i += 4 {
		q := quantum(b[i:])
		if !textByte(byte(q>>16)) || !textByte(byte(q>>8)) || !textByte(byte(q)) {
			return false
		}
	}
	return true
}

// unicodeStart reports whether the first 16 characters decode to text that begins with a character beyond ASCII and goes on
// with some of ASCII: a quotation mark before an attack must not hide it. Random data passes once in 10,000 times.
func unicodeStart(b []byte) bool {
	if first := quantum(b); first>>16 < 0xC2 || first>>14&3 != 2 {
		return false
	}
	var text [minEncodedRun / 4 * 3]byte
	for i := 0; i < minEncodedRun; i += 4 {
		q := quantum(b[i:])
		text[i/4*3], text[i/4*3+1], text[i/4*3+2] = byte(q>>16), byte(q>>8), byte(q)
	}
	ascii := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && i < len(text)-utf8.UTFMax, n == 1 && r < utf8.RuneSelf && !textByte(text[i]):
			return false
		case n == 1 && r < utf8.RuneSelf:
			ascii++
		}
		i += n
	}
	return ascii >= 4
}

func quantum(b []byte) uint32 {
	_ = b[3]
	return uint32(base64Values[b[0]])<<18 | uint32(base64Values[b[1]])<<12 |
		uint32(base64Values[b[2]])<<6 | uint32(base64Values[b[3]])
}

func textByte(c byte) bool { return c >= ' ' && c < 0x7F || c == '\n' || c == '\t' || c == '\r' }

// decodeBase64 writes the decoded run v.text[start:end] into b, up to the first group that is not text
// in the main: a run may be followed by other characters of the alphabet.
func (b *buffer) decodeBase64(v *view, start, end int) view {
	b.grow((end-start)/4*3 + 3)
	n, odd := 0, 0
	i := start
	put := func(c byte, at int) {
		b.text[n] = c
		b.at[n] = int32(v.offset(at))
		n++
		if !textByte(c) && c < 0x80 {
			odd++
		}
	}
	for ; i+4 <= end && odd <= 1+n/8; i += 4 {
		i = skipLineEnd(v.text, i) // groups end with lines
		if i+4 > end {
			break
		}
		q := quantum(v.text[i:])
		put(byte(q>>16), i)
		put(byte(q>>8), i+1)
		put(byte(q), i+2)
	}
	i = min(end, skipLineEnd(v.text, i))
	if rest := end - i; rest >= 2 && rest < 4 {
		q := uint32(base64Values[v.text[i]])<<18 | uint32(base64Values[v.text[i+1]])<<12
		put(byte(q>>16), i)
		if rest == 3 {
			q |= uint32(base64Values[v.text[i+2]]) << 6
			put(byte(q>>8), i+1)
		}
		i = end
	}
	b.at[n] = int32(v.offset(i))
	return view{text: b.text[:n], at: b.at[:n+1], name: "base64", key: v.key, where: v.where, round: v.round + 1}
}
