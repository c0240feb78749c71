package sqli

import "bytes"

// Bounds of block comments that count as white space. A longer one or one with a quote may be text of a string in another
// context, so that its words are tokens, unless it is glued to what it separates.
const (
	inlineComment = 96
	gluedComment  = 4096
)

// inline returns the length of the block comment at pos when it counts as white space, else 0.
// The opening of a MySQL conditional comment counts alone: its text is executed.
func (l *lexer) inline() int {
	rest := l.text[l.pos:]
	if len(rest) > 2 && rest[2] == '!' {
		n := 3
		for n < len(rest) && n < 16 && rest[n]-'0' < 10 {
			n++
		}
		return n
	}
	if l.close < l.pos+2 {
		l.close = len(l.text)
		if n := bytes.Index(rest[2:], []byte("*/")); n >= 0 {
			l.close = l.pos + 2 + n
		}
	}
	if l.close == len(l.text) {
		return 0
	}
	n := l.close - l.pos + 2
	switch {
	case n <= inlineComment && bytes.IndexByte(rest[:n], '\'') < 0 && bytes.IndexByte(rest[:n], '"') < 0:
		return n
	case n <= gluedComment && l.pos > 0 && glues(l.text[l.pos-1]) && n < len(rest) && glues(rest[n]):
		return n
	}
	return 0
}

// glues reports whether a comment beside c is there to separate what needs no comment.
func glues(c byte) bool { return wordByte[c] || c == '(' || c == ')' || c == '\'' || c == '/' }

// maxLineComment bounds what may stand in a line comment that separates keywords.
const maxLineComment = 24

// lineComment returns the length of a comment up to the end of the line, glued to a keyword, that stands for white space: UNION--x
// and a line end, or #x. Else 0.
func (l *lexer) lineComment() int {
	if !l.keyword || l.pos == 0 || l.text[l.pos-1] <= ' ' {
		return 0
	}
	n := 1
	if l.text[l.pos] == '-' {
		if l.pos+1 == len(l.text) || l.text[l.pos+1] != '-' {
			return 0
		}
		n = 2
	}
	for rest := l.text[l.pos:]; n < len(rest) && n < maxLineComment; n++ {
		if rest[n] == '\n' {
			if n+1 < len(rest) && rest[n+1] > ' ' {
				return n + 1
			}
			return 0
		}
		if !wordByte[rest[n]] {
			return 0
		}
	}
	return 0
}

// wideBlank returns the length of the no-break space at i, in UTF-8 or Latin-1, 0 when there is none.
func wideBlank(text []byte, i int) int {
	switch {
	case text[i] == 0xC2 && i+1 < len(text) && text[i+1] == 0xA0:
		return 2
	case text[i] == 0xA0 && (i == 0 || text[i-1] < 0x80):
		return 1
	}
	return 0
}
