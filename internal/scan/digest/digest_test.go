package digest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/digest"
)

func TestSumsAreThoseOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("meshwarden "), 40)
	for n := range len(data) {
		want := sha256.Sum256(data[:n])
		if got := digest.Sum256(data[:n]); got != want {
			t.Fatalf("of %d bytes: %x, want %x", n, got, want)
		}
		if got := digest.Hex256(data[:n]); got != hex.EncodeToString(want[:]) {
			t.Fatalf("of %d bytes: %s", n, got)
		}
	}
}

func TestMACsAreThoseOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("meshwarden "), 20)
	for keyBytes := 0; keyBytes < 140; keyBytes += 7 {
		m := digest.NewMAC(data[:keyBytes])
		for n := 0; n < len(data); n += 5 {
			standard := hmac.New(sha256.New, data[:keyBytes])
			standard.Write(data[:n])
			if got := m.Sum(data[:n]); !bytes.Equal(got[:], standard.Sum(nil)) {
				t.Fatalf("key of %d bytes, data of %d: %x", keyBytes, n, got)
			}
		}
	}
}
