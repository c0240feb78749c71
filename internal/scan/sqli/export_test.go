package sqli

import "fmt"

// Lexed describes the tokens of text, read as finders do or each by the general way.
func Lexed(text []byte, generally bool) (tokens []string) {
	l := lexer{text: text}
	for {
		var t token
		if generally {
			l.general(&t)
		} else {
			l.next(&t)
		}
		if t.kind == kEnd {
			return tokens
		}
		tokens = append(tokens, fmt.Sprintf("%q %+v", text[t.start:t.end], t))
	}
}
