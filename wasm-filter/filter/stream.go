package filter

import (
	"strconv"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// Stream is one request and its response.
type Stream struct {
	types.DefaultHttpContext
	plugin *Plugin
	vm     *VM
	id     uint32

	handoff           handoff.Handoff
	policy            *scan.Policy
	request, response body
	// replied says that the response is our own: its callbacks are not to judge it.
	replied bool
	// done says that Envoy has finished with the stream; late answers must not touch it.
	done bool
}

// property is where extauthz leaves the hand-over.
const property = "metadata\x00filter_metadata\x00" + handoff.Namespace + "\x00" + handoff.Key

// OnHttpRequestHeaders finds the policy and decides what happens to the request.
func (s *Stream) OnHttpRequestHeaders(_ int, end bool) types.Action {
	s.request.direction, s.response.direction = scan.Request, scan.Response
	s.vm.headers, _ = abi.Headers(abi.RequestHeaders, s.vm.headers[:0])
	s.request.head = readHead(s.vm.headers)
	s.request.ended = end
	if raw, status := abi.Property(property); status == abi.OK {
		s.handoff, _ = handoff.Parse(string(raw))
	}
	policy, pending := s.findPolicy()
	if pending {
		s.request.phase = parked
		if !end && s.mayHold() {
			s.request.phase = waiting
		}
		return s.request.phase.onHeaders()
	}
	s.policy = policy
	s.decide()
	return s.request.phase.onHeaders()
}

// findPolicy needs none where extauthz turned scanning off, and takes the strict one where it named none:
// also when it was skipped or Envoy failed open.
func (s *Stream) findPolicy() (policy *scan.Policy, pending bool) {
	switch {
	case s.handoff.Mode == modeOff:
		return s.vm.strict, false
	case s.handoff.ScanPolicy == "":
		return s.plugin.fallback(policyStrict), false
	default:
		return s.plugin.policyFor(s, s.handoff.ScanPolicy)
	}
}

// mayHold reports whether some policy would hold the request's body.
func (s *Stream) mayHold() bool {
	h := &s.request.head
	return !h.upgrade && !h.encoded && !isGRPC(h.contentType) && s.vm.engine.Scannable(h.contentType)
}

// resolve continues a stream whose policy was being fetched. It runs in the answer's callback.
func (s *Stream) resolve(policy *scan.Policy) {
	s.policy = policy
	s.decide()
	b := &s.request
	if b.phase == observing || b.phase == holding {
		s.advance(b, 0)
	}
	if b.phase.onBody() == types.ActionContinue {
		abi.Continue(abi.RequestStream)
	}
}

// decide applies the policy to the request's headers and opens its body. The headers are still held.
func (s *Stream) decide() {
	s.overrideMode()
	if s.policy.Mode == scan.Off {
		s.request.phase = passing
		s.skip(&s.request, causeOff)
		return
	}
	if s.judgeHead(); s.replied {
		return
	}
	s.askForIdentity()
	bodyless := s.request.ended && s.request.size == 0
	s.open(&s.request, bodyless)
}

// overrideMode applies extauthz's mode for this request.
func (s *Stream) overrideMode() {
	mode := s.policy.Mode
	switch s.handoff.Mode {
	case "enforce":
		mode = scan.Enforce
	case "shadow":
		mode = scan.Shadow
	case modeOff:
		mode = scan.Off
	}
	if mode != s.policy.Mode {
		overridden := *s.policy
		overridden.Mode = mode
		s.policy = &overridden
	}
}

const modeOff = "off"

// askForIdentity keeps upstreams from sending what the response direction could not read. Without the
// header none would compress; Envoy re-selects the route after a change, so it is spared.
func (s *Stream) askForIdentity() {
	if accepted := s.request.head.acceptEncoding; accepted != "" && accepted != "identity" {
		abi.SetHeader(abi.RequestHeaders, "accept-encoding", "identity")
	}
}

// OnHttpRequestBody scans what has arrived.
func (s *Stream) OnHttpRequestBody(size int, end bool) types.Action {
	return s.onBody(&s.request, size, end)
}

// OnHttpRequestTrailers judges a body that never saw its end.
func (s *Stream) OnHttpRequestTrailers(int) types.Action { return s.onTrailers(&s.request) }

// OnHttpResponseHeaders opens the response's body.
func (s *Stream) OnHttpResponseHeaders(_ int, end bool) types.Action {
	if s.replied || s.policy == nil || s.policy.Mode == scan.Off {
		return types.ActionContinue
	}
	s.vm.headers, _ = abi.Headers(abi.ResponseHeaders, s.vm.headers[:0])
	s.response.head = readHead(s.vm.headers)
	s.response.head.upgrade = s.request.head.upgrade && (s.response.head.status == "101" || s.request.head.method == "CONNECT")
	s.response.ended = end
	s.open(&s.response, end)
	return s.response.phase.onHeaders()
}

// OnHttpResponseBody scans what has arrived.
func (s *Stream) OnHttpResponseBody(size int, end bool) types.Action {
	if s.replied {
		return types.ActionContinue
	}
	return s.onBody(&s.response, size, end)
}

// OnHttpResponseTrailers judges a body that never saw its end.
func (s *Stream) OnHttpResponseTrailers(int) types.Action {
	if s.replied {
		return types.ActionContinue
	}
	return s.onTrailers(&s.response)
}

// OnHttpStreamDone gives back what the stream used; it may be over before its bodies are.
func (s *Stream) OnHttpStreamDone() {
	s.done = true
	s.close(&s.request)
	s.close(&s.response)
}

// onBody takes a body callback. size is all that Envoy holds while we pause, else one chunk.
func (s *Stream) onBody(b *body, size int, end bool) types.Action {
	b.size, b.ended = size, end
	switch b.phase {
	case holding:
		s.advance(b, b.scanned)
	case observing:
		s.advance(b, 0)
	}
	return b.phase.onBody()
}

func (s *Stream) onTrailers(b *body) types.Action {
	b.ended = true
	if b.phase == holding || b.phase == observing {
		s.finish(b)
	}
	return b.phase.onBody()
}

// advance scans what Envoy holds from start on, and judges the body when that was all.
func (s *Stream) advance(b *body, start int) {
	limit := maxBytes(b.rules(s.policy))
	if b.scanned+b.size-start > limit {
		s.uninspectable(b, causeOversize)
		return
	}
	if !b.feed(start, b.size) {
		s.refuse(b, reason.InternalError.Answer(), "")
		return
	}
	if b.ended {
		s.finish(b)
	}
}

func maxBytes(rules *scan.DirectionPolicy) int {
	if rules.MaxBytes <= 0 {
		return scan.DefaultMaxBytes
	}
	return rules.MaxBytes
}

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
	case isGRPC(h.contentType):
		s.skip(b, causeGRPC)
	case b.direction == scan.Response && isEventStream(h.contentType):
		s.skip(b, causeEventStream)
	case h.status == "206" && (hasPrefixFold(h.contentType, "multipart/byteranges") || s.vm.engine.Scannable(h.contentType)):
		s.uninspectable(b, causePartial)
	case !s.vm.engine.Scannable(h.contentType):
		s.skip(b, causeContentType)
	case h.encoded:
		s.uninspectable(b, causeContentEncoding)
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
	// More findings than the engine keeps cannot be replaced.
	case result.Verdict == scan.Block, result.Verdict == scan.Redact && result.Dropped > 0:
		s.refuse(b, reason.ContentBlocked.Answer(), findingTypes(result.Findings, s.blocks(b.direction)))
	case result.Verdict == scan.Redact && !s.redact(b, result.Findings):
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

// redact replaces the findings. The headers are still held, so the length can follow: one that is wrong
// would make the rest of the connection's bytes into requests of the sender's choosing.
func (s *Stream) redact(b *body, findings []scan.Finding) bool {
	content, status := abi.Bytes(b.buffer(), 0, b.size)
	if status != abi.OK || len(content) != b.size {
		return false
	}
	s.vm.rewritten = s.vm.engine.Redact(s.policy, s.vm.rewritten[:0], content, b.direction, b.head.contentType, findings)
	if abi.ReplaceBytes(b.buffer(), b.size, s.vm.rewritten) != abi.OK {
		return false
	}
	headers := b.headerMap()
	if b.head.length >= 0 && abi.SetHeader(headers, "content-length", strconv.Itoa(len(s.vm.rewritten))) != abi.OK {
		return false
	}
	for _, name := range digests {
		abi.RemoveHeader(headers, name)
	}
	if b.direction == scan.Response {
		for _, name := range validators {
			abi.RemoveHeader(headers, name)
		}
	}
	if cap(s.vm.rewritten) > keptBytes {
		s.vm.rewritten = nil
	}
	return true
}

// keptBytes bounds the buffer that is reused for redacted bodies.
const keptBytes = 256 << 10
