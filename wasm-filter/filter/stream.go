package filter

import (
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
	if !s.readHead(&s.request, end) {
		return s.request.phase.onHeaders()
	}
	if raw, status := abi.Property(property); status == abi.OK {
		s.handoff, _ = handoff.Parse(string(raw))
	}
	policy, pending := s.findPolicy()
	if pending {
		s.request.phase = parked
		switch {
		case end || !s.mayHold():
		case s.vm.engine.Scannable(s.request.head.contentType):
			s.request.phase = waiting
		default:
			s.request.phase = peeking
		}
		return s.request.phase.onHeaders()
	}
	s.policy = policy
	s.decide()
	return s.request.phase.onHeaders()
}

// readHead refuses a stream whose headers cannot be read, since nothing could be decided by them.
func (s *Stream) readHead(b *body, end bool) (ok bool) {
	var status abi.Status
	s.vm.headers, status = abi.Headers(b.headerMap(), s.vm.headers[:0])
	if status != abi.OK {
		s.refuse(b, reason.InternalError.Answer(), "")
		return false
	}
	b.head, b.ended = readHead(s.vm.headers), end
	return true
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
	return !h.upgrade && !h.encoded && !isGRPC(h.contentType)
}

// resolve continues a stream whose policy was being fetched. It runs in the answer's callback.
func (s *Stream) resolve(policy *scan.Policy) {
	s.policy = policy
	// Other streams have used the list of headers meanwhile.
	var status abi.Status
	if s.vm.headers, status = abi.Headers(abi.RequestHeaders, s.vm.headers[:0]); status != abi.OK {
		s.refuse(&s.request, reason.InternalError.Answer(), "")
		return
	}
	s.decide()
	b := &s.request
	switch b.phase {
	case observing, holding:
		s.advance(b, 0)
	case peeking, glancing:
		s.peek(b)
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
	bodyless := s.request.ended && s.request.size == 0 && s.request.looks == unknown
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
	if isGRPC(s.request.head.contentType) {
		abi.SetHeader(abi.RequestHeaders, "grpc-accept-encoding", "identity")
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
	if !s.readHead(&s.response, end) {
		return s.response.phase.onHeaders()
	}
	s.agreeWithGet()
	s.response.head.upgrade = s.request.head.upgrade && (s.response.head.status == "101" || s.request.head.method == "CONNECT")
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
	case peeking, glancing:
		s.peek(b)
	case streaming:
		s.pass(b)
	case cutting:
		s.dropRest(b)
	case framing:
		s.messages(b)
	}
	return b.phase.onBody()
}

func (s *Stream) onTrailers(b *body) types.Action {
	b.ended = true
	switch b.phase {
	case holding, observing:
		s.finish(b)
	case framing:
		s.endCall(b)
	case glancing:
		b.size = 0 // it has passed
		s.peek(b)
	case peeking:
		s.peek(b)
	case streaming:
		s.passTrailers(b)
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
