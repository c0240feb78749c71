package scan

import (
	"bytes"
	"slices"
	"strings"
)

// Bounds of one Stream: what it holds is an event that has not ended, at most the policy's MaxBytes, and the events before it
// that may not leave yet. Channels are bounded each.
const (
	maxChannels = 64
	// maxHeldBytes of whole events wait for what their texts turn out to be. Beyond it the oldest are let go, without what
	// could still become a finding.
	maxHeldBytes = 64 << 10
	// maxIdle is how many events may continue another text of the same answer before a text counts as ended.
	maxIdle = 2
)

// Stream judges and edits a body without end while it passes: text/event-stream and newline-delimited JSON. A text that
// many events carry in pieces, as models send theirs, is judged as one; what may still become part of a finding is held
// back, event by event. Every event leaves with its framing, and JSON in it stays JSON. It is reusable through Reset, which
// keeps its buffers, and not for concurrent use. The zero value is ready for Reset.
type Stream struct {
	policy    *Policy
	direction Direction
	engine    engine
	content   content // reads what is judged alone
	reader    eventReader
	frames    framer

	replacer      replacer
	edits, blocks uint64 // the types that are edited and that end the stream, a bit for each by number
	rules         holdRules

	held     []byte
	base     int // offset in the body of held[0]
	channels []channel
	count    int    // of channels that are in use
	clock    int    // counts events
	lines    []line // of the event being read
	joined   []byte // its data, when that is more than one line
	block    []byte // a part of a text, decoded
	usual    usual
	parts    []span // the parts of the data that belong to channels
	pending  []edit
	leaf     leaf // the one being judged; a field so that handing it on does not allocate

	changes []change // what becomes of held, by place
	words   []byte   // the texts that changes put in
	cleaned []byte   // the part of a text being sanitized

	findings []Finding
	verdict  Action
	dropped  int
	oversize bool
	blocked  bool
	unread   bool // the event is too long and passes as it is
	ending   bool // no bytes are to come
	watching bool // the body is there whole: nothing is to be spared waiting, and all of it is to be judged
	silent   bool // nothing is to come out
	stats    StreamStats
}

// StreamStats counts bytes since the last Take.
type StreamStats struct {
	// Scanned are those of the body, Suppressed those that were dropped because what they belonged to could not be held whole.
	Scanned, Suppressed int
	// Alone counts events that were judged by themselves because too many texts are under way.
	Alone int
}

// line says where a line of the event's joined data is in held.
type line struct{ data, held int }

// change replaces a range of the body by words[from:to].
type change struct{ start, end, from, to int }

// Streamed reports whether bodies of a content type are streams of events, which have no end to be judged at.
func Streamed(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return isEvents(mediaType) || isLines(mediaType)
}

// isEvents knows text/event-stream.
func isEvents(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "text/event-stream")
}

// isLines knows the types of newline-delimited JSON.
func isLines(mediaType string) bool {
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines",
		"application/x-jsonl", "application/stream+json":
		return true
	}
	return false
}

// Share makes the stream work in a workspace that others of the same thread use too.
func (s *Stream) Share(w *Workspace) { s.engine.Workspace = w }

// Reset starts a new body of a type that is Streamed.
func (s *Stream) Reset(p *Policy, d Direction, contentType string) {
	mediaType, _, _ := strings.Cut(contentType, ";")
	s.policy, s.direction = p, d
	s.frames.reset(isLines(mediaType))
	if s.engine.Workspace == nil {
		s.engine.Workspace = new(Workspace)
	}
	profile, _ := profileByName(p.profileName())
	wanted := p.wanted(d)
	s.engine.reset(profile, wanted, p.declarations(wanted))
	s.engine.allow, s.engine.signatures = p.direction(d).Allow, p.Signatures
	s.replacer = p.replacer()
	s.edits, s.blocks = 0, 0
	for i, name := range typeNames {
		switch action := p.Action(d, name); {
		case action == Block:
			s.blocks |= 1 << i
		case action.Edits():
			s.edits |= 1 << i
		}
	}
	s.rules = rulesFor(s.edits | s.blocks)
	s.held, s.base, s.count, s.clock = s.held[:0], 0, 0, 0
	s.changes, s.words = s.changes[:0], s.words[:0]
	s.usual.known = false
	s.oversize, s.blocked, s.unread, s.ending, s.watching, s.silent = false, false, false, false, false, false
	s.stats = StreamStats{}
	s.Take()
}

// watch is Reset for a body that is there whole; edited says whether it is to come out again.
func (s *Stream) watch(p *Policy, d Direction, contentType string, edited bool) {
	s.Reset(p, d, contentType)
	s.watching, s.silent = true, !edited
}

