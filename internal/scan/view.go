package scan

import "github.com/meshwarden/meshwarden/internal/scan/swar"

// maxRounds bounds how often a value is decoded after its container's own encoding.
const maxRounds = 3

// view is one reading of a leaf: its bytes as they are, or decoded, or a value nested in it.
type view struct {
	text []byte
	// at[i] is the offset in the leaf's raw bytes at which the encoding of text[i] starts, and has one
	// element more than text. nil stands for shift+i.
	at    []int32
	shift int
	// ends[i] is where the encoding of text[i] ends, where that is not where the next one starts.
	ends  []int32
	name  string
	key   keyContext
	where *place // nil outside JSON
	bare  bool
	round int
	// parent is the view that this one was decoded from, if all of it is.
	parent *view
	// within says that the text is one from the middle of another.
	within bool
	// condensed says that padding was cut short.
	condensed bool
	// words says that only what is made of words is looked for.
	words bool
	// found is the prefilter's answer for text when filtered says that it was asked.
	found    class
	filtered bool
}

func (v *view) offset(i int) int {
	if v.at == nil {
		return v.shift + i
	}
	return int(v.at[i])
}

// end is the offset at which what ends before text[i] ends, i at least 1.
func (v *view) end(i int) int {
	if v.ends != nil {
		return int(v.ends[i-1])
	}
	return v.offset(i)
}

// slice is the part of v between two offsets of its text.
func (v *view) slice(start, end int) view {
	part := view{text: v.text[start:end], shift: v.shift + start, name: v.name, round: v.round}
	if v.at != nil {
		part.at = v.at[start : end+1]
	}
	return part
}

// decoders is a set of decodings.
type decoders uint8

const (
	decodeEscapes  decoders = 1 << iota // JSON and JavaScript backslash escapes
	decodePercent                       // %41 and %u0041
	decodePlus                          // + for a space
	decodeEntities                      // HTML character references
	decodeUnicode                       // full-width and styled letters, invisible characters and accents, overlong UTF-8, NUL
	decodeQuoted                        // quoted-printable
)

// name is the View of findings made after these decodings.
func (d decoders) name() string {
	switch {
	case d&(decodePercent|decodePlus) != 0:
		return "url"
	case d&decodeEntities != 0:
		return "html"
	case d&decodeEscapes != 0:
		return "json"
	case d&decodeQuoted != 0:
		return "quoted"
	}
	return "unicode"
}

// buffer holds one decoded text with its offsets. It only grows, to windowBytes at most: no decoding
// makes a text longer.
type buffer struct {
	text []byte
	at   []int32
}

func (b *buffer) grow(n int) {
	if cap(b.text) < n {
		size := max(n, min(2*n, windowBytes))
		b.text = make([]byte, size)
		b.at = make([]int32, size+1)
	}
	b.text = b.text[:n]
	b.at = b.at[:n+1]
}

// decode writes v decoded by the enabled decoders into b and returns which of them changed something; when none did,
// there is no decoded view.
func (b *buffer) decode(v *view, enabled decoders) (decoded view, changed decoders) {
	n, i, kept := 0, 0, 0 // text[kept:i] reads as it is and has yet to be copied
	text := v.text
	layers := 0
	if enabled&decodePercent != 0 {
		layers = percentLayers(text)
	}
	for {
		if i = encodedByte(text, i, enabled); i == len(text) {
			break
		}
		kind := decoderOf[text[i]] & enabled
		r, width := decodeAt(text[i:], kind)
		if kind == decodePercent && layers > 0 {
			r, width = asciiChar('%'), 1+len("25")*layers
		}
		if width == 0 {
			i++
			continue
		}
		if changed == 0 {
			b.grow(len(text))
		}
		changed |= kind
		b.copyRun(n, v, kept, i)
		n += i - kept
		at := int32(v.offset(i))
		for _, c := range r.bytes[:r.n] {
			b.text[n] = c
			b.at[n] = at
			n++
		}
		i += width
		kept = i
	}
	if changed == 0 {
		return decoded, 0
	}
	b.copyRun(n, v, kept, i)
	n += i - kept
	b.at[n] = int32(v.offset(len(text)))
	decoded = view{text: b.text[:n], at: b.at[:n+1], name: changed.name(), key: v.key, where: v.where, round: v.round + 1, within: v.within}
	return decoded, changed
}

// encodedByte returns the offset, i or behind, of the first byte that one of the enabled decoders may change.
func encodedByte(text []byte, i int, enabled decoders) int {
	for ; i+8 <= len(text); i += 8 {
		w := swar.Load(text[i:])
		if (decoderOf[w&0xFF]|decoderOf[w>>8&0xFF]|decoderOf[w>>16&0xFF]|decoderOf[w>>24&0xFF]|
			decoderOf[w>>32&0xFF]|decoderOf[w>>40&0xFF]|decoderOf[w>>48&0xFF]|decoderOf[w>>56])&enabled != 0 {
			break
		}
	}
	for i < len(text) && decoderOf[text[i]]&enabled == 0 {
		i++
	}
	return i
}

// copyRun copies v's bytes from start to end, which read as they are, to offset n.
func (b *buffer) copyRun(n int, v *view, start, end int) {
	copy(b.text[n:], v.text[start:end])
	at := b.at[n : n+end-start]
	if v.at != nil {
		copy(at, v.at[start:end])
		return
	}
	offset := int32(v.shift + start)
	for ; len(at) >= 8; at = at[8:] {
		at[0], at[1], at[2], at[3] = offset, offset+1, offset+2, offset+3
		at[4], at[5], at[6], at[7] = offset+4, offset+5, offset+6, offset+7
		offset += 8
	}
	for i := range at {
		at[i] = offset + int32(i)
	}
}

// decoderOf maps the first byte of an encoded character to the decoder that may know it.
var decoderOf = func() (t [256]decoders) {
	t['\\'] = decodeEscapes
	t['%'] = decodePercent
	t['+'] = decodePlus
	t['&'] = decodeEntities
	t['='] = decodeQuoted
	for _, c := range unicodeLeads {
		t[c] = decodeUnicode
	}
	return t
}()

// unicodeLeads are the first bytes of what decodeUnicode changes.
var unicodeLeads = []byte{0, 0xC0, 0xC1, 0xC2, 0xC9, 0xCA, 0xCC, 0xCD, 0xE0, 0xE1, 0xE2, 0xE3, 0xEA, 0xEF, 0xF0, 0xF3}

// char is a decoded character in UTF-8; n is 0 for one that is removed.
type char struct {
	bytes [4]byte
	n     int
}

// decodeAt decodes the character at the start of b; width is 0 when b does not start with one that the
// decoder changes.
func decodeAt(b []byte, kind decoders) (c char, width int) {
	switch kind {
	case decodeEscapes:
		return decodeEscape(b)
	case decodePercent:
		return decodePercentAt(b)
	case decodePlus:
		return asciiChar(' '), 1
	case decodeEntities:
		return decodeEntity(b)
	case decodeQuoted:
		return decodeQuotedAt(b)
	}
	return decodeUnicodeAt(b)
}

func asciiChar(c byte) char { return char{bytes: [4]byte{c}, n: 1} }
