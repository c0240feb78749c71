package filter

import (
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// isStream reports whether a response has no end to be judged at: events, and lines of JSON of a length that nobody knows.
func isStream(h *head) bool {
	return isEventStream(h.contentType) || h.length < 0 && scan.Streamed(h.contentType)
}

// openStream opens a response that is judged and edited while it passes. Its headers leave before anything is known of its
// body, so they lose what an edit would make untrue.
func (s *Stream) openStream(b *body) {
	b.phase = streaming
	b.events = s.vm.events()
	b.events.Reset(s.policy.ForTenant(s.handoff.Tenant), b.direction, b.head.contentType)
	if s.policy.Mode == scan.Enforce && mayChange(b.rules(s.policy)) {
		abi.RemoveHeader(b.headerMap(), "content-length")
		b.dropDescriptions()
	}
}

// pass judges what has arrived of a stream and lets through what is decided. What is not stays in the VM, because Envoy
// can hold all of a body or nothing.
func (s *Stream) pass(b *body) {
	out := s.vm.rewritten[:0]
	for start := 0; start < b.size; {
		chunk, status := abi.Bytes(b.buffer(), start, min(chunkBytes, b.size-start))
		if status != abi.OK || len(chunk) == 0 {
			s.cut(b, reason.InternalError.Answer())
			return
		}
		out = b.events.Write(out, chunk)
		start += len(chunk)
	}
	if b.ended {
		out = b.events.Finish(out)
	}
	result := s.take(b)
	s.vm.counters.streamed[streamHeld].Add(min(b.events.Held(), b.size))
	if s.policy.Mode != scan.Enforce {
		return
	}
	if result.Verdict == scan.Block {
		out = append(out, s.lastEvent(b, result)...)
		s.vm.counters.streams[streamBlocked].Add(1)
		b.phase, b.cutAt = cutting, abi.Now()
	}
	if s.vm.rewritten = out; cap(out) > keptBytes {
		s.vm.rewritten = nil
	}
	if abi.ReplaceBytes(b.buffer(), b.size, out) != abi.OK {
		s.cut(b, reason.InternalError.Answer())
	}
}

// lastEventGrace is how long an upstream may go on after the last event. A reset overtakes what Envoy has not written yet, so
// that a client would often not hear why; one that has heard has gone by then.
const lastEventGrace = 1e9

// dropRest drops what comes behind the last event, until the upstream ends or has had its time.
func (s *Stream) dropRest(b *body) {
	if abi.Now()-b.cutAt > lastEventGrace || abi.ReplaceBytes(b.buffer(), b.size, nil) != abi.OK {
		s.cut(b, reason.ContentBlocked.Answer())
	}
}

// passTrailers ends a stream whose body never saw its end. Envoy takes no more of a body then: what is still held would be
// missing in silence, so the client gets an error instead.
func (s *Stream) passTrailers(b *body) {
	rest := b.events.Finish(s.vm.rewritten[:0])
	result := s.take(b)
	if s.policy.Mode != scan.Enforce {
		return
	}
	switch {
	case result.Verdict == scan.Block:
		s.vm.counters.streams[streamBlocked].Add(1)
		s.cut(b, reason.ContentBlocked.Answer())
	case len(rest) > 0:
		s.cut(b, reason.InternalError.Answer())
	}
}

// cut ends a stream before its time: its headers are out, so that Envoy can only reset it.
func (s *Stream) cut(b *body, answer reason.Answer) {
	s.vm.counters.streams[streamCut].Add(1)
	s.refuse(b, answer, "")
}

// take reports what was found since the last time.
func (s *Stream) take(b *body) scan.Result {
	result, stats := b.events.Take()
	b.scanned += stats.Scanned
	b.intended = max(b.intended, result.Intended)
	s.vm.counters.streamed[streamScanned].Add(stats.Scanned)
	s.vm.counters.streamed[streamSuppressed].Add(stats.Suppressed)
	s.vm.counters.alone.Add(stats.Alone)
	if result.Oversize {
		s.skip(b, causeOversize)
	}
	s.reportFindings(b.direction, "event", result)
	return result
}

// lastEvent tells a client why its stream ends: the clients of model APIs raise it as the error that it is.
func (s *Stream) lastEvent(b *body, result scan.Result) []byte {
	answer := reason.ContentBlocked.Answer()
	message := answer.Message
	if kinds := findingTypes(result.Findings, s.blocks(b.direction)); kinds != "" {
		message += ": " + kinds
	}
	if result.Oversize {
		answer = uninspectableAnswer(b.direction, causeOversize)
		message = answer.Message
	}
	data := errorBody(string(answer.Code), message, s.requestID())
	if !isEventStream(b.head.contentType) {
		return append(data, '\n')
	}
	return append(append([]byte("event: error\ndata: "), data...), "\n\n"...)
}

// closeStream counts the verdict of a stream that is over.
func (s *Stream) closeStream(b *body) {
	if b.events == nil {
		return
	}
	s.vm.counters.bodies[b.direction][s.policy.Mode][b.intended].Add(1)
	s.vm.releaseEvents(b.events)
	b.events = nil
}