// editEvents is edit for a stream of events, whose texts it joins again: findings say too little of values in pieces.
func (p *Policy) editEvents(dst, body []byte, d Direction, contentType string) []byte {
	var s Stream
	s.watch(p, d, contentType, true)
	return s.Finish(s.Write(dst, body))
}

// Take returns what was found since it was called last: the findings that are decided, and the verdict of them. A
// verdict of Block ends the stream: nothing more comes out of it. The findings are valid until the next call of any method.
func (s *Stream) Take() (Result, StreamStats) {
	r := Result{Intended: s.verdict, Findings: s.findings, Dropped: s.dropped, Oversize: s.oversize}
	if s.blocked {
		r.Intended = Block
	}
	r.Verdict = r.Intended
	if s.policy.Mode == Shadow {
		r.Verdict = min(r.Verdict, Log)
	}
	stats := s.stats
	s.findings, s.verdict, s.dropped, s.oversize, s.stats = s.findings[:0], Pass, 0, false, StreamStats{}
	return r, stats
}

// Held is how many bytes are held back.
func (s *Stream) Held() int { return len(s.held) }

// Write reads the next bytes of the body, which are not retained, and appends to dst what may leave, edited.
func (s *Stream) Write(dst, chunk []byte) []byte {
	s.stats.Scanned += len(chunk)
	if s.blocked {
		return dst
	}
	s.held = append(s.held, chunk...)
	for s.frames.next(s.held) && !s.blocked {
		dst = s.event(dst)
	}
	for i := range s.channels[:s.count] {
		if c := &s.channels[i]; len(c.text) > c.judged {
			s.judge(c, false)
		}
	}
	dst = s.release(dst)
	if s.tooLong(len(s.held)-s.frames.event) && !s.unread && !s.blocked {
		dst = s.passUnread(dst)
	}
	return dst
}

// Finish ends the body and appends all that is left of it.
func (s *Stream) Finish(dst []byte) []byte {
	if s.blocked {
		return dst
	}
	s.ending = true
	if s.frames.last(s.held) {
		dst = s.event(dst)
	}
	s.end(func(*channel) bool { return true })
	return s.release(dst)
}

// tooLong reports whether an event of n bytes is longer than bodies may be.
func (s *Stream) tooLong(n int) bool {
	return n > s.policy.direction(s.direction).maxBytes() && !s.watching
}

// passUnread deals with an event that is too long and has not ended.
func (s *Stream) passUnread(dst []byte) []byte {
	if s.oversize = true; s.policy.direction(s.direction).Oversize == OversizeBlock {
		s.blocked = true
		return dst
	}
	s.unread = true
	s.frames.data, s.frames.other = s.frames.data[:0], s.frames.other[:0]
	s.end(func(*channel) bool { return true })
	return s.release(dst)
}

// event reads the event that has just ended.
func (s *Stream) event(dst []byte) []byte {
	f := &s.frames
	s.clock++
	switch {
	case s.unread:
		s.unread = false
	case s.tooLong(f.at - f.event):
		s.oversize = true
		s.blocked = s.policy.direction(s.direction).Oversize == OversizeBlock
	case !s.watching && !s.ending && !f.fields && len(f.other) > 0 && f.at == len(s.held):
		s.readOthers()
		dst = s.overtake(dst)
	default:
		s.readOthers()
		s.readData()
	}
	f.start()
	return dst
}

// overtake lets a heartbeat out at once, before what is held: comments say nothing, but keep connections open. Offsets in
// the body no longer count it then.
func (s *Stream) overtake(dst []byte) []byte {
	start := s.frames.event
	dst = s.edited(dst, start, len(s.held))
	for n := len(s.changes); n > 0 && s.changes[n-1].start >= s.base+start; n-- {
		s.changes = s.changes[:n-1]
	}
	s.held = s.held[:start]
	s.frames.at, s.frames.line = start, start
	return dst
}

// readOthers judges comments and the fields that are no data.
func (s *Stream) readOthers() {
	s.parts = s.parts[:0]
	for _, other := range s.frames.other {
		if l := s.held[other.start:other.end]; !usualField(l) {
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
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		// Too much of it, or none after all: the reader of whole bodies decides.
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
		if sure {
			s.usual.id, s.usual.group = id, group
		}
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
		if len(c.text) == 0 && c.base == 0 {
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

// found keeps a finding whose offsets are in the body.
func (s *Stream) found(f *Finding) {
	s.verdict = max(s.verdict, s.policy.Action(s.direction, f.Type))
	s.blocked = s.blocked || !s.watching && s.blocks>>typeIndex(f.Type)&1 != 0
	if len(s.findings) == MaxFindings {
		s.dropped++
		return
	}
	s.findings = append(s.findings, *f)
}

func typeIndex(name string) int {
	for i := range typeNames {
		if typeNames[i] == name {
			return i
		}
	}
	return len(typeNames)
}
