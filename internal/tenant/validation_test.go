package tenant_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestARouteSaysWhetherItNeedsBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		route tenant.Route
		reads bool
		limit int
	}{
		"nothing":         {tenant.Route{}, false, 0},
		"a query alone":   {tenant.Route{Validate: &tenant.Validate{Query: map[string]tenant.Field{"a": {}}}}, false, 0},
		"fields":          {tenant.Route{Validate: &tenant.Validate{Fields: map[string]tenant.Field{"a": {}}}}, true, 0},
		"a limit":         {tenant.Route{Validate: &tenant.Validate{MaxBody: 10}}, true, 10},
		"a protocol":      {tenant.Route{Protocol: tenant.ProtocolBedrock}, true, 0},
		"policies' wish":  {tenant.Route{ReadBody: true}, true, 0},
		"a required body": {tenant.Route{Validate: &tenant.Validate{BodyRequired: true}}, true, 0},
	} {
		if test.route.ReadsBody() != test.reads || test.route.BodyLimit() != test.limit {
			t.Errorf("%s: %t, %d", name, test.route.ReadsBody(), test.route.BodyLimit())
		}
	}
}

func TestPatternsAreNamesOrBeginnings(t *testing.T) {
	t.Parallel()
	names, prefixes := tenant.CutPrefixes([]string{"weather", "search_*", "*"})
	if diff := cmp.Diff([]string{"weather"}, names) + cmp.Diff([]string{"search_", ""}, prefixes); diff != "" {
		t.Error(diff)
	}
	for pattern, good := range map[string]bool{
		"search_*": true, "*": true, "arn:aws:bedrock:us-east-1::foundation-model/a.b:0": true, "a*b": false, "**": false, "a b": false, "": false, "é": false,
	} {
		got := problemsOf(func(v *tenant.Tenant) { v.Spec.Roles["x"] = tenant.Role{Models: []string{pattern}} })
		if good != (len(got) == 0) {
			t.Errorf("%q: %v", pattern, got)
		}
	}
}

func TestRulesOfInputAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		v    tenant.Validate
		want string
	}{
		"lengths":              {tenant.Validate{Fields: map[string]tenant.Field{"a": {MinLength: 2, MaxLength: 1}}}, ".fields.a.min_length: is above max_length"},
		"keys of a text":       {tenant.Validate{Fields: map[string]tenant.Field{"a": {Type: "string", Keys: []string{"b"}}}}, ".fields.a.keys: belongs to an object"},
		"a form of an object":  {tenant.Validate{Fields: map[string]tenant.Field{"a": {Type: "object", Format: "uuid"}}}, ".fields.a.type: pattern, format and enum are for texts"},
		"an object in a query": {tenant.Validate{Query: map[string]tenant.Field{"a": {Type: "object"}}}, ".query.a.type: parameters are texts"},
		"a format":             {tenant.Validate{Fields: map[string]tenant.Field{"a": {Format: "phone"}}}, `.fields.a.format: "phone" is not known`},
		"two schemas":          {tenant.Validate{Schema: map[string]any{"type": "object"}, SchemaFile: "a.json"}, ".schema_file: stands beside schema"},
		"a limit":              {tenant.Validate{MaxBody: 1 << 27}, ".max_body: must be between"},
	} {
		got := problemsOf(func(v *tenant.Tenant) { v.Spec.Routes[3].Validate = &test.v })
		if len(got) != 1 || !strings.HasPrefix(got[0], "spec.routes[3].validate"+test.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
