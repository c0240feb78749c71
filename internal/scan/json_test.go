package scan_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// findingsIn returns type and text of what is found in a body that says it is JSON, in whatever chunks it comes.
func findingsIn(t *testing.T, body string) (found []string) {
	t.Helper()
	policy := everything()
	whole := judge(policy, "application/json", []byte(body))
	random := rand.New(rand.NewPCG(7, uint64(len(body))))
	for _, cut := range cuts(random, len(body)) {
		if diff := cmp.Diff(whole, judge(policy, "application/json", []byte(body[:cut]), []byte(body[cut:]))); diff != "" {
			t.Errorf("%q cut at %d:\n%s", body, cut, diff)
		}
	}
	for _, f := range whole.Findings {
		found = append(found, f.Type+" "+body[f.Start:f.End])
	}
	return found
}

// Whatever stands around them, values are found, decoded and with their names.
func TestEveryKindOfJSONIsReadAsSuch(t *testing.T) {
	t.Parallel()
	const injection = `1' OR '1'='1`
	deep := strings.Repeat(`[{"a":`, 500)
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"lines", "{\"a\":\"x\"}\n{\"ssn\":\"539-48-0120\"}\r\n{\"a\":1}\n", []string{"SSN 539-48-0120"}},
		{"a text sequence", "\x1e{\"a\":\"x\"}\n\x1e{\"mail\":\"jane@example.com\"}\n", []string{"EMAIL jane@example.com"}},
		{"texts without a separator", `{"a":1}{"mail":"jane@example.com"}[]`, []string{"EMAIL jane@example.com"}},
		{"a string", `"jane@example.com"`, []string{"EMAIL jane@example.com"}},
		{"a string with escapes", `"\u006aane@example.com"`, []string{`EMAIL \u006aane@example.com`}},
		{"a number", `4111111111111111`, []string{"CARD 4111111111111111"}},
		{"a byte order mark", "\xef\xbb\xbf{\"mail\":\"jane@example.com\"}", []string{"EMAIL jane@example.com"}},
		{"a comment", "{/* who? */\"mail\":\"jane@example.com\"}", []string{"EMAIL jane@example.com"}},
		{"a comment behind it", "{\"mail\":\"jane@example.com\"} // write to bob@example.com", []string{"EMAIL jane@example.com", "EMAIL bob@example.com"}},
		{"rubbish behind it", `{"mail":"jane@example.com"}; drop@example.com`, []string{"EMAIL jane@example.com", "EMAIL drop@example.com"}},
		{"a string that never ends", `{"mail":"jane@example.com`, []string{"EMAIL jane@example.com"}},
		{"a container that never ends", `{"a":[{"mail":"jane@example.com"`, []string{"EMAIL jane@example.com"}},
		{"too many ends", `{"a":1}]}{"mail":"jane@example.com"}`, []string{"EMAIL jane@example.com"}},
		{"deep nesting", deep + `"jane@example.com"` + strings.Repeat("}]", 500), []string{"EMAIL jane@example.com"}},
		{"behind deep nesting", deep + "1" + strings.Repeat("}]", 500) + `{"mail":"jane@example.com"}`, []string{"EMAIL jane@example.com"}},
		{"a huge key", `{"` + strings.Repeat("key ", 20_000) + `":"jane@example.com","mail":"bob@example.com"}`, []string{"EMAIL jane@example.com", "EMAIL bob@example.com"}},
		{"an attack in a key", `{"` + injection + `":1}`, []string{"sqli " + injection}},
		{"a name with escapes", `{"\u0073sn":539480120}`, []string{"SSN 539480120"}},
		{"JSON in a string", `{"payload":"{\"ssn\":\"539480120\"}"}`, []string{"SSN 539480120"}},
		{"the variables of GraphQL", `{"query":"query Q($n: String!) { user(name: $n) { id } }","variables":{"n":"` + injection + `"}}`, []string{"sqli " + injection}},
		{"a value in GraphQL", `{"query":"{ user(ssn: \"539480120\") { id } }"}`, []string{"SSN 539480120"}},
		{"a number in GraphQL", `{"query":"mutation { add(a: 1, ssn: 539480120) { id } }"}`, []string{"SSN 539480120"}},
		{"an escape in GraphQL", `{"query":"query { user(name: \"\\u0031' OR '1'='1\") { id } }"}`, []string{`sqli \\u0031' OR '1'='1\") { id } }`}},
		{"a short attack in GraphQL", `{"query":"query { user(name: \"admin'--\") { id } }"}`, []string{"sqli '--"}},
		{"a block string in GraphQL", `{"query":"mutation { post(text: \"\"\"write to jane@example.com\"\"\") { id } }"}`, []string{"EMAIL jane@example.com"}},
		{"a comment in GraphQL", `{"query":"query {\n# jane@example.com\nuser(id: 1) { id } }"}`, []string{"EMAIL jane@example.com"}},
		{"GraphQL without an attack", `{"query":"query Q($n: [String!]! = [\"a\"]) @cached(ttl: 60) { user(name: $n, first: 10, where: {or: [{a: 1}, {b: \"it's\"}]}) { id ...F } } fragment F on User { name(format: \"%s, %s\") }"}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, findingsIn(t, c.body)); diff != "" {
				t.Errorf("%.300q\n%s", c.body, diff)
			}
		})
	}
}

// FuzzPlaces holds that chunks make no difference and that places are inside the body.
func FuzzPlaces(f *testing.F) {
	for _, template := range conversations {
		f.Add([]byte(body(template)), uint16(7))
	}
	f.Add([]byte(`{"query":"mutation { a(b: \"\"\"x\\u0041\"\"\", c: 539480120) }","a":{"b":[["jane@example.com"]]}}`), uint16(30))
	policy := everything()
	policy.Request.Allow = []scan.Allow{{Path: "$.a.b[*][*]"}, {Path: "$.messages[*].content", Types: []string{"sqli"}}}
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		at := min(int(cut), len(body))
		whole := judge(policy, "application/json", body)
		if diff := cmp.Diff(whole, judge(policy, "application/json", body[:at], body[at:])); diff != "" {
			t.Errorf("cut at %d:\n%s", at, diff)
		}
		for _, found := range whole.Findings {
			if found.Start < 0 || found.Start >= found.End || found.End > len(body) {
				t.Errorf("%+v is not in %d bytes", found, len(body))
			}
		}
	})
}
