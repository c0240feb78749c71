package abi

import "unsafe"

// keptArena bounds the arena that is reused; what is larger is allocated for one host call.
const keptArena = 256 << 10

var (
	arena = make([]byte, 64<<10)
	// given is what the host was handed last.
	given []byte
)

// allocate hands the host the memory for a result. It is one arena for all host calls, so that a body
// chunk costs no allocation; results are therefore valid until the next call only.
//
//go:wasmexport proxy_on_memory_allocate
func allocate(size int32) unsafe.Pointer {
	if size <= 0 {
		return nil
	}
	switch n := int(size); {
	case n <= len(arena):
		given = arena[:n]
	case n <= keptArena:
		arena = make([]byte, keptArena)
		given = arena[:n]
	default:
		given = make([]byte, n)
	}
	return unsafe.Pointer(unsafe.SliceData(given))
}

// received is the memory that the host has just filled.
func received(status int32) ([]byte, Status) {
	size := int(out.size)
	out.data, out.size = 0, 0
	if Status(status) != OK {
		return nil, Status(status)
	}
	if size > len(given) {
		return nil, InternalFailure
	}
	return given[:size], OK
}
