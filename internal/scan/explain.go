package scan

import (
	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// LeastConfidence is the confidence from which a profile reports findings of a type, 0 for what policies declare
// themselves. An unknown profile is the default one.
func LeastConfidence(profileName, findingType string) float32 {
	p, _ := profileByName(profileName)
	for i, name := range typeNames {
		if name != findingType {
			continue
		}
		switch family := i - int(pii.NumTypes); {
		case family < 0:
			return p.data
		case family < numFamilies:
			return p.attacks[family]
		}
	}
	return 0
}

// Move is one reason why a finding's confidence is not what its detector said.
type Move struct {
	// Reason is its name, as Reasons.Names lists it; Because says it in a sentence without capital and full stop.
	Reason, Because string
	// By is what it moved the confidence by, from -1 to 1.
	By float32
}

var because = map[string]string{
	"encoded_twice":    "it was encoded two rounds or more, which hides nothing from an honest reader",
	"expected_field":   "it stands in a field that is named for such text",
	"tool_result":      "it gives a model orders where only facts are expected, in what a tool says",
	"tool_override":    "it sets the model's orders aside or hides what is done, in what a tool says",
	"own_instructions": "the application's own prompt says what the model shall not obey",
}

// Moves says what moved a finding's confidence under a profile, from Raw on; the result is bounded to 0 to 1.
func (f *Finding) Moves(profileName string) (moves []Move) {
	p, _ := profileByName(profileName)
	weights, _ := p.fusion()
	for i, by := range weights {
		if one := f.Moved & (1 << i); one != 0 {
			name := one.Names()[0]
			moves = append(moves, Move{Reason: name, Because: because[name], By: by})
		}
	}
	return moves
}

// Telling returns the words of a finding's text that say most for it where a network judged the text as a whole, the strongest first;
// none for rules that say themselves what they look for.
func Telling(rule string, text []byte) []string {
	if rule != prompt.Meaning {
		return nil
	}
	return prompt.Telling(text)
}
