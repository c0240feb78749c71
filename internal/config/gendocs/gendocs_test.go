package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
	"go.yaml.in/yaml/v4"
)

const repository = "../../.."

func TestTheReferenceIsNotStale(t *testing.T) {
	t.Parallel()
	files, err := generate(repository)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale (%v): run make generate", name, err)
		}
	}
	published, err := filepath.Glob(filepath.Join(repository, "docs/schema/*"))
	if err != nil || len(published) != len(files)-1 {
		t.Errorf("docs/schema holds %v %v", published, err)
	}
}

func TestEveryFieldIsDocumented(t *testing.T) {
	t.Parallel()
	files, err := generate(repository)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(files["docs/configuration.md"])) {
		if strings.HasPrefix(line, "| `") && strings.HasSuffix(line, "|  |\n") {
			t.Errorf("no description: %s", line)
		}
	}
}

// matches judges a YAML text by a published schema.
func matches(t *testing.T, schema, text string) (bool, string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(repository, "docs/schema", schema+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	result, err := rego.New(rego.Query("json.match_schema(input.document, input.schema)"),
		rego.Input(map[string]any{"document": string(asJSON), "schema": string(raw)})).Eval(context.Background())
	if err != nil || len(result) != 1 {
		t.Fatal(err, result)
	}
	verdict := result[0].Expressions[0].Value.([]any)
	why, err := json.Marshal(verdict[1])
	if err != nil {
		t.Fatal(err)
	}
	return verdict[0].(bool), string(why)
}

func TestTheQuickstartMatchesTheSchemas(t *testing.T) {
	t.Parallel()
	for pattern, schema := range map[string]string{"gateway.yaml": "gateway", "upstreams/*.yaml": "upstream", "scanpolicies/*.yaml": "scanpolicy", "tenants/*.yaml": "tenant"} {
		paths, err := filepath.Glob(filepath.Join(repository, "examples/quickstart", pattern))
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if ok, why := matches(t, schema, string(text)); !ok {
				t.Errorf("%s: %s", path, why)
			}
		}
	}
}

func TestTheSchemasRefuseWhatValidationRefuses(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(repository, "examples/quickstart/tenants/acme.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	acme := string(raw)
	for name, edit := range map[string][2]string{
		"an unknown field": {"  tier: business", "  teir: business"}, "an unknown word": {"tier: business", "tier: gold"},
		"a missing field": {"      limit: 100\n", ""}, "out of range": {"limit: 100", "limit: 0"}, "not a duration": {"timeout: 5s", "timeout: 5 s"},
		"two matches": {"        path: /healthz", "        path: /healthz\n        prefix: /healthz"}, "another kind": {"kind: Tenant", "kind: Tennant"},
		"no host": {"  hosts:\n    - acme.localhost\n", "  hosts: []\n"},
	} {
		if !strings.Contains(acme, edit[0]) {
			t.Fatalf("%s: acme.yaml does not hold %q", name, edit[0])
		}
		if ok, _ := matches(t, "tenant", strings.Replace(acme, edit[0], edit[1], 1)); ok {
			t.Errorf("%s passes", name)
		}
	}
	policy := "apiVersion: meshwarden.io/v1alpha1\nkind: ScanPolicy\nmetadata: {name: p}\nspec: {request: {actions: {ACTION}}}\n"
	for actions, want := range map[string]bool{"CARD: redact, default: log": true, "CARDS: redact": false, "CARD: hide": false} {
		if ok, why := matches(t, "scanpolicy", strings.Replace(policy, "ACTION", actions, 1)); ok != want {
			t.Errorf("%s: %t %s", actions, ok, why)
		}
	}
}
