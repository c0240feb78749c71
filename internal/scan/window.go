package scan

// encoding says how the bytes of a leaf are written in the body.
type encoding uint8

const (
	encodingNone   encoding = iota
	encodingJSON            // inside a JSON string
	encodingForm            // a form field's name or value
	encodingQuoted          // quoted-printable
	encodingXML             // a text of XML
)

// leaf is one value of the body, or one window of a long value.
type leaf struct {
	raw  []byte
	base int // offset of raw[0] in the body
	// at[i] is where raw[i] stands behind base, where that is not at i; it has one element more than raw.
	at       []int32
	encoding encoding
	escaped  bool // raw differs from its decoding
	bare     bool // a JSON number or literal
	key      keyContext
	where    *place // nil outside JSON
	skips    uint64 // bits of finding types that are not looked for
	// found is what glance saw of raw when glanced says that it was asked.
	found   class
	glanced bool
	// from and until bound the offsets in raw where a finding of this window may start, so that each
	// place of a long leaf belongs to exactly one window.
	from, until int
}

// window collects the bytes of one leaf and has them judged in pieces of windowBytes.
type window struct {
	held     []byte
	base     int // offset of held[0] in the body
	later    bool
	encoding encoding
	key      keyContext
	where    *place
	skips    uint64
	leaf     leaf // the one being judged; a field so that handing it on does not allocate
}

// judge is what leaves are handed to. The leaf and its bytes are valid during the call only.
type judge interface {
	judge(*leaf)
	// glance reports whether a leaf without escapes can hold nothing, so that it need not be judged. What it found
	// is for a judge that follows at once.
	glance(raw []byte, key keyContext) (found class, calm bool)
	// mark returns the number of findings that wait for settle, which says whose words those behind mark are whose
	// scope it is.
	mark() int
	settle(mark int, scope uint8, said utterance)
	// paths reports whether somebody asks for the paths of values.
	paths() bool
	// announced reports whether the name of a field alone makes its values worth a look.
	announced(key keyContext) bool
	// names reports whether the names in an object of this name are a person's, and whether they are a thing's.
	names(key keyContext) (person, thing bool)
}

// reset starts a leaf at an offset of the body.
func (w *window) reset(base int) {
	w.held = w.held[:0]
	w.base = base
	w.later = false
	w.encoding = encodingNone
	w.key = keyContext{}
	w.skips = 0
	w.where = nil
}

// write appends to the leaf. A full window is judged when a byte after it arrives: only then is it sure
// that it is not the last one, whatever the chunks are.
func (w *window) write(e judge, b []byte) {
	for len(b) > 0 {
		if len(w.held) == windowBytes {
			w.judge(e, false)
			kept := copy(w.held, w.held[windowBytes-overlapBytes:])
			w.held = w.held[:kept]
			w.base += windowBytes - overlapBytes
			w.later = true
		}
		n := min(len(b), windowBytes-len(w.held))
		w.held = append(w.held, b[:n]...)
		b = b[n:]
	}
}

// finish judges what is left of the leaf.
func (w *window) finish(e judge) {
	w.judge(e, true)
	w.held = w.held[:0]
}

func (w *window) judge(e judge, last bool) {
	l := &w.leaf
	*l = leaf{
		raw: w.held, base: w.base, encoding: w.encoding, key: w.key, where: w.where, skips: w.skips,
		escaped: w.encoding != encodingNone, until: len(w.held) + 1,
	}
	if w.later {
		l.from = guardBytes
	}
	if !last {
		l.until = windowBytes - overlapBytes + guardBytes
	}
	e.judge(l)
}
