package policy_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

const (
	theirSecret    = "secret-of-globex"
	ownSecret      = "secret-of-acme"
	platformSecret = "secret-of-the-platform"
)

// looks are the ways that Rego has to look at more than one's own.
var looks = map[string]string{
	"own data":               `deny := sprintf("%v", [data.tenant.secret])`,
	"a walk of one's own":    `deny := sprintf("%v", [{v | walk(data.tenant.lib, [_, v])}])`,
	"all data":               `deny := sprintf("%v", [data])`,
	"an alias":               "import data as everything\n\ndeny := sprintf(\"%v\", [everything])",
	"a variable":             `deny := sprintf("%v", [{r: v | some r; v := data[r]}])`,
	"iteration":              `deny := sprintf("%v", [{r: v | some r, v in data}])`,
	"a wildcard":             `deny := sprintf("%v", [{v | v := data[_]}])`,
	"two wildcards":          `deny := sprintf("%v", [{v | v := data[_][_]}])`,
	"a known rule somewhere": `deny := sprintf("%v", [{r: v | some r; v := data[r].secret}])`,
	"a pack's somewhere":     `deny := sprintf("%v", [{r: v | some r; v := data[r].rbac.allow}])`,
	"a pack's with input":    `deny := sprintf("%v", [{r: v | some r; v := data[r].main.decision with input.tenant.name as "globex"}])`,
	"every":                  `deny := sprintf("%v", [data.tenant.secret]) if every r, v in data { sprintf("%v", [v]) != "" }`,
	"a walk":                 `deny := sprintf("%v", [{v | walk(data, [_, v])}])`,
	"object.get":             `deny := sprintf("%v", [object.get(data, ["platform", "secret"], "")])`,
	"object.get by tenant":   `deny := sprintf("%v", [object.get(data, ["tenants", "globex"], "")])`,
	"json.filter":            `deny := sprintf("%v", [json.filter(data, ["platform/secret"])])`,
	"json.patch":             `deny := sprintf("%v", [json.patch({}, [{"op": "copy", "from": "/../platform/secret", "path": "/a"}])])`,
	"object.union":           `deny := sprintf("%v", [object.union(data, {})])`,
	"a computed name":        `deny := sprintf("%v", [data[concat("", ["plat", "form"])].secret])`,
	"a name of the input":    `deny := sprintf("%v", [data[input.request.headers["x-team"]]])`,
	"with other data":        `deny := sprintf("%v", [data.tenant.secret]) if { data.tenant.secret with data.platform as data.platform }`,
	"with all data":          `deny := sprintf("%v", [d]) if { d := data.tenant.secret with data as data }`,
	"with another tenant":    `deny := sprintf("%v", [t]) if { t := input.tenant with input.tenant.name as "globex" }`,
	"with another input":     `deny := sprintf("%v", [d]) if { d := data.tenant.secret with input as {"tenant": {"name": "globex"}} }`,
	"a function":             "f(x) := data[x]\n\ndeny := sprintf(\"%v\", [f(\"platform\")])",
	"a function replaced":    `deny := sprintf("%v", [u]) if { u := upper("platform") with upper as data.platform.secret }`,
	"the metadata of rules":  `deny := sprintf("%v", [rego.metadata.chain()])`,
	"the runtime":            `deny := sprintf("%v", [opa.runtime()])`,
	"a file":                 `deny := sprintf("%v", [http.send({"method": "GET", "url": "file:///etc/passwd"})])`,
	"a template":             `deny := strings.render_template("{{.}}", data)`,
	"the whole input":        `deny := sprintf("%v", [input])`,
}

// Either such a look does not compile, or what it shows is the tenant's own.
func TestATenantsModuleSeesNothingOfOthersHoweverItLooks(t *testing.T) {
	t.Parallel()
	compilePlatform(t, module("platform", `secret := "`+platformSecret+`"

deny if input.identity.subject == secret`))
	globex, err := policy.CompileTenant("globex", []plane.Module{module("tenant", `secret := "`+theirSecret+`"

deny := secret`)})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := globex.Narrow(t.Context(), viewer(t), admitted()); got.Message != theirSecret {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, look := range looks {
		source := "secret := \"" + ownSecret + "\"\n\nlib := {\"a\": secret}\n\n" + look
		if strings.HasPrefix(look, "import") {
			source = look
		}
		var message string
		m, err := policy.CompileTenant("acme", []plane.Module{module("tenant", source)})
		if err == nil {
			got, _ := m.Narrow(t.Context(), viewer(t), admitted())
			message = got.Message
		}
		for _, secret := range []string{theirSecret, platformSecret, "meshwarden", "platform\""} {
			if strings.Contains(message, secret) {
				t.Errorf("%s shows %q", name, message)
			}
		}
		// The looks themselves work: they find what is one's own.
		if own := name == "own data" || name == "a walk of one's own"; own && !strings.Contains(message, ownSecret) {
			t.Errorf("%s shows %q (%v)", name, message, err)
		}
	}
}
