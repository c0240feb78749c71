package filter

import (
	"bytes"
	"strconv"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// open decides by the headers whether a body is scanned.
func (s *Stream) open(b *body, bodyless bool) {
	b.phase = passing
	h := &b.head
	switch {
	case bodyless:
	case h.upgrade && b.direction == scan.Request && h.mayHaveBody():
		// An upstream that ignores the upgrade would read what follows as the request's body, but to Envoy it
		// has no end at which it could be judged.
		s.uninspectable(b, causeUpgrade)
	case h.upgrade:
		s.skip(b, causeUpgrade)
	case isGRPC(h.contentType) && !h.encoded:
		s.openCall(b)
	case h.status == "206" && (hasPrefixFold(h.contentType, "multipart/byteranges") || s.vm.engine.Scannable(h.contentType)):
		s.uninspectable(b, causePartial)
	case b.direction == scan.Response && !s.vm.engine.Scannable(h.contentType):
		s.skip(b, causeContentType)
	case h.encoded:
		s.uninspectable(b, causeContentEncoding)
	case b.direction == scan.Request && h.foreignCharset:
		s.uninspectable(b, causeCharset)
	case !s.vm.engine.Scannable(h.contentType):
		s.openUnread(b, causeContentType)
	case b.direction == scan.Response && isStream(h):
		s.openStream(b)
	case h.length > maxBytes(b.rules(s.policy)):
		s.uninspectable(b, causeOversize)
	default:
		b.phase = holding
		if s.policy.Mode == scan.Shadow {
			b.phase = observing
		}
		b.scanner = s.vm.scanner()
		b.scanner.Reset(s.policy, b.direction, h.contentType)
	}
}

// skip lets a body pass that is not one to scan.
func (s *Stream) skip(b *body, why cause) {
	s.vm.counters.unscanned[b.direction][why].Add(1)
}

// uninspectable handles a body that is one to scan but cannot be read whole: the policy's oversize decides
// whether it is refused, since both answer the same question.
func (s *Stream) uninspectable(b *body, why cause) {
	s.skip(b, why)
	s.close(b)
	b.phase = passing
	// A client chooses its encoding and can choose none, so that what it encodes is always refused, and an
	// upgrade with a body with it.
	chosen := b.direction == scan.Request && (why == causeContentEncoding || why == causeUpgrade)
	if s.policy.Mode == scan.Shadow || !chosen && b.rules(s.policy).Oversize == scan.OversizePass {
		return
	}
	s.refuse(b, uninspectableAnswer(b.direction, why), "")
}

// close ends the scan of a body.
func (s *Stream) close(b *body) {
	if b.scanned > 0 {
		s.vm.counters.bytes[b.direction].Add(b.scanned)
		b.scanned = 0
	}
	s.vm.release(b.scanner)
	b.scanner = nil
	s.closeStream(b)
	s.closeCall(b)
}

// finish judges a body whose end is there.
func (s *Stream) finish(b *body) {
	result := b.scanner.Finish()
	s.report(b.direction, "body", result)
	b.phase = passing
	if s.policy.Mode == scan.Enforce {
		s.enforce(b, result)
	}
	s.close(b)
}

func (s *Stream) enforce(b *body, result scan.Result) {
	switch {
	case result.Verdict == scan.Block && result.Controls && b.direction == scan.Request:
		s.refuse(b, reason.RequestMalformed.Answer(), "")
	// More findings than the engine keeps cannot be replaced.
	case result.Verdict == scan.Block, result.Verdict.Edits() && result.Dropped > 0:
		s.refuse(b, reason.ContentBlocked.Answer(), findingTypes(result.Findings, s.blocks(b.direction)))
	case (result.Verdict.Edits() || b.rules(s.policy).Sanitize != scan.SanitizeNone) && !s.redact(b, result.Findings):
		s.refuse(b, reason.InternalError.Answer(), "")
	}
}

func (s *Stream) blocks(d scan.Direction) func(kind string) bool {
	return func(kind string) bool { return s.policy.Action(d, kind) == scan.Block }
}

// digests are headers that describe the bytes of a body and are wrong once it has changed (RFC 9530 and
// older); validators that of a response.
var (
	digests    = []string{"content-digest", "repr-digest", "digest", "content-md5"}
	validators = []string{"etag", "accept-ranges"}
)

// redact replaces the findings and sanitizes. The headers are still held, so the length can follow: one that is wrong
// would make the rest of the connection's bytes into requests of the sender's choosing.
func (s *Stream) redact(b *body, findings []scan.Finding) bool {
	content, status := abi.Bytes(b.buffer(), 0, b.size)
	if status != abi.OK || len(content) != b.size {
		return false
	}
	policy := s.policy.ForTenant(s.handoff.Tenant)
	s.vm.rewritten = s.vm.engine.Redact(policy, s.vm.rewritten[:0], content, b.direction, b.head.contentType, findings)
	if bytes.Equal(s.vm.rewritten, content) {
		return true // nothing to sanitize
	}
	if abi.ReplaceBytes(b.buffer(), b.size, s.vm.rewritten) != abi.OK {
		return false
	}
	headers := b.headerMap()
	if b.head.length >= 0 && abi.SetHeader(headers, "content-length", strconv.Itoa(len(s.vm.rewritten))) != abi.OK {
		return false
	}
	b.dropDescriptions()
	if cap(s.vm.rewritten) > keptBytes {
		s.vm.rewritten = nil
	}
	return true
}

// dropDescriptions removes what is not true of a changed body.
func (b *body) dropDescriptions() {
	headers := b.headerMap()
	for _, name := range digests {
		abi.RemoveHeader(headers, name)
	}
	if b.direction == scan.Response {
		for _, name := range validators {
			abi.RemoveHeader(headers, name)
		}
	}
}

// agreeWithGet keeps the answer to a HEAD, and a 304, from telling the length and the validators of a body that a
// GET would have got changed, or not at all.
func (s *Stream) agreeWithGet() {
	b := &s.response
	if s.request.head.method != "HEAD" && b.head.status != "304" {
		return
	}
	if s.policy.Mode == scan.Enforce && mayChange(&s.policy.Response) && s.vm.engine.Scannable(b.head.contentType) {
		abi.RemoveHeader(b.headerMap(), "content-length")
		b.dropDescriptions()
	}
}

func mayChange(rules *scan.DirectionPolicy) bool {
	strongest := rules.Default
	for _, action := range rules.Actions {
		strongest = max(strongest, action)
	}
	return strongest > scan.Log || rules.Sanitize != scan.SanitizeNone
}

// keptBytes bounds the buffer that is reused for redacted bodies.
const keptBytes = 256 << 10
