package config_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/config"
)

// editor makes random edits of a directory and notes the files and directories that changed.
type editor struct {
	*directory
	*rand.Rand
	changed []string
}

func (e *editor) one(of ...string) string { return of[e.IntN(len(of))] }

func (e *editor) tenant() string { return e.one("a", "b", "c", "d", "e", "tenant-f") }

// put writes a file, removes it, or moves it to where another is.
func (e *editor) put(name, text string) {
	switch e.IntN(8) {
	case 0:
		_ = os.Remove(e.path(name))
	case 1:
		to := path.Dir(name) + "/" + e.tenant() + path.Ext(name)
		_ = os.Rename(e.path(name), e.path(to))
		e.changed = append(e.changed, to)
	default:
		e.write(name, text)
		if e.IntN(3) == 0 {
			e.changed = append(e.changed, name+".new")
		}
	}
	e.changed = append(e.changed, name)
}

// move renames a directory, or removes it when the other is there.
func (e *editor) move(from, to string) {
	if os.Rename(e.path(from), e.path(to)) != nil && strings.Count(from, "/") > 0 {
		_ = os.RemoveAll(e.path(from))
	}
	e.changed = append(e.changed, from, to)
}

// tenantText is a tenant that shares hosts, issuers, files and references with others.
func (e *editor) tenantText(name string) string {
	text := tenantYAML(name, e.one("free", "business"))
	replace := func(old, replacement string) { text = strings.Replace(text, old, replacement, 1) }
	if e.IntN(2) == 0 {
		replace("  tier:", "    - "+e.one("x", "y", "z")+".example\n  tier:")
	}
	switch e.IntN(5) {
	case 0:
		replace("issuer: https://"+name+".example.com", "issuer: https://"+e.one("p", "q")+".example")
	case 1:
		secret := "secret: development-secret-of-tenant-" + name + "-0123456789"
		replace(secret, "secret_file: "+e.one("keys/one", "keys/two", "tenants/a/secret", "tenants/b.yaml"))
	case 2:
		issuer := "issuer: https://" + name + ".example.com\n        secret: development-secret-of-tenant-" + name + "-0123456789\n        development: true"
		replace(issuer, "issuer: https://"+e.one("p", "q")+".example\n        jwks_uri: https://keys.example/jwks\n        audiences: ["+e.one("m", "n")+"]")
	}
	if e.IntN(3) == 0 {
		replace("upstream: echo", "upstream: "+e.one("spare", "spar", "other"))
	}
	if e.IntN(3) == 0 {
		replace("scan_policy: standard", "scan_policy: "+e.one("strict", "stric"))
	}
	if e.IntN(4) == 0 {
		text += "  grants:\n    - {tenant: " + e.tenant() + ", permissions: [read]}\n"
	}
	if e.IntN(8) == 0 {
		replace("tier:", "teir:")
	}
	if e.IntN(16) == 0 {
		text = "not a tenant"
	}
	return text
}

func (e *editor) moduleText() string {
	return e.one(ownModule, ownModule+"\n# again\n", readsBody, "package tenant\n\ndeny if {", "package other\n")
}

// edit makes one random change.
func (e *editor) edit() {
	name := e.tenant()
	switch e.IntN(16) {
	default:
		e.put("tenants/"+name+".yaml", e.tenantText(name))
	case 0, 1:
		e.put("tenants/"+name+"/"+e.one("own", "deep/er")+".rego", e.moduleText())
	case 2:
		e.move("tenants/"+name, "tenants/"+e.tenant())
	case 3:
		e.put(e.one("keys/one", "keys/two", "tenants/a/secret"), strings.Repeat(e.one("x", "y"), e.one2(40, 3)))
	case 4:
		e.move(e.one("keys", "elsewhere"), e.one("keys", "elsewhere"))
	case 5:
		e.put("upstreams/"+e.one("echo", "spare", "other")+".yaml", e.one(upstreamYAML("echo"), upstreamYAML("spare"), upstreamYAML("other"), "x"))
	case 6:
		policy := e.one("standard", "strict")
		e.put("scanpolicies/"+policy+".yaml", e.one(scanPolicyYAML(policy, "shadow"), scanPolicyYAML(policy, "enforce"), "x"))
	case 7:
		e.put("candidates/"+name+e.one(".yaml", "/own.rego"), e.one(e.tenantText(name), e.moduleText()))
	case 8:
		e.put("policies/"+e.one("own", "a/b")+".rego", e.one("package platform\n\ndeny if input.x\n", "package platform.more\n", "package platform\n\ndeny if {"))
	case 9:
		e.put(e.one("tenants/a.yml", "tenants/own.rego", "gatway.yaml", "upstreams/x/y.yaml", "tenant/x"), "x")
	case 10:
		e.put("gateway.yaml", e.one(gatewayYAML, "x"))
	case 11:
		e.move(e.one("tenants", "upstreams", "parked"), e.one("tenants", "upstreams", "parked"))
	}
}

func (e *editor) one2(of ...int) int { return of[e.IntN(len(of))] }

// What is loaded by what changed must be what is loaded by reading everything, with the same problems, whatever was edited; and as long
// as there were none, what a new process would load.
func TestAnyRowOfEditsLoadsAsEverything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := &editor{directory: newDirectory(t), Rand: rand.New(rand.NewPCG(seed, 5))}
			one, all := e.loader(), e.loader()
			for step := range 60 {
				e.changed = []string{}
				for range 1 + e.IntN(3) {
					e.edit()
				}
				got, gotProblems := one.LoadChanged(e.changed)
				want, wantProblems := all.Load()
				if diff := cmp.Diff(want, got) + cmp.Diff(wantProblems, gotProblems); diff != "" {
					t.Fatalf("step %d, after a change of %q:\n%s", step, e.changed, diff)
				}
				if len(gotProblems) == 0 {
					fresh, _ := config.NewLoader(e.dir).Load()
					if diff := cmp.Diff(fresh, got); diff != "" {
						t.Fatalf("step %d, a new process after a change of %q:\n%s", step, e.changed, diff)
					}
				}
			}
		})
	}
}

func TestAFileThatATenantNamesIsItsOwnWhereverItLies(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.write("tenants/a/secret", strings.Repeat("s", 40))
	d.write("tenants/b.yaml", withKey("secret_file: tenants/a/secret"))
	l := d.loader()
	d.write("tenants/a/secret", strings.Repeat("t", 40))
	s, problems := l.LoadChanged([]string{"tenants/a/secret"})
	if got := s.Tenants["b"].Spec.Auth.JWT[0].Secret; len(problems) > 0 || got != strings.Repeat("t", 40) {
		t.Errorf("%v, %q", problems, got)
	}
}

func TestAnEditLeavesOtherTenantsAlone(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/c.yaml", "broken")
	l.LoadChanged([]string{"tenants/c.yaml"})
	d.write("tenants/b.yaml", "not read")
	d.write("tenants/a.yaml", with("a", "x.example"))
	s, problems := l.LoadChanged([]string{"tenants/a.yaml", "tenants/a.yaml~"})
	if !slices.Contains(s.Tenants["a"].Spec.Hosts, "x.example") || len(problems) != 1 || problems[0].Object != "tenant/c" {
		t.Errorf("%v, %v", s.Tenants["a"].Spec.Hosts, problems)
	}
}

// A tenant's last module may go while its directory stays, as a checkout leaves it.
func TestModulesThatReadBodiesMayGo(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l := d.loader()
	d.write("tenants/a/own.rego", readsBody)
	load(t, l, "tenants/a/own.rego:3:9: ...")
	d.remove("tenants/a/own.rego")
	load(t, l)
}
