package abi

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

type callKey struct{ root, token uint32 }

type stream struct {
	context types.HttpContext
	done    bool
	// failed says that a callback panicked: the stream has been refused, and what Envoy still tells of it is
	// about our own reply.
	failed bool
}

// The VM's state. A proxy-wasm VM is one thread and has one instance of the module.
var (
	vm      types.VMContext
	roots   = map[uint32]types.PluginContext{}
	streams = map[uint32]*stream{}
	calls   = map[callKey]func(bodySize int){}
	// panicked is told of every callback that was abandoned.
	panicked func()
)

// Serve makes context answer the host's callbacks, and onPanic hear of those that panicked. It is called
// once, from an init function: a module built with -buildmode=c-shared never runs main.
func Serve(context types.VMContext, onPanic func()) { vm, panicked = context, onPanic }

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

//go:wasmexport proxy_on_vm_start
func onVMStart(_, configurationSize int32) int32 {
	return survive("vm start", 0, func() int32 { return boolean(bool(vm.OnVMStart(int(configurationSize)))) })
}

//go:wasmexport proxy_on_configure
func onConfigure(root, configurationSize int32) int32 {
	return survive("configure", 0, func() int32 {
		context, known := roots[uint32(root)]
		return boolean(known && bool(context.OnPluginStart(int(configurationSize))))
	})
}

//go:wasmexport proxy_on_context_create
func onContextCreate(id, root int32) {
	survive("context create", 0, func() int32 {
		if root == 0 {
			roots[uint32(id)] = vm.NewPluginContext(uint32(id))
		} else if parent, known := roots[uint32(root)]; known {
			streams[uint32(id)] = &stream{context: parent.NewHttpContext(uint32(id))}
		}
		return 0
	})
}

//go:wasmexport proxy_on_done
func onDone(id int32) int32 {
	return survive("done", 1, func() int32 {
		if root, known := roots[uint32(id)]; known {
			return boolean(root.OnPluginDone())
		}
		return 1
	})
}

//go:wasmexport proxy_on_log
func onLog(id int32) { end(uint32(id), "log") }

//go:wasmexport proxy_on_delete
func onDelete(id int32) {
	end(uint32(id), "delete")
	forget(uint32(id))
}

func end(id uint32, callback string) {
	survive(callback, 0, func() int32 { finish(id); return 0 })
}

func forget(id uint32) {
	delete(streams, id)
	if _, root := roots[id]; !root {
		return
	}
	delete(roots, id)
	// Envoy cancels the calls of a root context without an answer.
	for key := range calls {
		if key.root == id {
			delete(calls, key)
		}
	}
}

// finish tells a stream once that it is over: Envoy may log a stream more than once, or not at all.
func finish(id uint32) {
	// What a failed stream's context holds may be in any state, so it is dropped instead of reused.
	if s, known := streams[id]; known && !s.done && !s.failed {
		s.done = true
		s.context.OnHttpStreamDone()
	}
}

//go:wasmexport proxy_on_http_call_response
func onHTTPCallResponse(root, token, _, bodySize, _ int32) {
	survive("http call response", 0, func() int32 {
		key := callKey{uint32(root), uint32(token)}
		if done, known := calls[key]; known {
			delete(calls, key)
			done(int(bodySize))
		}
		return 0
	})
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(id, count, end int32) int32 {
	return inStream(id, types.ActionPause, func(c types.HttpContext) types.Action {
		return c.OnHttpRequestHeaders(int(count), end != 0)
	})
}

//go:wasmexport proxy_on_request_body
func onRequestBody(id, size, end int32) int32 {
	return inStream(id, types.ActionPause, func(c types.HttpContext) types.Action {
		return c.OnHttpRequestBody(int(size), end != 0)
	})
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(id, count int32) int32 {
	return inStream(id, types.ActionPause, func(c types.HttpContext) types.Action {
		return c.OnHttpRequestTrailers(int(count))
	})
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(id, count, end int32) int32 {
	return inStream(id, types.ActionContinue, func(c types.HttpContext) types.Action {
		return c.OnHttpResponseHeaders(int(count), end != 0)
	})
}

//go:wasmexport proxy_on_response_body
func onResponseBody(id, size, end int32) int32 {
	return inStream(id, types.ActionContinue, func(c types.HttpContext) types.Action {
		return c.OnHttpResponseBody(int(size), end != 0)
	})
}

//go:wasmexport proxy_on_response_trailers
func onResponseTrailers(id, count int32) int32 {
	return inStream(id, types.ActionContinue, func(c types.HttpContext) types.Action {
		return c.OnHttpResponseTrailers(int(count))
	})
}

// inStream runs a callback of a stream. One that panics, or that the VM does not know, is refused; its
// later callbacks get the answer for failed streams, which lets our own reply through.
func inStream(id int32, afterFailure types.Action, callback func(types.HttpContext) types.Action) (action int32) {
	s, known := streams[uint32(id)]
	if !known {
		s = &stream{failed: true}
		streams[uint32(id)] = s
		refuse()
		return int32(types.ActionPause)
	}
	if s.failed {
		return int32(afterFailure)
	}
	if attempt(func() { action = int32(callback(s.context)) }) {
		s.refuse(uint32(id))
		return int32(types.ActionPause)
	}
	return action
}

// Resume runs do as stream id, from a callback of another context. A stream that is over is left alone,
// and a panic refuses that stream only.
func Resume(id uint32, do func()) {
	s, known := streams[id]
	if !known || s.done || s.failed {
		return
	}
	Effective(id)
	if attempt(do) {
		s.refuse(id)
	}
}

// refuse answers a stream whose callback panicked, perhaps while it acted on another context.
func (s *stream) refuse(id uint32) {
	s.failed = true
	Effective(id)
	abandoned("stream callback")
	refuse()
}

func refuse() {
	Reply(500, "meshwarden_panic", []Header{{"content-type", "application/json"}},
		[]byte(`{"error":{"code":"INTERNAL_ERROR","message":"internal error","request_id":""}}`))
}

func boolean(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// survive keeps a panic from killing the VM, which would end every stream of the worker (RATIONALE.md). The answer of a
// callback that panicked is onPanic.
func survive(callback string, onPanic int32, do func() int32) (answer int32) {
	if attempt(func() { answer = do() }) {
		abandoned(callback)
		return onPanic
	}
	return answer
}

// abandoned logs no more than where: the text of a panic may quote a body.
func abandoned(callback string) {
	Log(Warn, "meshwarden: panic in "+callback)
	panicked()
}
