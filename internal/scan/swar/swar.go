// Package swar reads and tests eight bytes at a time in one register, which is what WebAssembly without vector
// instructions offers. It knows nothing of what the bytes mean.
package swar

import "math/bits"

// Ones has 1 in every byte, Highs the highest bit of every byte.
const (
	Ones  = 0x0101010101010101
	Highs = 0x8080808080808080
)

// Spaces is eight spaces.
const Spaces = Ones * ' '

// Lowest has the highest bit of a byte set for the first byte of w that is c; above that it may have marks of
// other bytes, and none when no byte is c. It costs less than Is.
func Lowest(w uint64, c byte) uint64 {
	w ^= Ones * uint64(c)
	return (w - Ones) &^ w & Highs
}

// Is has the highest bit of a byte set for each byte of w that is c.
func Is(w uint64, c byte) uint64 {
	w ^= Ones * uint64(c)
	return ^(w&^Highs + ^uint64(Highs) | w) & Highs
}

// Digits has the highest bit of a byte set for each byte of w that is a decimal digit.
func Digits(w uint64) uint64 {
	w ^= Ones * '0' // digits become 0 to 9, and nothing else does
	return ^((w&^Highs + Ones*(0x80-10)) | w) & Highs
}

// Letters has the highest bit of a byte set for each byte of w that is an ASCII letter.
func Letters(w uint64) uint64 {
	low := w&^Highs | Ones*0x20
	return (low + Ones*(0x80-'a')) &^ (low + Ones*(0x80-'z'-1)) &^ w & Highs
}

// Count is the number of bytes marked by Is or Digits.
func Count(marks uint64) int { return bits.OnesCount64(marks) }

// First is the offset of the first marked byte, 8 when there is none.
func First(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// Last is the offset of the last marked byte, -1 when there is none.
func Last(marks uint64) int { return 7 - bits.LeadingZeros64(marks)>>3 }

// Padded loads the first n bytes of b, n at most 8, and fills the rest from fill. It may read, and ignore, what
// lies behind n.
func Padded(b []byte, n int, fill uint64) uint64 {
	if cap(b) < 8 {
		return assemble(b, n, fill)
	}
	keep := uint64(1)<<(8*n) - 1
	return Load(b[:8])&keep | fill&^keep
}

// assemble is Padded where eight bytes cannot be read.
func assemble(b []byte, n int, fill uint64) uint64 {
	for i := n - 1; i >= 0; i-- {
		fill = fill<<8 | uint64(b[i])
	}
	return fill
}
