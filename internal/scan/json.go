package scan

// jsonState is where a jsonReader stands between two bytes.
type jsonState uint8

const (
	jsonBefore     jsonState = iota // a value may start, or a container may end
	jsonAfter                       // a value has ended: a separator must follow
	jsonInString                    // inside a string that a chunk boundary or its length split
	jsonInEscape                    // behind a backslash in such a string
	jsonStringDone                  // such a string has ended; a colon would make it a key
	jsonInScalar                    // inside a number or literal
)

// jsonReader takes a stream of JSON texts apart into strings and scalars, without a stack: a string is a key
// exactly when a colon follows it, and a nesting depth is only counted, so that neither depth nor repeated
// keys cost anything. It accepts some texts that JSON does not (trailing commas), but none with bytes
// outside strings that could be content.
type jsonReader struct {
	state jsonState
	depth int
	key   keyContext
	// keyBytes holds the key of the current member from the end of a chunk on.
	keyBytes [maxKeyBytes]byte
	held     window
	escaped  bool
	scalar   [maxScalarBytes]byte
	scalars  int
	leaf     leaf // the one being judged; a field so that handing it on does not allocate
	start    int  // offset of the current string's or scalar's first byte in the body
}

func (r *jsonReader) reset() {
	r.state, r.depth, r.escaped, r.scalars = jsonBefore, 0, false, 0
	r.key = keyContext{}
	r.held.reset(0)
}

// write reads a chunk that starts at offset base of the body. valid is false when the byte at n cannot be JSON.
func (r *jsonReader) write(e judge, chunk []byte, base int) (n int, valid bool) {
	i := 0
	for i < len(chunk) {
		switch r.state {
		case jsonInString, jsonInEscape:
			i = r.resumeString(e, chunk, i)
		case jsonStringDone:
			c := chunk[i]
			if isJSONSpace(c) {
				i++
				continue
			}
			r.endString(e, c == ':')
		case jsonInScalar:
			c := chunk[i]
			if !isScalarByte(c) {
				if !r.endScalar(e) {
					return i, false
				}
				continue
			}
			if r.scalars == maxScalarBytes {
				return i, false
			}
			r.scalar[r.scalars] = c
			r.scalars++
			i++
		default:
			next, ok := r.structure(e, chunk, i, base)
			if !ok {
				return next, false
			}
			i = next
		}
	}
	r.keepKey()
	return i, true
}

// structure reads bytes between values, and whole strings.
func (r *jsonReader) structure(e judge, chunk []byte, i, base int) (int, bool) {
	for i < len(chunk) {
		c := chunk[i]
		switch {
		case isJSONSpace(c):
			i++
		case c == '"':
			if r.state == jsonAfter {
				return i, false
			}
			next, whole := r.wholeString(e, chunk, i, base)
			i = next
			if !whole {
				return i, true
			}
		case c == ',' || c == ':':
			if r.depth == 0 {
				return i, false
			}
			r.state = jsonBefore
			i++
		case c == '{' || c == '[':
			if r.state == jsonAfter && r.depth > 0 {
				return i, false
			}
			r.state = jsonBefore
			r.depth++
			i++
		case c == '}' || c == ']':
			if r.depth == 0 {
				return i, false
			}
			r.depth--
			r.key = keyContext{}
			r.state = jsonAfter
			i++
		case c == 0x1E && r.depth == 0, c == 0xEF && base+i == 0, c == 0xBB && base+i == 1, c == 0xBF && base+i == 2:
			i++ // record separator (RFC 7464), byte order mark
		case isScalarByte(c) && r.state != jsonAfter:
			r.state, r.scalars, r.start = jsonInScalar, 0, base+i
			return i, true
		default:
			return i, false
		}
	}
	return i, true
}

// wholeString judges a string that ends in the chunk and is followed there by a byte that tells keys from
// values; any other string is continued by resumeString. i is the offset of the opening quote.
func (r *jsonReader) wholeString(e judge, chunk []byte, i, base int) (next int, whole bool) {
	end, escaped := stringEnd(chunk, i+1)
	if end >= 0 && end-i-1 <= windowBytes {
		after := end + 1
		for after < len(chunk) && isJSONSpace(chunk[after]) {
			after++
		}
		if after < len(chunk) {
			r.string(e, chunk[i+1:end], base+i+1, escaped, chunk[after] == ':')
			return after, true
		}
	}
	r.state, r.escaped = jsonInString, false
	r.held.reset(base + i + 1)
	r.held.encoding = encodingJSON
	r.held.key = r.key
	return i + 1, false
}

