package swar_test

import (
	"math/rand/v2"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// bytewise is what a mark for each byte should be.
func bytewise(b []byte, marked func(byte) bool) (marks uint64) {
	for i, c := range b {
		if marked(c) {
			marks |= 0x80 << (8 * i)
		}
	}
	return marks
}

func TestEightBytesAreTestedAsOne(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 8)
	for range 200_000 {
		for i := range b {
			b[i] = byte(random.Uint32())
			if random.IntN(3) == 0 {
				b[i] = "\"#0/9:@AZ[`az{\x00\x01\x80\xA2\xB0\xFF"[random.IntN(20)]
			}
		}
		w := swar.Load(b)
		is := bytewise(b, func(c byte) bool { return c == '"' })
		if got := swar.Is(w, '"'); got != is {
			t.Fatalf("Is in %q: %x, want %x", b, got, is)
		}
		if got := swar.Lowest(w, '"'); swar.First(got) != swar.First(is) || (got == 0) != (is == 0) {
			t.Fatalf("Lowest in %q: %x, want the lowest of %x", b, got, is)
		}
		letters := bytewise(b, func(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' })
		if got := swar.Letters(w); got != letters {
			t.Fatalf("Letters in %q: %x, want %x", b, got, letters)
		}
		digits := bytewise(b, func(c byte) bool { return c >= '0' && c <= '9' })
		if got := swar.Digits(w); got != digits {
			t.Fatalf("Digits in %q: %x, want %x", b, got, digits)
		}
	}
}

func TestMarksAreCountedFromBothEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		marks              uint64
		count, first, last int
	}{{0, 0, 8, -1}, {0x80, 1, 0, 0}, {0x80 << 56, 1, 7, 7}, {0x80<<8 | 0x80<<32, 2, 1, 4}} {
		if swar.Count(tt.marks) != tt.count || swar.First(tt.marks) != tt.first || swar.Last(tt.marks) != tt.last {
			t.Errorf("%x: %d marks from %d to %d", tt.marks, swar.Count(tt.marks), swar.First(tt.marks), swar.Last(tt.marks))
		}
	}
}

func TestShortTextsArePadded(t *testing.T) {
	t.Parallel()
	whole := []byte("abcdefghijkl")
	for n := range 9 {
		want := []byte("abcdefgh"[:n] + "        "[n:])
		for name, b := range map[string][]byte{"in a longer text": whole[:n], "alone": whole[:n:n]} {
			if got := swar.Padded(b, n, swar.Spaces); got != swar.Load(want) {
				t.Errorf("%d bytes %s: %x", n, name, got)
			}
		}
	}
}
