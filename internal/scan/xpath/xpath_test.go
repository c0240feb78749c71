package xpath_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/xpath"
)

var family = matchtest.Family{
	Find:     xpath.Find,
	Triggers: xpath.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "condition_over_nodes", Text: "' or count(/*)=1 or 'a'='b"},
		{Rule: "condition_over_nodes", Text: "x' or name()='username' or 'x'='y"},
		{Rule: "condition_over_nodes", Text: "' and count(/comment())=1 and '1'='1"},
		{Rule: "condition_over_nodes", Text: "' or string-length(name(/*[1]))=5 or 'a'='b"},
		{Rule: "condition_over_nodes", Text: "') and contains(../password,'c"},
		{Rule: "condition_over_nodes", Text: "') and starts-with(../password,'c"},
		{Rule: "condition_over_nodes", Text: "ann' and substring(//user[1]/password,1,1)='a"},
		{Rule: "condition_over_nodes", Text: "\" or position()=1 or \"a\"=\"b"},
		{Rule: "condition_over_nodes", Text: "1 or count(//user)>0"},
		{Rule: "condition_over_nodes", Text: "' or //user/name or '"},
		{Rule: "path_union", Text: "']|//*|//*['"},
		{Rule: "path_union", Text: "')] | //user/*[contains(*,'"},
		{Rule: "path_union", Text: "x'] | //password | //a['"},
		{Rule: "node_probe", Text: "count(/child::node())"},
	},
	Benign: []string{
		"//div[@class='x']", "count(*)", "select count(*) from t", "it's a name() call", "the function count(x) and position() of it", "name(first)", "x.contains('/')",
		"'a' | 'b'", "node() and text() are node tests", "/a/b|/c/d", "cat x | /bin/sh", "don't count(/) on it", "[a]|b", "substring(1, 2)", "'/' or '//'", "contains(x, 'y')",
		"`//*[contains(text(), 'Sign in')]`", "or /etc/hosts",
	},
	Worst: []string{"count(", "'", "|/", "'] |", "' or name(", "or //", "text()", "]|//"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
