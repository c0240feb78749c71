// Package abi binds the proxy-wasm 0.2.1 host calls for the standard Go compiler and dispatches the
// host's callbacks to the context interfaces of github.com/tetratelabs/proxy-wasm-go-sdk, whose own
// binding targets TinyGo only. Outside wasip1 the same functions forward to that SDK, so that one test
// drives the contexts natively and in the compiled module. It knows nothing of scanning.
package abi

// Status is the result of a host call; the zero value is success.
type Status uint32

// Statuses that Envoy returns.
const (
	OK              Status = 0
	NotFound        Status = 1
	BadArgument     Status = 2
	InternalFailure Status = 10
	Unimplemented   Status = 12
)

// HeaderMap names one of the maps of headers.
type HeaderMap int32

// Header maps of the current stream, and of the call-out that is being answered.
const (
	RequestHeaders   HeaderMap = 0
	ResponseHeaders  HeaderMap = 2
	ResponseTrailers HeaderMap = 3
	CallHeaders      HeaderMap = 6
)

// Buffer names one of the host's byte buffers.
type Buffer int32

// Buffers of the current stream, of the call-out that is being answered and of the configuration.
const (
	RequestBody  Buffer = 0
	ResponseBody Buffer = 1
	CallBody     Buffer = 4
	PluginConfig Buffer = 7
)

// Level is a log level of the host.
type Level int32

// The levels that the filter uses.
const (
	Info Level = 2
	Warn Level = 3
)

// Stream names a direction that can be resumed.
type Stream int32

// Streams for Continue.
const (
	RequestStream  Stream = 0
	ResponseStream Stream = 1
)

// Actions besides types.ActionContinue and types.ActionPause. Callbacks of headers and of bodies number them
// differently.
const (
	// StopAllAndWatermark stops every further callback of the stream's direction until Continue; Envoy
	// buffers up to its watermark and then stops reading.
	StopAllAndWatermark = 4
	// StopAndWatermark is a body callback's: what it got is held until Continue, and Envoy stops reading at its
	// watermark. The next callback gets the next chunk alone.
	StopAndWatermark = 2
)

// Header is a name, lower case, and a value.
type Header = [2]string

// Call is an HTTP request to a cluster.
type Call struct {
	Cluster string
	Headers []Header
	// TimeoutMillis bounds the whole call; afterwards it is answered by a synthetic 504.
	TimeoutMillis uint32
	// Done runs on the root context when the answer is there, also when it is a synthetic one.
	Done func(bodySize int)
}
