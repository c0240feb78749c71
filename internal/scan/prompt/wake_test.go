package prompt_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// What is not read is known to be little: of the injections that reading every text would find, triggers and waking hide at most
// this share, in percent.
const mostHidden = 3

func TestWakingHidesLittle(t *testing.T) {
	t.Parallel()
	texts := append([]string(nil), hostile...)
	for _, l := range attackcorpus.Languages() {
		texts = append(append(texts, l.Attacks...), l.HeldAttacks...)
	}
	found, hidden := 0, 0
	for _, text := range texts {
		if !blocks(prompt.Read([]byte(text))) {
			continue
		}
		if found++; !blocks(prompt.Find([]byte(text), nil)) {
			hidden++
		}
	}
	t.Logf("%d of %d are found, %d of them hidden", found, len(texts), hidden)
	if hidden*100 > found*mostHidden || found < 700 {
		t.Errorf("%d of %d are hidden, want at most %d %%", hidden, found, mostHidden)
	}
}

func blocks(matches []match.Match) bool {
	for _, m := range matches {
		if m.Confidence >= matchtest.Block {
			return true
		}
	}
	return false
}