// string judges a whole string.
func (r *jsonReader) string(e judge, raw []byte, base int, escaped, isKey bool) {
	if isKey {
		r.state = jsonBefore
		if !plainName(raw) {
			r.leaf = leaf{raw: raw, base: base, encoding: encodingJSON, escaped: escaped, until: len(raw) + 1}
			e.judge(&r.leaf)
		}
		r.key = keyContext{name: raw[:min(len(raw), maxKeyBytes)]}
		return
	}
	r.state = jsonAfter
	r.leaf = leaf{raw: raw, base: base, encoding: encodingJSON, escaped: escaped, key: r.key, until: len(raw) + 1}
	e.judge(&r.leaf)
}

// resumeString continues a string at chunk[i] and returns where it stopped.
func (r *jsonReader) resumeString(e judge, chunk []byte, i int) int {
	begin := i
	if r.state == jsonInEscape {
		r.state = jsonInString
		i++
	}
	for i < len(chunk) && chunk[i] != '"' {
		if chunk[i] == '\\' {
			r.escaped = true
			if i+1 == len(chunk) {
				r.state = jsonInEscape
				i++
				break
			}
			i++
		}
		i++
	}
	r.held.write(e, chunk[begin:i])
	if i < len(chunk) {
		r.state = jsonStringDone
		i++
	}
	return i
}

// endString judges a string that was held over a chunk boundary.
func (r *jsonReader) endString(e judge, isKey bool) {
	if r.held.later {
		r.held.finish(e)
		r.key = keyContext{}
		r.state = jsonAfter
		if isKey {
			r.state = jsonBefore
		}
		return
	}
	r.string(e, r.held.held, r.held.base, r.escaped, isKey)
	r.keepKey()
	r.held.held = r.held.held[:0]
}

// endScalar judges a number or literal; it reports false when it is neither.
func (r *jsonReader) endScalar(e judge) bool {
	raw := r.scalar[:r.scalars]
	r.state = jsonAfter
	switch raw[0] {
	case 't', 'f', 'n':
		switch string(raw) {
		case "true", "false", "null":
			return true
		}
		return false
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
	default:
		return false
	}
	for _, c := range raw {
		if c > '9' && c != 'e' && c != 'E' {
			return false
		}
	}
	if len(raw) >= minBareDigits {
		r.leaf = leaf{raw: raw, base: r.start, bare: true, key: r.key, until: len(raw) + 1}
		e.judge(&r.leaf)
	}
	return true
}

// keepKey copies a key that lies in the chunk, which is not ours after Write returns.
func (r *jsonReader) keepKey() {
	if len(r.key.name) > 0 {
		r.key.name = r.keyBytes[:copy(r.keyBytes[:], r.key.name)]
		r.held.key = r.key
	}
}

// finish ends the body; valid is false when it ended in the middle of a text that could hold content unseen.
func (r *jsonReader) finish(e judge) (valid bool) {
	switch r.state {
	case jsonInString, jsonInEscape:
		r.held.finish(e)
	case jsonStringDone:
		r.endString(e, false)
	case jsonInScalar:
		return r.endScalar(e)
	}
	return true
}

func isJSONSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func isScalarByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '+' || c == '.'
}

// stringEnd returns the offset of the quote that ends the string whose first byte is b[i], or -1, and
// whether the string has escapes. Eight bytes a step: most of a JSON body is strings.
func stringEnd(b []byte, i int) (end int, escaped bool) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for {
		for i+8 <= len(b) {
			word := load64(b[i:])
			quote := word ^ ones*'"'
			slash := word ^ ones*'\\'
			if ((quote-ones)&^quote|(slash-ones)&^slash)&highs != 0 {
				break
			}
			i += 8
		}
		for ; i < len(b) && b[i] != '"' && b[i] != '\\'; i++ {
		}
		if i >= len(b) {
			return -1, escaped
		}
		if b[i] == '"' {
			return i, escaped
		}
		escaped = true
		i += 2
	}
}

func load64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// plainName reports whether a field name can be nothing but a name: such names are not judged.
func plainName(name []byte) bool {
	digits := 0
	for _, c := range name {
		if c >= '0' && c <= '9' {
			digits++
		} else if !isLetter(c) && c != '_' && c != '-' && c != '.' && c != '$' {
			return false
		}
	}
	return digits < 7
}
