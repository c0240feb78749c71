package attackcorpus_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// Floors of prompt injection in each language: recall at block level over the half that no rule was written from, and the most
// ordinary sentences of either half that are blocked, in percent.
const (
	heldOutRecall = 80
	mostBlocked   = 4
)

func TestPromptInjectionInEachLanguage(t *testing.T) {
	t.Parallel()
	prompts := family{name: "prompts"}
	for _, f := range families {
		if f.name == "prompt" {
			prompts.find, prompts.triggers = f.find, f.triggers
		}
	}
	for _, l := range attackcorpus.Languages() {
		read := prompts.sentences(t, l.Name, l.Attacks, l.Ordinary)
		held := prompts.sentences(t, l.Name+" held out", l.HeldAttacks, l.HeldOrdinary)
		t.Logf("%s: found %.0f %% of %d read, %.0f %% of %d held out; blocked %.1f and %.1f %% of ordinary ones", l.Name, percent(read.found, read.attacks), read.attacks,
			percent(held.found, held.attacks), held.attacks, percent(read.blocked, read.benign), percent(held.blocked, held.benign))
		if got := percent(held.found, held.attacks); got < heldOutRecall {
			t.Errorf("%s: %.0f %% of the injections held out are found, want %d", l.Name, got, heldOutRecall)
		}
		if got := percent(read.blocked+held.blocked, read.benign+held.benign); got > mostBlocked {
			t.Errorf("%s: %.1f %% of ordinary sentences are blocked, want at most %d", l.Name, got, mostBlocked)
		}
	}
}

// sentences judges the injections and ordinary sentences of one half.
func (f family) sentences(t *testing.T, source string, attacks, ordinary []string) (n tally) {
	t.Helper()
	for i, text := range append(append([]string(nil), attacks...), ordinary...) {
		s := attackcorpus.Sample{Text: text}
		if i < len(attacks) {
			s.Label = 1
		}
		n.add(t, f, source, s)
	}
	return n
}

// Issue 4: at most 3 % of sentences about injection and 5 % of requests to act as someone are blocked.
func TestWhatLooksLikeAnInjectionIsNotBlocked(t *testing.T) {
	t.Parallel()
	for kind, most := range map[string]float64{"about": 3, "act-as": 5} {
		for _, f := range families {
			if f.name != "prompt" {
				continue
			}
			n := f.sentences(t, kind, nil, attackcorpus.Innocent(kind))
			t.Logf("%s: %.1f %% of %d blocked, %.1f %% acted on", kind, percent(n.blocked, n.benign), n.benign, percent(n.acted, n.benign))
			if percent(n.blocked, n.benign) > most {
				t.Errorf("%s: %.1f %% are blocked, want at most %.0f", kind, percent(n.blocked, n.benign), most)
			}
		}
	}
}
