package envoytest_test

// wasmModule assembles the smallest module that Envoy runs as a filter: it exports what the proxy-wasm ABI
// demands and does nothing. With accept false it refuses its configuration. The real scanner takes Envoy a second
// to compile; this one nothing.
func wasmModule(accept bool) []byte {
	const i32, function, memory = 0x7f, 0x00, 0x02
	vector := func(items ...[]byte) []byte {
		out := []byte{byte(len(items))}
		for _, item := range items {
			out = append(out, item...)
		}
		return out
	}
	leb := func(n int) []byte { // Two bytes are enough here.
		return []byte{byte(n&0x7f) | 0x80, byte(n >> 7)}
	}
	section := func(id byte, body []byte) []byte { return append(append([]byte{id}, leb(len(body))...), body...) }
	export := func(name string, kind, index byte) []byte {
		return append(append([]byte{byte(len(name))}, name...), kind, index)
	}
	code := func(instructions ...byte) []byte {
		return append([]byte{byte(len(instructions) + 2), 0}, append(instructions, 0x0b)...)
	}
	constant := func(low byte, high ...byte) []byte { return code(append([]byte{0x41, low}, high...)...) }
	configured := constant(0)
	if accept {
		configured = constant(1)
	}

	out := []byte("\x00asm\x01\x00\x00\x00")
	out = append(out, section(1, vector( // types
		[]byte{0x60, 0, 0},
		[]byte{0x60, 1, i32, 1, i32},
		[]byte{0x60, 2, i32, i32, 0},
		[]byte{0x60, 2, i32, i32, 1, i32},
	))...)
	out = append(out, section(3, vector([]byte{0}, []byte{1}, []byte{2}, []byte{3}, []byte{3}))...) // functions
	out = append(out, section(5, vector([]byte{0, 1}))...)                                          // one page of memory
	out = append(out, section(7, vector(
		export("memory", memory, 0),
		export("proxy_abi_version_0_2_1", function, 0),
		export("_initialize", function, 0),
		export("proxy_on_memory_allocate", function, 1),
		export("proxy_on_context_create", function, 2),
		export("proxy_on_vm_start", function, 3),
		export("proxy_on_configure", function, 4),
	))...)
	return append(out, section(10, vector(
		code(),
		constant(0x80, 0x08), // 1024, signed LEB128
		code(),
		constant(1),
		configured,
	))...)
}
