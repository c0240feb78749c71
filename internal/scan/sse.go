package scan

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Bounds of one event.
const (
	// maxLines of one event are looked at together; one with more is judged, and may leave, in parts.
	maxLines = 64
	// maxEventName bytes of an event's type tell channels apart.
	maxEventName = 64
)

// span is a range of bytes.
type span struct{ start, end int }

// framer finds events in a stream of bytes: those of text/event-stream (WHATWG HTML, section 9.2.6), or the lines of
// newline-delimited JSON. It knows nothing of what is in them. Its offsets are into the buffer that the stream holds.
type framer struct {
	ndjson bool
	at     int  // the first byte that has not been looked at
	line   int  // where its line starts
	event  int  // where its event starts
	afterR bool // a line feed that comes now ends nothing
	begun  bool // a byte order mark can no longer come

	name  []byte // the event's type
	data  []span // its data lines, without the field's name
	other []span // its comments and the lines of its other fields
	// fields says that there is more than comments.
	fields bool
}

func (f *framer) reset(ndjson bool) {
	*f = framer{ndjson: ndjson, name: f.name[:0], data: f.data[:0], other: f.other[:0]}
}

// moved says that n bytes have left the front of the buffer.
func (f *framer) moved(n int) {
	f.at, f.line, f.event = max(0, f.at-n), max(0, f.line-n), max(0, f.event-n)
	for i := range f.data {
		f.data[i].start -= n
		f.data[i].end -= n
	}
	for i := range f.other {
		f.other[i].start -= n
		f.other[i].end -= n
	}
}

// next looks for the end of an event in held from where it stopped last and reports whether it is there: f.event to f.at
// is the event then.
func (f *framer) next(held []byte) bool {
	if !f.begun && f.at < len(held) {
		const mark = "\xEF\xBB\xBF"
		if n := min(len(held), len(mark)); string(held[:n]) == mark[:n] {
			if n < len(mark) {
				return false
			}
			f.at, f.line = n, n
		}
		f.begun = true
	}
	for f.at < len(held) {
		if f.afterR {
			f.afterR = false
			if held[f.at] == '\n' {
				f.at++
				f.line = f.at
				if f.event == f.at-1 {
					f.event = f.at // it is the last byte of the event before
				}
				continue
			}
		}
		end := lineEnd(held, f.at)
		if end == len(held) {
			f.at = end
			return false
		}
		f.at = end + 1
		f.afterR = held[end] == '\r'
		line := span{f.line, end}
		f.line = f.at
		if f.take(held, line) {
			return true
		}
	}
	return false
}

// lineEnd returns the offset of the first carriage return or line feed at or behind i, len(b) when there is none.
func lineEnd(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := swar.Load(b[i:])
		if marks := swar.Lowest(w, '\n') | swar.Lowest(w, '\r'); marks != 0 {
			return i + swar.First(marks)
		}
	}
	for i < len(b) && b[i] != '\n' && b[i] != '\r' {
		i++
	}
	return i
}

// last takes an unfinished last line and reports whether there is an event that no empty line ended: most readers drop it,
// some do not.
func (f *framer) last(held []byte) bool {
	if f.line < len(held) {
		line := span{f.line, len(held)}
		f.at, f.line = len(held), len(held)
		f.take(held, line)
	}
	return f.event < len(held)
}

// take reads one line and reports whether it ends the event.
func (f *framer) take(held []byte, line span) (ends bool) {
	text := held[line.start:line.end]
	if f.ndjson {
		f.data = append(f.data, line)
		f.fields = true
		return true
	}
	if len(text) == 0 {
		return true
	}
	colon := bytes.IndexByte(text, ':')
	name, value := text, span{line.end, line.end}
	if colon >= 0 {
		name, value.start = text[:colon], line.start+colon+1
		if value.start < line.end && held[value.start] == ' ' {
			value.start++
		}
	}
	f.fields = f.fields || colon != 0
	switch string(name) {
	case "data":
		f.data = append(f.data, value)
		return len(f.data) == maxLines
	case "event":
		if f.name = f.name[:0]; string(held[value.start:value.end]) != "message" { // which is what events without a type are
			f.name = append(f.name, held[value.start:min(value.end, value.start+maxEventName)]...)
		}
	}
	f.other = append(f.other, line)
	return len(f.other) == maxLines
}

// start begins the next event.
func (f *framer) start() {
	f.event = f.at
	f.name, f.data, f.other, f.fields = f.name[:0], f.data[:0], f.other[:0], false
}
