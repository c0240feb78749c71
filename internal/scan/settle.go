package scan

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// maxDroppedBytes of a value that cannot be held whole are dropped; a private key is shorter.
const maxDroppedBytes = 64 << 10

// look judges a channel's text and returns what was found with offsets in it, and where a value starts that must be there
// whole before it is judged. As it is a part of a text, it is judged as one with spaces even where it has none.
func (s *Stream) look(c *channel) (found []Finding, open int) {
	s.clearFindings()
	text := c.text
	seen := literals.scan(text, &s.engine.seen) | disguise(text, 0, len(text)) | classSpace | classDeclared
	s.leaf = leaf{raw: text, until: len(text) + 1, found: seen, glanced: true}
	s.engine.judge(&s.leaf)
	open = len(text)
	if c.nested {
		open = s.lookArguments(c)
	}
	return s.engine.sorted(), open
}

func (s *Stream) clearFindings() {
	e := &s.engine
	e.findings, e.waiting, e.settled, e.dropped, e.full = e.findings[:0], e.waiting[:0], 0, 0, false
}

// alertBytes is how far from what may be part of a value text still has to be judged with it.
const alertBytes = guardBytes

// calm reports whether nothing can be found that reaches into what is new in a channel's text: most of the words of most
// texts. It asks the prefilter, as engine.glance does, from the beginning of what is undecided.
func (s *Stream) calm(c *channel) bool {
	e := &s.engine
	const overlap = 32 // longer than what a literal of the prefilter needs beside it
	part := c.text[max(0, min(c.settled, c.judged-overlap)):]
	if c.nested || e.declared != nil || len(part) > maxOpenBytes+pieceBytes {
		return false
	}
	attacks := class(e.wanted>>pii.NumTypes) & (1<<numFamilies - 1)
	found := literals.scan(part, &e.seen) | disguise(part, 0, len(part))
	if found&(attacks|classAt|classLiteral|classDigit|decodable|classScript|classSpaced|classLeet) != 0 || e.maybeURL(part, found) {
		c.alert = c.base + len(c.text)
	} else if _, encoded := encodedRun(part, 0); encoded {
		c.alert = c.base + len(c.text)
	}
	return c.alert == 0 || c.base+len(c.text)-c.alert > alertBytes
}

// judge decides as much of a channel's text as can be; all of it when the text is complete.
func (s *Stream) judge(c *channel, complete bool) {
	defer c.trim()
	if c.dropping != "" {
		if s.swallow(c); c.dropping != "" {
			return
		}
	}
	var found []Finding
	tail, open := len(c.text), len(c.text)
	told := !s.calm(c)
	if told {
		found, open = s.look(c)
	}
	c.judged = len(c.text)
	if !complete {
		tail = max(c.settled, min(open, s.rules.unfinished(c.text, c.settled, told)))
		if e := &s.engine; e.declared != nil && (s.edits|s.blocks)>>typeTerm != 0 {
			tail = min(tail, max(c.settled, e.declared.Open(c.text)))
		}
		if s.cleans() {
			tail = openMarkup(c.text, c.settled, tail)
		}
		for i := len(found) - 1; i >= 0; i-- {
			if f := &found[i]; f.Start < tail && (f.End > tail || f.End == len(c.text)) && (s.edits|s.blocks)>>typeIndex(f.Type)&1 != 0 {
				tail = max(c.settled, f.Start)
			}
		}
		if len(c.text)-tail > maxOpenBytes || s.rules.keys {
			tail = s.open(c, found, tail)
		}
	}
	s.commit(c, found, tail)
}

