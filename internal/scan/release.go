package scan

import "slices"

// change replaces a range of the body by words[from:to].
type change struct{ start, end, from, to int }

// release appends to dst the events of which everything is decided.
func (s *Stream) release(dst []byte) []byte {
	if s.blocked {
		return dst
	}
	upTo := s.frames.event
	for {
		limit := s.base + upTo
		var oldest *channel
		for i := range s.channels[:s.count] {
			if c := &s.channels[i]; c.holds() && c.pieces[0].event < limit {
				limit, oldest = c.pieces[0].event, c
			}
		}
		if oldest == nil || s.base+upTo-limit <= maxHeldBytes {
			upTo = limit - s.base
			break
		}
		s.force(oldest)
	}
	if s.unread {
		upTo = len(s.held)
	}
	if upTo == 0 {
		return dst
	}
	if !s.silent {
		dst = s.edited(dst, 0, upTo)
	}
	s.drop(upTo)
	return dst
}

// edited appends held[start:end] with its changes.
func (s *Stream) edited(dst []byte, start, end int) []byte {
	at := start
	for i := range s.changes {
		c := &s.changes[i]
		if c.start < s.base+at {
			continue
		}
		if c.start >= s.base+end {
			break
		}
		dst = append(dst, s.held[at:c.start-s.base]...)
		dst = append(dst, s.words[c.from:c.to]...)
		at = c.end - s.base
	}
	return append(dst, s.held[at:end]...)
}

// drop forgets the first n bytes of what is held.
func (s *Stream) drop(n int) {
	s.held = s.held[:copy(s.held, s.held[n:])]
	s.base += n
	s.frames.moved(n)
	done := 0
	for done < len(s.changes) && s.changes[done].start < s.base {
		done++
	}
	s.changes = slices.Delete(s.changes, 0, done)
	if len(s.changes) == 0 {
		s.words = s.words[:0]
	}
}

// change replaces the bytes of the body from start to end by words[from:]. Changes never overlap: what a channel has
// settled is not settled again, and what is judged alone belongs to no channel.
func (s *Stream) change(start, end, from int) {
	c := change{start, end, from, len(s.words)}
	i := len(s.changes)
	for i > 0 && s.changes[i-1].start > start {
		i--
	}
	s.changes = slices.Insert(s.changes, i, c)
}
