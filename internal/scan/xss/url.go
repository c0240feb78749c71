package xss

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// maxScheme bounds the characters looked at for a scheme, with what browsers skip among them.
const maxScheme = 1024

// scheme reads the URL scheme at i, past blanks and escapes, and returns the position after its
// colon. The class is 0 when there is none that runs anything.
func scheme(text []byte, i int) (class lexicon.Class, end int) {
	var buf [12]byte
	n := 0
	for range maxScheme {
		c, w := char(text, i)
		if w == 0 {
			return 0, i
		}
		i += w
		switch {
		case blank(c) || c == 0x80:
		case isLetter(c) && n < len(buf):
			buf[n] = c
			n++
		case c == ':':
			return names.Class(buf[:n]) & (uScript | uData), i
		case n > 1 && (c == '<' || c == ']'):
			skip := interruption(text, i-1)
			if skip == 0 {
				return 0, i
			}
			i += skip - 1
		default:
			return 0, i
		}
	}
	return 0, i
}

// interruption is the length of the comment or the section border at i, which XML drops when it hands a
// value on (javas<!-- -->cript:, javas]]><![CDATA[cript:).
func interruption(text []byte, i int) int {
	switch {
	case contains(text, i, 1, "<!--"):
		for j := i + 4; j < min(len(text)-2, i+36); j++ {
			if text[j] == '-' && text[j+1] == '-' && text[j+2] == '>' {
				return j + 3 - i
			}
		}
	case contains(text, i, 1, "]]><![cdata["):
		return len("]]><![cdata[")
	case contains(text, i, 1, "]]<![cdata["):
		return len("]]<![cdata[")
	}
	return 0
}

// absolute reports whether the URL at i names a host.
func absolute(text []byte, i int) bool {
	for i < len(text) && (blank(text[i]) || quoteIndex(text[i]) >= 0) {
		i++
	}
	return contains(text, i, 1, "http://") || contains(text, i, 1, "https://") || contains(text, i, 1, "//") || contains(text, i, 1, "\\\\")
}

// dangerous weighs the URL at i.
func dangerous(text []byte, i int) (float32, string) {
	class, j := scheme(text, i)
	switch {
	case class&uScript != 0:
		return 0.95, "script_url"
	case class&uData != 0 && markup(text, j):
		return 0.9, "data_url"
	}
	return 0, ""
}

// markup reports whether the media type of a data URL is one that a browser runs scripts of.
func markup(text []byte, i int) bool {
	var buf [24]byte
	n := 0
	for range maxScheme {
		c, w := char(text, i)
		if w == 0 || c == ';' || c == ',' || n == len(buf) {
			break
		}
		i += w
		if !blank(c) {
			buf[n] = c | 0x20
			n++
		}
	}
	kind := buf[:n]
	if n == 0 && contains(text, i, 8, "<") {
		return true // without a type, and markup
	}
	if n == 0 || begins(kind, "image/svg") {
		return contains(text, i, 160, "script") || contains(text, i, 160, "onload") || contains(text, i, 160, "alert")
	}
	for _, t := range [...]string{"text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript", "text/vbscript", "text/xsl",
		"application/javascript", "application/x-java", "application/x-x509", "text/x-scriptlet", "application/x-dom"} {
		if begins(kind, t) {
			return true
		}
	}
	return false
}

// contains reports whether word, lower case, begins within the first n bytes of text[i:].
func contains(text []byte, i, n int, word string) bool {
	stop := min(i+n, len(text)-len(word)+1)
	for ; i < stop; i++ {
		if fold.Lower(text[i]) != word[0] {
			continue
		}
		k := 1
		for k < len(word) && fold.Lower(text[i+k]) == word[k] {
			k++
		}
		if k == len(word) {
			return true
		}
	}
	return false
}

// activeStyle reports whether a style sheet or attribute, of at most n bytes at i, runs code. What a
// comment hides depends on whether a string began before it, so both readings are tried.
func activeStyle(text []byte, i, n int) bool {
	return styleCode(text, i, n, false) || styleCode(text, i, n, true)
}

// manyEscapes is how many letters of a style may be written as escapes before that alone is telling.
const manyEscapes = 3

func styleCode(text []byte, i, n int, opaque bool) bool {
	var buf [14]byte // the last letters, comments and escapes removed
	k, escapes := 0, 0
	for stop := min(i+n, len(text)); i < stop; {
		switch {
		case text[i] == '/' && i+1 < stop && text[i+1] == '*':
			for i += 2; i+1 < stop && (text[i] != '*' || text[i+1] != '/'); i++ {
			}
			i += 2
			continue
		case opaque && quoteIndex(text[i]) >= 0:
			q := text[i]
			for i++; i < stop && text[i] != q; i++ {
			}
			i++
			continue
		}
		c, w := char(text, i)
		if c == '\\' {
			if r, size := styleEscape(text, i, stop); size > 0 {
				c, w = r, size
				if isLetter(r) {
					escapes++
				}
			}
		}
		i += max(w, 1)
		if blank(c) || c == '\\' || c == 0x80 {
			continue
		}
		if k == len(buf) {
			copy(buf[:], buf[1:])
			k--
		}
		buf[k] = fold.Lower(c)
		k++
		if escapes >= manyEscapes || codes(buf[:k], c) {
			return true
		}
	}
	return false
}

// codes reports whether a style, read up to c, runs something.
func codes(last []byte, c byte) bool {
	switch c {
	case '(':
		return ends(last, "expression(") || ends(last, "binding:url(") || ends(last, "behaviour:url(")
	case ':':
		return ends(last, "javascript:") || ends(last, "vbscript:") || ends(last, "behavior:")
	}
	return c|0x20 == 'g' && ends(last, "moz-binding")
}

// styleEscape reads an escape of a style sheet: a backslash, up to six hexadecimal digits, and the blank
// that ends them.
func styleEscape(text []byte, i, stop int) (c byte, n int) {
	v, j := 0, i+1
	for ; j < stop && j < i+7; j++ {
		d, ok := hexDigit(text[j])
		if !ok {
			break
		}
		v = v<<4 | int(d)
	}
	if j < i+3 {
		return 0, 0
	}
	if j < stop && text[j] == ' ' {
		j++
	}
	return ascii(v), j - i
}

func begins(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func ends(b []byte, s string) bool { return len(b) >= len(s) && string(b[len(b)-len(s):]) == s }

// placeholder reports whether a value is a name in braces, for which a program puts another.
func placeholder(v []byte) bool {
	if len(v) < 3 || v[0] != '{' || v[len(v)-1] != '}' {
		return false
	}
	for _, c := range v[1 : len(v)-1] {
		if !nameByte(c) && c != '.' {
			return false
		}
	}
	return true
}

// brokenStyle reports whether a style attribute has what no declaration has and parsers of old resumed behind: braces,
// brackets, a comment inside a URL. Braces in pairs are a template's.
func brokenStyle(style []byte) bool {
	for i, c := range style {
		switch c {
		case '{', '}':
			if i+1 < len(style) && (style[i+1] == c || style[i+1] == '%' || style[i+1] == '$') || i > 0 && (style[i-1] == c || style[i-1] == '%' || style[i-1] == '$' || style[i-1] == '#') {
				return false
			}
			return !contains(style, 0, i, "{") && !contains(style, 0, i, "[") && !placeholder(style)
		case '[':
			return i == 0 || style[i-1] != '['
		}
	}
	return contains(style, 0, len(style), "url(") && contains(style, 0, len(style), "/*")
}
