package scan

import (
	"bytes"
	"strings"
)

// cleaner takes markup out of one text, and what runs as script where text is put into a page. All it keeps goes through
// put, which looks at what it has written already: so nothing can come together again from the parts of what was taken out.
// What it has written has
//
//   - no < but before white space, a digit, = or -: no parser takes that for a tag (HTML standard, section 13.2.5.6),
//   - no name of an event handler before a =, and no javascript: or data:text/ address,
//   - no character reference that stands for a letter, : or = (nobody needs to write these so),
//   - no control character but tab and line ends,
//
// and is what the cleaner makes of it a second time. Its time is linear in the text.
type cleaner struct {
	out    []byte
	from   int // where in out the text begins
	speech bool
	// referring says that out has an &.
	referring bool
	// unquoted says that quotes in tags do not balance and count for nothing; endless that no > follows, uncommented that no
	// --> does.
	unquoted, endless, uncommented bool
	// unclosed has a bit for each hidden element that is known not to end.
	unclosed uint8
}

// hiddenElements are those whose content is not shown.
var hiddenElements = [...]string{"script", "style", "template", "iframe", "noembed", "noframes"}

// breaking elements stand on lines of their own, so that words on both sides do not join.
const breaking = " p br div li ul ol tr td th table h1 h2 h3 h4 h5 h6 hr section article blockquote pre "

// appendClean appends text to dst without markup, for speech as it can be spoken too.
func appendClean(dst, text []byte, how Sanitize) []byte {
	c := cleaner{out: dst, from: len(dst), speech: how == SanitizeSpeech}
	c.text(text)
	return c.finish()
}

// text writes what is clean of a text, to the end of which the markup in it reaches at most.
func (c *cleaner) text(text []byte) {
	for i := 0; i < len(text); {
		if text[i] == '<' {
			if end := c.markup(text, i); end > i {
				i = end
				continue
			}
		}
		if c.speech {
			i = c.speak(text, i)
			continue
		}
		c.put(text[i])
		i++
	}
}

func (c *cleaner) finish() []byte {
	c.resolve(' ')
	for n := len(c.out); n > c.from && (c.out[n-1] == '<' || c.speech && c.out[n-1] == ' '); n-- {
		c.out = c.out[:n-1]
	}
	return c.out
}

// markup returns where the markup ends that begins with the < at i, or i when that is none.
func (c *cleaner) markup(text []byte, i int) int {
	next := byte(0)
	if i+1 < len(text) {
		next = text[i+1]
	}
	switch {
	case isLetter(next), next == '/':
		return c.tag(text, i)
	case next == '!' && bytes.HasPrefix(text[i:], []byte("<!--")):
		if !c.uncommented {
			if end := bytes.Index(text[i+4:], []byte("-->")); end >= 0 {
				return i + 4 + end + 3
			}
			c.uncommented = true
		}
		return c.declaration(text, i)
	case next == '!', next == '?':
		return c.declaration(text, i)
	}
	return i
}

// declaration returns where <!x or <?x ends; of one that does not end only the < is taken.
func (c *cleaner) declaration(text []byte, i int) int {
	if !c.endless {
		if end := bytes.IndexByte(text[i:], '>'); end >= 0 {
			return i + end + 1
		}
		c.endless = true
	}
	return i + 1
}

// tag returns where a tag ends, with what it hides.
func (c *cleaner) tag(text []byte, i int) int {
	end := c.tagEnd(text, i)
	if end < 0 {
		return c.declaration(text, i)
	}
	nameStart := i + 1
	if text[nameStart] == '/' {
		nameStart++
	}
	nameEnd := nameStart
	for nameEnd < end && (isLetter(text[nameEnd]) || digit(text[nameEnd])) {
		nameEnd++
	}
	name := text[nameStart:nameEnd]
	if len(name) <= len("blockquote") && strings.Contains(breaking, " "+strings.ToLower(string(name))+" ") {
		c.put(' ')
	}
	if nameStart > i+1 {
		return end
	}
	for n, hidden := range hiddenElements {
		if len(name) == len(hidden) && equalFold(name, hidden) && c.unclosed>>n&1 == 0 {
			if closed := closingTag(text, end, hidden); closed >= 0 {
				return closed
			}
			c.unclosed |= 1 << n
		}
	}
	return end
}

// tagEnd returns where the tag ends that begins at i, quotes respected, or -1.
func (c *cleaner) tagEnd(text []byte, i int) int {
	if c.unquoted || c.endless {
		return -1
	}
	for i++; i < len(text); i++ {
		switch b := text[i]; b {
		case '>':
			return i + 1
		case '"', '\'':
			length := bytes.IndexByte(text[i+1:], b)
			if length < 0 {
				c.unquoted = true
				return -1
			}
			i += length + 1
		}
	}
	c.unquoted = true
	return -1
}

