package pii

// A shape describes a value in one line: literal text with classes of characters in angle brackets, each with how
// many of them there are.
//
//	AKIA<U16>                       exactly 16
//	xoxb-<d8-14>-<u15-120>          8 to 14, then 15 to 120
//	ya29.<u40+>                     40 or more
//
// Every class takes what it can; a shape is written so that nothing has to be given back. The classes are:
//
//	d  0-9             x  0-9 a-f, either case    l  0-9 a-z          U  0-9 A-Z
//	a  0-9 A-Z a-z     w  a and _                 u  w and -          v  u and .
//	c  u and =         b  a and + /               B  b and =          g  a UUID, written without a number
type shape string

// maxToken bounds what is looked at of a token that has no length of its own.
const maxToken = 8 << 10

// uuidLength is that of a UUID in its canonical form (RFC 9562).
const uuidLength = 36

// inClass reports whether a class of shapes has the character.
func inClass(class, c byte) bool { return classesOf[c]>>(class&63)&1 != 0 }

// classesOf has for each byte a bit for each class that has it, by the low six bits of the class's letter, which tell them apart.
var classesOf = func() (t [256]uint64) {
	for c := range t {
		in := ""
		switch c := byte(c); {
		case isDigit(c):
			in = "dxlUawuvcbB"
		case isUpper(c):
			in = "UawuvcbB"
		case isLetter(c):
			in = "lawuvcbB"
		case c == '_':
			in = "wuvc"
		case c == '-':
			in = "uvc"
		case c == '.':
			in = "v"
		case c == '=':
			in = "cB"
		case c == '+', c == '/':
			in = "bB"
		}
		if isHex(byte(c)) {
			in += "x"
		}
		for _, class := range []byte(in) {
			t[c] |= 1 << (class & 63)
		}
	}
	return t
}()

// item is one class of a shape with its bounds.
type item struct {
	class    byte
	min, max int
}

// item reads what stands between the angle brackets at s[k], and where it ends.
func (s shape) item(k int) (it item, next int) {
	it.class = s[k+1]
	k += 2
	if it.class == 'g' {
		return item{class: 'g', min: uuidLength, max: uuidLength}, k + 1
	}
	for ; isDigit(s[k]); k++ {
		it.min = it.min*10 + int(s[k]-'0')
	}
	it.max = it.min
	switch s[k] {
	case '+':
		it.max = maxToken
		k++
	case '-':
		it.max = 0
		for k++; isDigit(s[k]); k++ {
			it.max = it.max*10 + int(s[k]-'0')
		}
	}
	return it, k + 1
}

// after returns where the text from i on stops to have the shape, -1 when it has not got it or is longer.
func (s shape) after(t *Text, i int) int {
	for k := 0; k < len(s); {
		if s[k] != '<' {
			if t.at(i) != s[k] {
				return -1
			}
			i++
			k++
			continue
		}
		var it item
		it, k = s.item(k)
		if it.class == 'g' {
			if !t.uuidAt(i) {
				return -1
			}
			i += uuidLength
			continue
		}
		end := t.span(i, it.class, it.max)
		if end-i < it.min || k == len(s) && inClass(it.class, t.at(end)) {
			return -1
		}
		i = end
	}
	if isWord(t.at(i)) {
		return -1
	}
	return i
}

// before returns where the text that ends at i starts to have the shape, -1 when it has not got it.
func (s shape) before(t *Text, i int) int {
	for k := len(s); k > 0; {
		if s[k-1] != '>' {
			if k--; t.at(i-1) != s[k] {
				return -1
			}
			i--
			continue
		}
		for k--; s[k] != '<'; {
			k--
		}
		it, _ := s.item(k)
		start := i
		for start > 0 && i-start < it.max && inClass(it.class, t.Bytes[start-1]) {
			start--
		}
		if i-start < it.min {
			return -1
		}
		i = start
	}
	return i
}

// is reports whether the whole value has the shape.
func (s shape) is(value []byte) bool {
	t := Text{Bytes: value}
	return s.after(&t, 0) == len(value)
}

// hyphens reports whether the first class of the shape takes dashes, so that a dash before the value may belong to it.
func (s shape) hyphens() bool {
	for k := range len(s) {
		if s[k] == '<' {
			return inClass(s[k+1], '-')
		}
	}
	return false
}

// anchor returns the longest literal of a shape, the first of them: what the prefilter looks for.
func (s shape) anchor() (start, end int) {
	for k := 0; k < len(s); {
		if s[k] == '<' {
			_, k = s.item(k)
			continue
		}
		from := k
		for k < len(s) && s[k] != '<' {
			k++
		}
		if k-from > end-start {
			start, end = from, k
		}
	}
	return start, end
}

// run returns the offset of the part of a shape that makes minTokenRun letters and digits or more in a row, and the bounds of
// their number; start is -1 when no part does.
func (s shape) run() (start, least, most int) {
	for k := 0; k < len(s); {
		from := k
		if s[k] != '<' {
			k++
			continue
		}
		var it item
		it, k = s.item(k)
		start = from
		for start > 0 && alnum[s[start-1]] {
			start--
		}
		if tail := from - start; it.class != 'g' && !inClass(it.class, '_') && !inClass(it.class, '+') && it.min+tail >= minTokenRun {
			return start, it.min + tail, it.max + tail
		}
	}
	return -1, 0, 0
}

// span returns the end of the characters of a class from i on, at most a number of them.
func (t *Text) span(i int, class byte, most int) int {
	end := min(len(t.Bytes), i+most)
	for i < end && inClass(class, t.Bytes[i]) {
		i++
	}
	return i
}

// uuidAt reports whether a UUID starts at i.
func (t *Text) uuidAt(i int) bool {
	if i < 0 || i+uuidLength > len(t.Bytes) {
		return false
	}
	for n, c := range t.Bytes[i : i+uuidLength] {
		if n == 8 || n == 13 || n == 18 || n == 23 {
			if c != '-' {
				return false
			}
		} else if !isHex(c) {
			return false
		}
	}
	return true
}
