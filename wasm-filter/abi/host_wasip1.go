package abi

import "unsafe"

//go:wasmimport env proxy_log
func proxyLog(level int32, data unsafe.Pointer, size int32) int32

//go:wasmimport env proxy_get_property
func proxyGetProperty(path unsafe.Pointer, pathSize int32, data, size *uint32) int32

//go:wasmimport env proxy_get_header_map_pairs
func proxyGetHeaderMapPairs(headers int32, data, size *uint32) int32

//go:wasmimport env proxy_replace_header_map_value
func proxyReplaceHeaderMapValue(headers int32, key unsafe.Pointer, keySize int32, value unsafe.Pointer, valueSize int32) int32

//go:wasmimport env proxy_remove_header_map_value
func proxyRemoveHeaderMapValue(headers int32, key unsafe.Pointer, keySize int32) int32

//go:wasmimport env proxy_get_buffer_bytes
func proxyGetBufferBytes(buffer, start, length int32, data, size *uint32) int32

//go:wasmimport env proxy_set_buffer_bytes
func proxySetBufferBytes(buffer, start, length int32, data unsafe.Pointer, size int32) int32

//go:wasmimport env proxy_continue_stream
func proxyContinueStream(stream int32) int32

//go:wasmimport env proxy_send_local_response
func proxySendLocalResponse(status int32, details unsafe.Pointer, detailsSize int32, body unsafe.Pointer, bodySize int32, headers unsafe.Pointer, headersSize int32, grpcStatus int32) int32

//go:wasmimport env proxy_http_call
func proxyHTTPCall(cluster unsafe.Pointer, clusterSize int32, headers unsafe.Pointer, headersSize int32, body unsafe.Pointer, bodySize int32, trailers unsafe.Pointer, trailersSize int32, timeout int32, token *uint32) int32

//go:wasmimport env proxy_set_effective_context
func proxySetEffectiveContext(context int32) int32

//go:wasmimport env proxy_define_metric
func proxyDefineMetric(kind int32, name unsafe.Pointer, nameSize int32, id *uint32) int32

//go:wasmimport env proxy_increment_metric
func proxyIncrementMetric(id int32, offset int64) int32

//go:wasmimport wasi_snapshot_preview1 clock_time_get
func clockTimeGet(clock int32, precision int64, now *uint64) int32

// out receives the out-parameters of host calls: package variables, because parameters of an import
// escape and would cost an allocation a call. A VM has one thread and a host call never nests another.
var out struct{ data, size uint32 }

func stringData(s string) (unsafe.Pointer, int32) {
	return unsafe.Pointer(unsafe.StringData(s)), int32(len(s))
}

func sliceData(b []byte) (unsafe.Pointer, int32) {
	return unsafe.Pointer(unsafe.SliceData(b)), int32(len(b))
}

// Log writes a line to the host's log.
func Log(level Level, message string) {
	data, size := stringData(message)
	proxyLog(int32(level), data, size)
}

// Property reads the property at path, whose segments are separated by NUL. The result is valid until
// the next host call.
func Property(path string) ([]byte, Status) {
	data, size := stringData(path)
	return received(proxyGetProperty(data, size, &out.data, &out.size))
}

// Headers appends every header of a map to dst, duplicates included.
func Headers(headers HeaderMap, dst []Header) ([]Header, Status) {
	raw, status := received(proxyGetHeaderMapPairs(int32(headers), &out.data, &out.size))
	if status != OK || len(raw) == 0 {
		return dst, status
	}
	return appendPairs(dst, string(raw))
}

// SetHeader replaces every header of that name by one.
func SetHeader(headers HeaderMap, name, value string) Status {
	n, nSize := stringData(name)
	v, vSize := stringData(value)
	return Status(proxyReplaceHeaderMapValue(int32(headers), n, nSize, v, vSize))
}

// RemoveHeader removes every header of that name; there need be none.
func RemoveHeader(headers HeaderMap, name string) Status {
	n, size := stringData(name)
	return Status(proxyRemoveHeaderMapValue(int32(headers), n, size))
}

// Bytes reads at most length bytes of a buffer from start on. The result is valid until the next host
// call.
func Bytes(buffer Buffer, start, length int) ([]byte, Status) {
	return received(proxyGetBufferBytes(int32(buffer), int32(start), int32(length), &out.data, &out.size))
}

// ReplaceBytes replaces the whole of a body buffer that holds size bytes.
func ReplaceBytes(buffer Buffer, size int, body []byte) Status {
	data, n := sliceData(body)
	return Status(proxySetBufferBytes(int32(buffer), 0, int32(size), data, n))
}

// Continue resumes the current stream's direction.
func Continue(stream Stream) Status {
	return Status(proxyContinueStream(int32(stream)))
}

// Reply answers the current stream itself. Envoy turns it into a gRPC status for gRPC clients.
func Reply(status int, details string, headers []Header, body []byte) Status {
	const noGRPCStatus = -1
	return reply(status, details, headers, body, noGRPCStatus)
}

// ReplyGRPC answers a gRPC client, with trailers alone; once the response has begun Envoy resets the stream. status is that of access logs.
func ReplyGRPC(status, grpcStatus int, details, message string) Status {
	return reply(status, details, nil, []byte(message), grpcStatus)
}

func reply(status int, details string, headers []Header, body []byte, grpcStatus int) Status {
	d, dSize := stringData(details)
	b, bSize := sliceData(body)
	h, hSize := sliceData(serializePairs(headers))
	return Status(proxySendLocalResponse(int32(status), d, dSize, b, bSize, h, hSize, int32(grpcStatus)))
}

// Dispatch starts an HTTP call on a root context. Its Done runs only when Dispatch returned OK.
func Dispatch(root uint32, call Call) Status {
	c, cSize := stringData(call.Cluster)
	h, hSize := sliceData(serializePairs(call.Headers))
	t, tSize := sliceData(serializePairs(nil))
	status := Status(proxyHTTPCall(c, cSize, h, hSize, nil, 0, t, tSize, int32(call.TimeoutMillis), &out.data))
	if status == OK {
		calls[callKey{root, out.data}] = call.Done
	}
	return status
}

// Effective makes the following host calls act on another context.
func Effective(context uint32) Status {
	return Status(proxySetEffectiveContext(int32(context)))
}

var clock uint64

// Now is a monotonic time in nanoseconds. The standard library's costs 0.26 MB of module.
func Now() int64 {
	const monotonic = 1
	clockTimeGet(monotonic, 0, &clock)
	return int64(clock)
}

// Counter is a defined metric.
type Counter uint32

// DefineCounter defines a counter; every VM that names it adds to the same one.
func DefineCounter(name string) Counter {
	n, size := stringData(name)
	proxyDefineMetric(0, n, size, &out.data)
	return Counter(out.data)
}

// Add adds n.
func (c Counter) Add(n int) { proxyIncrementMetric(int32(c), int64(n)) }
