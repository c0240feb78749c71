package policy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

func inputDocument(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/input.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheDocumentListsTheFieldsOfInput(t *testing.T) {
	t.Parallel()
	var documented []string
	row := regexp.MustCompile("(?m)^\\| `input\\.([a-z_.]+)` \\| ([a-z ]+) \\| (.*?) \\| .* \\|$")
	types := map[string]string{}
	for _, match := range row.FindAllStringSubmatch(inputDocument(t), -1) {
		documented = append(documented, match[1])
		types[match[1]] = match[2]
	}
	if diff := cmp.Diff(policy.FieldPaths(), documented); diff != "" {
		t.Errorf("docs/input.md:\n%s", diff)
	}
	in := viewer(t)
	in.Identity.Claims, in.Request.Body = claims(7), claims(7)
	for path, want := range types {
		ref := ast.InputRootRef
		for part := range strings.SplitSeq(path, ".") {
			ref = ref.Append(ast.StringTerm(part))
		}
		value, err := in.Value().Find(ref[1:])
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := ast.ValueName(value); got != strings.Fields(want)[0] {
			t.Errorf("%s is %s, documented as %s", path, got, want)
		}
	}
}

// Each example is compiled as what its package says, and the test among them is left to `meshwarden test`.
func TestTheDocumentsExamplesCompile(t *testing.T) {
	t.Parallel()
	examples := regexp.MustCompile("(?s)```rego\n(package ([a-z_]+).*?)```").FindAllStringSubmatch(inputDocument(t), -1)
	if len(examples) < 5 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, example := range examples {
		module := []plane.Module{{Path: "example.rego", Source: example[1]}}
		var err error
		switch example[2] {
		case "platform":
			_, err = policy.CompilePlatform(module)
		case "tenant":
			_, err = policy.CompileTenant("acme", module)
		case "tenant_test":
			_, err = ast.ParseModule("example.rego", example[1])
		default:
			t.Errorf("an example of package %s", example[2])
		}
		if err != nil {
			t.Errorf("%v in:\n%s", err, example[1])
		}
	}
}

func TestTheDocumentListsTheWithheldBuiltins(t *testing.T) {
	t.Parallel()
	text := inputDocument(t)
	for _, name := range policy.Withheld() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("docs/input.md does not name %s", name)
		}
	}
}
