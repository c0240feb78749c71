package scan

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Prefiltered tells tests for which families, by their order, the prefilter sees a reason in a text.
func Prefiltered(text []byte) (families uint32) {
	return uint32(literals.scan(text, new(sightings))) & (1<<numFamilies - 1)
}

// LiteralHits tells tests how many literals of secrets stand in a text.
func LiteralHits(text []byte) int {
	var seen sightings
	literals.scan(text, &seen)
	return len(seen.hits)
}

// EncodedRun is the first run that is decoded.
func EncodedRun(text []byte) (start, end int, found bool) {
	r, found := encodedRun(text, 0)
	return r.start, r.end, found
}

// Disguised returns what people read in a text, by the name of the view; no name when it is not disguised.
func Disguised(text string) (view, read string) {
	v := viewOf(text)
	var b buffer
	if folded, changed := b.foldScripts(v); changed {
		return folded.name, string(folded.text)
	}
	if squashed, changed := b.squash(v); changed {
		return squashed.name, string(squashed.text)
	}
	if plain, changed := b.unleet(v); changed {
		return plain.name, string(plain.text)
	}
	return "", text
}

func viewOf(text string) *view { return &view{text: []byte(text)} }

// Confidence is what the engine makes of a detector's word.
func Confidence(detector float32, family int, key string, round int) float32 {
	return weighing[0].weigh(detector, circumstances(family, &view{key: keyContext{name: []byte(key)}, round: round}))
}

// Threshold is the least confidence that a profile reports for a family.
func Threshold(profileName string, family int) float32 {
	p, _ := profileByName(profileName)
	return p.attacks[family]
}

// Family is an attack family as tests see it.
type Family struct {
	Name         string
	Find         func(text []byte, dst []match.Match) []match.Match
	Triggers     []string
	WordTriggers bool
	// Triggered is Find for a text with a trigger that counts; Dismissed says that one which ends at text[:end] does not. Both
	// are nil where every trigger counts.
	Triggered func(text []byte) []match.Match
	Dismissed func(text []byte, end int, trigger string) bool
}

// Families are all attack families in their order.
func Families() (all []Family) {
	for i := range families {
		f := &families[i]
		family := Family{Name: f.name, Find: f.find, Triggers: f.triggers, WordTriggers: f.wordTriggers}
		if f.dismiss != nil {
			var kept finders
			family.Triggered = func(text []byte) []match.Match { return kept.find(f, text, false, nil) }
			family.Dismissed = func(text []byte, end int, trigger string) bool {
				return slices.Contains(f.doubtful, trigger) && f.dismiss(text, end)
			}
		}
		all = append(all, family)
	}
	return all
}

// Timestamp is what the engine passes by as a point in time.
func Timestamp(text []byte) bool { return timestamp(text) }

// Seen is what the prefilter sees in a text, and the places of secrets' literals; Searched, what a search for each literal at
// each place does.
func Seen(text []byte) (reasons uint64, secrets []int) {
	var seen sightings
	found := literals.scan(text, &seen)
	for _, h := range seen.hits {
		secrets = append(secrets, h.at)
	}
	return uint64(found), secrets
}

func Searched(text []byte) (reasons uint64, secrets []int) {
	found := classesOf(text)
	for start := range text {
		for i := range literals.literals {
			l := &literals.literals[i]
			end := start + len(l.text)
			if end > len(text) || (l.start || l.word) && start > 0 && isLetter(text[start-1]) || l.word && end < len(text) && isLetter(text[end]) || !l.stands(text, start) {
				continue
			}
			found |= l.class
			if l.rule >= 0 {
				secrets = append(secrets, start)
			}
		}
	}
	if found&classOpening != 0 {
		found = settleOpening(found, text)
	}
	for i := range text {
		found = settleDoubt(found, text, i)
	}
	return uint64(found), secrets
}
