package swar

import "unsafe"

// Load reads the first eight bytes of b, the first byte lowest. WebAssembly is little-endian and allows any alignment, but
// there the compiler does not join eight loads into one (Go 1.26), and what they cost keeps their callers from being
// inlined: a call costs more than all of them.
func Load(b []byte) uint64 {
	_ = b[7]
	return *(*uint64)(unsafe.Pointer(unsafe.SliceData(b)))
}

// Load4 reads the first four bytes of b as Load reads eight.
func Load4(b []byte) uint32 {
	_ = b[3]
	return *(*uint32)(unsafe.Pointer(unsafe.SliceData(b)))
}

// Load2 reads the first two bytes of b as Load reads eight.
func Load2(b []byte) uint16 {
	_ = b[1]
	return *(*uint16)(unsafe.Pointer(unsafe.SliceData(b)))
}

// Bytes are bytes that are looked at many times.
type Bytes struct{ first *byte }

// At is b, which must not be empty. Its length is the caller's to know: what is read is not checked again.
func At(b []byte) Bytes { return Bytes{unsafe.SliceData(b)} }

// Two reads the two bytes from i on, the first one lowest.
func (b Bytes) Two(i int) uint16 { return *(*uint16)(unsafe.Add(unsafe.Pointer(b.first), i)) }

// Four reads four.
func (b Bytes) Four(i int) uint32 { return *(*uint32)(unsafe.Add(unsafe.Pointer(b.first), i)) }
