package scan

import "unsafe"

// Memory is what a stream's buffers take, in bytes, the shared workspace aside.
func (s *Stream) Memory() int {
	n := cap(s.held) + cap(s.words) + cap(s.joined) + cap(s.block) + cap(s.usual.name) + cap(s.usual.before) + cap(s.usual.after)
	n += cap(s.changes)*int(unsafe.Sizeof(change{})) + cap(s.pending)*int(unsafe.Sizeof(edit{})) + cap(s.lines)*int(unsafe.Sizeof(line{}))
	n += cap(s.findings)*int(unsafe.Sizeof(Finding{})) + cap(s.engine.findings)*int(unsafe.Sizeof(Finding{}))
	n += cap(s.reader.objects)*int(unsafe.Sizeof(object{})) + cap(s.reader.texts)*int(unsafe.Sizeof(fragment{}))
	for i := range s.channels {
		c := &s.channels[i]
		n += int(unsafe.Sizeof(*c)) + cap(c.text) + cap(c.pieces)*int(unsafe.Sizeof(piece{}))
	}
	return n + (cap(s.channels)-len(s.channels))*int(unsafe.Sizeof(channel{}))
}
