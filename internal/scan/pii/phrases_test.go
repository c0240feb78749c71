package pii_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// Each phrase is known by its hash alone: two with one hash would mean what either means.
func TestNoTwoPhrasesShareAHash(t *testing.T) {
	t.Parallel()
	seen := make(map[uint32]string)
	for _, phrase := range pii.Phrases() {
		h := pii.HashOf(phrase)
		if other, twice := seen[h]; twice && other != phrase {
			t.Errorf("%q and %q", phrase, other)
		}
		seen[h] = phrase
	}
	if len(seen) < 3000 || len(seen) > pii.PhraseSlots*3/4 {
		t.Errorf("%d phrases in %d slots", len(seen), pii.PhraseSlots)
	}
}

func TestWordsOfNamesAreFoundHoweverTheyAreJoined(t *testing.T) {
	t.Parallel()
	want := pii.NameEvidence([]byte("date_of_birth")).Types()
	for _, name := range []string{"dateOfBirth", "DateOfBirth", "date-of-birth", "DATE_OF_BIRTH", "dateofbirth", "date of birth", "customerDateOfBirth", "dateBirth", "DOB", "Geburtsdatum", "fechaDeNacimiento", "fecha_nacimiento"} {
		if got := pii.NameEvidence([]byte(name)).Types(); got != want || got != 1<<pii.DOB {
			t.Errorf("%s announces %b, want %b", name, got, want)
		}
	}
	for _, name := range []string{"date", "birth_country", "passport_country", "file_name", "zip_bytes"} {
		if got := pii.NameEvidence([]byte(name)).Types(); got != 0 {
			t.Errorf("%s announces %b", name, got)
		}
	}
}
