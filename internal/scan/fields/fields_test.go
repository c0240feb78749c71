package fields_test

import (
	"math"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/fields"
)

func TestNumbersAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, v := range []uint32{0, 1, 0x9abcdef0, math.MaxUint32} {
		text := string(fields.Append([]byte("x"), v))
		if got, ok := fields.Parse(text[1:] + "rest"); len(text) != 1+fields.Size || !ok || got != v {
			t.Errorf("%d: %q is %d, %v", v, text, got, ok)
		}
	}
	for _, text := range []string{"", "0123456", "0123456G", "0123456F", "-1234567"} {
		if _, ok := fields.Parse(text); ok {
			t.Errorf("%q is a number", text)
		}
	}
}

// The values are those of the reference implementation's own tests.
func TestChecksumIsFNV1a(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint32{"": 0x811c9dc5, "a": 0xe40c292c, "foobar": 0xbf9cf968} {
		if got := fields.Checksum(text); got != want {
			t.Errorf("%q: %08x, want %08x", text, got, want)
		}
	}
}
