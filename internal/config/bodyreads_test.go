package config_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

const (
	readsBody = "package tenant\n\ndeny if input.request.body.model == \"x\"\n"
	// Routes that go before the others of tenantYAML.
	uploads = `  routes:
    - name: notes
      match: {path: /notes}
      upstream: echo
      read_body: true
    - name: pages
      match: {path: /pages, methods: [GET]}
      upstream: echo
`
)

func withUploads(name, tier, uploads string) string {
	return strings.Replace(tenantYAML(name, tier), "  routes:\n", cmp.Or(uploads, "  routes:\n"), 1)
}

// On a route whose bodies are not read a deny that looks at one would never deny.
func TestModulesThatReadBodiesNeedRoutesThatDo(t *testing.T) {
	t.Parallel()
	// Of tenant a the route all reads no body, notes does, and pages has none.
	const everywhere, somewhere = "is null on each of the tenant's routes", "is null on route a/all: "
	for name, test := range map[string]struct {
		module, routes string
		problem, warns string
	}{
		"on no route":                 {module: `deny if input.request.body.model == "x"`, problem: "3:9: input.request.body " + everywhere},
		"through a variable":          {module: "deny if {\n\tr := input.request\n\tr.body.x\n}", problem: "4:7: input.request.body " + everywhere},
		"through object.get":          {module: `deny if object.get(input, ["request", "body", "x"], 0) == 1`, problem: "3:20: input.request.body " + everywhere},
		"in a message":                {module: `deny := input.request.body.why`, problem: "3:9: input.request.body "},
		"in an else":                  {module: "deny if input.request.method == \"X\"\nelse := input.request.body.why", problem: "4:9: input.request.body "},
		"on some routes":              {module: `deny if input.request.body.model == "x"`, routes: uploads, warns: "tenants/a/own.rego:3:9: warning: input.request.body " + somewhere},
		"on the route that reads it":  {module: `deny if {` + "\n\tinput.route.name == \"notes\"\n\tinput.request.body.x\n}", routes: uploads},
		"on routes that read it":      {module: `deny if {` + "\n\tinput.route.name in {\"notes\", \"pages\"}\n\tinput.request.body.x\n}", routes: uploads},
		"on the other route":          {module: `deny if {` + "\n\tinput.route.name == \"all\"\n\tinput.request.body.x\n}", routes: uploads, problem: everywhere},
		"on any but one":              {module: `deny if {` + "\n\tinput.route.name != \"notes\"\n\tinput.request.body.x\n}", routes: uploads, warns: somewhere},
		"where there is a protocol":   {module: `deny if {` + "\n\tinput.route.protocol == \"mcp\"\n\tinput.request.body.x\n}"},
		"where there is none":         {module: `deny if {` + "\n\tinput.route.protocol == \"\"\n\tinput.request.body.x\n}", problem: everywhere},
		"by one who knows":            {module: "deny if {\n\tinput.request.body != null\n\tinput.request.body.x\n}"},
		"by one who asks":             {module: "deny if is_null(input.request.body)"},
		"nowhere":                     {module: `deny if object.get(input, "none", false)`},
		"in a header of that name":    {module: `deny if input.request.headers.body`},
		"all of input, and the word":  {module: `deny if object.get(input, "none", "body") == 1`, problem: everywhere},
		"in a helper of another file": {module: "deny if data.tenant.lib.bad\n", problem: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			d.write("tenants/a.yaml", withUploads("a", "business", test.routes))
			l := d.loader()
			d.write("tenants/a/own.rego", "package tenant\n\n"+test.module+"\n")
			if strings.Contains(test.module, "lib") {
				d.write("tenants/a/lib.rego", "package tenant.lib\n\nbad if input.request.body.x\n")
				test.problem = "tenants/a/lib.rego:3:8: input.request.body " + everywhere
			}
			s, problems := l.Load()
			check(t, "problem", fmt.Sprint(problems), test.problem)
			if loaded := len(s.Tenants["a"].Modules) > 0; loaded != (test.problem == "") {
				t.Errorf("taken over: %v", loaded)
			}
			check(t, "warning", warningsOf(s), test.warns)
		})
	}
}

func warningsOf(s *config.Snapshot) string {
	list := []string{}
	for _, w := range s.Warnings {
		list = append(list, w.Warning())
	}
	return fmt.Sprint(list)
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if want == "" && got != "[]" || !strings.Contains(got, want) || strings.Contains(got, "\n") {
		t.Errorf("%s: got %s, want %q", what, got, want)
	}
}

// A tenant's routes are no reason to refuse what holds for all tenants.
func TestThePlatformIsOnlyWarned(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := config.NewLoader(d.dir)
	d.write("policies/own.rego", "package platform\n\ndeny if input.request.body.secret\n")
	s, problems := l.Load()
	if len(problems) > 0 || len(s.Platform.Modules) != 1 {
		t.Errorf("refused: %v", problems)
	}
	check(t, "warning", warningsOf(s), "policies/own.rego:3:9: warning: input.request.body is null on route a/all and others: ")
	for _, name := range []string{"b", "c"} {
		d.write("tenants/"+name+".yaml", strings.Replace(tenantYAML(name, "business"), "upstream: echo", "upstream: echo\n      read_body: true", 1))
		s, _ = l.LoadChanged([]string{"tenants/" + name + ".yaml"})
	}
	check(t, "warning of the last", warningsOf(s), "is null on route a/all: ")
	d.write("tenants/a.yaml", strings.Replace(tenantYAML("a", "business"), "upstream: echo", "upstream: echo\n      read_body: true", 1))
	s, _ = l.LoadChanged([]string{"tenants/a.yaml"})
	check(t, "when all read them", warningsOf(s), "")
}

func TestACandidatesModulesNeedBodiesToo(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := config.NewLoader(d.dir)
	d.write("candidates/a/own.rego", readsBody)
	s, problems := l.Load()
	check(t, "problem", fmt.Sprint(problems), "candidates/a/own.rego:3:9: input.request.body is null")
	if s.Tenants["a"].Candidate != nil {
		t.Error("taken over")
	}
	d.write("candidates/a.yaml", strings.Replace(tenantYAML("a", "business"), "upstream: echo", "upstream: echo\n      read_body: true", 1))
	if s, problems = l.Load(); len(problems) > 0 || s.Tenants["a"].Candidate == nil {
		t.Errorf("with a route that reads them: %v", problems)
	}
}
