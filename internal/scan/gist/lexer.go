package gist

// Class is a set of words with similar meanings, or a kind of mark between words.
type Class uint16

// The classes of what the vocabulary does not have, by form.
const (
	none    Class = iota
	unknown       // a word in small letters
	name          // one with a capital
	number
	mixed // letters and digits
	other // letters beyond ASCII
	line  // the end of a line
	stop
	comma
	colon
	semicolon
	question
	exclamation
	quote
	opening
	closing
	mark
	FirstWord // of the classes of words
)

// MaxWord bounds the letters of a word that the vocabulary may have.
const MaxWord = 24

// Lexer cuts a text into words and marks. The zero value stands at the beginning of an empty text.
type Lexer struct {
	text    []byte
	pos     int
	last    Class // of what was read before
	negated bool  // the n't of a word comes next
	word    [MaxWord]byte
}

// Token is a word or a mark, text[Start:End]. Word is empty for what no vocabulary has; it is valid until the next one is read.
type Token struct {
	Word       []byte // in small letters
	Form       Class
	Start, End int
}

// Read starts with another text.
func (l *Lexer) Read(text []byte) { l.text, l.pos, l.last, l.negated = text, 0, none, false }

var not = []byte("n't")

// Next reads a word or a mark; ok is false at the end of the text. Equal marks in a row are one. Don't is two words, do and n't: the
// vectors that the vocabulary comes from are of words that are cut like this.
func (l *Lexer) Next() (t Token, ok bool) {
	if l.negated {
		l.negated = false
		return Token{Word: not, Form: unknown, Start: l.pos - 3, End: l.pos}, true
	}
	for l.pos < len(l.text) {
		i := l.pos
		form := forms[l.text[i]]
		if form == other && l.text[i] == 0xE2 && i+2 < len(l.text) && l.text[i+1] == 0x80 {
			l.pos += 2 // typographic punctuation
			form = mark
			if l.text[i+2] >= 0x98 {
				form = quote
			}
		}
		switch form {
		case none:
			l.pos++
			continue
		case unknown, number, other:
			t = l.read(i)
			l.last = t.Form
			return t, true
		}
		l.pos++
		if form == l.last {
			continue
		}
		l.last = form
		return Token{Form: form, Start: i, End: l.pos}, true
	}
	return t, false
}

func (l *Lexer) read(i int) (t Token) {
	start, n := i, 0
	var seen uint8
	for ; i < len(l.text); i++ {
		c := l.text[i]
		form := forms[c]
		if form != unknown && form != number && form != other || c == 0xE2 {
			break
		}
		seen |= 1 << form
		if n < MaxWord {
			l.word[n] = c | 0x20
		}
		n++
	}
	t = Token{Form: mixed, Start: start}
	switch seen {
	case 1 << number:
		t.Form = number
	case 1 << unknown:
		t.Form = unknown
		if l.text[start] < 'a' {
			t.Form = name
		}
		if n <= MaxWord {
			t.Word = l.word[:n]
		}
		if width := l.apostrophe(i); width > 0 && n > 1 && l.text[i-1]|0x20 == 'n' && l.text[i+width]|0x20 == 't' && l.ends(i+width+1) {
			l.negated = n > 2
			t.Word = l.word[:min(n, MaxWord)-1]
			i += width + 1
		} else if width > 0 && l.short(i+width) {
			i += width + 1 + b2i(!l.ends(i+width+1))
		}
	default:
		if seen&(1<<other) != 0 {
			t.Form = other
		}
	}
	if i == start {
		i++ // an emoji
	}
	l.pos, t.End = i, i
	return t
}

// apostrophe returns how many bytes of one stand at i, with a letter behind it.
func (l *Lexer) apostrophe(i int) (width int) {
	switch {
	case i < len(l.text) && l.text[i] == '\'':
		width = 1
	case i+2 < len(l.text) && l.text[i] == 0xE2 && l.text[i+1] == 0x80 && l.text[i+2] == 0x99:
		width = 3
	}
	if width > 0 && (i+width >= len(l.text) || forms[l.text[i+width]] != unknown) {
		return 0
	}
	return width
}

// ends reports whether no word goes on at i.
func (l *Lexer) ends(i int) bool { return i >= len(l.text) || forms[l.text[i]] != unknown }

// short reports whether one or two letters stand at i, such as the s of what's.
func (l *Lexer) short(i int) bool { return l.ends(i+1) || l.ends(i+2) }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// forms are what bytes may be; none for blanks.
var forms = func() (f [256]Class) {
	for c := range f {
		switch {
		case c >= 0x80:
			f[c] = other
		case byte(c)|0x20-'a' < 26:
			f[c] = unknown
		case byte(c)-'0' < 10:
			f[c] = number
		case c > ' ':
			f[c] = mark
		}
	}
	f['\n'], f['.'], f[','], f[':'], f[';'], f['?'], f['!'], f['"'], f['\''] = line, stop, comma, colon, semicolon, question, exclamation, quote, quote
	for _, c := range []byte("([{<") {
		f[c] = opening
	}
	for _, c := range []byte(")]}>") {
		f[c] = closing
	}
	return f
}()
