package fold_test

import (
	"bytes"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"pgregory.net/rapid"
)

func TestFoldingIsThatOfASCII(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		alphabet := []byte("aAzZ@[`{09\x00\xc1\xe1")
		draw := func(name string) []byte {
			return rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 6).Draw(t, name)
		}
		b, word := draw("b"), string(lower(draw("word")))
		if got, want := fold.HasPrefix(b, word), bytes.HasPrefix(lower(b), []byte(word)); got != want {
			t.Errorf("HasPrefix(%q, %q) = %v", b, word, got)
		}
		if got, want := fold.Equal(b, word), string(lower(b)) == word; got != want {
			t.Errorf("Equal(%q, %q) = %v", b, word, got)
		}
		if got, want := fold.Contains(b, word), bytes.Contains(lower(b), []byte(word)); got != want {
			t.Errorf("Contains(%q, %q) = %v", b, word, got)
		}
		for _, c := range b {
			if got, want := fold.Lower(c), lower([]byte{c})[0]; got != want {
				t.Errorf("Lower(%q) = %q", c, got)
			}
			if got, want := fold.Letter(c), c == 'a' || c == 'A' || c == 'z' || c == 'Z'; got != want {
				t.Errorf("Letter(%q) = %v", c, got)
			}
		}
	})
}

// lower folds ASCII only, unlike bytes.ToLower.
func lower(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}
