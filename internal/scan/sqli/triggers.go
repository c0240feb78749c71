package sqli

import (
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. Those of letters alone count only where no letter is next to them.
var Triggers = slices.Concat(certain, Doubtful)

var triggers = lexicon.NewLiterals(Triggers, true).Doubt(Doubtful, Dismiss)

// certain are those of Triggers that few texts hold.
var certain = []string{
	"outfile", "dumpfile", "extractvalue", "updatexml", "load_file", "information_schema", "sqlite_master", "openrowset", "lo_get", "lo_import",
	"randomblob", "receive_message", "case when", "procedure analyse", "set @", "(select", "schema_name", "find_in_set", "msysaccessobjects", "msysobjects",
}

// Doubtful are those of Triggers that prose, code and markup are full of. One counts only where Dismiss does not dismiss it.
var Doubtful = append(calls(), []string{
	"or", "and", "xor", "||", "&&", "where", "having", "union", "except", "intersect", "order by", "group by", "from", "from `",
	"select", "drop", "delete", "declare", "insert", "create", "alter", "truncate", "grant", "exec", "execute", "update", "shutdown", "backup", "bulk",
	"like", "rlike", "regexp", "glob", "collate", "is null", "sleep", "benchmark", "waitfor",
	"xp_", "sp_", "pg_", "utl_", "dbms_", "json_",
	"(version", "concat(0x", "case '", "::", "}'", "]'", "limit 0", "limit 1", "1=1", "1-true", "1-false", "!=", "<>", "<=>", "1.e", "2.2250738585072",
	"' ^", "' |", "' &", "' !", "' >", "' <", "' =", "' %", "' div", "' mod", "'div'", "'mod'",
	"--", "/*", "/*!", "'#", "\"#", "' #", "\" #", ")#", ") #", "';", "\";", "`;", ") as ", "` as ", ") when",
	"tempdb", "msdb", "mysql.db", "northwind", "show tables", "show databases", "show columns", "handler `", "rename table", "load data", "attach database",
	"in (", "div (", "?(", "=(", "&(", "|(", "$(",
	"'=", "'!", "'<", "'>", "'|", "'&", "'^", "'*", "'%", "'~", "'+", "'-", "'/", "\"=\"", "\"|", "\"&", "\"^", "\"*", "\"%", "\"+", "\"-",
}...)

// calls are the beginnings of calls that count at the end of a short value.
func calls() (list []string) {
	for _, name := range strings.Fields(functions + " " + stringFunctions + " " + infoFunctions + " if iif xmltype name_const") {
		list = append(list, name+"(", name+" (")
	}
	return list
}
