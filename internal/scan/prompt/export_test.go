package prompt

import "fmt"

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
