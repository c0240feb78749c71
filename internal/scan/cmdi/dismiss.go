package cmdi

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// Dismiss reports whether nothing is to be found because of the doubtful trigger that ends at text[:end]: no command follows
// what separates commands, and the text does not begin as one. When it is not sure it does not. It looks at a bounded number of bytes.
func Dismiss(text []byte, end int) bool {
	i := end - 1
	if i >= maxLine && early[text[i]] && text[i-1] != ' ' && text[i-1] != ':' && text[i-1] != '$' && text[i-1] != ')' {
		return true
	}
	wakes := false
	switch text[i] {
	case '\n':
		wakes = i < nearStart && nextLine(text, i) || disguised(text, end) && separates(text, i)
	case ';', '|', '&':
		wakes = separates(text, i)
	case '`':
		wakes = (&finder{text: text}).executed(i) && separates(text, i)
	case '(':
		wakes = substitutes(text, i-1)
	case '{':
		wakes = i > 0 && (text[i-1] == '$' && (fold.HasPrefix(text[end:], "ifs") || end < maxLine) || text[i-1] != '$' && recursive(text, end))
	case 'n', 'r':
		wakes = text[i-1] == '\\' && end < maxLine && command(text, end)
	}
	return !wakes && !(i < 2*maxBare && Opens(text))
}

// early holds the bytes of Early: at an offset of maxLine or more no first word goes on.
var early = byteSet(strings.Join(Early, ""))

// nearStart is more than the bytes of the blanks, the value and the closing marks that a line end is looked for behind.
const nearStart = 3*maxValue + 2*maxClosing

// lead holds the bytes that may stand between a separator and its command.
var lead = byteSet(" \t+\n\r({!")

// separators holds the bytes that repeat or follow each other in a separator.
var separators = byteSet(";|&`\n")

func byteSet(bytes string) (t [256]bool) {
	for _, c := range []byte(bytes) {
		t[c] = true
	}
	return t
}

// target returns where the command behind the separator at i would begin.
func target(text []byte, i int) int {
	j := i + 1
	for j < len(text) && j < i+4 && separators[text[j]] {
		j++
	}
	for j < len(text) && j < i+maxLine && lead[text[j]] {
		j++
	}
	return j
}

// separates reports whether something that is run may follow the separator at i.
func separates(text []byte, i int) bool {
	if text[i] == '&' && entity(text, i) {
		return false
	}
	j := target(text, i)
	if j == len(text) {
		return false
	}
	switch c := text[j]; {
	case c == '[':
		return method(text, j)
	case c == '$' && text[i] != '\n' && j+1 < len(text) && (isLetter(text[j+1]) || text[j+1] == '_'):
		return true // a variable that the text may have given its value
	}
	return command(text, j) || text[i] == ';' && shellLine(text, i) > 0
}

// method reports whether a static method of .NET is called at j.
func method(text []byte, j int) bool {
	k := j + 1
	for k < len(text) && k < j+maxWord && wordByte(text[k]) {
		k++
	}
	return k == len(text) || fold.HasPrefix(text[k:], "]::") || command(text, j)
}

// nextLine reports whether the line behind the line end at i may be a command that goes for something, or stands at the text's
// beginning or behind an address.
func nextLine(text []byte, i int) bool {
	if !separates(text, i) {
		return false
	}
	if i <= maxClosing {
		return true
	}
	for k := i; k > 0; k-- {
		if c := text[k-1]; c > ' ' {
			if isDigit(c) || c == '\'' || c == '"' || c == ')' {
				return true
			}
			break
		}
	}
	j := target(text, i)
	for stop := min(len(text), j+maxBatch); j < stop && text[j] != '\n'; j++ {
		switch c := text[j]; c {
		case '/', ':', '\\', '\'', '"', '$', '.', '*', '?':
			return true
		case 'p', 'P':
			if fold.HasPrefix(text[j:], "passwd") {
				return true
			}
		}
	}
	return false
}

// substitutes reports whether a command may be in the parentheses of the substitution at i.
func substitutes(text []byte, i int) bool {
	j := i + 2
	if text[i] != '$' && i > 0 && j+1 < len(text) && text[j] == ')' {
		return len(text) <= maxBare && isLetter(text[i-1]) && isLetter(text[j+1]) // an empty one inside a word
	}
	for j < len(text) && j < i+maxLine && (blank(text[j]) || text[j] == '`' || text[j] == '(') {
		j++
	}
	return (text[i] == '$' || i <= maxClosing) && command(text, j)
}

// recursive reports whether the function whose body begins at i begins by calling itself.
func recursive(text []byte, i int) bool {
	j := i - 2
	for j > 0 && text[j] != ')' {
		j--
	}
	if j < 2 || text[j-1] != '(' {
		return false
	}
	for j--; j > 0 && (wordByte(text[j-1]) || text[j-1] == ':'); j-- {
	}
	for i < len(text) && blank(text[i]) {
		i++
	}
	return i == len(text) || text[i] == text[j] || text[i] == '('
}

// Opens reports whether a text may begin with a command, in whatever disguise, an option, an expansion, or a line to a mail server.
func Opens(text []byte) bool {
	i := 0
	for i < len(text) && (text[i] <= ' ' || text[i] == '+' || text[i] == '\'' || text[i] == '"' || text[i] == '&' || text[i] == '|' || text[i] == '@') {
		if i++; i == maxBatch {
			return true
		}
	}
	if i >= len(text)-1 {
		return false
	}
	switch c, next := text[i], text[i+1]; c {
	case '-':
		return i == 0 && (next == '-' || isLetter(next))
	case '{':
		return next == ',' || next == '/' || next == '?' || next == '*' || isLetter(next)
	case '<', '>':
		return next == '('
	case '!':
		return next == '-' || isDigit(next)
	case '~':
		return next == '+' || next == '-'
	case '$', '/', '\\':
		return true
	}
	if text[0] < ' ' && (isDigit(text[i+1]) || i+4 <= len(text) && mails(text, i)) {
		return true
	}
	return command(text, i) || fold.HasPrefix(text[i:], "if/") || braced(text, i)
}

// braced reports whether letters and then alternatives in braces are at i.
func braced(text []byte, i int) bool {
	for i < len(text) && i < maxBatch && isLetter(text[i]) {
		i++
	}
	return i < len(text) && text[i] == '{'
}

// mails reports whether the word at i is a command of a mail server.
func mails(text []byte, i int) bool {
	j := i
	for j < len(text) && j < i+maxLine && isLetter(text[j]) {
		j++
	}
	return commands.Class(text[i:j])&cMail != 0
}

// disguises holds the bytes that may go on with a command's name in another way than letters do.
var disguises = byteSet("'\"\\$/^?*[]{_-.0123456789`")

// command reports whether the word at i may be a command, in whatever disguise.
func command(text []byte, i int) bool {
	j := i
	for j < len(text) && j < i+maxLine && isLetter(text[j]) {
		j++
	}
	if j == len(text) || !disguises[text[j]] {
		return j > i && j < i+maxLine && commands.Class(text[i:j])&(cStrong|cWeak) != 0
	}
	w := wordAt(text, i)
	return w.class&(cStrong|cWeak) != 0 || w.glob && w.path
}
