package lexicon_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

func TestClassFindsWholeWordsInAnyCase(t *testing.T) {
	t.Parallel()
	const verb, noun lexicon.Class = 1, 2
	s := lexicon.New(lexicon.Group{Class: verb, Words: "ignore print"}, lexicon.Group{Class: noun, Words: "print prompt"})
	for word, want := range map[string]lexicon.Class{
		"ignore": verb, "IGNORE": verb, "Print": verb | noun, "prompt": noun,
		"prompts": 0, "ignor": 0, "": 0, "a much longer word than any in the set": 0, "ign\x6fre\x00": 0,
	} {
		if got := s.Class([]byte(word)); got != want {
			t.Errorf("Class(%q) = %d, want %d", word, got, want)
		}
	}
}

func TestClassDoesNotAllocate(t *testing.T) {
	s := lexicon.New(lexicon.Group{Class: 1, Words: "select union"})
	word := []byte("SELECT")
	if n := testing.AllocsPerRun(100, func() { s.Class(word) }); n != 0 {
		t.Errorf("Class allocates %v times", n)
	}
}

func TestLiteralsAreFoundInAnyCaseAndAsWordsWhereAsked(t *testing.T) {
	t.Parallel()
	list := []string{"or", "--", "#", "pg_sleep"}
	for _, tt := range []struct {
		text         string
		plain, words bool
	}{
		{"for", true, false}, {"x OR y", true, true}, {"1or1", true, true}, {"a--b", true, true}, {"#", true, true},
		{"xPG_SLEEPy", true, true}, {"", false, false}, {"o", false, false}, {"-", false, false}, {"o r", false, false},
	} {
		if got := lexicon.NewLiterals(list, false).In([]byte(tt.text)); got != tt.plain {
			t.Errorf("In(%q) = %v, want %v", tt.text, got, tt.plain)
		}
		if got := lexicon.NewLiterals(list, true).In([]byte(tt.text)); got != tt.words {
			t.Errorf("with words, In(%q) = %v, want %v", tt.text, got, tt.words)
		}
	}
}
