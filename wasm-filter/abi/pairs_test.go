package abi

import (
	"slices"
	"testing"
)

func TestHeaderMapsSurviveTheirSerialization(t *testing.T) {
	t.Parallel()
	for _, want := range [][]Header{
		{},
		{{"a", "b"}},
		{{":path", "/x?y=z"}, {"cookie", "a=b"}, {"cookie", ""}, {"", "nameless"}, {"x", "with \x00 inside"}},
	} {
		got, status := appendPairs(nil, string(serializePairs(want)))
		if status != OK || !slices.Equal(got, want) {
			t.Errorf("%q became %q, status %d", want, got, status)
		}
	}
}

func TestADamagedHeaderMapIsRefused(t *testing.T) {
	t.Parallel()
	whole := string(serializePairs([]Header{{"name", "value"}, {"other", "thing"}}))
	for n := range len(whole) {
		if _, status := appendPairs(nil, whole[:n]); status == OK {
			t.Errorf("the first %d of %d bytes were accepted", n, len(whole))
		}
	}
}

func FuzzAppendPairs(f *testing.F) {
	f.Add("")
	f.Add(string(serializePairs([]Header{{"name", "value"}})))
	f.Add("\x01\x00\x00\x000000")
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, raw string) {
		total := 0
		pairs, _ := appendPairs(nil, raw)
		for _, p := range pairs {
			total += len(p[0]) + len(p[1]) + 10
		}
		if total+4 > len(raw) && len(pairs) > 0 {
			t.Errorf("%d bytes of pairs came out of %d", total, len(raw))
		}
	})
}
