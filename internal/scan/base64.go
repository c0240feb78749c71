package scan

// minEncodedRun is the shortest run of base64 characters that is decoded: 12 bytes.
const minEncodedRun = 16

const notBase64 = 0xFF

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

// encodedRun finds the first run of at least minEncodedRun base64 characters that starts at or behind
// offset i and whose beginning decodes to printable text. It looks at every sixteenth byte only: a run
// that long cannot hide between two of them.
func encodedRun(text []byte, i int) (start, end int, found bool) {
	for i+minEncodedRun <= len(text) {
		last := i + minEncodedRun - 1
		j := last
		for j >= i && base64Values[text[j]] != notBase64 {
			j--
		}
		if j >= i {
			i = j + 1
			continue
		}
		if quantum(text[i:])&0x808080 != 0 { // most words and paths end here
			i = encodedEnd(text, last+1) + 1
			continue
		}
		end = encodedEnd(text, last+1)
		if printableStart(text[i:]) {
			return i, end, true
		}
		i = end + 1
	}
	return 0, 0, false
}

// encodedEnd returns where base64 characters end from i on, four at a time.
func encodedEnd(text []byte, i int) int {
	for ; i+4 <= len(text); i += 4 {
		b := text[i : i+4]
		if (base64Values[b[0]]|base64Values[b[1]]|base64Values[b[2]]|base64Values[b[3]])&0xC0 != 0 {
			break
		}
	}
	for i < len(text) && base64Values[text[i]] != notBase64 {
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
		q := quantum(v.text[i:])
		put(byte(q>>16), i)
		put(byte(q>>8), i+1)
		put(byte(q), i+2)
	}
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
	return view{text: b.text[:n], at: b.at[:n+1], name: "base64", key: v.key, round: v.round + 1}
}
