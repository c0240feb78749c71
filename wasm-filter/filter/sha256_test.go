package filter_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/meshwarden/meshwarden/wasm-filter/filter"
)

func TestDigestIsTheStandardLibrarysForEveryLengthAroundABlock(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("scan policy\x00\xff"), 60)
	for n := range data {
		sum := sha256.Sum256(data[:n])
		if got, want := filter.SHA256Hex(data[:n]), hex.EncodeToString(sum[:]); got != want {
			t.Fatalf("%d bytes: %s, want %s", n, got, want)
		}
	}
}
