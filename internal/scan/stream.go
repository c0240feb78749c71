package scan

import "strings"

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
