package digest

import "math/bits"

// keccakRate is how many bytes of Keccak's state of 200 take in data when its sum has 32.
const keccakRate = 136

// Keccak256 is the Keccak-256 of data as Ethereum and Monero use it: the padding of Keccak's submission to the SHA-3 contest,
// not that of FIPS 202.
func Keccak256(data []byte) (sum [Size]byte) {
	var state [25]uint64
	var block [keccakRate]byte
	for done := false; !done; {
		n := copy(block[:], data)
		data = data[n:]
		if n < keccakRate {
			clear(block[n:])
			block[n] ^= 0x01
			block[keccakRate-1] ^= 0x80
			done = true
		}
		for i := range keccakRate {
			state[i/8] ^= uint64(block[i]) << (i % 8 * 8)
		}
		keccakF(&state)
	}
	for i := range sum {
		sum[i] = byte(state[i/8] >> (i % 8 * 8))
	}
	return sum
}

// keccakLanes is the order in which step pi visits the lanes behind (1, 0): x, y = y, 2x+3y.
var keccakLanes = [24]uint8{10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1}

// keccakTurns are how far step rho turns each of them: the triangular numbers modulo 64.
var keccakTurns = [24]uint8{1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44}

// keccakF is the permutation Keccak-f[1600] (FIPS 202, section 3.3), its round constants made by the shift register of
// section 3.2.5.
func keccakF(a *[25]uint64) {
	register := uint8(1)
	for range 24 {
		var column [5]uint64
		for x := range 5 {
			column[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
		}
		before, here := column[4], column[0]
		for x := range 5 {
			next := column[0]
			if x < 4 {
				next = column[x+1]
			}
			d := before ^ bits.RotateLeft64(next, 1)
			before, here = here, next
			for y := 0; y < 25; y += 5 {
				a[x+y] ^= d
			}
		}
		lane := a[1]
		for t, at := range keccakLanes {
			lane, a[at] = a[at], bits.RotateLeft64(lane, int(keccakTurns[t]))
		}
		for y := 0; y < 25; y += 5 {
			r0, r1, r2, r3, r4 := a[y], a[y+1], a[y+2], a[y+3], a[y+4]
			a[y], a[y+1], a[y+2], a[y+3], a[y+4] = r0^^r1&r2, r1^^r2&r3, r2^^r3&r4, r3^^r4&r0, r4^^r0&r1
		}
		for j := range 7 {
			if register&1 != 0 {
				a[0] ^= 1 << (uint(1)<<j - 1)
			}
			carry := register >> 7
			register = register<<1 ^ 0x71&-carry
		}
	}
}
