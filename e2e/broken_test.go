package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

// controlStatus is the part of the control plane's status that the tests read.
type controlStatus struct {
	Config struct {
		Problems []struct {
			Object, File, Reason string
			Line, Column         int
		}
	}
	Tenants []struct{ Name, Version, State string }
}

// tenant is the version and state of a tenant.
func (s controlStatus) tenant(name string) (version, state string) {
	for _, t := range s.Tenants {
		if t.Name == name {
			return t.Version, t.State
		}
	}
	return "", ""
}

// apply runs an edit of a tenant and waits until every Envoy and extauthz has accepted it.
func (g *gateway) apply(t *testing.T, tenant string, edit func()) {
	t.Helper()
	before, _ := g.status(t).tenant(tenant)
	edit()
	eventually(t, "the edit of "+tenant+" is live", func() bool {
		version, state := g.status(t).tenant(tenant)
		return version != before && state == "live"
	})
}

func (g *gateway) status(t *testing.T) controlStatus {
	t.Helper()
	response, err := client.Get(g.Admin + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var s controlStatus
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status: %d %v", response.StatusCode, err)
	}
	return s
}

func TestABrokenFileIsRefusedAndHurtsNobody(t *testing.T) {
	t.Parallel()
	dir := quickstart(t)
	generous(t, dir)
	g := up(t, dir)
	viewer := g.token(t, "acme", "vera", "viewer")
	globex := g.read(t, "tenants/globex.yaml")
	spec := func(extra string) string { return strings.Replace(globex, "spec:\n", "spec:\n"+extra, 1) }

	// Each case writes one file of globex (or a new one), and names what the reason must hold.
	cases := []struct {
		name, file, text string
		line             bool
		reason           string
	}{
		{"syntax", "tenants/globex.yaml", "apiVersion: [\nkind: Tenant\n", true, ""},
		{"an unknown field", "tenants/globex.yaml", spec("  quotass: []\n"), true, "quotas"},
		{"an unknown reference", "tenants/globex.yaml", strings.Replace(globex, "upstream: echo", "upstream: nowhere", 1), true, "nowhere"},
		{"a duplicate host", "tenants/globex.yaml", strings.Replace(globex, "globex.localhost", "acme.localhost", 1), true, "acme"},
		{"a Rego file that does not compile", "tenants/globex/broken.rego", "package tenant\n\ndeny contains msg if {\n", true, ""},
		{"a Rego rule of the wrong type", "tenants/globex/broken.rego", "package tenant\n\ndeny contains \"x\" if count(1 + \"a\") > 0\n", true, ""},
		{"a regex that Envoy refuses", "tenants/globex.yaml", strings.Replace(globex, "routes:\n", "routes:\n    - {name: bad, match: {regex: \"/a(?!b)\"}, upstream: echo}\n", 1), true, "regex"},
		{"an empty file", "tenants/globex.yaml", "", false, "empty"},
		{"a binary file", "tenants/globex.yaml", "\x7fELF\x02\x01\x01\x00\x00\xff\xfe", false, ""},
		{"a file of 10 MB", "tenants/globex.yaml", globex + strings.Repeat("# filler\n", 10<<20/9), false, ""},
	}
	loop := g.loop(t, request{host: "acme.localhost", token: viewer}, 200)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g.write(t, c.file, c.text)
			eventually(t, "the problem is reported", func() bool {
				for _, p := range g.status(t).Config.Problems {
					if p.File == c.file && p.Object == "tenant/globex" && strings.Contains(p.Reason, c.reason) && (p.Line > 0 || !c.line) {
						return true
					}
				}
				return false
			})
			if a := g.send(t, request{host: "globex.localhost"}); a.status != 401 {
				t.Errorf("globex's last good version does not serve: %d %s", a.status, a.body)
			}
			out, errs, code := meshwarden(t, "validate", dir)
			if code != 1 || !strings.Contains(out+errs, c.file) {
				t.Errorf("validate: exit %d: %s%s", code, out, errs)
			}
			// Another tenant still accepts edits.
			get := request{host: "acme.localhost", path: "/probe", token: viewer}
			g.write(t, "tenants/acme/probe.rego", "package tenant\n\ndeny contains \"probe\" if input.request.path == \"/probe\"\n")
			g.becomes(t, "acme's edit", get, 403)
			if err := os.Remove(g.file("tenants/acme/probe.rego")); err != nil {
				t.Fatal(err)
			}
			g.becomes(t, "acme's edit is undone", get, 200)

			if strings.HasSuffix(c.file, ".rego") {
				if err := os.Remove(g.file(c.file)); err != nil {
					t.Fatal(err)
				}
			} else {
				g.write(t, c.file, globex)
			}
			eventually(t, "the repair is accepted", func() bool { return len(g.status(t).Config.Problems) == 0 })
		})
	}
	loop.check(t)
}

// TestARuntimeTypeErrorDenies covers what the compiler cannot see: an error while a rule runs denies its own
// tenant only.
func TestARuntimeTypeErrorDenies(t *testing.T) {
	t.Parallel()
	g := up(t, quickstart(t))
	get := request{host: "globex.localhost", token: g.token(t, "globex", "gus", "viewer")}
	if a := g.send(t, get); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	g.write(t, "tenants/globex/runtime.rego", "package tenant\n\ndeny contains \"x\" if to_number(input.request.path) > 1\n")
	g.becomes(t, "the rule's error denies", get, 500)
	checkError(t, g.send(t, get), 500, "INTERNAL_ERROR")
	if a := g.send(t, request{host: "acme.localhost", token: g.token(t, "acme", "vera", "viewer")}); a.status != 200 {
		t.Errorf("acme: %d %s", a.status, a.body)
	}
}
