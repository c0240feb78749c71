package sqli_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/sqli"
)

var family = matchtest.Family{
	Find:     sqli.Find,
	Triggers: sqli.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "union_select", Text: "1 UNION SELECT username, pin FROM staff"},
		{Rule: "union_select", Text: "x' union all select null,null,null-- -"},
		{Rule: "union_select", Text: "7 uNiOn/**/SeLeCt/**/1,2,3"},
		{Rule: "union_select", Text: "-5 union#z\nselect 1,2"},
		{Rule: "tautology", Text: "' OR 'q'='q"},
		{Rule: "tautology", Text: `" or "x"="x`},
		{Rule: "tautology", Text: "9 or 3=3"},
		{Rule: "tautology", Text: "9) or (3=3"},
		{Rule: "tautology", Text: "bob' or 5 > 3 #"},
		{Rule: "tautology", Text: "' || 1=1 --"},
		{Rule: "comment_truncation", Text: "root'--"},
		{Rule: "comment_truncation", Text: "root') /*"},
		{Rule: "stacked_query", Text: "5; DROP TABLE invoices"},
		{Rule: "stacked_query", Text: "x'; exec master..reconfigure --"},
		{Rule: "stacked_query", Text: "q'; copy (select 1) to program 'ls'--"},
		{Rule: "order_by", Text: "7 group by concat(0x5c,(select user from t))"},
		{Rule: "time_delay", Text: "1; waitfor delay '0:0:9'"},
		{Rule: "time_delay", Text: "3 and pg_sleep(7)"},
		{Rule: "time_delay", Text: "x' and benchmark(9000000,sha1(1))#"},
		{Rule: "probe_function", Text: "1 and extractvalue(1,concat(0x5c,version()))"},
		{Rule: "into_outfile", Text: "1' into outfile '/srv/www/a.php"},
		{Rule: "condition", Text: "eve' or pin like code escape 'q';"},
		{Rule: "string_codes", Text: "SELECT CHAR(113) CHAR(122) CHAR(120) (SELECT (CASE"},
		{Rule: "comment_truncation", Text: "eve'collate binary--"},
		{Rule: "comment_truncation", Text: "x'<pin--"},
		{Rule: "comment_truncation", Text: "eve' or pin notnull--"},
		{Rule: "quote_fragment", Text: "3'*@q or '7"},
		{Rule: "quote_fragment", Text: "eve@evil.example';"},
		{Rule: "quote_fragment", Text: "A' ^ 'B"},
		{Rule: "union_select", Text: "-8 union 4,5,6,7-- "},
		{Rule: "time_delay", Text: ") or sleep(9)="},
		{Rule: "subselect", Text: "(SELECT * FROM (SELECT(SLEEP(9)))q)"},
		{Rule: "stacked_query", Text: "'; while 2=2 shutdown-- -a"},
		{Rule: "stacked_query", Text: "mod(2,2);SET @q = X'53454C';prepare z from @q"},
		{Rule: "conditional", Text: "case 'q' when 3 then 3 end"},
		{Rule: "json_operator", Text: `OR '{"q":1}'::jsonb <@ '{"q":1}'::jsonb`},
		{Rule: "json_operator", Text: `'{"q":[7]}'::json #>> '{q,0}'`},
		{Rule: "json_operator", Text: "ltrim(pin,'7')::int"},
		{Rule: "probe_function", Text: "DB_NAME("},
		{Rule: "probe_function", Text: "pg_catalog"},
		{Rule: "probe_function", Text: "procedure analyse (1)"},
		{Rule: "tautology", Text: "'q'!='r"},
		{Rule: "tautology", Text: "1=1"},
		{Rule: "quote_fragment", Text: "select 0x71756572"},
		{Rule: "quote_fragment", Text: "a'='b"},
		{Rule: "quote_fragment", Text: "' like '"},
		{Rule: "comment_truncation", Text: "It failed with x' or pin='pin there"},
		{Rule: "tautology", Text: "x') or ('q')=('q in the middle"},
		{Rule: "tautology", Text: "name' or ''-'"},
		{Rule: "tautology", Text: ",(CASE WHEN 8105=8105 THEN 1 ELSE NULL END)"},
		{Rule: "select_list", Text: "5-(select 0)"},
		{Rule: "quote_fragment", Text: "'+convert(int,db_name())+'"},
		{Rule: "comment_gap", Text: "SELECT /*!32302 1/0, */ 1 FROM t"},
		{Rule: "union_select", Text: "7 union/*a comment that goes on and on and on and on and on and on and on and on and on and on and on and on*/select 1,2"},
		{Rule: "union_select", Text: "7 union--q\nselect--q\n1,2"},
		{Rule: "union_select", Text: "7 union table staff"},
		{Rule: "stacked_query", Text: "7; show tables;#"},
		{Rule: "stacked_query", Text: "7'; handler `staff` open;handler `staff` read first;#"},
		{Rule: "comment_truncation", Text: "The payload sleep(9)-- was in the log"},
		{Rule: "tautology", Text: "OR '{\"q\":2,\"r\":[4,5,{\"s\":7}]}' -> '$.r[2].s' = 7"},
		{Rule: "tautology", Text: "7 or {if 1=1}"},
		{Rule: "tautology", Text: "7 or 0b1=1"},
		{Rule: "clause_fragment", Text: "values ('q', 7)"},
	},
	Benign: []string{
		"x = 1\nreturn getAttribute(a, (\"cpu\")) &&\n  (Caller->get(\"f\") ==\n   Callee->get(\"f\"));", "if (false === @mkdir($directory, 0777, true) && !is_dir($directory)) {", "let{l}=e;l!==n&&l!==n.replace(a)&&(n7(e,0)||n2(),e.text=1)",
		"return (f) => f.length === len && f !== '.' && f !== '..';", "} else if (steps.includes('scriptpath') && spre.test(data.scripts[name])) {", "if (a != b::kMany && (a != b::kFirst || (it == q->begin() && ip->greedy(prog_))))",
		"Drop by the table or 1=1", "select a plan from the list", "O'Brien and O'Neil", "It's 5 or 6 o'clock, isn't it?",
		"Rock 'n' roll or 'pop' = 'popular' music", "The union select committee met on Monday -- then dinner.", "Either 'yes' or 'no' is fine.",
		`if (a == "x" || b == 'y') { return 1; }`, "for i := 0; i < n && s[i] != '\\''; i++ {", "# Heading\n\nUse `make test' or `make check'.",
		"Please update the table and set it for dinner; then drop the bags.", `{"query": "having fun", "limit": 5}`,
		"5' 10\" tall and 30\" wide", "Credit Union",
		"order by 5 pm and group by 10", "SELECT name, age FROM people WHERE age > 30 ORDER BY name",
		"SELECT a FROM t WHERE x = 1 UNION SELECT b FROM u WHERE y = 2",
		"INSERT INTO logs (id, msg) VALUES (1, 'ok')", "git commit -m 'x' -- file", "C# or F#?", "time.Sleep(5)", "a' - b'", "-- \nJane Doe\nSales",
		"The parents' or yours", "James' and Mary's house -- the old one", "Jones' is the name--", "O'Brien' ;", "union('a', 'b')", "in case 'a' ends the end",
		"limit 10 items", "a::b::int", "std::vector<int>::iterator it", "count (of items)", "select the city where", "version 2", "a<b && c>d", "x != y", "3 < 4", "2+2=4",
		"let m = {a: '}'}; n", "'yes'", "'a', 'b'", "user's guide", "rock'n'roll", "the mid(dle)", "concat(a, b)", "return x::text", "f('[a]') - 1", "if (1 = 1) select",
		"SELECT '{\"a\":1}'::jsonb", "begin; end;", "while (1) { sleep(10); }", "set @ for later", "00000000000 and 01333550323",
		"2 or 3", "1950 or 1960", "is null", "either \"a\"/\"or\" b", "Call it with `x` or\n\n```go", "and '' and ''", "a word--\nanother and 5 more", "/*! license */ x or y",
		"show tables of results; use caution", "call me; load data later", "match: '[a]' in '$x'", "width=1 and height=2", "if a == 1 and 2 == 2", "Mont Saint\u00a0Michel or 5",
	},
	Worst: []string{"'", "\"", ";", "or ", "or(", "' or ", "union ", "union(", "/*", "/*/", "--", "#", "1,", "(", ")", "select(", "a'='", "'or'", "order by 1,", "`", "concat(", "-", "'{}'::", "}'", "x'or ", "case when ", "union 1,", "set @a"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, true) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }

// A statement that is SQL and nothing else is told apart, so that a route for SQL assistants can let it pass.
func TestPlainStatementsAreNamedButNotBlocked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"SELECT name FROM people", "DELETE FROM people WHERE id = 7", "CREATE TABLE t (id int)"} {
		got := sqli.Find([]byte(text), nil)
		if len(got) != 1 || got[0].Rule != "sql_statement" || got[0].Confidence >= matchtest.Block {
			t.Errorf("%q: %v, want one sql_statement below %v", text, got, matchtest.Block)
		}
	}
}