// open deals with a value that cannot be held whole: a private key, or a token longer than maxOpenBytes. One that is known
// for what it is, is dropped from its start on; another is let go but for its last slideBytes. It returns where what stays
// undecided begins.
func (s *Stream) open(c *channel, found []Finding, tail int) int {
	long := len(c.text)-tail > maxOpenBytes
	for i := range found {
		f := &found[i]
		if f.End == len(c.text) && f.Start >= tail && s.edits>>typeIndex(f.Type)&1 != 0 && (long || f.Type == pii.PrivateKey.String()) {
			c.dropping = f.Type
			s.stats.Suppressed += f.End - f.Start
			return len(c.text)
		}
	}
	if !long {
		return tail
	}
	if token := c.text[tail:]; s.edits>>pii.JWT&1 != 0 && bytes.HasPrefix(token, []byte("eyJ")) && bytes.IndexByte(token, '.') > 0 {
		s.suppress(c, tail, pii.JWT)
		c.dropping = pii.JWT.String()
		return len(c.text)
	}
	return len(c.text) - slideBytes
}

// suppress replaces the text from start on by what stands for a type of which the value has not been seen whole.
func (s *Stream) suppress(c *channel, start int, kind pii.Type) {
	from := len(s.words)
	s.words = append(append(append(s.words, "[REDACTED "...), kind.String()...), ']')
	s.stats.Suppressed += len(c.text) - start
	s.replace(c, start, len(c.text), from)
	s.found(&Finding{
		Type: kind.String(), Start: c.inBody(start, s), End: c.inBody(len(c.text), s), Confidence: 0.8, Severity: High, Rule: "open-token", View: "raw",
	})
	c.settle(start)
	c.settled = len(c.text)
}

// swallow drops what belongs to the value that is being dropped.
func (s *Stream) swallow(c *channel) {
	end := c.settled
	if c.dropping == pii.PrivateKey.String() {
		end = keyEnd(c.text, c.settled)
	} else if w := readWord(c.text, c.settled); w.end > end {
		end = w.end
	}
	c.dropped += end - c.settled
	s.stats.Suppressed += end - c.settled
	s.replace(c, c.settled, end, len(s.words))
	c.settle(end)
	if end < len(c.text) || c.dropped > maxDroppedBytes {
		// What was dropped is no context: it would be found again.
		c.dropping, c.dropped = "", 0
		c.forget(c.settled)
		return
	}
	c.judged = len(c.text)
}

// keyEnd returns where the text from i on stops being the body of a private key, its last line included.
func keyEnd(text []byte, i int) int {
	const last = "-----END "
	from := max(0, i-maxHeader)
	if at := bytes.Index(text[from:], []byte(last)); at >= 0 {
		end := from + at + len(last)
		for end < len(text) && (text[end] >= 'A' && text[end] <= 'Z' || text[end] == '-' || text[end] == ' ') {
			end++
		}
		return max(i, end)
	}
	for i < len(text) && (base64Values[text[i]] != notBase64 || bytes.IndexByte([]byte("=\n\r \\:,"), text[i]) >= 0) {
		i++
	}
	return i
}

// commit decides the text up to tail: it reports what was found there and has it edited.
func (s *Stream) commit(c *channel, found []Finding, tail int) {
	edits := s.pending[:0]
	for i := range found {
		f := &found[i]
		if f.End <= c.settled || f.Start >= tail {
			continue
		}
		if s.edits>>typeIndex(f.Type)&1 != 0 {
			edits = append(edits, edit{
				start: max(f.Start, c.settled), end: min(f.End, tail), finding: f, action: s.policy.Action(s.direction, f.Type),
			})
		}
		s.report(c, f)
	}
	s.pending = joinEdits(edits)
	last, cleans := c.settled, s.cleans()
	for i := range s.pending {
		e := &s.pending[i]
		if cleans {
			s.clean(c, last, e.start)
			last = e.end
		}
		if c.nested {
			var number bool
			if number, e.escapes = nestedNumber(c.text, e.start, e.end); number {
				e.spot = inNumber
			}
			if c.json {
				e.escapes = max(e.escapes, 1)
			}
		}
		from := len(s.words)
		s.words = e.append(s.words, c.text, &s.replacer)
		if c.json && e.action == Mask {
			s.words = appendJSONString(s.words[:from], bytes.Clone(s.words[from:])) // it has what stood between letters
		}
		if cleans {
			c.remember(s.words[from:])
		}
		s.replace(c, e.start, e.end, from)
	}
	if cleans {
		s.clean(c, last, tail)
	}
	c.settle(tail)
}

