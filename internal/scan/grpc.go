package scan

import (
	"bytes"
	"unicode/utf8"
)

// GRPCHeaderBytes is the length of what stands before each message of gRPC: a byte of flags and four of length.
const GRPCHeaderBytes = 5

const (
	// maxMessageDepth bounds messages in messages; what is nested deeper is read as text.
	maxMessageDepth = 12
	// keptMessageBytes bounds the buffer that is kept from message to message.
	keptMessageBytes = 256 << 10
)

// grpcReader takes the length-prefixed messages of a gRPC body apart. Each is held until it is whole, since only then the
// fields of protobuf (https://protobuf.dev/programming-guides/encoding) tell texts from messages; nobody says which is
// which, so that what can be either is read as both. A message that is no protobuf is read like an undeclared body.
type grpcReader struct {
	header [GRPCHeaderBytes]byte
	got    int // of header
	need   int // bytes of the message that are yet to come
	base   int // offset in the body of message[0]
	// message holds what has come of it; it grows with what comes, not with what the header promises.
	message []byte
	json    bool // messages are JSON
	long    content
	leaf    leaf // the one being judged; a field so that handing it on does not allocate
}

// reset starts a body of a media type in lower case, application/grpc with or without a suffix.
func (r *grpcReader) reset(mediaType []byte) {
	r.got, r.need = 0, 0
	r.json = hasSuffix(mediaType, "+json")
	r.message = r.message[:0]
	if cap(r.message) > keptMessageBytes {
		r.message = nil
	}
}

// write reads a chunk that starts at offset base of the body.
func (r *grpcReader) write(e judge, chunk []byte, base int) {
	for i := 0; i < len(chunk); {
		if r.got < GRPCHeaderBytes {
			r.header[r.got] = chunk[i]
			r.got++
			i++
			if r.got == GRPCHeaderBytes {
				r.need = int(r.header[1])<<24 | int(r.header[2])<<16 | int(r.header[3])<<8 | int(r.header[4])
				r.base = base + i
				r.end(e)
			}
			continue
		}
		part := chunk[i : i+min(r.need, len(chunk)-i)]
		i += len(part)
		r.need -= len(part)
		if r.need == 0 && len(r.message) == 0 {
			r.judge(e, part)
		} else {
			r.message = append(r.message, part...)
		}
		r.end(e)
	}
}

// end judges what was collected of a message if nothing of it is to come.
func (r *grpcReader) end(e judge) {
	if r.need == 0 {
		r.judge(e, r.message)
		r.got, r.message = 0, r.message[:0]
	}
}

// finish reads what there is of a message whose end is missing.
func (r *grpcReader) finish(e judge) {
	r.need = 0
	r.end(e)
}

// judge reads one message.
func (r *grpcReader) judge(e judge, message []byte) {
	switch {
	case len(message) == 0:
	case r.json || !isMessage(message):
		r.text(e, message, r.base, formatSniff)
	default:
		r.fields(e, message, r.base, 0)
	}
}

// fields reads the texts of a message whose fields are known to be whole.
func (r *grpcReader) fields(e judge, message []byte, base, depth int) {
	for i := 0; i < len(message); {
		value, next := nextField(message, i)
		i = next
		if len(value) == 0 {
			continue
		}
		start := base + next - len(value)
		nested := depth < maxMessageDepth && isMessage(value)
		if mostlyText(value, nested) {
			r.text(e, value, start, formatSniffField)
		}
		if nested {
			r.fields(e, value, start, depth+1)
		}
	}
}

// text judges a value; of a long one, and of a whole message, what it looks like decides how.
func (r *grpcReader) text(e judge, value []byte, base int, f format) {
	if f == formatSniffField && len(value) <= windowBytes {
		r.leaf = leaf{raw: value, base: base, until: len(value) + 1}
		e.judge(&r.leaf)
		return
	}
	r.long.reset(f, base)
	r.long.write(e, value)
	r.long.finish(e)
}

// Wire types of protobuf.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireOpen    = 3 // of a group
	wireClose   = 4
	wireFixed32 = 5
)

// nextField returns the bytes of the field at i, which end at next, if it has a length; next is -1 where no field is.
func nextField(b []byte, i int) (value []byte, next int) {
	tag, i := varint(b, i)
	if i < 0 || tag>>3 == 0 || tag>>3 >= 1<<29 {
		return nil, -1
	}
	switch tag & 7 {
	case wireVarint:
		_, i = varint(b, i)
	case wireFixed64:
		i += 8
	case wireFixed32:
		i += 4
	case wireOpen, wireClose:
	case wireBytes:
		size, start := varint(b, i)
		if start < 0 || size > uint64(len(b)-start) {
			return nil, -1
		}
		end := start + int(size)
		return b[start:end], end
	default:
		return nil, -1
	}
	if i > len(b) {
		return nil, -1
	}
	return nil, i
}

// varint reads a variable-length integer at i; next is -1 when there is none.
func varint(b []byte, i int) (v uint64, next int) {
	for shift := 0; shift < 64 && i < len(b); shift += 7 {
		c := b[i]
		i++
		v |= uint64(c&0x7F) << shift
		if c < 0x80 {
			return v, i
		}
	}
	return 0, -1
}

// isMessage reports whether b consists of whole fields.
func isMessage(b []byte) bool {
	for i := 0; i < len(b); {
		if _, i = nextField(b, i); i < 0 {
			return false
		}
	}
	return true
}

// mostlyText reports whether at most half of a value's bytes are no text (of random ones more are); of one that may be a message, whether all are.
// NUL is not counted: UTF-16 is full of it.
func mostlyText(b []byte, mayBeMessage bool) bool {
	if mayBeMessage {
		return utf8.Valid(b) && oddBytes(b) == 0
	}
	zeros := bytes.Count(b, []byte{0})
	return zeros < len(b) && (oddBytes(b)-zeros)*2 <= len(b)-zeros
}
