package scan

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// speak writes what of the text at i is to be spoken, and returns where it goes on: letters, digits, marks and the
// punctuation of sentences stay, addresses are spoken as their host, links as their text, and & and = as words. Markup of
// Markdown and of speech synthesis, emoji and symbols are left out.
func (c *cleaner) speak(text []byte, i int) int {
	if end, host := webAddress(text[i:]); end > 0 {
		for _, b := range host {
			c.put(b)
		}
		return i + end
	}
	r, width := utf8.DecodeRune(text[i:])
	if text[i] == '&' {
		if char, n := decodeEntity(text[i:]); n > 0 {
			r, _ = utf8.DecodeRune(char.bytes[:char.n])
			width = n
		}
	}
	if r == ']' {
		if end := linkTarget(text[i:]); end > 0 {
			return i + end
		}
	}
	c.say(r)
	return i + width
}

// say writes one character as it is spoken.
func (c *cleaner) say(r rune) {
	switch {
	case r == '&':
		c.words(" and ")
	case r == '=':
		c.words(" equals ")
	case r == '*', r == '`', r == '~':
	case r == '/' && bytes.HasSuffix(c.out[c.from:], []byte("/")):
	case r < utf8.RuneSelf && (isLetter(byte(r)) || digit(byte(r)) || strings.IndexByte(" .,;:!?'\"()-/%$@+", byte(r)) >= 0):
		c.put(byte(r))
	case r < utf8.RuneSelf:
		c.put(' ')
	case r == utf8.RuneError, r >= 0x200B && r <= 0x200F, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000, r == 0x20E3:
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r), unicode.IsPunct(r), unicode.Is(unicode.Sc, r):
		c.out = utf8.AppendRune(c.out, r)
	default:
		c.put(' ')
	}
}

func (c *cleaner) words(s string) {
	for i := range len(s) {
		c.put(s[i])
	}
}

// webAddress returns the length of the address that text begins with, and the host in it that is spoken.
func webAddress(text []byte) (end int, host []byte) {
	start := 0
	for _, scheme := range [...]string{"https://", "http://", "ftp://", "wss://", "ws://"} {
		if prefixFold(text, scheme) {
			start = len(scheme)
		}
	}
	if start == 0 {
		return 0, nil
	}
	for end = start; end < len(text) && text[end] > ' ' && bytes.IndexByte([]byte("<>\"'`)]}|\\"), text[end]) < 0; end++ {
	}
	host = text[start:end]
	if i := bytes.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	} else {
		host = bytes.TrimRight(host, ".,;:!")
		end = start + len(host)
	}
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	for prefixFold(host, "www.") {
		host = host[len("www."):]
	}
	for _, b := range host {
		if !isLetter(b) && !digit(b) && b != '.' && b != '-' {
			return end, nil
		}
	}
	return end, host
}

// linkTarget returns the length of the ](target) that text begins with, the end of a link of Markdown, or 0.
func linkTarget(text []byte) int {
	if len(text) < 2 || text[1] != '(' {
		return 0
	}
	for i := 2; i < len(text) && i < windowBytes && text[i] != '\n'; i++ {
		if text[i] == ')' {
			return i + 1
		}
	}
	return 0
}
