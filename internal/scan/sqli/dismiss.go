package sqli

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// How far the first and the last tokens of a text reach. Rules about how a text leaves the application's value, and how it takes care of
// what follows, find nothing elsewhere in a text that is longer than a value.
const (
	leadBytes  = 96
	trailBytes = 32
)

// Dismiss reports whether nothing can be found because of the doubtful trigger that ends at text[:end]: what the rules need beside it is not
// there. When it is not sure it does not. It reads what the rules do, from the bytes.
func Dismiss(text []byte, end int) bool {
	within := len(text) > maxClauseText && end > leadBytes && len(text)-end > trailBytes
	switch c := text[end-1]; {
	case isLetter(c):
		return !endless(text, skipSpace(text, end)) && dismissWord(text, end, within)
	case c == '(':
		return len(text) > maxClauseText || !callBegins(text, end)
	case c == '_':
		return vocabulary.Class(text[nameStart(text, end):wordEnd(text[:min(len(text), end+maxName)], end)]) == 0
	case c == '\'' && (text[end-2] == '}' || text[end-2] == ']'):
		return !meets(text, end)
	case (c == '|' || c == '&') && text[end-2] == c:
		return within && !joins(text, end)
	case c == '!' && end > 2 && text[end-2] == '*':
		return end == len(text) || text[end]-'0' >= 10
	case within:
		return c != ':' || lastByte(text, end-2) != '\''
	case c == '#':
		return end > 2 && text[end-3] == '=' // the beginning of an attribute
	case c == '-' || c == '*':
		return (text[end-2] == '-' || text[end-2] == '/') && !comments(text, end-2)
	}
	return false
}

// maxWord bounds the words that Dismiss reads: a text may be one word of triggers, each of which is asked what follows.
const maxWord = 256

// endless reports whether the word at i is longer than Dismiss reads.
func endless(text []byte, i int) bool {
	limit := i + maxWord
	return limit < len(text) && wordEnd(text[:limit], i) == limit
}

// dismissWord is Dismiss for what ends with a letter.
func dismissWord(text []byte, end int, within bool) bool {
	start := wordStart(text, end)
	word, i := text[start:end], skipSpace(text, end)
	switch class := vocabulary.Class(word); {
	case class&cSet != 0:
		return !unites(text, i) && (len(text) > maxQuoted || !quoteBefore(text, start))
	case class&cBy != 0:
		return !sorts(text, i)
	case class&cDelay != 0:
		return i < len(text) && text[i] != '(' && text[i] != '/' && text[i] != '-' && text[i] != '#' && (word[0]|0x20 != 'w' || !isLetter(text[i]))
	case class&cFrom != 0:
		return len(text) > maxClauseText || i < len(text) && (len(text) > maxQuoted || kindOf[text[0]] != kQuote)
	case class&(cLogic|cWhere) != 0 && within:
		last := lastByte(text, start)
		return !conditionFollows(text, i, kindOf[last] == kQuote || last == ')')
	case class&(cLogic|cWhere) != 0:
		return (len(text) > maxQuoted || !quoteBefore(text, start)) && noCondition(text, i)
	case class&cVerb != 0 && within:
		return !begins(text, start, i, class)
	case class&cVerb != 0 || fold.Equal(word, "like") && !within:
		return pointed(text, i, word)
	}
	return within
}

// noCondition reports whether no condition begins at i: a name or a number follows, and then neither an operator nor a word that
// compares, nor the end of the text or of a call's name.
func noCondition(text []byte, i int) bool {
	a := undecided
	for n := 0; n < maxTerm && a == undecided; n++ {
		a, i = term(text, i)
	}
	return a == none
}

// answer says whether a condition begins where one was looked for.
type answer uint8

const (
	undecided answer = iota
	condition        // one may
	none
)

// when is none where none can begin, else otherwise.
func when(no bool, otherwise answer) answer {
	if no {
		return none
	}
	return otherwise
}

