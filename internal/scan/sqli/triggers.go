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

var triggers = lexicon.NewLiterals(Triggers, true)
