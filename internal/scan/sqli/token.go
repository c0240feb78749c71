package sqli

import (
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

type kind uint8

const (
	kEnd     kind = iota // past the end of the text
	kWord                // identifier or keyword
	kNumber              // decimal or 0x literal
	kQuote               // one ' " or `: whether it opens or closes is for the rules
	kVar                 // @name, @@name
	kOp                  // comparison or arithmetic
	kLogic               // || &&
	kComma               // ,
	kDot                 // .
	kOpen                // (
	kClose               // )
	kSemi                // ;
	kComment             // -- # or a block comment that is not mere white space
	kOther
)

// token is one lexeme. Quotes are tokens of their own, because a fragment may start inside a
// string of any kind: one pass then serves every context.
type token struct {
	start, end int
	class      lexicon.Class
	kind       kind
	ch         byte // first byte
	odd        bool // quote: closes more than was opened on this line; close: has no opening
	spaced     bool // white space before
	gap        bool // a comment before stood in for white space
	line       bool // a line ended before
	versioned  bool // MySQL runs the comment that begins before
}

type lexer struct {
	text  []byte
	pos   int
	open  [3]bool // quotes of each kind opened on this line
	depth int     // parentheses opened on this line
	// keyword says that the token read last is a word of the vocabulary; close is where the comment that was looked at last ends.
	keyword bool
	close   int
}

// next reads a token; kEnd at the end of the text. The usual one, a word of up to fifteen letters behind a space, is read
// without a loop: in WebAssembly the ends of loops are what costs.
func (l *lexer) next(t *token) {
	const reach = 1 + 16 + 1 // bytes that are looked at
	text, i := l.text, l.pos
	if i+reach > len(text) || text[i] != ' ' {
		l.general(t)
		return
	}
	i++
	n := swar.First(swar.Letters(swar.Load(text[i:])) ^ swar.Highs)
	if n == 8 {
		n += swar.First(swar.Letters(swar.Load(text[i+8:])) ^ swar.Highs)
	}
	if n == 0 || n == 16 || wordByte[text[i+n]] {
		l.general(t)
		return
	}
	*t = token{start: i, end: i + n, kind: kWord, ch: text[i], spaced: true}
	l.pos = t.end
	if word := text[i:t.end]; vocabulary.May(word) {
		t.class = vocabulary.Lookup(word)
	}
	l.keyword = t.class != 0
}

// general reads any token.
func (l *lexer) general(t *token) {
	*t = token{}
	text := l.text
	if l.pos < len(text) && blank[text[l.pos]] {
		l.space(t)
	}
	t.start, t.end = l.pos, l.pos
	if l.pos >= len(text) {
		return
	}
	c := text[l.pos]
	t.ch = c
	switch kindOf[c] {
	case kWord:
		i := wordEnd(text, l.pos+1)
		t.kind, t.end = kWord, i
		if word := text[l.pos:i]; vocabulary.May(word) {
			t.class = vocabulary.Lookup(word)
		}
	case kNumber:
		l.number(t)
	case kQuote:
		l.quote(t, c)
	default:
		l.symbol(t, c)
	}
	l.pos = t.end
	l.keyword = t.class != 0
}

// space skips white space and the comments that stand for it.
func (l *lexer) space(t *token) {
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '\n':
			t.line, t.spaced = true, true
			if !l.quotedBreak() {
				l.open, l.depth = [3]bool{}, 0
			}
			l.pos++
		case c <= ' ' || c == 0x7f:
			t.spaced = true
			l.pos++
		case c == '/' && l.pos+1 < len(l.text) && l.text[l.pos+1] == '*':
			n := l.inline()
			if n == 0 {
				return
			}
			t.gap = true
			t.versioned = t.versioned || n >= len("/*!50000") && l.text[l.pos+2] == '!' && l.text[l.pos+n-1]-'0' < 10
			l.pos += n
		case c == '*' && l.pos+1 < len(l.text) && l.text[l.pos+1] == '/':
			l.pos += 2
		case c >= 0x80:
			n := wideBlank(l.text, l.pos)
			if n == 0 {
				return
			}
			t.spaced = true
			l.pos += n
		case c == '-' || c == '#':
			n := l.lineComment()
			if n == 0 {
				return
			}
			t.gap, t.spaced = true, true
			l.pos += n
		default:
			return
		}
	}
}

// quotedBreak reports whether the line end at pos is all that a string holds: code's '\n', decoded.
func (l *lexer) quotedBreak() bool {
	from, to := l.pos, l.pos+1
	if from > 0 && l.text[from-1] == '\r' {
		from--
	}
	for to < len(l.text) && to < l.pos+4 && (l.text[to] == '\r' || l.text[to] == '\n') {
		to++
	}
	return from > 0 && to < len(l.text) && kindOf[l.text[to]] == kQuote && l.text[from-1] == l.text[to]
}

func (l *lexer) number(t *token) {
	t.kind = kNumber
	i := l.pos + 1
	if t.ch == '0' && i+1 < len(l.text) && l.text[i]|0x20 == 'b' && l.text[i+1]|1 == '1' {
		for i++; i < len(l.text) && l.text[i]|1 == '1'; i++ {
		}
		t.end = i
		return
	}
	if t.ch == '0' && i < len(l.text) && l.text[i]|0x20 == 'x' {
		for i++; i < len(l.text) && isHex(l.text[i]); i++ {
		}
		t.end = i
		return
	}
	for i < len(l.text) && (l.text[i]-'0' < 10 || l.text[i] == '.') {
		i++
	}
	if e := i + 1; e < len(l.text) && l.text[i]|0x20 == 'e' {
		if l.text[e] == '-' || l.text[e] == '+' {
			e++
		}
		if e == len(l.text) || l.text[e]-'0' >= 10 {
			t.end = i
			return
		}
		for i = e + 1; i < len(l.text) && l.text[i]-'0' < 10; i++ {
		}
	}
	t.end = i
}

