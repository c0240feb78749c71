package config_test

import (
	"strings"
	"testing"
)

// withRules is tenant b, whose route demands something of its input.
func withRules(rules string) string {
	return strings.TrimSuffix(withKey("secret: "+strings.Repeat("s", 32)), "\n") + "\n      " + strings.ReplaceAll(rules, "\n", "\n      ") + "\n"
}

func TestSchemasAreReadAndCompiled(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("schemas/note.json", `{"type": "object", "maxProperties": 3}`)
	d.write("tenants/b.yaml", withRules("validate:\n  schema_file: schemas/note.json"))
	l := d.loader()
	v := load(t, l).Tenants["b"].Spec.Routes[0].Validate
	if v.SchemaFile != "" || v.Schema["type"] != "object" {
		t.Errorf("%+v", v)
	}
	d.write("schemas/note.json", `{"type": "text"}`)
	s, problems := l.Load()
	if len(problems) != 1 || !strings.Contains(problems[0].String(), "spec.routes[0].validate.schema_file: schema: ") || s.Tenants["b"] == nil {
		t.Errorf("%v", problems)
	}
	for name, test := range map[string][2]string{
		"a remote reference":   {"validate:\n  schema: {$ref: \"https://example.com/x.json\"}", "spec.routes[0].validate: schema: "},
		"a file that is none":  {"validate:\n  schema_file: schemas/none.json", "spec.routes[0].validate.schema_file: schemas/none.json: there is no such file"},
		"a file outside":       {"validate:\n  schema_file: ../note.json", "spec.routes[0].validate.schema_file: ../note.json: must be a path inside"},
		"arguments of a tool":  {"protocol: mcp\ntool_arguments:\n  search: {type: text}", "spec.routes[0].tool_arguments.search: schema: "},
		"arguments of no tool": {"tool_arguments:\n  search: {type: object}", "spec.routes[0].tool_arguments: needs protocol: mcp"},
		"a pattern":            {"validate:\n  fields: {a: {pattern: \"(?=x)\"}}", "spec.routes[0].validate.fields.a.pattern: RE2 refuses it"},
		"a costly pattern":     {"validate:\n  fields: {a: {pattern: \"((a{100}){100}){10}\"}}", "spec.routes[0].validate.fields.a.pattern: "},
		"a path":               {"validate:\n  fields: {\"a..b\": {required: true}}", "spec.routes[0].validate.fields.a..b: "},
		"a content type":       {"validate:\n  content_types: [text/plain]", "spec.routes[0].validate.content_types[0]: "},
		"a WebSocket":          {"websocket: true\nread_body: true", "spec.routes[0].websocket: cannot stand beside"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDirectory(t)
			l := d.loader()
			d.write("tenants/b.yaml", withRules(test[0]))
			_, problems := l.Load()
			if len(problems) != 1 || !strings.Contains(problems[0].String(), test[1]) || strings.Contains(problems[0].String(), "\n") {
				t.Errorf("got %v\nwant %s", problems, test[1])
			}
		})
	}
}
