package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// argument says what follows a command's name.
type argument uint8

const (
	aNone      argument = iota // prose or nothing like an argument
	aEnd                       // the text or the command ends
	aPlain                     // a number, a variable, a name with a dot
	aShaped                    // a flag, a path, a URL, a quoted string, a redirection
	aSensitive                 // what attacks go for: /etc/passwd, an address, code for an interpreter
)

// maxArguments bounds the words that are looked at after a command.
const maxArguments = 6

// arguments are the words after a command.
type arguments struct {
	best, first argument
	end         int
	prose       bool // a word among them is none of an argument's shapes
	whole       bool // nothing but a separator or the end of the text follows
}

// arguments judges the words after the command that ends at i.
func (f *finder) arguments(i int) (a arguments) {
	a.end = i
	option := false // the last word was one: what follows may be its value
	for n := 0; n < maxArguments; n++ {
		spaced := i < len(f.text) && blank(f.text[i])
		for i < len(f.text) && blank(f.text[i]) {
			i++
		}
		kind, j := f.argument(i, spaced || n == 0)
		if n == 0 {
			a.first = kind
		}
		if kind == aEnd {
			a.whole = true
			if n == 0 {
				a.best = aEnd
			} else {
				a.best = max(a.best, aPlain)
			}
			return a
		}
		if kind == aNone && j > i && option && f.text[j-1] != '(' && f.at(j) != ')' {
			kind = aPlain
		}
		option = kind == aShaped && (f.text[i] == '-' && f.at(i+1) != '-' || f.text[i] == '/' && j-i < 24) // long ones have it behind an equals sign
		if j == i || kind == aNone && n > 0 && a.best >= aShaped {
			a.prose = true
			return a
		}
		a.prose = a.prose || kind == aNone
		a.best = max(a.best, kind)
		i, a.end = j, j
	}
	a.whole = i >= len(f.text)
	return a
}

// argument judges the word at i.
func (f *finder) argument(i int, spaced bool) (argument, int) {
	if i >= len(f.text) {
		return aEnd, i
	}
	c := f.text[i]
	switch c {
	case ';', '|', '&', '\n', '\r', ')', '`', '#', '}':
		return aEnd, i
	case '\\':
		if i+1 < len(f.text) && (f.text[i+1] == 'n' || f.text[i+1] == 'r') && (i+2 >= len(f.text) || !isLetter(f.text[i+2])) {
			return aEnd, i
		}
	case '<', '>':
		return aShaped, i + 1
	case '\'', '"':
		if i+1 >= len(f.text) || f.text[i+1] == '\r' || f.text[i+1] == '\n' {
			return aEnd, i
		}
		return aPlain, f.wordEnd(f.quoteEnd(i))
	case '(':
		return aNone, i
	}
	j := f.wordEnd(i)
	if j == i {
		return aNone, i
	}
	w := f.text[i:j]
	switch {
	case sensitive(w):
		return aSensitive, j
	case c == '-' && len(w) > 1 && (isLetter(w[1]) || w[1] == '-') && len(w) < 24:
		return aShaped, j
	case c == '-' && len(w) > 1 && len(w) < 4 && isDigit(w[1]):
		return aPlain, j
	case c == '/' && len(w) < 4 && len(w) > 1 && isLetter(w[1]), c == '/' && len(w) > 1, c == '~', len(w) == 1 && c == '/':
		return aShaped, j
	case len(w) > 2 && w[1] == ':' && w[2] == '\\':
		return aShaped, f.driveEnd(j)
	case c == '%' && len(w) > 3, c == '$' && len(w) > 1, c == '\\' && len(w) > 1:
		return aShaped, j
	case substituted(w):
		return aShaped, j
	case w[0] == '.' && len(w) < 3, w[0] == '*' && len(w) == 1, w[0] == '{' && len(w) == 2, assignment(w) > 0:
		return aPlain, j
	case dotted(w), commands.Class(w)&(cSub|cStrong) != 0 && commands.Class(w)&cWeak == 0:
		return aPlain, j
	case isDigit(c) && spaced:
		return aPlain, j
	}
	return aNone, j
}

// quoteEnd returns the byte after the string that begins at i, or after its first word when it does
// not end within reach.
func (f *finder) quoteEnd(i int) int {
	for j := i + 1; j < len(f.text) && j < i+maxSpan; j++ {
		if f.text[j] == f.text[i] {
			return j + 1
		}
	}
	return f.wordEnd(i + 1)
}

func (f *finder) wordEnd(i int) int {
	for n := 0; i < len(f.text) && n < 256; n++ {
		switch f.text[i] {
		case ' ', '\t', '\n', '\r', ';', '|', '&', ')', '`', '<', '>', '+':
			return i
		}
		i++
	}
	return i
}

// driveEnd returns where a path of Windows ends whose first word ends at j: names in it may have blanks as long as a backslash follows.
func (f *finder) driveEnd(j int) int {
	for k := j; k < len(f.text) && k < j+maxWord && f.text[k] != '\n' && !separators[f.text[k]]; k++ {
		if f.text[k] == '\\' {
			j = f.wordEnd(k)
			k = j
		}
	}
	return j
}

// substituted reports whether a word holds what the shell puts another text in the place of.
func substituted(w []byte) bool {
	for i := 0; i+2 < len(w); i++ {
		if w[i] == '$' && (w[i+1] == '(' || w[i+1] == '{') {
			return true
		}
	}
	return false
}

// assignment returns where the value begins in a word that gives a name one, name=value; 0 when it does not.
func assignment(w []byte) int {
	i := 0
	for i < len(w) && (isLetter(w[i]) || w[i] == '_' || isDigit(w[i]) && i > 0) {
		i++
	}
	if i == 0 || i+1 >= len(w) || w[i] != '=' || w[i+1] == '=' {
		return 0
	}
	return i + 1
}

// dotted reports whether w is a file or host name: letters and digits with a dot among them.
func dotted(w []byte) bool {
	for i := 1; i+1 < len(w); i++ {
		if (w[i] == '.' || w[i] == '/' || w[i] == '*') && wordByte(w[i+1]) && wordByte(w[i-1]) {
			return true
		}
	}
	return len(w) > 1 && w[0] == '*'
}

// sensitive reports whether w names what attacks read or reach.
func sensitive(w []byte) bool {
	for i := range w {
		switch fold.Lower(w[i]) {
		case '/':
			for _, dir := range [...]string{"/etc/", "/bin/", "/dev/tcp", "/dev/null", "/proc/", "/var/www", "/tmp/", "/root", "/home/", "/?"} {
				if at(w, i, dir) {
					return true
				}
			}
		case ':':
			if at(w, i, "://") || at(w, i, ":\\win") || at(w, i, ":\\boot") {
				return true
			}
		case 'p':
			if at(w, i, "passwd") {
				return true
			}
		case 'b', 'r', 'w':
			if at(w, i, "boot.ini") || at(w, i, "win.ini") || at(w, i, "repair\\") {
				return true
			}
		}
	}
	return address(w)
}

func at(w []byte, i int, s string) bool { return fold.HasPrefix(w[i:], s) }

// address reports whether w is an IPv4 address or localhost.
func address(w []byte) bool {
	dots, digits := 0, 0
	for _, c := range w {
		switch {
		case c == '.':
			dots++
		case isDigit(c):
			digits++
		default:
			return fold.HasPrefix(w, "localhost")
		}
	}
	return dots == 3 && digits >= 4
}
