package scan

import "slices"

// endTexts ends the texts that the event says are complete, and those that others of the same answer have taken over from.
func (s *Stream) endTexts() {
	r := &s.reader
	if r.endsAll {
		s.end(func(*channel) bool { return true })
		return
	}
	groups := s.reader.objects
	for i := range groups {
		if groups[i].ended {
			group := r.group(int16(i))
			s.end(func(c *channel) bool { return c.group == group })
		}
	}
	if r.endsOne {
		group := r.group(0)
		for i := range groups {
			group = max(group, r.group(int16(i)))
		}
		s.end(func(c *channel) bool { return group == 0 || c.group == group })
	}
	s.age()
}

// age counts, for each channel, events that continued others of its group.
func (s *Stream) age() {
	var active [4]uint32
	n := 0
	for i := range s.channels[:s.count] {
		if c := &s.channels[i]; c.used == s.clock && n < len(active) && !slices.Contains(active[:n], c.group) {
			active[n] = c.group
			n++
		}
	}
	for i := range s.channels[:s.count] {
		c := &s.channels[i]
		if c.used != s.clock && slices.Contains(active[:n], c.group) {
			if c.idle++; c.idle >= maxIdle && (c.holds() || len(c.text) > c.judged) {
				s.judge(c, true)
			}
		}
	}
}

// end judges the channels of which which is true as texts that are complete.
func (s *Stream) end(which func(*channel) bool) {
	for i := range s.channels[:s.count] {
		if c := &s.channels[i]; which(c) {
			s.judge(c, true)
			c.forget(len(c.text))
			c.dropping = ""
		}
	}
}

// channel finds a channel, or makes it when it is missing and wanted. It is nil when all are in use.
func (s *Stream) channel(id uint64, group uint32, wanted bool) *channel {
	for i := range s.channels[:s.count] {
		if c := &s.channels[i]; c.id == id {
			c.used = s.clock
			return c
		}
	}
	if !wanted {
		return nil
	}
	var free *channel
	switch {
	case s.count < len(s.channels):
		free = &s.channels[s.count]
		s.count++
	case s.count < maxChannels:
		s.channels = append(s.channels, channel{})
		free = &s.channels[s.count]
		s.count++
	default:
		for i := range s.channels {
			if c := &s.channels[i]; !c.holds() && c.used != s.clock && (free == nil || c.used < free.used) {
				free = c
			}
		}
		if free == nil {
			s.stats.Alone++
			return nil
		}
	}
	free.reset(id, group)
	free.used = s.clock
	return free
}

// feed appends a string at offset at of held to a channel, judging as it goes.
func (s *Stream) feed(c *channel, at int, raw []byte, escaped bool) {
	for len(raw) > 0 {
		n := min(len(raw), pieceBytes)
		text := raw[:n]
		if escaped {
			s.block, n = decodeString(s.block[:0], raw, pieceBytes)
			text = s.block
		}
		if len(c.text) == 0 {
			c.nested = text[0] == '{' || text[0] == '['
		}
		c.append(piece{
			event: s.base + s.frames.event, raw: s.base + at, end: s.base + at + n, text: c.base + len(c.text), n: len(text), escaped: escaped,
		}, text)
		at += n
		raw = raw[n:]
		if len(c.text)-c.judged >= pieceBytes {
			s.judge(c, false)
		}
	}
}
