//go:build !wasip1

package abi

import (
	"errors"
	"strings"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

func status(err error) Status {
	switch {
	case err == nil:
		return OK
	case errors.Is(err, types.ErrorStatusNotFound):
		return NotFound
	case errors.Is(err, types.ErrorStatusBadArgument):
		return BadArgument
	case errors.Is(err, types.ErrorUnimplemented):
		return Unimplemented
	default:
		return InternalFailure
	}
}

// Log writes a line to the host's log.
func Log(level Level, message string) {
	if level == Warn {
		proxywasm.LogWarn(message)
		return
	}
	proxywasm.LogInfo(message)
}

// Property reads the property at path, whose segments are separated by NUL.
func Property(path string) ([]byte, Status) {
	value, err := proxywasm.GetProperty(strings.Split(path, "\x00"))
	return value, status(err)
}

// Headers appends every header of a map to dst, duplicates included.
func Headers(headers HeaderMap, dst []Header) ([]Header, Status) {
	read := map[HeaderMap]func() ([][2]string, error){
		RequestHeaders:  proxywasm.GetHttpRequestHeaders,
		ResponseHeaders: proxywasm.GetHttpResponseHeaders,
		CallHeaders:     proxywasm.GetHttpCallResponseHeaders,
	}[headers]
	pairs, err := read()
	return append(dst, pairs...), status(err)
}

// SetHeader replaces every header of that name by one.
func SetHeader(headers HeaderMap, name, value string) Status {
	switch headers {
	case RequestHeaders:
		return status(proxywasm.ReplaceHttpRequestHeader(name, value))
	case ResponseTrailers:
		return status(proxywasm.ReplaceHttpResponseTrailer(name, value))
	}
	return status(proxywasm.ReplaceHttpResponseHeader(name, value))
}

// RemoveHeader removes every header of that name; there need be none.
func RemoveHeader(headers HeaderMap, name string) Status {
	switch headers {
	case RequestHeaders:
		return status(proxywasm.RemoveHttpRequestHeader(name))
	case ResponseTrailers:
		return status(proxywasm.RemoveHttpResponseTrailer(name))
	}
	return status(proxywasm.RemoveHttpResponseHeader(name))
}

// Bytes reads at most length bytes of a buffer from start on.
func Bytes(buffer Buffer, start, length int) (bytes []byte, _ Status) {
	var err error
	switch buffer {
	case RequestBody:
		bytes, err = proxywasm.GetHttpRequestBody(start, length)
	case ResponseBody:
		bytes, err = proxywasm.GetHttpResponseBody(start, length)
	case CallBody:
		bytes, err = proxywasm.GetHttpCallResponseBody(start, length)
	default:
		bytes, err = proxywasm.GetPluginConfiguration()
	}
	return bytes, status(err)
}

// ReplaceBytes replaces the whole of a body buffer that holds size bytes.
func ReplaceBytes(buffer Buffer, _ int, body []byte) Status {
	if buffer == RequestBody {
		return status(proxywasm.ReplaceHttpRequestBody(body))
	}
	return status(proxywasm.ReplaceHttpResponseBody(body))
}

// Continue resumes the current stream's direction.
func Continue(stream Stream) Status {
	if stream == RequestStream {
		return status(proxywasm.ResumeHttpRequest())
	}
	return status(proxywasm.ResumeHttpResponse())
}

// Reply answers the current stream itself; the SDK has no response code details.
func Reply(code int, _ string, headers []Header, body []byte) Status {
	const noGRPCStatus = -1
	return status(proxywasm.SendHttpResponse(uint32(code), headers, body, noGRPCStatus))
}

// ReplyGRPC answers a gRPC client.
func ReplyGRPC(code, grpcStatus int, _, message string) Status {
	return status(proxywasm.SendHttpResponse(uint32(code), nil, []byte(message), int32(grpcStatus)))
}

// Dispatch starts an HTTP call on a root context. Its Done runs only when Dispatch returned OK.
func Dispatch(root uint32, call Call) Status {
	// The SDK ties a call to the active context and drops its answer when that one is gone.
	if s := Effective(root); s != OK {
		return s
	}
	_, err := proxywasm.DispatchHttpCall(call.Cluster, call.Headers, nil, nil, call.TimeoutMillis,
		func(_, bodySize, _ int) { call.Done(bodySize) })
	return status(err)
}

// Effective makes the following host calls act on another context.
func Effective(context uint32) Status { return status(proxywasm.SetEffectiveContext(context)) }

var start = time.Now()

// Now is a monotonic time in nanoseconds.
func Now() int64 { return int64(time.Since(start)) }

// Resume runs do as stream id, from a callback of another context.
func Resume(id uint32, do func()) {
	Effective(id)
	do()
}

// Counter is a defined metric.
type Counter = nativeCounter

type nativeCounter struct{ metric proxywasm.MetricCounter }

// DefineCounter defines a counter; every VM that names it adds to the same one.
func DefineCounter(name string) Counter { return Counter{proxywasm.DefineCounterMetric(name)} }

// Add adds n.
func (c nativeCounter) Add(n int) { c.metric.Increment(uint64(n)) }
