package scan

import "bytes"

// formReader takes application/x-www-form-urlencoded fields apart. It accepts every byte sequence: what is
// not a separator belongs to a name or a value.
type formReader struct {
	inValue  bool
	held     window
	keyBytes [maxKeyBytes]byte
}

func (r *formReader) reset(base int) {
	r.inValue = false
	r.held.reset(base)
	r.held.encoding = encodingForm
}

// write reads a chunk that starts at offset base of the body.
func (r *formReader) write(e judge, chunk []byte, base int) {
	for i := 0; i < len(chunk); {
		end := bytes.IndexByte(chunk[i:], '&')
		if !r.inValue {
			if equals := bytes.IndexByte(chunk[i:], '='); equals >= 0 && (end < 0 || equals < end) {
				r.held.write(e, chunk[i:i+equals])
				r.endName(e)
				i += equals + 1
				r.held.base = base + i
				continue
			}
		}
		if end < 0 {
			r.held.write(e, chunk[i:])
			return
		}
		r.held.write(e, chunk[i:i+end])
		r.endField(e)
		i += end + 1
		r.held.base = base + i
	}
}

// endName turns what is held into the key of the value that follows.
func (r *formReader) endName(e judge) {
	name := r.held.held
	n := copy(r.keyBytes[:], name)
	if r.held.later || !plainName(name) {
		r.held.finish(e)
	}
	r.restart(keyContext{name: r.keyBytes[:n]})
	r.inValue = true
}

// endField judges a value, or a name without one.
func (r *formReader) endField(e judge) {
	r.held.finish(e)
	r.restart(keyContext{})
	r.inValue = false
}

func (r *formReader) restart(key keyContext) {
	r.held.reset(0)
	r.held.encoding = encodingForm
	r.held.key = key
}

func (r *formReader) finish(e judge) { r.held.finish(e) }
