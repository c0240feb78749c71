// Package digest has SHA-256 and HMAC-SHA256 without crypto/sha256, which adds 0.55 MB to a WebAssembly module whose bare
// runtime has 1.8 (RATIONALE.md). It knows nothing of what is hashed, and is not made to withstand timing attacks.
package digest

import "math/bits"

// Size is the length of a sum in bytes.
const Size = 32

const blockBytes = 64

// Sum256 is the SHA-256 of data (FIPS 180-4).
func Sum256(data []byte) [Size]byte { return finish(sha256Start, 0, data) }

// Hex256 is the SHA-256 of data in lower-case hexadecimal.
func Hex256(data []byte) string {
	const digits = "0123456789abcdef"
	var text [2 * Size]byte
	for i, b := range Sum256(data) {
		text[2*i], text[2*i+1] = digits[b>>4], digits[b&15]
	}
	return string(text[:])
}

// MAC computes HMAC-SHA256 (RFC 2104) under one key. It is immutable.
type MAC struct{ inner, outer [8]uint32 }

// NewMAC prepares a key of any length.
func NewMAC(key []byte) MAC {
	var pad [blockBytes]byte
	if len(key) > blockBytes {
		sum := Sum256(key)
		key = sum[:]
	}
	copy(pad[:], key)
	m := MAC{sha256Start, sha256Start}
	for i := range pad {
		pad[i] ^= 0x36
	}
	sha256Block(&m.inner, &pad)
	for i := range pad {
		pad[i] ^= 0x36 ^ 0x5c
	}
	sha256Block(&m.outer, &pad)
	return m
}

// Sum is the MAC of data.
func (m *MAC) Sum(data []byte) [Size]byte {
	sum := finish(m.inner, blockBytes, data)
	return finish(m.outer, blockBytes, sum[:])
}

// finish adds data, behind before bytes that state has seen, and the padding.
func finish(state [8]uint32, before int, data []byte) (sum [Size]byte) {
	full := len(data) &^ (blockBytes - 1)
	for i := 0; i < full; i += blockBytes {
		sha256Block(&state, (*[blockBytes]byte)(data[i:]))
	}
	var tail [2 * blockBytes]byte
	rest := copy(tail[:], data[full:])
	tail[rest] = 0x80
	end := blockBytes
	if rest >= blockBytes-8 {
		end = 2 * blockBytes
	}
	for i, length := 1, uint64(before+len(data))*8; i <= 8; i, length = i+1, length>>8 {
		tail[end-i] = byte(length)
	}
	for i := 0; i < end; i += blockBytes {
		sha256Block(&state, (*[blockBytes]byte)(tail[i:]))
	}
	for i := range sum {
		sum[i] = byte(state[i/4] >> (24 - 8*(i%4)))
	}
	return sum
}

func sha256Block(state *[8]uint32, block *[blockBytes]byte) {
	var w [64]uint32
	for i := range 16 {
		w[i] = uint32(block[4*i])<<24 | uint32(block[4*i+1])<<16 | uint32(block[4*i+2])<<8 | uint32(block[4*i+3])
	}
	for i := 16; i < 64; i++ {
		s0 := bits.RotateLeft32(w[i-15], -7) ^ bits.RotateLeft32(w[i-15], -18) ^ w[i-15]>>3
		s1 := bits.RotateLeft32(w[i-2], -17) ^ bits.RotateLeft32(w[i-2], -19) ^ w[i-2]>>10
		w[i] = w[i-16] + s0 + w[i-7] + s1
	}
	a, b, c, d, e, f, g, h := state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
	for i := range 64 {
		s1 := bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)
		t1 := h + s1 + (e&f ^ ^e&g) + sha256Round[i] + w[i]
		s0 := bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)
		t2 := s0 + (a&b ^ a&c ^ b&c)
		a, b, c, d, e, f, g, h = t1+t2, a, b, c, d+t1, e, f, g
	}
	for i, v := range [8]uint32{a, b, c, d, e, f, g, h} {
		state[i] += v
	}
}

// The fractional parts of the square and cube roots of the first primes.
var (
	sha256Start = [8]uint32{
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	}
	sha256Round = [64]uint32{
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
		0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
		0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
		0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
		0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	}
)
