package scan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// foundWith returns the values that are found in a body when a policy allows something.
func foundWith(allow []scan.Allow, contentType, body string) (values []string) {
	policy := everything()
	policy.Request.Allow = allow
	for _, f := range judge(policy, contentType, []byte(body)).Findings {
		values = append(values, f.Type+" "+body[f.Start:f.End])
	}
	return values
}

func TestValuesAreAllowedWhereThePolicySays(t *testing.T) {
	t.Parallel()
	const mail = `"help@example.com"`
	for _, c := range []struct {
		name, path  string
		contentType string
		allowed     []string // bodies without a finding
		found       []string // bodies with one
	}{
		{"a member of an object", "$.support.mail", "application/json", []string{
			`{"support":{"mail":` + mail + `}}`,
			`{"a":{"mail":1},"support":{"name":"x","list":[{}],"mail":` + mail + `,"z":[1]}}`,
			`{"s\u0075pport":{"\u006dail":` + mail + `}}`,
			`{"support":{"mail":` + mail + `},"support":{"mail":` + mail + `}}`,
			"{\"support\":{\"mail\":" + mail + "}}\n{\"support\":{\"mail\":" + mail + "}}",
			`{"support":"{\"mail\":\"help@example.com\"}"}`,
			`"{\"support\":{\"mail\":\"help@example.com\"}}"`,
		}, []string{
			`{"mail":` + mail + `}`,
			`{"support":{"x":{"mail":` + mail + `}}}`,
			`{"support":[{"mail":` + mail + `}]}`,
			`{"support":{"mail":[` + mail + `]}}`,
			`{"support":{"mail":{"mail":` + mail + `}}}`,
			`{"x":{"support":{"mail":` + mail + `}}}`,
			`[{"support":{"mail":` + mail + `}}]`,
			`{"support.mail":` + mail + `}`,
			`{"support":{},"mail":` + mail + `}`,
			`{"support":{"mail":1},"other":{"mail":` + mail + `}}`,
			`{"support":{"mail\u0000":` + mail + `}}`,
			`{"support":{"Mail":` + mail + `}}`,
			`{"support":{"mail":1,"` + strings.Repeat("mail", 20) + `":` + mail + `}}`,
			`{"support":{"mail":1,"` + strings.Repeat("mail", 9000) + `":` + mail + `}}`,
			`{"` + strings.Repeat("support", 60) + `":{"mail":` + mail + `}}`,
			`{"support":{"mail":"a","x":[1}],"support":{"mail":` + mail + `}}`,
			`{"support":{"help@example.com":{"mail":1}}}`,
		}},
		{"items of arrays", "$.items[*].contact.mail", "application/json", []string{
			`{"items":[{"contact":{"mail":` + mail + `}},{"id":7,"contact":{"mail":` + mail + `}}]}`,
		}, []string{
			`{"items":{"contact":{"mail":` + mail + `}}}`, `{"items":[[{"contact":{"mail":` + mail + `}}]]}`, `{"items":[{"mail":` + mail + `}]}`,
			`{"items[*]":{"contact":{"mail":` + mail + `}}}`,
		}},
		{"strings of an array", "$[*][*]", "application/json", []string{`[[` + mail + `,` + mail + `],[]]`}, []string{`[` + mail + `]`, `{"a":[` + mail + `]}`}},
		{"keys that are not ASCII", "$.r\u00e9ponse.\u96fb\u8a71", "application/json", []string{
			`{"r\u00e9ponse":{"\u96fb\u8a71":` + mail + `}}`, "{\"r\u00e9ponse\":{\"\u96fb\u8a71\":" + mail + `}}`,
		}, []string{`{"reponse":{"\u96fb\u8a71":` + mail + `}}`}},
		{"a form's field", "$.mail", "application/x-www-form-urlencoded", []string{"a=1&mail=help%40example.com", "mail=help@example.com&b="}, []string{
			"email=help%40example.com", "mail=1&x=help%40example.com", "mail.x=help@example.com", "help@example.com",
		}},
		{"JSON in a form's field", "$.order.mail", "application/x-www-form-urlencoded", []string{`order={"mail":"help@example.com"}`}, []string{`x={"mail":"help@example.com"}`, `order={"x":"help@example.com"}`}},
		{"text that is JSON", "$.mail", "text/plain", []string{`{"mail":` + mail + `}`}, []string{`mail=help@example.com`, `mail: {"mail":` + mail + `}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !scan.ValidPath(c.path) {
				t.Fatalf("%s is no valid path", c.path)
			}
			allow := []scan.Allow{{Path: "$.another.place"}, {Path: c.path, Types: []string{"EMAIL"}}}
			for _, body := range c.allowed {
				if found := foundWith(allow, c.contentType, body); found != nil {
					t.Errorf("%s: found %q", body, found)
				}
			}
			for _, body := range c.found {
				if foundWith(allow, c.contentType, body) == nil {
					t.Errorf("%s: nothing found", body)
				}
			}
		})
	}
}

func TestOnlyTheNamedTypesAreAllowed(t *testing.T) {
	t.Parallel()
	const body = `{"q":"help@example.com or 4111 1111 1111 1111 UNION SELECT password FROM users--"}`
	all := []string{"EMAIL help@example.com", "CARD 4111 1111 1111 1111", "sqli UNION SELECT password FROM users--"}
	for _, c := range []struct {
		types []string
		want  []string
	}{
		{[]string{"EMAIL"}, all[1:]},
		{[]string{"CARD", "EMAIL"}, all[2:]},
		{nil, all[2:]}, // all data, no attack
		{[]string{"sqli"}, all[:2]},
	} {
		found := foundWith([]scan.Allow{{Path: "$.q", Types: c.types}}, "application/json", body)
		if diff := cmp.Diff(c.want, found); diff != "" {
			t.Errorf("%v:\n%s", c.types, diff)
		}
	}
}

func TestPathsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "$", "a", ".a", "$a", "$.", "$..a", "$.a.", "$.a[0]", "$.a[*", "$.a[*]b", "$.a b", "$.a\"b", `$.a\b`, "$.a'b", "$.*", "$[*].", "$.a\n", "$.\xff",
		"$." + strings.Repeat("k", 64), "$" + strings.Repeat(".a", 33), "$" + strings.Repeat(".abcdefghi", 26),
	} {
		policy := scan.Strict()
		policy.Response.Allow = []scan.Allow{{Path: path}}
		if _, err := scan.ParsePolicy(policy.Document()); err == nil || scan.ValidPath(path) {
			t.Errorf("%q is accepted", path)
		}
	}
}

func TestWhatIsAllowedTravelsInTheDocument(t *testing.T) {
	t.Parallel()
	policy := scan.Strict()
	policy.Response.Allow = []scan.Allow{{Path: "$.z"}, {Path: "$.a[*].b", Types: []string{"PHONE", "EMAIL"}}}
	document := string(policy.Document())
	for _, line := range []string{"\nresponse allow $.a[*].b EMAIL,PHONE\nresponse allow $.z\n"} {
		if !strings.HasSuffix(document, line) {
			t.Errorf("no %q at the end of %s", line, document)
		}
	}
	parsed, err := scan.ParsePolicy([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	want := []scan.Allow{{Path: "$.a[*].b", Types: []string{"EMAIL", "PHONE"}}, {Path: "$.z"}}
	if diff := cmp.Diff(want, parsed.Response.Allow); diff != "" {
		t.Error(diff)
	}
	many := scan.Strict()
	for i := range scan.MaxAllows + 1 {
		many.Request.Allow = append(many.Request.Allow, scan.Allow{Path: fmt.Sprintf("$.k%02d", i)})
	}
	for _, p := range []*scan.Policy{
		many,
		{Request: scan.DirectionPolicy{Allow: []scan.Allow{{Path: "$.a"}, {Path: "$.a", Types: []string{"EMAIL"}}}}},
		{Request: scan.DirectionPolicy{Allow: []scan.Allow{{Path: "$.a", Types: []string{"mail"}}}}},
		{Request: scan.DirectionPolicy{Allow: []scan.Allow{{Path: "$.a", Types: []string{"EMAIL", "EMAIL"}}}}},
	} {
		if _, err := scan.ParsePolicy(p.Document()); err == nil {
			t.Errorf("accepted: %s", p.Document())
		}
	}
}

func TestFindingsSayWhereTheyStand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ contentType, body, path string }{
		{"application/json", `{"items":[{"contact":{"mail":"a@example.com"}}]}`, "$.items[*].contact.mail"},
		{"application/json", `["x",["a@example.com"]]`, "$[*][*]"},
		{"application/json", `"a@example.com"`, "$"},
		{"application/json", `{"\u0061 b":{"c.d":{"":{"e\"":"a@example.com"}}}}`, `$["a b"]["c.d"][""]["e\""]`},
		{"application/json", `{"args":"{\"to\":[\"a@example.com\"]}"}`, "$.args.to[*]"},
		{"application/json", `{"args":"\"{\\\"to\\\":[\\\"a@example.com\\\"]}\""}`, "$.args"},
		{"application/x-www-form-urlencoded", "x=1&mail=a%40example.com", "$.mail"},
		{"text/plain", "write to a@example.com", ""},
		{"application/json", strings.Repeat(`[`, 40) + `"a@example.com"` + strings.Repeat(`]`, 40), ""},
	} {
		var scanner scan.Scanner
		scanner.Explain(true)
		scanner.Reset(everything(), scan.Request, c.contentType)
		scanner.Write([]byte(c.body))
		found := scanner.Finish().Findings
		if len(found) != 1 || found[0].Path != c.path {
			t.Errorf("%s: %+v, want one at %q", c.body, found, c.path)
		}
	}
}

func TestAllowingDoesNotAllocate(t *testing.T) {
	var scanner scan.Scanner
	policy := everything()
	policy.Request.Allow = []scan.Allow{{Path: "$.a[*].b"}, {Path: "$.c.d", Types: []string{"EMAIL"}}}
	body := []byte(`{"a":[{"b":"a@example.com"},{"c":"b@example.com"}],"c":{"d":"c@example.com"},"j":"{\"a\":\"d@example.com\"}"}`)
	judgeIt := func() {
		scanner.Reset(policy, scan.Request, "application/json")
		scanner.Write(body)
		if found := scanner.Finish().Findings; len(found) != 2 {
			t.Fatalf("%+v", found)
		}
	}
	judgeIt()
	if n := testing.AllocsPerRun(20, judgeIt); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}
