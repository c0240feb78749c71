package filter

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// phase is where one direction of a stream stands. What a callback tells Envoy follows from it alone.
type phase uint8

const (
	// passing: nothing is held and nothing more is looked at.
	passing phase = iota
	// observing: chunks are scanned while they pass (shadow mode).
	observing
	// parked: held until the policy is known, by which the body does not matter; Envoy delivers nothing
	// more before Continue, and stops reading at its watermark.
	parked
	// waiting: held until the policy is known; the body is collected meanwhile. Not parked, because what
	// is resumed from there sends its headers upstream before the body is judged.
	waiting
	// peeking: held until the first bytes have shown what a body is whose declared type is not one to scan, or
	// until they and the policy have.
	peeking
	// glancing: the same while they pass (shadow mode).
	glancing
	// framing: messages of gRPC are judged as they become whole.
	framing
	// stalled: a body not to be scanned, held until the policy is known; Envoy stops reading at its watermark
	// instead of refusing what is longer.
	stalled
	// holding: headers and body are held until the body has been judged.
	holding
	// streaming: judged and edited while it passes, what is undecided held in the VM.
	streaming
	// cutting: a stream that has got its last event; what the upstream goes on to send is dropped.
	cutting
	// refused: answered by us.
	refused
)

// onHeaders is the answer to a headers callback. Pause holds the headers and still delivers the body,
// which takes allow_on_headers_stop_iteration in Envoy's configuration.
func (p phase) onHeaders() types.Action {
	switch p {
	case passing, observing, glancing, streaming, framing:
		return types.ActionContinue
	case parked:
		return abi.StopAllAndWatermark
	default:
		return types.ActionPause
	}
}

// onBody is the answer to a body or trailers callback. Pause while anything is held: Continue would release
// the headers too, and so let a request through that nobody has judged.
func (p phase) onBody() types.Action {
	switch p {
	case passing, observing, glancing, streaming, framing, cutting:
		return types.ActionContinue
	case stalled:
		return abi.StopAndWatermark
	default:
		return types.ActionPause
	}
}

// body is one direction of a stream.
type body struct {
	direction scan.Direction
	phase     phase
	head      head
	scanner   Scanner
	// events is the scanner of a stream, intended the strongest action of what it has found.
	events   Events
	intended scan.Action
	// cutAt is when a stream got its last event (abi.Now).
	cutAt int64
	// size is what Envoy holds of the body, scanned how much of the body the scanner has seen.
	size, scanned int
	ended         bool
	// prefix is what has passed of a body of which nothing is known yet, at most peekBytes.
	prefix []byte
	looks  looks
	call   *call // of gRPC
}

func (b *body) buffer() abi.Buffer {
	if b.direction == scan.Request {
		return abi.RequestBody
	}
	return abi.ResponseBody
}

func (b *body) headerMap() abi.HeaderMap {
	if b.direction == scan.Request {
		return abi.RequestHeaders
	}
	return abi.ResponseHeaders
}

func (b *body) rules(p *scan.Policy) *scan.DirectionPolicy {
	if b.direction == scan.Request {
		return &p.Request
	}
	return &p.Response
}

// chunkBytes is how much is copied into the VM at a time.
const chunkBytes = 64 << 10

// feed gives the scanner what Envoy's buffer holds from start to end.
func (b *body) feed(start, end int) (ok bool) {
	for start < end {
		chunk, status := abi.Bytes(b.buffer(), start, min(chunkBytes, end-start))
		if status != abi.OK || len(chunk) == 0 {
			return false
		}
		b.scanner.Write(chunk)
		start += len(chunk)
		b.scanned += len(chunk)
	}
	return true
}
