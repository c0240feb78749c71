package sqli

import (
	"bytes"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// What is needed beside a trigger, read from the bytes without tokens.

// maxTerm bounds the words and numbers that are read behind a word that begins a condition, maxArgument what stands in quotes or
// parentheses there.
const (
	maxTerm     = 6
	maxArgument = 96
)

// conditionFollows reports whether what begins at i, behind a word in the middle of a long text, may be a condition that says something: a
// value and what compares or ends it. left says that what stands before the word may have left a value.
func conditionFollows(text []byte, i int, left bool) bool {
	for range maxTerm {
		for i < len(text) && (text[i] <= ' ' || text[i] == '(' || text[i] == '-' || text[i] == '+' || text[i] == '~' || text[i] == '!') {
			i++
		}
		if i == len(text) {
			return true
		}
		switch kindOf[text[i]] {
		case kNumber:
			j := wordEnd(text, i)
			for j+1 < len(text) && text[j] == '.' && text[j+1]-'0' < 10 {
				j = wordEnd(text, j+1)
			}
			return comparisonFollows(text, j, left, true)
		case kQuote:
			j := bytes.IndexByte(text[i+1:min(len(text), i+1+maxArgument)], text[i])
			if j < 0 {
				return len(text)-i <= maxArgument
			}
			return comparisonFollows(text, i+j+2, left, text[i] != '`')
		case kWord:
			j := wordEnd(text, i)
			class := vocabulary.Class(text[i:j])
			switch {
			case class&cPrefix != 0:
				i = j
				continue
			case class&cSelect != 0:
				return text[i-1] == '('
			case class&lexicon.Class(callable) != 0 && j < len(text) && text[j] == '(', class&cBranch != 0 && j < len(text) && text[j] != ' ':
				return true
			}
			return nameCompared(text, j, left, class&cConst != 0)
		default:
			return text[i] == '@' || text[i] == '{' || i+1 < len(text) && (text[i] == '/' && text[i+1] == '*' || text[i] == '*' && text[i+1] == '/')
		}
	}
	return true
}

// nameCompared is comparisonFollows for the name, or the call, whose first word ends before j.
func nameCompared(text []byte, j int, left, literal bool) bool {
	for j+1 < len(text) && text[j] == '.' && isLetter(text[j+1]) {
		j = wordEnd(text, j+1)
	}
	if j < len(text) && text[j] == '(' {
		n := bytes.IndexByte(text[j:min(len(text), j+maxArgument)], ')')
		if n < 0 {
			return left
		}
		j += n + 1
	}
	return comparisonFollows(text, j, left, literal)
}

// comparisonFollows reports whether a value that ends before j is compared, goes on as arithmetic, or ends the statement.
func comparisonFollows(text []byte, j int, left, literal bool) bool {
	k := j
	for k < len(text) && (text[k] <= ' ' || text[k] == ')' || text[k] == '}') {
		k++
	}
	if k == len(text) {
		return true
	}
	next := byte(0)
	if k+1 < len(text) {
		next = text[k+1]
	}
	switch c := text[k]; {
	case c == '=':
		return literal || left || next != '='
	case c == '<' || c == '>':
		return literal || left || next == '>' || next == '='
	case c == '!':
		return next == '='
	case c == '#' || c == ';' || c == '\'' || c == '"':
		return left
	case c == '-' || c == '/':
		return literal && (k == j || left || next == c || next == '*') || left && (next == c || next == '*')
	case c == '+' || c == '*' || c == '%' || c == '^' || c == '|' || c == '&':
		return literal || left
	case !isLetter(c) || k == j:
		return false
	}
	end := wordEnd(text, k)
	if vocabulary.Class(text[k:end])&(cCmp|cPrefix) == 0 {
		return false
	}
	if literal || left {
		return true
	}
	k = skipSpace(text, end)
	return k == len(text) || kindOf[text[k]] == kQuote || text[k] == '('
}

// joins reports whether what stands around the || or && that ends at text[:end] may be joined to a value that was left.
func joins(text []byte, end int) bool {
	switch last := lastByte(text, end-2); {
	case kindOf[last] == kQuote:
		return true
	case last != ')':
		return false
	}
	i := skipSpace(text, end)
	if i == len(text) {
		return true
	}
	if k := kindOf[text[i]]; k != kWord {
		return k == kNumber || k == kQuote || text[i] == '('
	}
	return vocabulary.Class(text[i:wordEnd(text, i)])&lexicon.Class(callable) != 0
}

// unites reports whether a second query, a list of numbers, a comment or nothing follows at i, behind UNION and its kin.
func unites(text []byte, i int) bool {
	for i < len(text) && (text[i] == '(' || text[i] <= ' ') {
		i++
	}
	if i == len(text) {
		return true
	}
	switch kindOf[text[i]] {
	case kWord:
		class := vocabulary.Class(text[i:wordEnd(text, i)])
		return class&(cAll|cSelect|cValues) != 0 || class&cNoun != 0 && text[i]|0x20 == 't'
	case kNumber:
		return true
	case kQuote:
		return false
	}
	return strings.IndexByte("-#/+*~!%^=<>|&:", text[i]) >= 0
}

// sorts reports whether a number or a call follows at i, behind ORDER BY.
func sorts(text []byte, i int) bool {
	if i == len(text) {
		return true
	}
	if kindOf[text[i]] != kWord {
		return text[i] != '`' && text[i] != '"' && text[i] != ',' && text[i] != '.'
	}
	j := wordEnd(text, i)
	return vocabulary.Class(text[i:j])&lexicon.Class(callable) != 0 && skipSpace(text, j) < len(text) && text[skipSpace(text, j)] == '('
}

// begins reports whether a statement that counts in the middle of a text may begin with the verb at start, what follows it being at i: one
// behind a semicolon, a quote or a parenthesis, and a query that calls or stands in parentheses.
func begins(text []byte, start, i int, class lexicon.Class) bool {
	last := lastByte(text, start)
	if last == ';' || kindOf[last] == kQuote || last == ')' || last == '/' {
		return true
	}
	if class&cSelect == 0 {
		return text[start]|0x20 == 's' && (i == len(text) || !isLetter(text[i]) || text[i]|0x20 == 'e') // shutdown--
	}
	if last == '(' || i == len(text) || text[i] == '@' || text[i] == '/' {
		return true
	}
	if kindOf[text[i]] != kWord {
		return false
	}
	j := wordEnd(text, i)
	return vocabulary.Class(text[i:j])&lexicon.Class(callable) != 0 && j < len(text) && (text[j] == '(' || text[j] == ' ' && j+1 < len(text) && text[j+1] == '(')
}

// meets reports whether an operator of documents, a cast or a comparison follows at i.
func meets(text []byte, i int) bool {
	i = skipSpace(text, i)
	return i < len(text) && strings.IndexByte(":<@-#?>=!", text[i]) >= 0
}

// comments reports whether the comment at i may end a fragment: something stands before it that leaves a value, or that is no sentence.
func comments(text []byte, i int) bool {
	switch last := lastByte(text, i); {
	case last == 0:
		return false
	case !isLetter(last) && last != '.' && last != ',' && last != ':':
		return true
	}
	lead := text[:min(i, leadBytes)]
	first := skipSpace(lead, 0)
	return first == len(lead) || !isLetter(lead[first]) || bytes.IndexByte(lead, '\'') >= 0 || bytes.IndexByte(lead, '"') >= 0 || i > 0 && text[i-1] > ' ' && text[i] == '/'
}

// lineEnds reports whether nothing but blanks follows on the line.
func lineEnds(text []byte, i int) bool {
	for i < len(text) && text[i] == ' ' {
		i++
	}
	return i == len(text) || text[i] == '\r' || text[i] == '\n'
}

// callBegins reports whether the parenthesis that ends at text[:end] opens what a short value is no whole of.
func callBegins(text []byte, end int) bool {
	rest := text[end:]
	spaced := end > 2 && text[end-2] == ' '
	name := text[:end-1]
	if spaced {
		name = name[:end-2]
	}
	return lineEnds(text, end) || compared(rest) || spaced && lists(rest) ||
		len(rest) > 0 && (kindOf[rest[0]] == kQuote || kindOf[rest[0]] == kNumber) && len(name) >= len("values") && fold.Equal(name[len(name)-len("values"):], "values")
}

// compared reports whether one short value and what compares it are left: if(2=
func compared(b []byte) bool {
	n := len(b)
	return n > 1 && n <= 12 && (b[n-1] == '=' || b[n-1] == '<' || b[n-1] == '>')
}

// lists reports whether numbers are listed: in (1, 2.
func lists(b []byte) bool {
	for i, c := range b {
		if c == ',' {
			return i > 0
		}
		if c != '-' && c != '.' && c != ' ' && c-'0' >= 10 {
			return false
		}
	}
	return false
}
