package inputrules_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/inputrules"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func schema(t testing.TB, text string) map[string]any {
	t.Helper()
	object, _ := decode(t, text).(map[string]any)
	return object
}

func compile(t testing.TB, v tenant.Validate) *inputrules.Rules {
	t.Helper()
	r, err := inputrules.Compile(&v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// want is the error's text, "" for none; secrets of the body must never be in it.
func expect(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want || strings.Contains(got, "hunter2") {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestShortFormsOfJSON(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{Fields: map[string]tenant.Field{
		"text":          {Required: true, Type: "string", MinLength: 1, MaxLength: 5},
		"phone":         {Format: "e164"},
		"email":         {Format: "email"},
		"kind":          {Enum: []string{"a", "b", "7"}},
		"options":       {Type: "object", Keys: []string{"speed", "voice"}},
		"items":         {Type: "array", MaxLength: 2},
		"items[*].id":   {Required: true, Pattern: "[a-z]+"},
		"deep.er.count": {Type: "integer"},
	}})
	for text, want := range map[string]string{
		`{"text":"héllo"}`:                      "",
		`{"text":"héllo!"}`:                     "text has more than 5 characters",
		`{"text":""}`:                           "text has fewer than 1 characters",
		`{}`:                                    "text is required",
		`{"text":null}`:                         "text is required",
		`{"text":7}`:                            "text must be a string",
		`[]`:                                    "the body must be an object",
		`{"text":"a","phone":"+14155550100"}`:   "",
		`{"text":"a","phone":"hunter2"}`:        "phone is not a telephone number with + and country code",
		`{"text":"a","phone":"+0123"}`:          "phone is not a telephone number with + and country code",
		`{"text":"a","phone":"+14155550100\n"}`: "phone is not a telephone number with + and country code",
		`{"text":"a","phone":["hunter2"]}`:      "phone must be a string",
		`{"text":"a","phone":{"a":"hunter2"}}`:  "phone must be a string",
		`{"text":"a","email":"ann.lee+x@mail.example.com"}`:       "",
		`{"text":"a","email":"hunter2@localhost"}`:                "email is not an e-mail address",
		`{"text":"a","email":"Ann <ann@example.com>"}`:            "email is not an e-mail address",
		`{"text":"a","email":"a@b@example.com"}`:                  "email is not an e-mail address",
		`{"text":"a","kind":"b"}`:                                 "",
		`{"text":"a","kind":7}`:                                   "",
		`{"text":"a","kind":"hunter2"}`:                           "kind is not one of the allowed values",
		`{"text":"a","options":{"speed":1}}`:                      "",
		`{"text":"a","options":{"hunter2":1}}`:                    "options has a key that is not allowed",
		`{"text":"a","options":[]}`:                               "options must be an object",
		`{"text":"a","items":[{"id":"x"},{"id":"X"}]}`:            "items[1].id does not have the form that is required",
		`{"text":"a","items":[{"id":"x"},{}]}`:                    "items[1].id is required",
		`{"text":"a","items":[{"id":"x"},7]}`:                     "items[1] must be an object",
		`{"text":"a","items":[{"id":"x"},{"id":"x"},{"id":"x"}]}`: "items has more than 2 elements",
		`{"text":"a","items":{"id":"x"}}`:                         "items must be an array",
		`{"text":"a","deep":{"er":{"count":3.0}}}`:                "",
		`{"text":"a","deep":{"er":{"count":3.5}}}`:                "deep.er.count must be an integer",
		`{"text":"a","deep":{"er":[]}}`:                           "deep.er must be an object",
		`{"text":"a\u0007"}`:                                      "text holds control characters",
		`{"text":"a","x":["\u009b"]}`:                             "x[0] holds control characters",
		`{"text":"a","x\u0000hunter2":1}`:                         "the body has a key with control characters",
		`{"text":"a\r\n\t"}`:                                      "",
	} {
		expect(t, text, r.Body(t.Context(), decode(t, text)), want)
	}
	open := compile(t, tenant.Validate{ControlCharacters: "allow"})
	expect(t, "control characters where they are allowed", open.Body(t.Context(), decode(t, `"\u0007"`)), "")
}

// A request of 300 KB must not cost what its keys and its elements make together.
func TestLongKeysAroundManyElementsCostNoMoreThanTheirSum(t *testing.T) {
	text := strings.Repeat(`{"`+strings.Repeat("k", 200)+`":`, 60) + "[" + strings.Repeat("1,", 50_000) + "1]" + strings.Repeat("}", 60)
	rules, body := compile(t, tenant.Validate{}), decode(t, text)
	if n := testing.AllocsPerRun(1, func() { expect(t, "numbers", rules.Body(t.Context(), body), "") }); n > 10 {
		t.Errorf("%v allocations", n)
	}
}

func TestAnAddressHasAtMost255Bytes(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{Query: map[string]tenant.Field{"email": {Format: "email"}}})
	host := strings.Repeat("abcdefghi.", 19) + "example"
	for n, want := range map[int]string{255: "", 256: "email is not an e-mail address"} {
		address := strings.Repeat("x", n-len(host)-1) + "@" + host
		expect(t, address, r.Query(map[string][]string{"email": {address}}), want)
	}
}

func TestShortFormsOfQueriesAndForms(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{OnlyQuery: true, Query: map[string]tenant.Field{
		"page": {Type: "integer", MaxLength: 3}, "q": {Required: true, MaxLength: 10}, "all": {Type: "boolean"}, "max": {Type: "number"}, "tag": {},
	}})
	for _, test := range []struct {
		query map[string][]string
		want  string
	}{
		{map[string][]string{"q": {"x"}, "page": {"2"}, "all": {"true"}, "max": {"-1.5"}}, ""},
		{map[string][]string{"page": {"2"}}, "q is required"},
		{map[string][]string{"q": {""}}, "q is required"},
		{map[string][]string{"q": {"x"}, "page": {"hunter2"}}, "page must be an integer"},
		{map[string][]string{"q": {"x"}, "page": {"+1"}}, "page must be an integer"},
		{map[string][]string{"q": {"x"}, "page": {"1000"}}, "page has more than 3 characters"},
		{map[string][]string{"q": {"x"}, "max": {"1e9"}}, "max must be a number"},
		{map[string][]string{"q": {"x"}, "all": {"1"}}, "all must be a boolean"},
		{map[string][]string{"q": {"x", "y"}}, "q stands more than once"},
		{map[string][]string{"q": {"x"}, "hunter2": {"1"}}, "the query has a parameter that is not allowed"},
		{map[string][]string{"q": {"x\x00"}}, "q holds control characters"},
	} {
		expect(t, "query", r.Query(test.query), test.want)
	}
	form := compile(t, tenant.Validate{Fields: map[string]tenant.Field{"to": {Required: true, Format: "e164"}}})
	expect(t, "form", form.Form(map[string][]string{"to": {"+14155550100"}, "more": {"x"}}), "")
	expect(t, "form", form.Form(map[string][]string{"to": {"hunter2"}}), "to is not a telephone number with + and country code")
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{Schema: schema(t, `{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"type": "object", "required": ["name"], "additionalProperties": false,
		"properties": {
			"name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
			"age": {"type": "integer", "minimum": 0, "maximum": 150},
			"when": {"format": "date-time"},
			"pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": false},
			"tree": {"$ref": "#/$defs/node"}
		},
		"$defs": {"node": {"type": "object", "properties": {"value": {"type": "number"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "unevaluatedProperties": false}}
	}`)})
	for text, want := range map[string]string{
		`{"name":"ann","age":3,"when":"2026-11-25T08:00:00Z"}`: "",
		`{}`:                                      "the body lacks name",
		`{"name":"a"}`:                            "name has fewer than 2 characters",
		`{"name":"hunter2"}`:                      "name has more than 4 characters",
		`{"name":"ann","hunter2":1}`:              "the body has a field that is not allowed",
		`{"name":"ann","age":-1}`:                 "age is below 0",
		`{"name":"ann","age":1.5}`:                "age must be of type integer",
		`{"name":"ann","when":"hunter2"}`:         "when is not of the format date-time",
		`{"name":"ann","pair":["a",1]}`:           "",
		`{"name":"ann","pair":["a",1,"hunter2"]}`: "pair[2] has a field that is not allowed",
		`{"name":"ann","tree":{"value":1,"children":[{"children":[]},{"value":2}]}}`: "",
		`{"name":"ann","tree":{"children":[{"children":[{"value":"hunter2"}]}]}}`:    "tree.children[0].children[0].value must be of type number",
		`{"name":"ann","tree":{"hunter2":1}}`:                                        "tree.hunter2 has a field that is not allowed",
		`[]`:                                                                         "the body must be of type object",
	} {
		got := r.Body(t.Context(), decode(t, text))
		if text == `{"name":"ann","tree":{"hunter2":1}}` {
			// The path is the client's own key; its value is not told.
			if got == nil || got.Error() != want {
				t.Errorf("%v", got)
			}
			continue
		}
		expect(t, text, got, want)
	}
}

func TestSchemasThatHaveNoBoundAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a remote reference":     `{"$ref": "https://example.com/schema.json"}`,
		"a file":                 `{"$ref": "file:///etc/passwd"}`,
		"a relative reference":   `{"$ref": "other.json"}`,
		"a dynamic reference":    `{"$dynamicRef": "#x"}`,
		"another draft":          `{"$schema": "http://json-schema.org/draft-07/schema#"}`,
		"a reference to nothing": `{"$ref": "#/$defs/x"}`,
		"not a schema":           `{"type": "text"}`,
		"no RE2":                 `{"pattern": "(?=a)a"}`,
		"a back reference":       `{"pattern": "(a)\\1"}`,
		"a huge program":         `{"pattern": "((a{100}){100}){10}"}`,
		"a long pattern":         `{"pattern": "` + strings.Repeat("a", 1025) + `"}`,
		"in patternProperties":   `{"patternProperties": {"(?<=a)b": {}}}`,
		"an exponent":            `{"minimum": 1e400}`,
		"many parts":             `{"enum": [` + strings.Repeat("1,", 2000) + `1]}`,
		"many bytes":             `{"title": "` + strings.Repeat("a", 64<<10) + `"}`,
	} {
		if _, err := inputrules.Compile(&tenant.Validate{Schema: schema(t, text)}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := inputrules.Compile(&tenant.Validate{Fields: map[string]tenant.Field{"a": {Pattern: "(a{1000}){1000}"}}}); err == nil {
		t.Error("a field's huge pattern is taken")
	}
}

// Thirty definitions of two uses each would take 2^30 steps; a self-reference that branches as many as the body is deep.
func TestACostlySchemaEnds(t *testing.T) {
	t.Parallel()
	defs := []string{`"d30": {"type": "string"}`}
	for i := range 30 {
		next := string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10))
		this := string(rune('0'+i/10)) + string(rune('0'+i%10))
		defs = append(defs, `"d`+this+`": {"anyOf": [{"$ref": "#/$defs/d`+next+`"}, {"$ref": "#/$defs/d`+next+`"}]}`)
	}
	for name, test := range map[string][2]string{
		"definitions": {`{"$ref": "#/$defs/d00", "$defs": {` + strings.Join(defs, ",") + `}}`, `1`},
		"itself": {
			`{"anyOf": [{"type": "null"}, {"properties": {"c": {"$ref": "#"}}, "required": ["x"]}, {"properties": {"c": {"$ref": "#"}}, "required": ["y"]}]}`,
			strings.Repeat(`{"c":`, 40) + `1` + strings.Repeat("}", 40),
		},
	} {
		r := compile(t, tenant.Validate{Schema: schema(t, test[0])})
		for range 2 {
			if err := r.Body(t.Context(), decode(t, test[1])); err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestAnEndlessReferenceIsAnError(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{Schema: schema(t, `{"$ref": "#"}`)})
	if err := r.Body(t.Context(), "x"); err == nil {
		t.Error("it passes")
	}
}

// Checks of one schema take turns, and who has no time left does not wait.
func TestASchemasTurnIsNotWaitedForLongerThanTheRequest(t *testing.T) {
	t.Parallel()
	r := compile(t, tenant.Validate{Schema: schema(t, `{"type": "string"}`)})
	release := inputrules.Hold(r)
	ended, end := context.WithCancel(t.Context())
	end()
	if err := r.Body(ended, "x"); !errors.Is(err, inputrules.ErrBusy) {
		t.Error(err)
	}
	release()
	if err := r.Body(t.Context(), "x"); err != nil {
		t.Error(err)
	}
}
