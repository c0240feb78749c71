package scan

import "bytes"

// line says where a line of the event's joined data is in held.
type line struct{ data, held int }

// readOthers judges comments and the fields that are no data.
func (s *Stream) readOthers() {
	s.parts = s.parts[:0]
	for _, other := range s.frames.other {
		if l := s.held[other.start:other.end]; s.engine.declared != nil || !usualField(l) {
			s.alone(formatText, l, other.start)
		}
	}
}

// usualField spares the names of the events that models send.
func usualField(line []byte) bool {
	for i, c := range line {
		if !isLetter(c) && c != '_' && c != '.' && c != ' ' && (c != ':' || i == 0) {
			return false
		}
	}
	return len(line) <= maxEventName
}

// readData judges the event's data.
func (s *Stream) readData() {
	f := &s.frames
	s.parts = s.parts[:0]
	if len(f.data) == 0 {
		return
	}
	data := s.held[f.data[0].start:f.data[0].end]
	s.lines = append(s.lines[:0], line{0, f.data[0].start})
	if len(f.data) > 1 {
		data = s.joinLines()
	}
	switch text := trimJSONSpace(data); {
	case len(f.data) == 1 && s.readUsual(data):
		return
	case string(text) == "[DONE]":
		s.end(func(*channel) bool { return true })
		return
	case len(text) > 0 && (text[0] == '{' || text[0] == '[' || text[0] == '"') && s.reader.read(f.name, data):
		s.readJSON(data)
	case len(data) > maxFragment && (text[0] == '{' || text[0] == '['):
		// Too much of it, or none after all: the reader of whole bodies decides. What is short is a token of a text.
		s.aloneData(formatJSON, data)
	default:
		s.reader.read(f.name, nil)
		s.readText()
	}
	s.endTexts()
}

// joinLines joins the data lines as a client does.
func (s *Stream) joinLines() []byte {
	s.joined, s.lines = s.joined[:0], s.lines[:0]
	for i, l := range s.frames.data {
		if i > 0 {
			s.joined = append(s.joined, '\n')
		}
		s.lines = append(s.lines, line{len(s.joined), l.start})
		s.joined = append(s.joined, s.held[l.start:l.end]...)
	}
	return s.joined
}

// inHeld is the offset in held of an offset of the data; of the byte before it plus one when it is an end.
func (s *Stream) inHeld(at int, end bool) int {
	i := len(s.lines) - 1
	for i > 0 && (s.lines[i].data > at || end && s.lines[i].data == at) {
		i--
	}
	return s.lines[i].held + at - s.lines[i].data
}

// readJSON gives the parts of texts to their channels and judges all else alone.
func (s *Stream) readJSON(data []byte) {
	r := &s.reader
	s.usual.known = false
	event := hashName(0, s.frames.name)
	for i := range r.texts {
		t := &r.texts[i]
		sure, likely := r.continues(t)
		if !sure && !likely && s.count == 0 {
			continue
		}
		id, group := r.channel(event, t)
		c := s.channel(id, group, sure || likely)
		if c == nil {
			continue
		}
		c.json = true
		s.parts = append(s.parts, t.raw)
		s.feed(c, s.inHeld(t.raw.start, false), data[t.raw.start:t.raw.end], t.escaped)
		s.usual.id, s.usual.group = id, group
	}
	if clean := s.aloneData(formatJSON, data); clean && len(s.parts) == 1 && len(s.lines) == 1 && !r.ends() {
		s.usual.keep(s.frames.name, data, s.parts[0])
	}
}

// usual is an event of which only one text differs from the next one's, as in most streams of models: what surrounds the
// text need not be read again when it is the same.
type usual struct {
	known               bool
	name, before, after []byte
	id                  uint64
	group               uint32
}

func (u *usual) keep(name, data []byte, part span) {
	u.known = true
	u.name = append(u.name[:0], name...)
	u.before = append(u.before[:0], data[:part.start]...)
	u.after = append(u.after[:0], data[part.end:]...)
}

// readUsual reads an event that is as usual but for its text.
func (s *Stream) readUsual(data []byte) bool {
	u := &s.usual
	if !u.known || !bytes.HasPrefix(data, u.before) || !bytes.HasSuffix(data, u.after) || string(s.frames.name) != string(u.name) {
		return false
	}
	start, end := len(u.before), len(data)-len(u.after)
	if end < start {
		return false
	}
	if closing, escaped := stringEnd(data, start); closing != end {
		return false
	} else if c := s.channel(u.id, u.group, true); c == nil {
		return false
	} else {
		c.json = true
		s.feed(c, s.inHeld(start, false), data[start:end], escaped)
	}
	s.age()
	return true
}

// readText gives the data lines of an event that is no JSON to the channel of its type.
func (s *Stream) readText() {
	c := s.channel(uint64(hashName(1, s.frames.name)), 0, true)
	if c == nil {
		for _, l := range s.frames.data {
			s.alone(formatText, s.held[l.start:l.end], l.start)
		}
		return
	}
	for i, l := range s.frames.data {
		if i > 0 {
			at := s.base + s.frames.data[i-1].end
			c.append(piece{event: s.base + s.frames.event, raw: at, end: at, text: c.base + len(c.text), n: 1, gap: true}, []byte{'\n'})
		}
		s.feed(c, l.start, s.held[l.start:l.end], false)
	}
}
