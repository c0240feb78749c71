package xss

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

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
		default:
			return 0, i
		}
	}
	return 0, i
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
	if n == 0 || begins(kind, "image/svg") {
		return contains(text, i, 160, "script") || contains(text, i, 160, "onload") || contains(text, i, 160, "alert")
	}
	for _, t := range [...]string{"text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/javascript", "text/vbscript", "text/xsl",
		"application/javascript", "application/x-java", "text/x-scriptlet", "application/x-dom"} {
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
		if lower(text[i]) != word[0] {
			continue
		}
		k := 1
		for k < len(word) && lower(text[i+k]) == word[k] {
			k++
		}
		if k == len(word) {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// activeStyle reports whether a style sheet or attribute, of at most n bytes at i, runs code.
func activeStyle(text []byte, i, n int) bool {
	var buf [14]byte // the last letters, comments and escapes removed
	k := 0
	push := func(c byte) {
		if k == len(buf) {
			copy(buf[:], buf[1:])
			k--
		}
		buf[k] = lower(c)
		k++
	}
	for stop := min(i+n, len(text)); i < stop; {
		if text[i] == '/' && i+1 < stop && text[i+1] == '*' {
			for i += 2; i+1 < stop && (text[i] != '*' || text[i+1] != '/'); i++ {
			}
			i += 2
			continue
		}
		c, w := char(text, i)
		i += max(w, 1)
		if blank(c) || c == '\\' || c == 0x80 {
			continue
		}
		push(c)
		if last := buf[:k]; c == '(' && ends(last, "expression(") || c|0x20 == 'g' && ends(last, "moz-binding") ||
			c == ':' && (ends(last, "javascript:") || ends(last, "vbscript:") || ends(last, "behavior:")) {
			return true
		}
	}
	return false
}

func begins(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func ends(b []byte, s string) bool { return len(b) >= len(s) && string(b[len(b)-len(s):]) == s }
