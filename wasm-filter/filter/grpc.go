package filter

import (
	"math"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// call is one direction of a gRPC call. Its headers are never held, since a server may speak first and a client's stream
// may never end; each message is held until it is whole, judged alone, and passes, changed at most within its length.
//
// What has come of a message is taken out of Envoy's buffer, which passes or stays as a whole: the messages before it must
// not wait for its rest, and under load a buffer seldom ends where a message does. If the call ends first it is lost, and so
// is nothing that a receiver could have read.
type call struct {
	contentType string
	// held is what has come of a message, bounded by the policy's max_bytes and a chunk.
	held []byte
	// unread is what is still to come of a message that passes unread.
	unread int
	// text says that the body is base64 (gRPC-Web's text form), decoder what has come of four characters, and uncoded what
	// waits to be encoded, less than three bytes.
	text    bool
	decoder base64Decoder
	uncoded []byte
	// refusal ends a response whose headers are out: what the server sends is dropped, and the trailers say why.
	refusal *refusal
}

// refusal is what a gRPC client is told.
type refusal struct {
	answer  reason.Answer
	types   string
	at      int64 // abi.Now
	written bool  // in a body that carries its own trailers
}

// trailersPatience is how long what a server goes on to send is dropped, in nanoseconds, before the stream is reset: most calls end soon, and
// then their trailers can say why.
const trailersPatience = 1e9

// Flags of a message, and of trailers that a gRPC-Web body carries.
const (
	flagCompressed = 0x01
	flagTrailers   = 0x80
)

// keptMessageBytes bounds what a call keeps between messages.
const keptMessageBytes = 64 << 10

// isGRPC covers gRPC with every message encoding, and gRPC-Web.
func isGRPC(contentType string) bool { return hasPrefixFold(contentType, "application/grpc") }

// isGRPCWeb covers both of its forms, whose bodies carry their own trailers.
func isGRPCWeb(contentType string) bool { return hasPrefixFold(contentType, "application/grpc-web") }

// openCall begins to judge the messages of a call. The headers pass.
func (s *Stream) openCall(b *body) {
	b.phase = framing
	b.call = &call{contentType: "application/grpc"}
	if _, suffix, coded := strings.Cut(b.head.contentType, "+"); coded {
		b.call.contentType += "+" + suffix
	}
	b.call.text = hasPrefixFold(b.head.contentType, "application/grpc-web-text")
	if s.policy.Mode == scan.Enforce && (b.direction == scan.Response || b.call.text) {
		// A refusal has another length, and so has base64 that is written anew.
		abi.RemoveHeader(b.headerMap(), "content-length")
	}
}

// messages judges what has come of a call and lets what is clean pass.
func (s *Stream) messages(b *body) {
	c := b.call
	passes := s.vm.rewritten[:0]
	switch {
	case c.refusal != nil:
		if abi.Now()-c.refusal.at > trailersPatience {
			s.refuse(b, c.refusal.answer, c.refusal.types)
		}
	case !c.take(b):
		s.refuseCall(b, reason.RequestMalformed.Answer(), "")
	default:
		passes = s.judgeMessages(b, passes)
	}
	if s.policy.Mode != scan.Enforce {
		return
	}
	if b.ended && len(c.held) > 0 {
		s.refuseCall(b, reason.RequestMalformed.Answer(), "")
	}
	if c.refusal != nil {
		c.held = nil
	}
	if b.phase == refused {
		return
	}
	passes = c.appendRefusal(passes, b)
	s.vm.rewritten = passes
	if c.text {
		s.vm.leaf = c.encode(s.vm.leaf[:0], passes, b.ended || b.direction == scan.Response)
		passes = s.vm.leaf
	}
	if abi.ReplaceBytes(b.buffer(), b.size, passes) != abi.OK {
		s.refuse(b, reason.InternalError.Answer(), "")
	}
	if cap(s.vm.rewritten) > keptBytes {
		s.vm.rewritten = nil
	}
}

// take copies what Envoy holds; ok is false when it cannot be read.
func (c *call) take(b *body) (ok bool) {
	for start := 0; start < b.size; {
		chunk, status := abi.Bytes(b.buffer(), start, min(chunkBytes, b.size-start))
		if status != abi.OK || len(chunk) == 0 {
			return false
		}
		start += len(chunk)
		if !c.text {
			c.held = append(c.held, chunk...)
		} else if c.held, ok = c.decoder.append(c.held, chunk); !ok {
			return false
		}
	}
	return true
}

// encode appends the base64 of b. Clients expect padding wherever a server flushes; what servers expect is less sure, so that
// they get it at the end only.
func (c *call) encode(dst, b []byte, flush bool) []byte {
	c.uncoded = append(c.uncoded, b...)
	n := len(c.uncoded)
	if !flush {
		n -= n % 3
	}
	dst = appendBase64(dst, c.uncoded[:n])
	c.uncoded = c.uncoded[:copy(c.uncoded, c.uncoded[n:])]
	return dst
}

// judgeMessages judges the whole messages and appends to dst what passes.
func (s *Stream) judgeMessages(b *body, dst []byte) []byte {
	c := b.call
	at := 0
	for b.phase != refused && c.refusal == nil {
		rest := c.held[at:]
		if c.unread > 0 {
			n := min(c.unread, len(rest))
			dst = append(dst, rest[:n]...)
			c.unread -= n
			at += n
			if c.unread > 0 {
				break
			}
			continue
		}
		if len(rest) > 0 && rest[0]&^(flagCompressed|flagTrailers) != 0 {
			s.skip(b, causeGRPC)
			s.refuseCall(b, reason.RequestMalformed.Answer(), "") // it is not gRPC
			c.unread = math.MaxInt
			continue
		}
		if len(rest) < scan.GRPCHeaderBytes {
			break
		}
		size := scan.GRPCHeaderBytes + int(rest[1])<<24 + int(rest[2])<<16 + int(rest[3])<<8 + int(rest[4])
		if why, unreadable := s.unreadable(b, rest[0], size); unreadable {
			s.passUnread(b, why)
			c.unread = size
			continue
		}
		if len(rest) < size {
			break
		}
		dst = s.judgeMessage(b, dst, rest[:size])
		at += size
	}
	if at > 0 {
		c.held = c.held[:copy(c.held, c.held[at:])]
	}
	if len(c.held) == 0 && cap(c.held) > keptMessageBytes {
		c.held = nil
	}
	return dst
}

// unreadable reports why a message cannot be judged, if so.
func (s *Stream) unreadable(b *body, flags byte, size int) (why cause, unreadable bool) {
	switch {
	case flags&flagCompressed != 0:
		return causeGRPC, true
	case size > maxBytes(b.rules(s.policy)):
		return causeOversize, true
	}
	return 0, false
}

// passUnread lets the policy's oversize decide about a message that cannot be judged, but for what a client chose to make
// unreadable.
func (s *Stream) passUnread(b *body, why cause) {
	s.skip(b, why)
	if b.direction == scan.Request && why == causeGRPC || b.rules(s.policy).Oversize == scan.OversizeBlock {
		s.refuseCall(b, uninspectableAnswer(b.direction, why), "")
	}
}

// judgeMessage judges one message with its header and appends what passes of it.
func (s *Stream) judgeMessage(b *body, dst, message []byte) []byte {
	scanner := s.vm.scanner()
	scanner.Reset(s.policy, b.direction, b.call.contentType)
	scanner.Write(message)
	result := scanner.Finish()
	s.vm.counters.bytes[b.direction].Add(len(message))
	s.reportFindings(b.direction, "message", result)
	b.intended = max(b.intended, result.Intended)
	before := len(dst)
	switch {
	case s.policy.Mode != scan.Enforce, result.Verdict <= scan.Log:
		dst = append(dst, message...)
	case result.Verdict == scan.Block, result.Dropped > 0: // what is not listed cannot be masked
		s.refuseCall(b, reason.ContentBlocked.Answer(), findingTypes(result.Findings, s.blocks(b.direction)))
	default:
		dst = s.vm.engine.Redact(s.policy, dst, message, b.direction, b.call.contentType, result.Findings)
		if len(dst)-before != len(message) {
			// What follows would be read as another message's header.
			s.refuseCall(b, reason.InternalError.Answer(), "")
			dst = dst[:before]
		}
	}
	s.vm.release(scanner)
	return dst
}

// refuseCall ends a call that the policy is enforced on: at once where its answer has not begun, and by the response's trailers
// where it has.
func (s *Stream) refuseCall(b *body, answer reason.Answer, types string) {
	switch {
	case s.policy.Mode != scan.Enforce, b.phase == refused:
	case b.direction == scan.Request:
		s.refuse(b, answer, types)
	case b.call.refusal == nil:
		b.call.refusal = &refusal{answer: answer, types: types, at: abi.Now()}
	}
}

// appendRefusal writes the trailers of a refused body that carries its own.
func (c *call) appendRefusal(dst []byte, b *body) []byte {
	if c.refusal == nil || c.refusal.written || !isGRPCWeb(b.head.contentType) {
		return dst
	}
	c.refusal.written = true
	status, message := c.refusal.trailers()
	text := "grpc-status: " + status + "\r\ngrpc-message: " + message + "\r\n"
	dst = append(dst, flagTrailers, 0, 0, 0, byte(len(text)))
	return append(dst, text...)
}

// trailers are the values of grpc-status and grpc-message.
func (r *refusal) trailers() (status, message string) {
	return strconv.Itoa(grpcStatus(r.answer.Code)), refusalText(r.answer, r.types)
}

// endCall writes a refusal into the response's trailers.
func (s *Stream) endCall(b *body) {
	if s.policy.Mode != scan.Enforce {
		return
	}
	if len(b.call.held) > 0 {
		s.refuseCall(b, reason.RequestMalformed.Answer(), "")
	}
	if b.direction == scan.Request || b.call.refusal == nil {
		return
	}
	status, message := b.call.refusal.trailers()
	abi.SetHeader(abi.ResponseTrailers, "grpc-status", status)
	abi.SetHeader(abi.ResponseTrailers, "grpc-message", message)
	abi.RemoveHeader(abi.ResponseTrailers, "grpc-status-details-bin")
}

// closeCall counts the verdict of a call that is over.
func (s *Stream) closeCall(b *body) {
	if b.call == nil {
		return
	}
	s.vm.counters.bodies[b.direction][s.policy.Mode][b.intended].Add(1)
	b.call = nil
}

// grpcStatus is the status code (https://grpc.io/docs/guides/status-codes) for an answer's code.
func grpcStatus(code reason.Code) int {
	switch code {
	case reason.CodeValidation:
		return 3 // INVALID_ARGUMENT
	case reason.CodeBlocked, reason.CodeForbidden:
		return 7 // PERMISSION_DENIED
	case reason.CodeTooLarge:
		return 8 // RESOURCE_EXHAUSTED
	case reason.CodeMediaType:
		return 12 // UNIMPLEMENTED
	case reason.CodeInternal:
		return 13 // INTERNAL
	case reason.CodeUnavailable:
		return 14 // UNAVAILABLE
	}
	return 2 // UNKNOWN
}
