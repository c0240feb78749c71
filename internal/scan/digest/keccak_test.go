package digest_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/digest"
)

func TestKeccak256(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"":    "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
		"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
		// One block exactly, so that the padding has its own.
		strings.Repeat("a", 136): "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e",
	} {
		sum := digest.Keccak256([]byte(data))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
	}
}
