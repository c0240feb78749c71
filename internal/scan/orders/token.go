package orders

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// token is one word.
type token struct {
	start, end int
	class      lexicon.Class
	begins     bool // first of a sentence or line
	opens      bool // the same, or behind a quote, a bracket or markup
	colon      bool // a colon or comma follows
	upper      bool // in capitals
	address    bool // part of an e-mail address or URL
}

type lexer struct {
	text   []byte
	at     int
	begins bool
}

// next reads a word: letters, digits, apostrophes, hyphens and underscores, and bytes of other scripts.
func (l *lexer) next(t *token) bool {
	text, i := l.text, l.at
	begins, opens, address := l.begins, l.begins, false
	for i < len(text) && !wordByte[text[i]] {
		switch c := text[i]; c {
		case '@':
			address = true
		case ':':
			address = address || i+2 < len(text) && text[i+1] == '/' && text[i+2] == '/'
			begins = true
		case '.', '!', '?', ';':
			begins = begins || i+1 == len(text) || !wordByte[text[i+1]] // not in a name such as robots.txt
		case '\n':
			begins = true
		case '(', ')', '"', '>', '*', '#', '[', ']', '{', '/', '=':
			opens = true
		case '\\': // an escape that was not undone
			if i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r' || text[i+1] == 't') {
				i++
				begins = true
			}
		}
		i++
	}
	if i == len(text) {
		l.at = i
		return false
	}
	*t = token{start: i, begins: begins, opens: begins || opens, address: address, upper: true}
	for i < len(text) && wordByte[text[i]] {
		t.upper = t.upper && text[i] >= 'A' && text[i] <= 'Z'
		i++
	}
	t.end = i
	word := text[t.start:t.end]
	for len(word) > 1 && (word[0] == '-' || word[0] == '\'' || word[0] == '_') {
		word = word[1:]
	}
	t.class = words.Class(word)
	t.upper = t.upper && len(word) > 1
	t.colon = i < len(text) && (text[i] == ':' || text[i] == ',')
	l.at, l.begins = i, false
	return true
}

var wordByte = func() (t [256]bool) {
	for c := range t {
		b := byte(c) | 0x20
		t[c] = b >= 'a' && b <= 'z' || c >= '0' && c <= '9' || c == '\'' || c == '-' || c == '_' || c >= 0x80
	}
	return t
}()