// closingTag returns where the closing tag of name ends, at or behind i, or -1.
func closingTag(text []byte, i int, name string) int {
	for {
		next := bytes.Index(text[i:], []byte("</"))
		if next < 0 {
			return -1
		}
		i += next + 2
		after := i + len(name)
		if prefixFold(text[i:], name) && (after == len(text) || !isLetter(text[after])) {
			if end := bytes.IndexByte(text[after:], '>'); end >= 0 {
				return after + end + 1
			}
			return len(text)
		}
	}
}

// prefixFold reports whether b begins with an ASCII lower-case string, without regard to case.
func prefixFold(b []byte, lower string) bool {
	return len(b) >= len(lower) && equalFold(b[:len(lower)], lower)
}

// put writes one byte unless it is one to leave out, and takes back what it would make dangerous.
func (c *cleaner) put(b byte) {
	if b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7F {
		return
	}
	if n := len(c.out); n > c.from && c.out[n-1] == '<' && b != ' ' && b != '\t' && b != '\n' && b != '\r' && b != '=' && b != '-' && !digit(b) {
		c.out = c.out[:n-1]
	}
	if c.referring && c.resolve(b) {
		return
	}
	switch b {
	case '&':
		c.referring = true
	case ':':
		if c.endsIn("javascript") || c.endsIn("vbscript") {
			b = ' '
		}
	case '/':
		if c.endsIn("data:text") || c.endsIn("data:application") {
			b = ' '
		}
	case '+':
		if c.endsIn("data:image/svg") {
			b = ' '
		}
	case '=':
		if c.endsInHandler() {
			b = ' '
		}
	}
	if n := len(c.out); c.speech && (b == ' ' && (n == c.from || c.out[n-1] == ' ')) {
		return
	}
	c.out = append(c.out, b)
}

// endsIn reports whether the text so far ends in a word without regard to case, and to the white space that browsers drop
// from addresses.
func (c *cleaner) endsIn(word string) bool {
	i := len(c.out)
	for k := len(word) - 1; k >= 0; k-- {
		for i--; i >= c.from && (c.out[i] == '\t' || c.out[i] == '\n' || c.out[i] == '\r'); i-- {
		}
		if i < c.from || c.out[i] != word[k] && (!isLetter(c.out[i]) || c.out[i]|0x20 != word[k]) {
			return false
		}
	}
	return true
}

// maxHandlerName bounds names of event handlers; the longest has 26 letters.
const maxHandlerName = 32

// notHandlers are words that begin like handlers and stand before equals signs.
const notHandlers = " once only online onto ones onset onsite ongoing onward onwards onboard onboarding onshore "

// endsInHandler reports whether the text so far ends in the name of an event handler: on and two letters or more.
func (c *cleaner) endsInHandler() bool {
	end := len(c.out)
	for end > c.from && isJSONSpace(c.out[end-1]) || end > c.from && c.out[end-1] == '\f' {
		end--
	}
	start := end
	for start > c.from && isLetter(c.out[start-1]) && end-start <= maxHandlerName {
		start--
	}
	name := c.out[start:end]
	if len(name) < len("oncut")-1 || len(name) > maxHandlerName || !prefixFold(name, "on") {
		return false
	}
	return !strings.Contains(notHandlers, " "+strings.ToLower(string(name))+" ")
}

// maxReference bounds character references; a longer number is cut from its &.
const maxReference = 16

// resolve writes out a character reference before b that hides what put looks for, and reports whether b was its end.
func (c *cleaner) resolve(b byte) (taken bool) {
	low := max(c.from, len(c.out)-maxReference)
	i := len(c.out) - 1
	for i >= low && (isLetter(c.out[i]) || digit(c.out[i]) || c.out[i] == '#') {
		i--
	}
	if i < c.from || c.out[i] != '&' {
		return false
	}
	if i == low && len(c.out)-i >= maxReference {
		c.out[i] = ' '
		return false
	}
	if isLetter(b) || digit(b) || b == '#' {
		return false
	}
	var buffer [maxReference + 1]byte
	rest := append(append(buffer[:0], c.out[i:]...), b)
	char, width := decodeEntity(rest)
	if width == 0 || char.n != 1 || !isLetter(char.bytes[0]) && strings.IndexByte(":=\t\n\r", char.bytes[0]) < 0 {
		return false
	}
	c.out = c.out[:i]
	c.put(char.bytes[0])
	for _, r := range rest[width:] {
		c.put(r)
	}
	return true
}
