package pii

import "strings"

// PhraseSlots is the size of the table of phrases.
const PhraseSlots = phraseSlots

// Phrases are all phrases and words that names and labels are searched for, without spaces.
func Phrases() (all []string) {
	add := func(list string) {
		for phrase := range strings.SplitSeq(list, "|") {
			all = append(all, strings.ReplaceAll(phrase, " ", ""))
			all = append(all, strings.Fields(phrase)...)
		}
	}
	for _, w := range wordLists {
		add(w.words)
	}
	for _, k := range kinds {
		add(k.phrases)
	}
	return all
}

// HashOf is the hash of a phrase without spaces.
func HashOf(phrase string) uint32 { return hashText(hashSeed, phrase) }
