package abi

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

type callKey struct{ root, token uint32 }

type stream struct {
	context types.HttpContext
	done    bool
}

// The VM's state. A proxy-wasm VM is one thread and has one instance of the module.
var (
	vm      types.VMContext
	roots   = map[uint32]types.PluginContext{}
	streams = map[uint32]*stream{}
	calls   = map[callKey]func(bodySize int){}
)

// Serve makes context answer the host's callbacks. It is called once, from an init function: a module
// built with -buildmode=c-shared never runs main.
func Serve(context types.VMContext) { vm = context }

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

//go:wasmexport proxy_on_vm_start
func onVMStart(_, configurationSize int32) (ok int32) {
	defer survive("vm start", &ok, 0)
	return boolean(bool(vm.OnVMStart(int(configurationSize))))
}

//go:wasmexport proxy_on_configure
func onConfigure(root, configurationSize int32) (ok int32) {
	defer survive("configure", &ok, 0)
	context, known := roots[uint32(root)]
	return boolean(known && bool(context.OnPluginStart(int(configurationSize))))
}

//go:wasmexport proxy_on_context_create
func onContextCreate(id, root int32) {
	defer survive("context create", nil, 0)
	if root == 0 {
		roots[uint32(id)] = vm.NewPluginContext(uint32(id))
		return
	}
	if parent, known := roots[uint32(root)]; known {
		streams[uint32(id)] = &stream{context: parent.NewHttpContext(uint32(id))}
	}
}

//go:wasmexport proxy_on_done
func onDone(id int32) (finished int32) {
	defer survive("done", &finished, 1)
	if root, known := roots[uint32(id)]; known {
		return boolean(root.OnPluginDone())
	}
	return 1
}

//go:wasmexport proxy_on_log
func onLog(id int32) {
	defer survive("log", nil, 0)
	finish(uint32(id))
}

//go:wasmexport proxy_on_delete
func onDelete(id int32) {
	defer survive("delete", nil, 0)
	defer func() {
		delete(streams, uint32(id))
		delete(roots, uint32(id))
	}()
	finish(uint32(id))
}

// finish tells a stream once that it is over: Envoy may log a stream more than once, or not at all.
func finish(id uint32) {
	if s, known := streams[id]; known && !s.done {
		s.done = true
		s.context.OnHttpStreamDone()
	}
}

//go:wasmexport proxy_on_tick
func onTick(root int32) {
	defer survive("tick", nil, 0)
	if context, known := roots[uint32(root)]; known {
		context.OnTick()
	}
}

//go:wasmexport proxy_on_http_call_response
func onHTTPCallResponse(root, token, _, bodySize, _ int32) {
	defer survive("http call response", nil, 0)
	key := callKey{uint32(root), uint32(token)}
	if done, known := calls[key]; known {
		delete(calls, key)
		done(int(bodySize))
	}
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(id, count, end int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpRequestHeaders(int(count), end != 0))
}

//go:wasmexport proxy_on_request_body
func onRequestBody(id, size, end int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpRequestBody(int(size), end != 0))
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(id, count int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpRequestTrailers(int(count)))
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(id, count, end int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpResponseHeaders(int(count), end != 0))
}

//go:wasmexport proxy_on_response_body
func onResponseBody(id, size, end int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpResponseBody(int(size), end != 0))
}

//go:wasmexport proxy_on_response_trailers
func onResponseTrailers(id, count int32) (action int32) {
	defer failClosed(&action)
	return int32(streams[uint32(id)].context.OnHttpResponseTrailers(int(count)))
}

func boolean(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// survive keeps a panic from killing the VM, which would end every stream of the worker (RATIONALE.md).
// The text of a panic may quote a body, so it is not logged.
func survive(callback string, result *int32, value int32) {
	if recover() == nil {
		return
	}
	Log(Warn, "meshwarden: panic in "+callback)
	if result != nil {
		*result = value
	}
}

// failClosed refuses the stream whose callback panicked or that the VM does not know. Contexts recover
// on their own and answer better; this is the last line.
func failClosed(action *int32) {
	if recover() == nil {
		return
	}
	Log(Warn, "meshwarden: panic in stream callback")
	Reply(500, "meshwarden_panic", nil, nil)
	*action = int32(types.ActionPause)
}