// term reads what a condition would begin with at i, and returns where the next term begins while it is undecided.
func term(text []byte, i int) (answer, int) {
	if i == len(text) {
		return condition, i
	}
	switch kindOf[text[i]] {
	case kWord:
		j := wordEnd(text, i)
		switch class := vocabulary.Class(text[i:j]); {
		case class&(cConst|cSelect|cLogic|cWhere) != 0:
			return condition, j
		case class&cPrefix != 0:
			return undecided, skipSpace(text, j)
		}
		return afterTerm(text, j, true)
	case kNumber:
		j := i
		for j < len(text) && text[j]-'0' < 10 {
			j++
		}
		return afterTerm(text, j, false)
	}
	c := text[i]
	return when(c == ',' || c == '.' || c == '?' || c == ')', condition), i
}

// afterTerm judges what follows the name or number that ends at j.
func afterTerm(text []byte, j int, name bool) (answer, int) {
	next := skipSpace(text, j)
	for name && next < len(text) && text[next] == ')' {
		next = skipSpace(text, next+1)
	}
	if next == len(text) {
		return condition, next
	}
	switch c := text[next]; {
	case afterValue[c]:
		return none, next
	case c == '.' && name:
		next = skipSpace(text, next+1)
		return when(next == len(text) || kindOf[text[next]] != kWord, undecided), next
	case (c == '-' || c == '/') && next == j && next+1 < len(text) && isLetter(text[next+1]):
		return undecided, next + 1
	case kindOf[c] == kWord && next > j:
		return when(vocabulary.Class(text[next:wordEnd(text, next)])&cCmp == 0, condition), next
	}
	return when(kindOf[text[next]] == kNumber && next > j, condition), next
}

// wordStart returns where the letters begin that end at end.
func wordStart(text []byte, end int) int {
	for end > 0 && isLetter(text[end-1]) {
		end--
	}
	return end
}

// pointed reports whether the word at i, behind one that begins statements, points at what is meant in a sentence, as none in a
// statement does: create an account, drop the idea. A table's short name behind select, update and delete may be a.
func pointed(text []byte, i int, begins []byte) bool {
	if i == len(text) {
		return false
	}
	end := wordEnd(text, i)
	if end+1 >= len(text) || text[end] != ' ' || !isLetter(text[end+1]) {
		return false
	}
	switch string(text[i:end]) {
	case "a", "an":
		return !(fold.Equal(begins, "select") || fold.Equal(begins, "update") || fold.Equal(begins, "delete"))
	case "the", "your", "my", "our", "his", "her", "their", "its", "this", "that", "these", "those", "it", "them", "us", "me", "you", "in", "to", "of":
		return true
	}
	return fold.Equal(begins, "like") && end-i > 1 && vocabulary.Class(text[i:end]) == 0 && vocabulary.Class(text[end+1:wordEnd(text, end+1)]) == 0
}

// afterValue holds the bytes behind a value that neither compare nor end a condition.
var afterValue = func() (a [256]bool) {
	for _, c := range []byte(",?:$@[]{}\"'`") {
		a[c] = true
	}
	return a
}()

// wordEnd returns where a word ends that goes on at i: bytes of UTF-8 belong to it, but for no-break spaces.
func wordEnd(text []byte, i int) int {
	for i < len(text) && (wordByte[text[i]] || (text[i] == 0xA0 || text[i] == 0xC2) && wideBlank(text, i) == 0) {
		i++
	}
	return i
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' {
		i++
	}
	return i
}

// maxQuoted bounds a text in which a quote in front of a doubtful word is taken for what leaves a value.
const maxQuoted = 64

// quoteBefore reports whether a quote stands before the word at start.
func quoteBefore(text []byte, start int) bool { return kindOf[lastByte(text, start)] == kQuote }

// lastByte returns the last byte before i that is no blank, 0 when there is none.
func lastByte(text []byte, i int) byte {
	for i > 0 && text[i-1] <= ' ' {
		i--
	}
	if i == 0 {
		return 0
	}
	return text[i-1]
}

// nameStart returns where the word begins that goes on at end, however it is composed.
func nameStart(text []byte, end int) int {
	for n := 0; end > 0 && n < maxName && wordByte[text[end-1]]; n++ {
		end--
	}
	return end
}

// maxName bounds a word of the vocabulary.
const maxName = 40
