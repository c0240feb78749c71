package prompt_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// pieces are what words are made of, and what stands between them.
var pieces = []string{
	"ignore", "IGNORE", "previous", "instructions", "the", "a", "I", "x", "representation", "uncharacteristically", "it's", "don\u2019t", "pr0mpt",
	"caf\u00e9", "\u00e9", "disregrad", " ", " ", " ", " ", ", ", ". ", "! ", "\n", "\n\n", ": ", "-", "_", "\u2014", "\u201c", "\x00", "\xff", "i g n o r e ", "i.g.n", "7", "@",
}

func TestRememberedWordsReadAsTheyDoAnew(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	var remembering prompt.Finder
	for range 20_000 {
		var text []byte
		for range random.IntN(30) {
			text = append(text, pieces[random.IntN(len(pieces))]...)
		}
		if got, want := prompt.Lexed(text, &remembering), prompt.Lexed(text, nil); !slices.Equal(got, want) {
			t.Fatalf("%q is read as\n%q, want\n%q", text, got, want)
		}
	}
}
