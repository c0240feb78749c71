//go:build !wasm

package swar

// Load reads the first eight bytes of b, the first byte lowest. The compiler makes one load of it.
func Load(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// Load4 reads the first four bytes of b as Load reads eight.
func Load4(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// Load2 reads the first two bytes of b as Load reads eight.
func Load2(b []byte) uint16 {
	_ = b[1]
	return uint16(b[0]) | uint16(b[1])<<8
}

// Bytes are bytes that are looked at many times.
type Bytes struct{ of []byte }

// At is b, which must not be empty. Its length is the caller's to know: in WebAssembly what is read is not checked again.
func At(b []byte) Bytes { return Bytes{b} }

// Two reads the two bytes from i on, the first one lowest.
func (b Bytes) Two(i int) uint16 { return Load2(b.of[i:]) }

// Four reads four.
func (b Bytes) Four(i int) uint32 { return Load4(b.of[i:]) }
