package prompt

import (
	"fmt"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Lexed describes the words of text, read with a memo of words or without one.
func Lexed(text []byte, remembering *Finder) (words []string) {
	l := lexer{text: text}
	if remembering != nil {
		l.memo = &remembering.memo
	}
	for t := (token{}); l.next(&t); {
		if !t.scored {
			t.score = shipped.Word(text[t.start:t.end])
		}
		t.scored = false
		words = append(words, fmt.Sprintf("%q %+v", text[t.start:t.end], t))
	}
	return words
}

// Read is Find for a text that is read in all languages, whether it wakes them or not.
func Read(text []byte) []match.Match {
	var f finder
	f.begin(nil, text, nil)
	f.read(shipped, len(text)+1)
	return f.finish(true)
}
