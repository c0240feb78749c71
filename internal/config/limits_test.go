package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/config"
)

func TestAllProblemsOfAFileAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/b.yaml", strings.NewReplacer("    - b.example.com", "    - a.example.com", "tier: free", "teer: free", "upstream: echo", "upstream: ech",
		"prefix: /", "prefix: x").Replace(tenantYAML("b", "free")))
	d.write("tenants/b/own.rego", "package other\n")
	load(t, l,
		`tenants/b.yaml:7:7: spec.hosts[0]: host "a.example.com" belongs to tenant "a" already (tenants/a.yaml)`,
		`tenants/b.yaml:8:3: unknown field "teer"; did you mean "tier"?`,
		"tenants/b.yaml:17:23: spec.routes[0].match.prefix: must start with /",
		`tenants/b.yaml:18:17: spec.routes[0].upstream: unknown upstream "ech"; did you mean "echo"?`,
		"tenants/b/own.rego:1:...")
}

func TestAWrongFieldDoesNotBringProblemsThatOnlyFollowFromIt(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/b.yaml", strings.Replace(tenantYAML("b", "free"), "      upstream: echo", "      upstraem: echo", 1))
	load(t, l, `tenants/b.yaml:18:7: unknown field "upstraem"; did you mean "upstream"?`)
}

// data is tenant b with a data field whose lines are given.
func data(lines string) string { return tenantYAML("b", "free") + "  data:\n" + lines }

func TestAliasesWorkWithinBounds(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/b.yaml", data("    a: &a {x: [1, true, null, text, 2026-01-01]}\n    b: *a\n"))
	got := load(t, l).Tenants["b"].Spec.Data
	if fmt.Sprint(got["a"]) != "map[x:[1 true <nil> text 2026-01-01]]" || fmt.Sprint(got["b"]) != fmt.Sprint(got["a"]) {
		t.Errorf("%v", got)
	}
	if _, ok := got["a"].(map[string]any)["x"].([]any)[0].(float64); !ok {
		t.Error("a number is not what JSON would make of it")
	}

	bomb := "    a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("    a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	for name, c := range map[string]struct{ lines, want string }{
		"an alias bomb":                        {bomb, "tenants/b.yaml:...: more than 100000 values, aliases counted as often as they are used"},
		"a loop":                               {"    a: &a [*a]\n", "tenants/b.yaml:20:..."},
		"deep nesting":                         {"    a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n", "tenants/b.yaml:20:...: nested more than 64 levels deep"},
		"deeper nesting than any parser takes": {"    a: " + strings.Repeat("[", 100_000) + "\n", "tenants/b.yaml:20:..."},
		"many problems":                        {strings.Repeat("  x: 1\n", 200), "tenants/b.yaml:...more problems follow"},
		"an unknown alias":                     {"    a: *nobody\n", "tenants/b.yaml:20:..."},
		"a key that is a list":                 {"    [1]: 2\n", "tenants/b.yaml:20:5: spec.data: a key must be a string"},
		"a key that is a number":               {"    1: 2\n", "tenants/b.yaml:20:5: spec.data: the key 1 must be in quotes"},
		"not a number":                         {"    a: .nan\n", "tenants/b.yaml:20:8: .nan is not a number that JSON can hold; put it in quotes"},
		"a binary value":                       {"    a: !!binary aGk=\n", "tenants/b.yaml:20:8: the tag !!binary is not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			d.write("tenants/b.yaml", data(c.lines))
			began := time.Now()
			s, problems := config.NewLoader(d.dir).Load()
			start, end, _ := strings.Cut(c.want, "...")
			found := false
			for _, p := range problems {
				if text := p.String(); strings.HasPrefix(text, start) && strings.HasSuffix(text, end) {
					found = true
				}
			}
			if !found || len(problems) > 102 || len(s.Tenants) != 2 {
				t.Errorf("wanted %s in:\n%.2000s", c.want, lines(problems))
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFilesWithoutEffectAreReported(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("gatway.yaml", gatewayYAML)
	d.write("tenant/x.yaml", tenantYAML("x", "free"))
	d.write("tenants/x.yml", tenantYAML("x", "free"))
	d.write("tenants/aa/own.rego", ownModule)
	d.write("tenants/own.rego", ownModule)
	d.write("upstreams/more/x.yaml", upstreamYAML("x"))
	d.write("policies/data.yaml", "a: 1\n")
	// These belong to others, or hold what objects refer to.
	for _, name := range []string{"README.md", "keys.json", "keys/acme.json", ".git/config.yaml", "tenants/.b.yaml.swp", "tenants/b.yaml~", "policies/a_test.rego", "tenants/a/notes.txt"} {
		d.write(name, "x")
	}
	s := load(t, l,
		`gatway.yaml:1:1: the file has no effect here; did you mean "gateway.yaml"?`,
		"policies/data.yaml:1:1: only Rego modules (.rego) belong here",
		`tenant: the directory has no effect; did you mean "tenants"?`,
		`tenants/aa: the directory has no effect: there is no tenants/aa.yaml; did you mean "a"?`,
		"tenants/own.rego:1:1: the file has no effect: modules belong in policies/ or tenants/NAME/",
		"tenants/x.yml:1:1: the file has no effect: objects are files NAME.yaml, not .yml",
		"upstreams/more: a directory has no effect here: objects are files NAME.yaml")
	if len(s.Tenants) != 3 || len(s.Upstreams) != 2 {
		t.Errorf("%+v", s)
	}
}

func TestLinksStayInsideTheDirectory(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte(strings.Repeat("s", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	l := d.loader()
	link(t, outside, d.path("secret"))
	link(t, "nowhere", d.path("broken"))
	link(t, "a.yaml", d.path("tenants/d.yaml"))
	d.write("tenants/b.yaml", withKey("secret_file: secret"))
	d.write("tenants/c.yaml", strings.ReplaceAll(withKey("secret_file: broken"), "b.example.com", "c.example.com"))
	const reason = "a link that leads nowhere or out of the configuration directory"
	load(t, l,
		"tenants/b.yaml:12:22: spec.auth.jwt[0].secret_file: secret: "+reason,
		"tenants/c.yaml:4:9: ...",
		"tenants/c.yaml:12:22: spec.auth.jwt[0].secret_file: broken: "+reason,
		`tenants/d.yaml:4:9: metadata.name: must be "d", as the file is named`,
		"tenants/d.yaml:7:7: ...",
		"tenants/d.yaml:11:17: ...")
}

func TestAWriteThatKeepsSizeAndTimeIsSeen(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	path := d.path("tenants/a.yaml")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(tenantYAML("a", "business"), "tier: business", "tier: starter ", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if s := load(t, l); s.Tenants["a"].Spec.Tier != "starter" {
		t.Error("a second write within one tick of the file system's clock is missed")
	}
}