// report keeps a finding of a channel's text, once: as the text grows it is found again, and may have grown.
func (s *Stream) report(c *channel, f *Finding) {
	i := typeIndex(f.Type)
	again := c.base+f.Start < c.reported[i]
	c.reported[i] = max(c.reported[i], c.base+f.End)
	if again {
		return
	}
	inBody := *f
	inBody.Start, inBody.End = c.inBody(f.Start, s), c.inBody(f.End, s)
	s.found(&inBody)
}

// inBody is the offset in the body of an offset in the text; the nearest that is still held.
func (c *channel) inBody(at int, s *Stream) int {
	for i := range c.pieces {
		p := &c.pieces[i]
		if n := c.base + at - p.text; n <= p.n {
			return p.rawOffset(s.held[p.raw-s.base:p.end-s.base], max(n, 0), true)
		}
	}
	return s.base + s.frames.at
}

// replace puts words[from:] in the place of the text from start to end: into the first event that carries some of it; the
// others lose theirs.
func (s *Stream) replace(c *channel, start, end, from int) {
	for i := range c.pieces {
		p := &c.pieces[i]
		first, last := max(0, c.base+start-p.text), min(p.n, c.base+end-p.text)
		if p.gap || first >= last {
			continue
		}
		raw := s.held[p.raw-s.base : p.end-s.base]
		s.change(p.rawOffset(raw, first, false), p.rawOffset(raw, last, true), from)
		from = len(s.words)
	}
}

// force decides a channel that keeps too much from leaving. What could still become a finding does not leave.
func (s *Stream) force(c *channel) {
	s.judge(c, false)
	if open := c.text[c.settled:]; c.holds() && s.telling(open) {
		from := len(s.words)
		s.words = append(s.words, "[REDACTED]"...)
		s.replace(c, c.settled, len(c.text), from)
		s.stats.Suppressed += len(open)
		c.settle(len(c.text))
		c.forget(len(c.text))
		return
	}
	s.judge(c, true)
}

// telling reports whether text looks like the beginning of a value.
func (s *Stream) telling(text []byte) bool {
	digits := 0
	for _, c := range text {
		if digit(c) {
			digits++
		}
	}
	return digits >= 4 || literals.scan(text, &s.engine.seen)&(classAt|classLiteral) != 0
}

// alone judges a line by itself, at an offset of held.
func (s *Stream) alone(f format, text []byte, at int) {
	s.lines = append(s.lines[:0], line{0, at})
	s.aloneData(f, text)
}

// aloneData judges data by itself, except for its parts that belong to texts, and reports whether it has nothing to find.
func (s *Stream) aloneData(f format, data []byte) (clean bool) {
	s.clearFindings()
	s.content.reset(f, 0)
	s.content.write(&s.engine, data)
	s.content.finish(&s.engine)
	found := s.engine.sorted()
	kept := found[:0]
	for i := range found {
		if !s.inParts(&found[i]) {
			kept = append(kept, found[i])
		}
	}
	if len(kept) == 0 {
		return len(found) == 0
	}
	edits := s.policy.edits(data, s.direction, kept)
	if f == formatJSON && len(edits) > 0 {
		fitJSON(data, edits)
	}
	for i := range edits {
		e := &edits[i]
		from := len(s.words)
		s.words = e.append(s.words, data, &s.replacer)
		s.change(s.base+s.inHeld(e.start, false), s.base+s.inHeld(e.end, true), from)
	}
	for i := range kept {
		inBody := kept[i]
		inBody.Start, inBody.End = s.base+s.inHeld(inBody.Start, false), s.base+s.inHeld(inBody.End, true)
		s.found(&inBody)
	}
	return false
}

// inParts reports whether a finding lies in a part that was given to a channel.
func (s *Stream) inParts(f *Finding) bool {
	for _, p := range s.parts {
		if f.Start < p.end && f.End > p.start {
			return true
		}
	}
	return false
}
