package sqli

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. Those of letters alone count only where no letter is next to them.
var Triggers = append(calls(), []string{
	"or", "and", "xor", "||", "&&", "where", "having", "union", "except", "intersect", "select", "order by", "group by",
	"like", "rlike", "regexp", "glob", "sleep", "benchmark", "waitfor", "randomblob", "receive_message",
	"drop", "delete", "declare", "insert", "create", "alter", "truncate", "grant", "exec", "execute", "update", "shutdown", "backup", "bulk",
	"outfile", "dumpfile", "extractvalue", "updatexml", "load_file", "information_schema", "sqlite_master", "xp_", "sp_", "pg_", "utl_", "dbms_",
	"version(", "database(", "user(", "(version", "db_name(", "concat(0x", "case when", "case '", "::", "}'", "]'", "limit 0", "limit 1", "procedure analyse",
	"' ^", "' |", "' &", "' !", "' >", "' <", "' =", "' %", "' div", "' mod", "'div'", "'mod'", "/*!", "1-true", "1-false", "show tables", "show databases", "show columns", "handler `", "rename table", "load data", "attach database", "collate", "!=", "<>", "1=1",
	"--", "/*", "'#", "\"#", "' #", "\" #", ")#", ") #", "';", "\";",
	"`;", "set @", "(select", "in (", ") as ", "` as ", ") when", "<=>", "is null", "tempdb", "msdb", "mysql.db", "northwind", "msysaccessobjects", "msysobjects", "schema_name", "openrowset",
	"find_in_set", "json_", "from", "from `", "1.e", "2.2250738585072", "div(", "div (", "lo_get", "lo_import", "?(", "=(", "&(", "|(", "$(",
	"'=", "'!", "'<", "'>", "'|", "'&", "'^", "'*", "'%", "'~", "'+", "'-", "'/", "\"=\"", "\"|", "\"&", "\"^", "\"*", "\"%", "\"+", "\"-",
}...)

var triggers = lexicon.NewLiterals(Triggers, true).Doubt(Doubtful, Dismiss)

// Doubtful are those of Triggers that prose and code are full of. One counts only where Dismiss does not dismiss it.
var Doubtful = append(calls(), "or", "and", "xor", "where", "having", "from", "in (", "?(", "=(", "&(", "|(", "$(",
	"create", "alter", "drop", "delete", "insert", "update", "select", "like", "declare", "grant", "truncate", "execute")

// calls are the beginnings of calls that count at the end of a short value.
func calls() (list []string) {
	for _, name := range strings.Fields(functions + " " + stringFunctions + " " + infoFunctions + " if iif xmltype name_const") {
		list = append(list, name+"(", name+" (")
	}
	return list
}

// maxTerm bounds the words and numbers that Dismiss reads.
const maxTerm = 6

// Dismiss reports whether no condition begins behind the doubtful word that ends at text[:end]: a name or a number
// follows, and then neither an operator nor a word that compares, nor the end of the text or of a call's name. When it
// is not sure it does not. It reads what condition does, from the bytes.
func Dismiss(text []byte, end int) bool {
	if text[end-1] == '(' {
		return len(text) > maxClauseText || !callBegins(text, end)
	}
	if len(text) <= maxQuoted && quoteBefore(text, end) {
		return false
	}
	i := skipSpace(text, end)
	if begins := text[wordStart(text, end):end]; vocabulary.Class(begins)&(cLogic|cWhere) == 0 && text[end-1]|0x20 != 'm' {
		return pointed(text, i, begins)
	}
	if text[end-1]|0x20 == 'm' { // from
		return len(text) > maxClauseText || i < len(text) && (len(text) > maxQuoted || kindOf[text[0]] != kQuote)
	}
	for range maxTerm {
		if i == len(text) {
			return false
		}
		j, name := i, false
		switch kindOf[text[i]] {
		case kWord:
			j, name = wordEnd(text, i), true
			class := vocabulary.Class(text[i:j])
			if class&(cConst|cSelect|cLogic|cWhere) != 0 {
				return false
			}
			if class&cPrefix != 0 {
				i = skipSpace(text, j)
				continue
			}
		case kNumber:
			for j < len(text) && text[j]-'0' < 10 {
				j++
			}
		default:
			return text[i] == ',' || text[i] == '.' || text[i] == '?' || text[i] == ')'
		}
		next := skipSpace(text, j)
		for name && next < len(text) && text[next] == ')' {
			next = skipSpace(text, next+1)
		}
		if next == len(text) {
			return false
		}
		joined := next+1 < len(text) && isLetter(text[next+1])
		switch c := text[next]; {
		case afterValue[c]:
			return true
		case c == '.' && name:
			if i = skipSpace(text, next+1); i == len(text) || kindOf[text[i]] != kWord {
				return true
			}
		case (c == '-' || c == '/') && joined && next == j:
			i = next + 1
		case kindOf[c] == kWord && next > j:
			return vocabulary.Class(text[next:wordEnd(text, next)])&cCmp == 0
		case kindOf[c] == kNumber && next > j:
			return true
		default:
			return false
		}
	}
	return false
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

// quoteBefore reports whether a quote stands before the word that ends at text[:end].
func quoteBefore(text []byte, end int) bool {
	i := end
	for i > 0 && isLetter(text[i-1]) {
		i--
	}
	for i > 0 && text[i-1] <= ' ' {
		i--
	}
	return i > 0 && kindOf[text[i-1]] == kQuote
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
		if c != '-' && c-'0' >= 10 {
			return false
		}
	}
	return false
}
