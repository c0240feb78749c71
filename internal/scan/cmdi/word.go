package cmdi

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// word is one shell word with its disguises removed.
type word struct {
	end   int // byte after it
	class lexicon.Class
	split bool // quotes, backslashes or empty expansions inside the name
	glob  bool // wildcards stand for letters
	ifs   bool // $IFS ends it
	path  bool // has a directory before the name
	fixed int  // letters of the name that are given
}

// maxWord bounds the bytes read for one word.
const maxWord = 96

// wordAt reads the shell word at i: c'a't, c""at, c\at, c$@at, /b?n/c?t, {cat,/etc/passwd}.
func wordAt(text []byte, i int) word {
	var buf [24]byte
	var w word
	n, start, quotes, carets := 0, i, 0, 0
	stop := min(len(text), i+maxWord)
	for i < stop {
		c := text[i]
		switch {
		case c == '\'' || c == '"':
			inside := i > start && n > 0 && i+1 < stop && wordByte(text[i+1])
			if inside || i > start && text[i-1] == c {
				quotes++
			}
			if inside && text[start] == c {
				quotes++ // 'i'd
			}
			i++
			continue
		case c == '\\' && i > start && i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r') && (i+2 >= len(text) || !isLetter(text[i+2])):
			stop = i // a line break written out
			continue
		case c == '^' && i > start && i+1 < stop && isLetter(text[i+1]):
			carets++
			w.split = w.split || carets > 1 // one is a power
			i++
			continue
		case c == '\\' && i+1 < stop && (wordByte(text[i+1]) || text[i+1] == '\n'):
			w.split = w.split || i > start
			i++
			continue
		case c == '`' && i > start && n > 0 && i+1 < stop && text[i+1] == '`':
			w.split = true
			i += 2
			continue
		case c == '$':
			skip, ifs := expansion(text, i)
			if ifs {
				w.ifs = true
				stop = i
				continue
			}
			if skip == 0 || i == start && i+skip == len(text) {
				stop = i
				continue
			}
			w.split = w.split || n > 0 || w.path
			i += skip
			continue
		case c == '/':
			w.path, n, w.fixed = true, 0, 0
		case c == '?' || c == '*' || c == '[' || c == ']':
			w.glob = true
		case !wordByte(c):
			stop = i
			continue
		case n < len(buf):
			buf[n] = c
			n++
			w.fixed++
		default:
			n = len(buf) + 1
			stop = i
			continue
		}
		i++
	}
	w.split = w.split || quotes > 1 || quotes == 1 && i > start && (text[i-1] == '\'' || text[i-1] == '"') // I'd is no disguise
	w.end = i
	w.path = w.path && (inBin(text[start:i]) || w.split && inBin(plainPath(text[start:i])))
	if n <= len(buf) {
		w.class = commands.Class(buf[:n])
		if w.class == 0 && n > 2 && isDigit(buf[n-1]) {
			w.class = commands.Class(buf[:unversioned(buf[:n])])
		}
		if n > 4 && buf[n-4] == '.' && (buf[n-1]|0x20 == 'e' || buf[n-1]|0x20 == 'm') {
			w.class |= commands.Class(buf[:n-4]) // .exe, .com
		}
	}
	return w
}

// plainPath is a path without its expansions, $u/bin$u/cat, as far as they are one letter; its first 16 bytes.
func plainPath(path []byte) []byte {
	var plain [16]byte
	n := 0
	for i := 0; i < len(path) && n < len(plain); i++ {
		if path[i] == '$' && i+1 < len(path) && isLetter(path[i+1]) {
			i++
			continue
		}
		plain[n] = path[i]
		n++
	}
	return plain[:n:n]
}

// unversioned returns the length of a name without its version: python3.10, gcc7.4.
func unversioned(name []byte) int {
	n := len(name)
	for n > 0 && (isDigit(name[n-1]) || name[n-1] == '.') {
		n--
	}
	return n
}

// inBin reports whether the path is of a program's directory, wildcards allowed: /usr/bin/id, /b?n/c?t.
func inBin(path []byte) bool {
	for i := range path {
		if path[i] == '/' && i+4 < len(path) && (path[i+4] == '/' || i+5 < len(path) && path[i+5] == '/') {
			c := fold.Lower(path[i+1])
			if at(path, i, "/bin/") || at(path, i, "/sbin/") || at(path, i, "/usr/") || c == '?' || path[i+2] == '?' || path[i+3] == '?' || path[i+2] == '*' || c == '*' {
				return true
			}
		}
	}
	return false
}

// complete reports whether the word ends where a command name does.
func complete(text []byte, i int) bool {
	if i >= len(text) {
		return true
	}
	switch text[i] {
	case ' ', '\t', '\r', '\n', '+', ';', '|', '&', ')', '`', '<', '>', '$', '}', ',', '\'', '"', '#', '%', '/', '\\':
		return true
	}
	return false
}

// expansion reads a parameter expansion at i that is empty in an ordinary shell: $@, $*, $9, $u,
// ${x}, $(). ifs says that it is white space instead.
func expansion(text []byte, i int) (n int, ifs bool) {
	rest := text[i:min(len(text), i+16)]
	if len(rest) < 2 {
		return 0, false
	}
	if fold.HasPrefix(rest[1:], "ifs") || fold.HasPrefix(rest[1:], "{ifs") {
		return 0, true
	}
	switch c := rest[1]; {
	case c == '@' || c == '*' || c == '!' || c == '-' || c == '?' || c == '$' || c == '#' || c == '_' || c-'0' < 10:
		return 2, false
	case c == '\'' || c == '"':
		return 1, false // $'...'
	case isLetter(c) && (len(rest) == 2 || rest[2] == '/'):
		return 2, false
	case c == '{' || c == '(':
		for j := 2; j < len(rest); j++ {
			if rest[j] == '}' || rest[j] == ')' {
				return j + 1, false
			}
			if !wordByte(rest[j]) && rest[j] != '@' && rest[j] != '*' {
				return 0, false
			}
		}
	}
	return 0, false
}

func isLetter(c byte) bool { return c|0x20-'a' < 26 }

func isDigit(c byte) bool { return c-'0' < 10 }

func wordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' }

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '+' }
