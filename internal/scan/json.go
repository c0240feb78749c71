package scan

import "github.com/meshwarden/meshwarden/internal/scan/swar"

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

// jsonReader takes a stream of JSON texts apart into strings and scalars. It needs no stack for that: a string is a key
// exactly when a colon follows it. Where values stand it knows to a bounded depth only, so that neither depth nor
// repeated keys cost anything. It accepts some texts that JSON does not (trailing commas), but none with bytes
// outside strings that could be content.
type jsonReader struct {
	place
	state jsonState
	// keyBytes holds the key of the current member from the end of a chunk on, and one that was written with escapes.
	keyBytes [maxKeyBytes]byte
	held     window
	escaped  bool
	scalar   [maxScalarBytes]byte
	scalars  int
	leaf     leaf // the one being judged; a field so that handing it on does not allocate
	batch    [16]member
	start    int // offset of the current string's or scalar's first byte in the body
}

func (r *jsonReader) reset() {
	r.place.reset(nodeDocument)
	r.state, r.escaped, r.scalars = jsonBefore, false, 0
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
			if !scalarByte[c] {
				if !r.wholeScalar(e, r.scalar[:r.scalars]) {
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
		case c == '"':
			if r.state == jsonAfter {
				return i, false
			}
			if r.depth > 0 {
				if next := r.members(e, chunk, i, base); next > i {
					i = next
					continue
				}
			}
			next := r.wholeString(e, chunk, i, base)
			if next == i {
				r.hold(base + i + 1)
				return i + 1, true
			}
			i = next
			// What mostly follows is taken along here.
			if c = chunk[i]; (c == ',' || c == ':') && r.depth > 0 {
				r.state = jsonBefore
				i++
			}
		case isJSONSpace(c):
			i++
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
			r.open(e, c)
			i++
		case c == '}' || c == ']':
			if r.depth == 0 {
				return i, false
			}
			r.close(e, c)
			r.state = jsonAfter
			i++
		case c == 0x1E && r.depth == 0, c == 0xEF && base+i == 0, c == 0xBB && base+i == 1, c == 0xBF && base+i == 2:
			i++ // record separator (RFC 7464), byte order mark
		case scalarByte[c] && r.state != jsonAfter:
			end := i + 1
			for end < len(chunk) && scalarByte[chunk[end]] && end-i <= maxScalarBytes {
				end++
			}
			r.start = base + i
			if end == len(chunk) || end-i > maxScalarBytes {
				r.state, r.scalars = jsonInScalar, 0
				return i, true
			}
			if !r.wholeScalar(e, chunk[i:end]) {
				return end, false
			}
			i = end
		default:
			return i, false
		}
	}
	return i, true
}

// wholeString judges a string that ends in the chunk and is followed there by a byte that tells keys from
// values, and returns that byte's offset; for any other string it returns i, the offset of the opening quote.
func (r *jsonReader) wholeString(e judge, chunk []byte, i, base int) (after int) {
	end, escaped := stringEnd(chunk, i+1)
	if end < 0 || end-i-1 > windowBytes {
		return i
	}
	after = end + 1
	for after < len(chunk) && isJSONSpace(chunk[after]) {
		after++
	}
	if after == len(chunk) {
		return i
	}
	raw := chunk[i+1 : end]
	if chunk[after] == ':' {
		r.field(e, raw, base+i+1, escaped)
		return after
	}
	r.state = jsonAfter
	if r.labelled {
		r.read(raw, escaped)
	}
	var found class
	if !escaped {
		var calm bool
		if found, calm = e.glance(raw, r.key); calm && (found&classOrders == 0 || !r.mayBeResult()) {
			return after
		}
	}
	r.judge(e, raw, base+i+1, escaped, found)
	return after
}

// hold begins a string that resumeString continues, at offset base of the body.
func (r *jsonReader) hold(base int) {
	r.state, r.escaped = jsonInString, false
	r.held.reset(base)
	r.held.encoding = encodingJSON
	r.held.key = r.key
	r.held.where = &r.place
}

// field judges a whole string that is a field's name, unless it can be nothing else.
func (r *jsonReader) field(e judge, raw []byte, base int, escaped bool) {
	r.state = jsonBefore
	r.key = keyContext{}
	if !plainName(raw) {
		r.value(e, raw, base, escaped)
		r.state = jsonBefore
	}
	if escaped {
		raw = unescape(r.keyBytes[:0], raw)
	}
	r.key.name = raw[:min(len(raw), maxKeyBytes)]
}

