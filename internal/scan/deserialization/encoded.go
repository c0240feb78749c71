package deserialization

import "bytes"

// maxDecoded bounds the bytes that are decoded of a run of base64.
const maxDecoded = 160

// encoded judges base64 at i that may decode to what Python or Ruby wrote: the magic of both is short, so that the
// names inside decide.
func (f *finder) encoded(i int) {
	var buf [maxDecoded]byte
	b := decode(buf[:0], f.text[i:])
	if len(b) < 8 {
		return
	}
	switch {
	case b[0] == 0x80 && b[1] >= 2 && b[1] <= 5:
		for k := 2; k < len(b); k++ {
			if b[k] == 'c' && global(b[k+1:]) || (b[k] == 0x8C || b[k] == 'X') && module(b[k+1:]) {
				f.add(i, i+4, 0.93, "python_pickle")
				return
			}
		}
	case b[0] == 0x04 && b[1] == 0x08:
		switch {
		case rubyGadget(b):
			f.add(i, i+4, 0.93, "ruby_marshal")
		case b[2] == 'o' || b[2] == 'U' || b[2] == 'u' || b[2] == 'c':
			f.add(i, i+4, 0.86, "ruby_marshal")
		}
	}
}

// global reports whether b begins with one of modules and its line end.
func global(b []byte) bool {
	for _, m := range modules {
		if bytes.HasPrefix(b, []byte(m)) {
			return true
		}
	}
	return false
}

// module reports whether b begins with the length of a string, in one byte or four, and one of modules.
func module(b []byte) bool {
	for _, skip := range [...]int{1, 4} {
		if len(b) <= skip || b[0] == 0 {
			continue
		}
		name := b[skip:min(len(b), skip+int(b[0]))]
		for _, m := range modules {
			if string(name) == m[:len(m)-1] {
				return true
			}
		}
	}
	return false
}

// decode appends to dst, within its capacity, what the base64 at the beginning of b decodes to.
func decode(dst, b []byte) []byte {
	bits, n := uint32(0), 0
	for _, c := range b {
		v := digit(c)
		if v < 0 || len(dst) == cap(dst) {
			break
		}
		bits, n = bits<<6|uint32(v), n+6
		if n >= 8 {
			n -= 8
			dst = append(dst, byte(bits>>n))
		}
	}
	return dst
}

// digit is the value of a digit of base64 or base64url, -1 for other bytes.
func digit(c byte) int {
	switch {
	case c-'A' < 26:
		return int(c - 'A')
	case c-'a' < 26:
		return int(c-'a') + 26
	case c-'0' < 10:
		return int(c-'0') + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return -1
}
