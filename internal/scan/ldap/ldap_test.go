package ldap_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/ldap"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

var family = matchtest.Family{
	Find:     ldap.Find,
	Triggers: ldap.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "filter_breakout", Text: "*)(uid=*))(|(uid=*"},
		{Rule: "filter_breakout", Text: "admin)(&)"},
		{Rule: "filter_breakout", Text: "admin)(!(&(|"},
		{Rule: "filter_breakout", Text: "x)(|(password=*)"},
		{Rule: "filter_breakout", Text: "*)(objectClass=*))(&(objectClass=void"},
		{Rule: "filter_breakout", Text: "eb9adb)!(sn=*"},
		{Rule: "filter_breakout", Text: "a*a)(cn>=bob)"},
		{Rule: "filter_breakout", Text: "pwd) (| (cn=*"},
		{Rule: "filter_breakout", Text: "*(|(mail=*))"},
		{Rule: "filter_breakout", Text: "*(|(objectclass=*))"},
		{Rule: "filter_truncated", Text: "*))%00"},
		{Rule: "filter_truncated", Text: "admin*)\x00"},
		{Rule: "filter", Text: "(userAccountControl:1.2.840.113556.1.4.803:=67108864)"},
	},
	Benign: []string{
		"(&(objectClass=user)(cn=ann))", "(|(cn=*)(mail=*))", "f(x)(y)", "(a)(b=c)", "see a) the first (b) the second", "smile :)(: frown", ":) (x=1)?",
		"a) b(c)", "[link](https://example.com)(x)", "x*(y+z)*(a|b)", "if (a)(b)", "2*(3+4))", "foo)", "**bold**)", "1) (optional) name=x",
		"$(a)(b)", "regex: (a|b)(c|d)", "(*p)(x=1)", "*(&x)",
	},
	Worst: []string{")(", "(", ")", "*(|", "(|(", "(a=b)", ")(a", "*))"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
