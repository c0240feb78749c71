package scan

import "github.com/meshwarden/meshwarden/internal/scan/match"

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

// EncodedRun is what base64 run detection finds first.
func EncodedRun(text []byte) (start, end int, found bool) { return encodedRun(text, 0) }

// Confidence is what the engine makes of a detector's word.
func Confidence(detector float32, family int, key string, round int) float32 {
	return confidence(&match.Match{Confidence: detector}, family, &view{key: keyContext{name: []byte(key)}, round: round})
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
}

// Families are all attack families in their order.
func Families() (all []Family) {
	for _, f := range families {
		all = append(all, Family{f.name, f.find, f.triggers, f.wordTriggers})
	}
	return all
}

// Timestamp is what the engine passes by as a point in time.
func Timestamp(text []byte) bool { return timestamp(text) }
