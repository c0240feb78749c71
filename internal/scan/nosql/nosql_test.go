package nosql_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/nosql"
)

var family = matchtest.Family{
	Find:     nosql.Find,
	Triggers: nosql.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "operator_breakout", Text: "', $or: [ {}, { 'a':'a"},
		{Rule: "operator_in_name", Text: `{"user[$ne]":"x"}`},
		{Rule: "operator_in_name", Text: "q[$or][0][name]=x"},
		{Rule: "script_breakout", Text: "'; return '' == '"},
		{Rule: "script_breakout", Text: "'; while(true){}; '"},
		{Rule: "script_breakout", Text: "';it=new Date();do{pt=new Date();}while(pt-it<5000);"},
		{Rule: "script_breakout", Text: "0;var date=new Date(); do{now = new Date();}while(now-date<10000)"},
		{Rule: "operator_in_name", Text: "password[$ne]=1"},
		{Rule: "operator_in_name", Text: "user[name][$regex]=^a"},
		{Rule: "operator_in_name", Text: "[$gt]"},
		{Rule: "operator_always_true", Text: `{"pin": {"$gt": ""}}`},
		{Rule: "operator_always_true", Text: `{"$ne": null}`},
		{Rule: "operator_always_true", Text: `{'user': {'$regex': '.*'}}`},
		{Rule: "operator_always_true", Text: `{$nin: []}`},
		{Rule: "operator_always_true", Text: `{\"pin\": {\"$ne\": 1}}`},
		{Rule: "script_operator", Text: `{"$where": "this.pin == '7'"}`},
		{Rule: "script_operator", Text: "true, $where: '1 == 1'"},
		{Rule: "script_operator", Text: `{"$where": "sleep(9000)"}`},
		{Rule: "script_breakout", Text: `x'; return true; var q='`},
		{Rule: "script_breakout", Text: `x' || this.pin.match(/.*/)//`},
		{Rule: "script_breakout", Text: `7; return this.pin == 1`},
		{Rule: "script_breakout", Text: `';db.staff.drop();'`},
	},
	Benign: []string{
		`$self->debug("aslocal[$aslocal]size[$size]")`, "$list[$type][0] = 1;", "$this->flashes['new'][$type][] = $message;", "where[$where]what[$what]", `("man3");` + "\n\n    return 1;", "x'; return done", "'; var d = new Date();",
		"It costs $5 or $10 in total", "$name and ${count}", `{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/a"}`, "price is $lt", "echo $in",
		`db.users.find({age: {$gt: 18}})`, "the $or operator joins conditions", `{"price": {"$gt": 25, "$lt": 99}}`, "if (x) { return true; }", "this.x = 1; return true;",
		"const a = this.name || this.id;", "'yes' || 'no'", "it's; this. that", "a['x']; return true;", "$options", "$textarea[0]", "$type_id = 3", "x => { 'a'; return true }",
		"Use $ne: it means not equal.", "$(document).ready(f)", "$all_items", "R$ 5",
	},
	Worst: []string{"$", "$ne", "[$ne]", "{$ne:", "{\"$where\":\"", "';", "'||this.", "$where:'", "{$regex:"},
}

// An operator as a whole value is how keys of bodies arrive: told, and left to the profile.
func TestOperatorsAsNamesStayBelowBlock(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"$ne", "$where", "$gt"} {
		got := nosql.Find([]byte(text), nil)
		if len(got) != 1 || got[0].Rule != "operator_name" || got[0].Confidence >= matchtest.Block || got[0].Severity != match.High {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
