package cmdi

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// maxExpansion bounds a value that is read as one word of a shell.
const maxExpansion = 128

// expansions judges a short value that is one word or command of a shell and nothing else: braces, wildcards, arithmetic
// and history are expanded into what filters do not see.
func (f *finder) expansions() {
	text := f.text
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	if len(text) < 2 || len(text) > maxExpansion || f.head.lines > 1 {
		return
	}
	switch {
	case history(text), tilde(text):
		f.add(0, len(text), 0.8, "history_expansion")
	case arithmetic(text):
		f.add(0, len(text), 0.82, "arithmetic_expansion")
	case wildcards(text):
		f.add(0, len(text), 0.84, "wildcard_path")
	case braces(text):
		f.add(0, len(text), 0.84, "brace_command")
	case joined(text):
		f.add(0, len(text), 0.85, "disguised_command")
	case fold.HasPrefix(text, "$shell ") || fold.HasPrefix(text, "${shell} "):
		f.add(0, 7, 0.85, "shell_variable")
	}
}

// history reports whether text is a reference to a command before: !1, !-1!-2.
func history(text []byte) bool {
	i := 0
	for i+1 < len(text) && text[i] == '!' {
		i++
		if text[i] == '-' {
			i++
		}
		from := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i == from || i > from+4 {
			return false
		}
	}
	return i == len(text)
}

// tilde reports whether text is a directory of the shell's stack: ~+, ~-1.
func tilde(text []byte) bool {
	if text[0] != '~' || text[1] != '+' && text[1] != '-' || len(text) > 4 {
		return false
	}
	for _, c := range text[2:] {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// arithmetic reports whether text begins with an expansion that only shells have: $[, $((, ${x#, <(.
func arithmetic(text []byte) bool {
	last := text[len(text)-1]
	switch {
	case text[0] == '$' && text[1] == '[':
		return last == ']' && computes(text[2:len(text)-1])
	case fold.HasPrefix(text, "$(("):
		return last == ')'
	case fold.HasPrefix(text, "<("), fold.HasPrefix(text, ">("):
		return last == ')' && len(text) > 3 && isLetter(text[2])
	case fold.HasPrefix(text, "${"):
		i := 2
		for i < len(text) && (isLetter(text[i]) || text[i] == '_') {
			i++
		}
		return last == '}' && i < len(text) && (text[i] == '#' && i > 2 || text[i] == '%' && i > 2 || text[i] == '`')
	}
	return false
}

// computes reports whether b computes: $[1+2], $[x]. JSONPath has strings, numbers and stars there.
func computes(b []byte) bool {
	if len(b) == 0 || b[0] == '\'' || b[0] == '"' || b[0] == '*' || b[0] == '?' {
		return false
	}
	for _, c := range b {
		if !isDigit(c) && c != ':' && c != ',' && c != '-' {
			return true
		}
	}
	return false
}

// wildcards reports whether text is a path with wildcards in the middle of names: /bi[n]/bash, /???/?s. A whole segment in
// brackets is a route's parameter, a question mark begins a query.
func wildcards(text []byte) bool {
	if text[0] != '/' {
		return false
	}
	marks, sets := 0, 0
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '?':
			marks++
		case c == '=', c == '&', c <= ' ', c == '{', c == '(', c == '<', c == ':', c == '"':
			return false
		case c == '[':
			j := i + 1
			for j < len(text) && text[j] != ']' {
				j++
			}
			if j == len(text) {
				return false
			}
			if isLetter(text[i-1]) || j+1 < len(text) && isLetter(text[j+1]) {
				sets++
			}
			i = j
		}
	}
	return sets > 0 || marks >= 2
}

// braces reports whether text is a word with alternatives, one of which is a command: {,ip,a}, c{a,oun}t.
func braces(text []byte) bool {
	open := 0
	for open < len(text) && isLetter(text[open]) {
		open++
	}
	if open == len(text) || text[open] != '{' {
		return false
	}
	end := open
	for end < len(text) && text[end] != '}' {
		if text[end] == '"' && text[open+1] != '"' && text[open+1] != ',' || text[end] == ':' || text[end] == ' ' {
			return false
		}
		end++
	}
	if end == len(text) {
		return false
	}
	var name [32]byte
	items := 0
	for from := open + 1; from <= end; {
		to := from
		for to < end && text[to] != ',' {
			to++
		}
		items++
		if n := open + to - from + len(text) - end - 1; n <= len(name) {
			k := copy(name[:], text[:open])
			k += copy(name[k:], text[from:to])
			k += copy(name[k:], text[end+1:])
			if w := wordAt(name[:k], 0); k > 1 && w.end == k && (w.class&(cStrong|cRecon|cBuild) != 0 || w.path && w.glob) {
				return itemsFollow(text[from:end+1]) || items > 1
			}
		}
		from = to + 1
	}
	return false
}

// itemsFollow reports whether there is another item in what is left of the braces.
func itemsFollow(rest []byte) bool {
	for _, c := range rest {
		if c == ',' {
			return true
		}
	}
	return false
}

// joined reports whether text holds an empty substitution inside a word: pi<()ng.
func joined(text []byte) bool {
	for i := 1; i+3 < len(text); i++ {
		if (text[i] == '<' || text[i] == '>') && text[i+1] == '(' && text[i+2] == ')' && isLetter(text[i-1]) && isLetter(text[i+3]) {
			return true
		}
	}
	return false
}

// shellCommands are the commands of SQLite's own shell, which begin a line with a dot.
var shellCommands = [...]string{"shell", "system", "sh ", "databases", "import ", "load ", "read ", "open ", "once ", "output ", "dump", "tables", "clone "}

// dotted judges what follows the semicolon at i.
func (f *finder) dotted(i int) {
	if end := shellLine(f.text, i); end > 0 && !f.head.long {
		f.add(i, end, 0.85, "sqlite_shell")
	}
}

// shellLine returns where the command ends in a line of SQLite's shell behind the semicolon at i, 0 when there is none.
func shellLine(text []byte, i int) int {
	j := i + 1
	for j < len(text) && j < i+8 && (text[j] == '\n' || text[j] == '\r' || blank(text[j]) || text[j] == '\\' && j+1 < len(text) && (text[j+1] == 'n' || text[j+1] == 'r')) {
		if text[j] == '\\' {
			j++
		}
		j++
	}
	if j >= len(text) || text[j] != '.' {
		return 0
	}
	j++
	for j < len(text) && j < i+12 && (blank(text[j]) || text[j] == '\\' || text[j] == '"' || text[j] == '\'') {
		j++
	}
	for _, c := range shellCommands {
		if fold.HasPrefix(text[j:], c) {
			return j + len(c)
		}
	}
	return 0
}
