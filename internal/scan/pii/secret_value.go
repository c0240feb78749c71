package pii

import (
	"math/bits"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// passwordLike reports whether a value behind a name for passwords is one, and no word of a language or of code. In quotes
// two kinds of characters are enough when one of them is a digit or a mark that words do not have.
func passwordLike(value []byte, quoted bool) bool {
	var digits, letters, marks int
	for i, c := range value {
		switch {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
		case c == '/' || c == '\\' || c == '|':
			if !quoted {
				return false
			}
		case c == '_' || c == '-' || c == '.' || c == ':' || c == '@' && i == 0:
		default:
			marks++
		}
	}
	if letters == 0 {
		return quoted && digits == len(value)
	}
	return digits > 0 || marks > 0 && quoted
}

// mark is a string that is looked for, and the letters it has, as lettersOf says.
type mark struct {
	text    string
	letters uint64
}

func newMarks(texts ...string) []mark {
	all := make([]mark, len(texts))
	for i, text := range texts {
		all[i] = mark{text, lettersOf([]byte(text))}
	}
	return all
}

// lettersOf has a bit for each character of b, without regard to case; some share one.
func lettersOf(b []byte) (seen uint64) {
	for _, c := range b {
		seen |= 1 << ((c | 0x20) & 63)
	}
	return seen
}

// codeParts are in names of programs.
var codeParts = newMarks("key", "token", "secret", "passw", "cert", "config", "param", "test", "%20", "::")

// containsAny reports whether b contains one of the marks, in any case. Most of them have a character that b has not.
func containsAny(b []byte, marks []mark) bool {
	missing := ^lettersOf(b)
	for i := range marks {
		if marks[i].letters&missing == 0 && fold.Contains(b, marks[i].text) {
			return true
		}
	}
	return false
}

// codeLike reports whether a value without quotes is a call, an index or a name of a program: testRSA2048PrivateKey.
func codeLike(value []byte) bool {
	for _, c := range value {
		if c == '(' || c == '[' || c == '{' {
			return true
		}
	}
	return containsAny(value, codeParts)
}

var masks = newMarks("xxxx", "****", "....")

// masked recognises values that were replaced: masks and runs of one character.
func masked(b []byte) bool {
	return containsAny(b, masks) || !varied(b)
}

// placeholderMarks are what examples and variables have in them.
var placeholderMarks = newMarks("xxxx", "****", "your", "example", "placeholder", "changeme", "change-me", "change_me", "redacted", "dummy", "insert", "replace", "todo", "://", "...", "{{", "${", "process.env", "getenv", "environ", "`", "$(")

// placeholder recognises values that stand for a secret: variables and examples.
func placeholder(b []byte) bool {
	if len(b) == 0 || b[0] == '$' || b[0] == '<' || b[0] == '{' || b[0] == '%' || b[0] == '*' || b[0] == '[' || b[0] == '#' && len(b) > 1 && b[1] == '{' {
		return true
	}
	return containsAny(b, placeholderMarks) || stock(b)
}

// stock reports whether a value is one of the words that documentation puts where a password goes.
func stock(b []byte) bool {
	for _, word := range [...]string{"password", "passwd", "secret", "passphrase", "mypass", "mysecret", "hunter", "pass", "mypassword", "dbpass", "passwort", "kennwort", "wachtwoord",
		"motdepasse", "contrasena", "senha", "parola", "username", "required", "optional", "string", "undefined"} {
		if len(b) == len(word) && fold.Contains(b, word) {
			return true
		}
	}
	return false
}

// classes counts kinds of characters: lower case, upper case, digits, others.
func classes(b []byte) int {
	var seen uint8
	for _, c := range b {
		switch {
		case isDigit(c):
			seen |= 1
		case isUpper(c):
			seen |= 2
		case isLetter(c):
			seen |= 4
		default:
			seen |= 8
		}
	}
	return bits.OnesCount8(seen)
}

// random reports whether b is unlike words: digits among the letters, changes of kind throughout, and many
// different characters for its length.
func random(b []byte) bool {
	var seen [2]uint64
	changes, digits, last, distinct := 0, 0, 0, 0
	for _, c := range b {
		kind := 3
		switch {
		case isDigit(c):
			kind = 1
			digits++
		case isUpper(c):
			kind = 2
		}
		if last != 0 && kind != last {
			changes++
		}
		last = kind
		if bit := uint64(1) << (c & 63); seen[c>>6&1]&bit == 0 {
			seen[c>>6&1] |= bit
			distinct++
		}
	}
	return digits >= 2 && digits < len(b) && changes*5 >= len(b) && distinct >= min(10, len(b)/2)
}

// kinds3 reports whether lower case, capitals and digits are all there and nothing else: a token too short to judge by its
// length is no word then.
func kinds3(b []byte) bool {
	lower, upper, digits := 0, 0, 0
	for _, c := range b {
		switch {
		case isDigit(c):
			digits++
		case isUpper(c):
			upper++
		case isLetter(c):
			lower++
		}
	}
	return lower > 0 && upper > 1 && digits > 1 && lower+upper+digits == len(b)
}

// keyLike reports whether a value behind a label is a key or token: unlike words throughout, or of a length and of characters
// that words do not have.
func keyLike(b []byte) bool {
	switch {
	case random(b):
		return len(b) >= minKeyed || len(b) >= minMixed && kinds3(b)
	case len(b) >= 32 && mixed(b) && shape("<x32+>").is(b):
		return true
	}
	return len(b) >= 20 && kinds3(b) && countDigits(b) >= 4
}