func (l *lexer) quote(t *token, c byte) {
	t.kind, t.end = kQuote, l.pos+1
	q := 0
	switch c {
	case '"':
		q = 1
	case '`':
		q = 2
	}
	if c == '\'' && l.apostrophe() {
		t.kind = kOther
		return
	}
	if c == '\'' && l.open[2] && !l.open[0] {
		l.open[2] = false // `like this', as GNU manuals quote
		return
	}
	t.odd = !l.open[q]
	l.open[q] = !l.open[q]
}

// apostrophe reports whether the quote at pos belongs to an English contraction (it's, don't).
func (l *lexer) apostrophe() bool {
	if l.pos == 0 || !isLetter(l.text[l.pos-1]) || l.open[0] {
		return false
	}
	i := l.pos + 1
	for i < len(l.text) && i < l.pos+4 && isLetter(l.text[i]) {
		i++
	}
	switch tail := l.text[l.pos+1 : i]; len(tail) {
	case 1:
		return tail[0]|0x20 == 's' || tail[0]|0x20 == 't' || tail[0]|0x20 == 'd' || tail[0]|0x20 == 'm'
	case 2:
		a, b := tail[0]|0x20, tail[1]|0x20
		return a == 'l' && b == 'l' || a == 'r' && b == 'e' || a == 'v' && b == 'e'
	}
	return false
}

func (l *lexer) symbol(t *token, c byte) {
	t.end = l.pos + 1
	two := byte(0)
	if t.end < len(l.text) {
		two = l.text[t.end]
	}
	switch c {
	case '(':
		t.kind = kOpen
		l.depth++
	case ')':
		t.kind = kClose
		t.odd = l.depth <= 0
		l.depth = max(0, l.depth-1)
	case ',':
		t.kind = kComma
	case '.':
		t.kind = kDot
	case ';':
		t.kind = kSemi
	case '@':
		t.kind = kVar
		for t.end < len(l.text) && (l.text[t.end] == '@' || wordByte[l.text[t.end]]) {
			t.end++
		}
	case '#':
		t.kind = kComment
	case '-', '/':
		t.kind = kOp
		if n := l.rule(); n > 0 {
			t.kind, t.end = kOther, l.pos+n
			return
		}
		if two == '>' && c == '-' {
			t.end++
			if t.end < len(l.text) && l.text[t.end] == '>' {
				t.end++
			}
			return
		}
		if two == c || two == '*' && c == '/' {
			if c == '-' || two == '*' {
				t.kind = kComment
			}
			t.end++
		}
	case '|', '&':
		t.kind = kOp
		if two == c {
			t.kind = kLogic
			t.end++
		}
	case '=', '<', '>', '!', '*', '+', '%', '^', '~', ':':
		t.kind = kOp
		for t.end < len(l.text) && t.end < t.start+3 && (l.text[t.end] == '=' || l.text[t.end] == '>') {
			t.end++
		}
	default:
		t.kind = kOther
	}
}

// minRule is how many dashes are a line drawn across a text and no comment.
const minRule = 4

// rule returns the length of a line drawn with dashes at pos, 0 when there is none.
func (l *lexer) rule() (n int) {
	for l.pos+n < len(l.text) && l.text[l.pos+n] == '-' {
		n++
	}
	if n < minRule {
		return 0
	}
	return n
}

// ranges reports whether t is a sign that ranges of versions begin with.
func (t *token) ranges() bool {
	return t.kind == kOp && (t.ch == '>' || t.ch == '<' || t.ch == '^' || t.ch == '~')
}

// compares reports whether t is a comparison operator of SQL.
func (t *token) compares() bool {
	return t.kind == kOp && (t.ch == '=' || t.ch == '<' || t.ch == '>' || t.ch == '!' && t.end > t.start+1) || t.class&cCmp != 0
}

func isLetter(c byte) bool { return c|0x20-'a' < 26 }

func isHex(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 6 }

// kindOf sorts first bytes; everything not named is a symbol.
var kindOf = func() (k [256]kind) {
	for c := range 256 {
		switch b := byte(c); {
		case isLetter(b) || b == '_' || b >= 0x80:
			k[c] = kWord
		case b-'0' < 10:
			k[c] = kNumber
		case b == '\'' || b == '"' || b == '`':
			k[c] = kQuote
		}
	}
	return k
}()

// blank holds the bytes at which space has something to do.
var blank = func() (b [256]bool) {
	for c := range b {
		b[c] = c <= ' ' || c == 0x7f || c == '/' || c == '*' || c == '-' || c == '#' || c == 0xA0 || c == 0xC2
	}
	return b
}()

// wordByte holds the bytes that continue a word.
var wordByte = func() (w [256]bool) {
	for c := range 256 {
		b := byte(c)
		w[c] = isLetter(b) || b-'0' < 10 || b == '_' || b == '$' || b >= 0x80 && b != 0xA0 && b != 0xC2
	}
	return w
}()
