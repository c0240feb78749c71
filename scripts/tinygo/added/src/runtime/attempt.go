package runtime

// What this project adds to TinyGo's runtime, beside runtime.patch: panics that end a callback and not the VM, and
// collections between callbacks, so that no function has to keep its pointers where a collector finds them. The
// latter makes scanning a third faster.

// attempts counts the calls of attempt that are active. The host calls exports one at a time, but may call the one that
// allocates memory for a result while Go waits for that result.
var attempts int

// attempted is what attempt runs next.
var attempted func()

// attempt runs do, and reports whether it panicked. Deferred functions of what panicked do not run.
func attempt(do func()) bool {
	attempts++
	attempted = do
	panicked := catch()
	attempts--
	return panicked
}

//export meshwarden_attempt
func catch() bool

//export meshwarden_attempted
func runAttempted() {
	do := attempted
	attempted = nil
	do()
}

// throw unwinds to the innermost attempt; without one it ends the VM.
//
//export meshwarden_throw
func throw()

// enough is how many bytes are allocated before the next collection.
const enough = 2 << 20

// collected is gcTotalAlloc after the last collection.
var collected uint64

// collectIdle collects when enough has been allocated. Each export begins with it, when no Go function is active: only
// globals hold pointers then.
func collectIdle() {
	if attempts == 0 && gcTotalAlloc-collected > enough {
		GC()
		collected = gcTotalAlloc
	}
}

// growHeapFor makes room for an object of size bytes, where memory allows, and a quarter more than there was: doubling would
// take what a VM needs once, and as much again, from the machine for good. What there is no room for changes nothing.
func growHeapFor(size uintptr) bool {
	pages := uintptr(wasm_memory_size(wasmMemoryIndex))
	more := max(pages/4, (size+size/16)/wasmPageSize+2)
	if wasm_memory_grow(wasmMemoryIndex, int32(more)) == -1 {
		return false
	}
	setHeapEnd(uintptr(wasm_memory_size(wasmMemoryIndex)) * wasmPageSize)
	return true
}
