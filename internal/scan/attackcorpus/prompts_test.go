package attackcorpus_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// Floors of prompt injection in each language: recall at block level of the half that no rule was written from, and the most
// ordinary sentences of either half that are blocked, in percent.
const (
	heldOutRecall = 80
	mostBlocked   = 4
)

// behindRecall are the languages that are not there yet.
var behindRecall = map[string]float64{"en": 46, "ja": 73, "ko": 73}

// The sentences of testdata/prompts were written before the rules. Those with odd numbers may be read while rules are
// written, the others are held out. They are the same thoughts in every language, in the words of each.
func TestPromptInjectionInEachLanguage(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "prompts", "*.txt"))
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		language := strings.TrimSuffix(filepath.Base(file), ".txt")
		var attacks, ordinary [2]tally
		for line := range strings.Lines(string(data)) {
			kind, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch kind {
			case "+":
				addSentence(t, language, &attacks, text, true)
			case "-":
				addSentence(t, language, &ordinary, text, false)
			}
		}
		t.Logf("%s: found %.0f %% of %d read, %.0f %% of %d held out; blocked %.0f and %.0f %% of ordinary", language, percent(attacks[0].found, attacks[0].attacks), attacks[0].attacks,
			percent(attacks[1].found, attacks[1].attacks), attacks[1].attacks, percent(ordinary[0].blocked, ordinary[0].benign), percent(ordinary[1].blocked, ordinary[1].benign))
		want, behind := behindRecall[language]
		if !behind {
			want = heldOutRecall
		}
		if got := percent(attacks[1].found, attacks[1].attacks); got < want {
			t.Errorf("%s: %.0f %% of the injections held out are found, want %.0f", language, got, want)
		}
		if got := percent(ordinary[0].blocked+ordinary[1].blocked, ordinary[0].benign+ordinary[1].benign); got > mostBlocked {
			t.Errorf("%s: %.1f %% of ordinary sentences are blocked, want at most %d", language, got, mostBlocked)
		}
	}
}

// addSentence judges a sentence for the half it belongs to.
func addSentence(t *testing.T, language string, halves *[2]tally, text string, attack bool) {
	t.Helper()
	seen := halves[0].attacks + halves[0].benign + halves[1].attacks + halves[1].benign
	n := &halves[seen%2]
	var best match.Match
	for _, v := range attackcorpus.Views(text) {
		for _, m := range prompt.Find([]byte(v), nil) {
			if m.Confidence > best.Confidence {
				best = m
			}
		}
	}
	hit := at(best, matchtest.Block)
	source := language
	if seen%2 == 1 {
		source += " held out"
	}
	if attack {
		n.attacks++
		n.found += hit
	} else {
		n.benign++
		n.blocked += hit
	}
	if attack != (hit == 1) {
		family{name: "prompts"}.wrong(t, source, text, best)
	}
}