// value judges a whole string.
func (r *jsonReader) value(e judge, raw []byte, base int, escaped bool) {
	r.state = jsonAfter
	var found class
	if !escaped {
		var calm bool
		if found, calm = e.glance(raw, r.key); calm && (found&classOrders == 0 || !r.mayBeResult()) {
			return
		}
	}
	r.judge(e, raw, base, escaped, found)
}

// judge hands on a whole string of which a glance, if it has no escapes, did not suffice.
func (r *jsonReader) judge(e judge, raw []byte, base int, escaped bool, found class) {
	r.leaf = leaf{
		raw: raw, base: base, encoding: encodingJSON, escaped: escaped, glanced: !escaped, found: found,
		key: r.key, where: &r.place, until: len(raw) + 1,
	}
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
	if isKey {
		r.field(e, r.held.held, r.held.base, r.escaped)
	} else {
		if r.labelled {
			r.read(r.held.held, r.escaped)
		}
		r.value(e, r.held.held, r.held.base, r.escaped)
	}
	r.keepKey()
	r.held.held = r.held.held[:0]
}

// wholeScalar judges a number or literal; it reports false when it is neither.
func (r *jsonReader) wholeScalar(e judge, raw []byte) bool {
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
	for i, c := range raw {
		if c > '9' && c != 'e' && c != 'E' || c < '.' && i > 0 && raw[i-1]|0x20 != 'e' { // a sign inside: 7+7 is a sum
			return false
		}
	}
	if len(raw) >= minBareDigits || len(raw) >= minAnnounced && e.announced(r.key) {
		r.number(e, raw, r.start)
	}
	return true
}

// number judges a number at offset base of the body.
func (r *jsonReader) number(e judge, raw []byte, base int) {
	r.leaf = leaf{raw: raw, base: base, bare: true, key: r.key, where: &r.place, until: len(raw) + 1}
	e.judge(&r.leaf)
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
		return r.wholeScalar(e, r.scalar[:r.scalars])
	}
	return true
}

func isJSONSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// scalarByte has the bytes of numbers and literals, and letters that make them neither.
var scalarByte = func() (t [256]bool) {
	for i := range t {
		c := byte(i)
		t[i] = c >= '0' && c <= '9' || isLetter(c) || c == '-' || c == '+' || c == '.'
	}
	return t
}()

// stringEnd returns the offset of the quote that ends the string whose first byte is b[i], or -1, and
// whether the string has escapes.
func stringEnd(b []byte, i int) (end int, escaped bool) {
	for i+8 <= len(b) {
		w := swar.Load(b[i:])
		marks := swar.Lowest(w, '"') | swar.Lowest(w, '\\')
		if marks == 0 {
			i += 8
			continue
		}
		i += swar.First(marks)
		if b[i] == '"' {
			return i, escaped
		}
		escaped = true
		i += 2
	}
	for ; i < len(b); i++ {
		if b[i] == '"' {
			return i, escaped
		}
		if b[i] == '\\' {
			escaped = true
			i++
		}
	}
	return -1, escaped
}

// neutral is eight bytes of no meaning for names.
const neutral = swar.Ones * 'x'

// plainName reports whether a field name can be nothing but a name: such names are not judged.
func plainName(name []byte) bool {
	sum := 0
	for i := 0; i < len(name); i += 8 {
		w := swar.Padded(name[i:], min(len(name)-i, 8), neutral)
		sum += nameByte[w&0xFF] + nameByte[w>>8&0xFF] + nameByte[w>>16&0xFF] + nameByte[w>>24&0xFF] +
			nameByte[w>>32&0xFF] + nameByte[w>>40&0xFF] + nameByte[w>>48&0xFF] + nameByte[w>>56]
	}
	return sum < 7 && string(name) != "__proto__"
}

// nameByte counts the digits of a name, and a byte that is in no plain name as many.
var nameByte = func() (t [256]int) {
	for i := range t {
		switch c := byte(i); {
		case c >= '0' && c <= '9':
			t[i] = 1
		case !isLetter(c) && c != '_' && c != '-' && c != '.':
			t[i] = 7
		}
	}
	return t
}()
