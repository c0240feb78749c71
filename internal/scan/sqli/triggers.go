package sqli

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. Those of letters alone count only where no letter is next to them.
var Triggers = []string{
	"or", "and", "xor", "||", "&&", "where", "having", "union", "except", "intersect", "select", "order by", "group by",
	"like", "rlike", "regexp", "glob", "sleep", "benchmark", "waitfor", "randomblob", "receive_message",
	"drop", "delete", "declare", "insert", "create", "alter", "truncate", "grant", "exec", "execute", "update", "shutdown", "backup", "bulk",
	"outfile", "dumpfile", "extractvalue", "updatexml", "load_file", "information_schema", "sqlite_master", "xp_", "sp_", "pg_", "utl_", "dbms_",
	"version(", "database(", "user(", "(version", "db_name(", "concat(0x", "case when", "case '", "::", "}'", "]'", "limit 0", "limit 1", "procedure analyse",
	"' ^", "' |", "' &", "' !", "' >", "' <", "' =", "' %", "' div", "' mod", "collate", "!=", "<>", "1=1",
	"--", "/*", "'#", "\"#", "' #", "\" #", ")#", ") #", "';", "\";",
	"'=", "'!", "'<", "'>", "'|", "'&", "'^", "'*", "'%", "'~", "'+", "'-", "'/", "\"=\"", "\"|", "\"&", "\"^", "\"*", "\"%", "\"+", "\"-",
}

var triggers = lexicon.NewLiterals(Triggers, true).Doubt(Doubtful, Dismiss)

// Doubtful are those of Triggers that prose is full of. One counts only where Dismiss does not dismiss it.
var Doubtful = []string{"or", "and", "xor", "where", "having"}

// maxTerm bounds the names and numbers joined by dots, dashes and slashes that Dismiss reads.
const maxTerm = 4

// Dismiss reports whether no condition begins behind the doubtful word that ends at text[:end]: names or numbers
// that no SQL knows follow, and then neither an operator nor a word that compares. When it is not sure it does not.
func Dismiss(text []byte, end int) bool {
	i := skipSpace(text, end)
	for range maxTerm {
		if i == len(text) {
			return false
		}
		j := i
		switch kindOf[text[i]] {
		case kWord:
			if j = wordEnd(text, i); vocabulary.Class(text[i:j]) != 0 {
				return false
			}
		case kNumber:
			for j < len(text) && text[j]-'0' < 10 {
				j++
			}
		default:
			return text[i] == ','
		}
		next := skipSpace(text, j)
		if next == len(text) {
			return false
		}
		glued := next+1 < len(text) && isLetter(text[next+1])
		switch c := text[next]; {
		case c == ',', c == '?', c == '"', c == ':' && !glued:
			return true
		case c == '.', (c == '-' || c == '/') && glued:
			i = skipSpace(text, next+1)
		case kindOf[c] == kWord && next > j:
			return vocabulary.Class(text[next:wordEnd(text, next)])&cCmp == 0
		default:
			return false
		}
	}
	return false
}

func wordEnd(text []byte, i int) int {
	for i < len(text) && wordByte[text[i]] {
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
