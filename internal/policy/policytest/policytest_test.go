package policytest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/meshwarden/meshwarden/internal/policy/policytest"
)

// directory writes files below a new directory.
func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func run(t *testing.T, files map[string]string) *policytest.Report {
	t.Helper()
	report, err := policytest.Run(t.Context(), directory(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// outcomes maps the tests of files outside of the packs to their outcome.
func outcomes(t *testing.T, report *policytest.Report) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Results []struct{ File, Name, Outcome string }
	}
	if err := json.Unmarshal(b.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range document.Results {
		if !strings.HasPrefix(r.File, "packs/") {
			found[r.File+" "+r.Name] = r.Outcome
		}
	}
	return found
}

func TestThePacksPassTheirOwnTests(t *testing.T) {
	t.Parallel()
	report := run(t, nil)
	if err := report.Err(); err != nil {
		var b bytes.Buffer
		_ = report.WriteText(&b, true)
		t.Fatalf("%v\n%s", err, &b)
	}
	tested := map[string]bool{}
	for _, result := range report.Results {
		tested[result.Package] = true
	}
	for _, pack := range []string{"main", "extend", "rbac", "tenancy", "classification", "quota"} {
		if !tested["data.meshwarden."+pack+"_test"] {
			t.Errorf("no tests of %s", pack)
		}
	}
}

func TestEachOwnersTestsRunWithItsModules(t *testing.T) {
	t.Parallel()
	report := run(t, map[string]string{
		"policies/hours.rego": "package platform.hours\n\ndeny contains \"closed\" if input.request.method == \"POST\"\n",
		"policies/hours_test.rego": `package platform.hours_test

test_closed if "closed" in data.platform.hours.deny with input as {"request": {"method": "POST"}}

test_in_the_decision if {
	d := data.meshwarden.main.decision with input as {
		"request": {"method": "POST"}, "identity": {"kind": "jwt", "tenant": "a"}, "tenant": {"name": "a"}, "route": {},
	}
	d.rule == "platform.hours"
}

todo_test_later if false
`,
		"tenants/acme/own.rego": "package tenant\n\ndeny contains \"no\" if input.identity.subject == \"eve\"\n",
		"tenants/acme/deep/own_test.rego": `package tenant_test

test_denied if data.tenant.deny == {"no"} with input as {"identity": {"subject": "eve"}}

test_cases[name] if {
	some name, subject in {"bob is let in": "bob", "eve is not": "eve"}
	data.tenant.deny == set() with input as {"identity": {"subject": subject}}
}

test_fails if data.tenant.deny == {"yes"} with input as {"identity": {"subject": "eve"}}
`,
		"tenants/globex/own.rego":        "package tenant\n\ndeny := \"x\" if to_number(input.request.path) > 1\n",
		"tenants/globex/own_test.rego":   "package tenant_test\n\ntest_alone if not data.tenant.deny with input as {\"request\": {\"path\": \"x\"}}\n",
		"tenants/globex/.draft.rego":     "package {",
		"tenants/initech/only_test.rego": "package x_test\n\ntest_sees_no_others if { not data[\"meshwarden\"]; not data[\"platform\"] }\n",
	})
	want := map[string]string{
		"policies/hours_test.rego test_closed":               "pass",
		"policies/hours_test.rego test_in_the_decision":      "pass",
		"policies/hours_test.rego todo_test_later":           "skip",
		"tenants/acme/deep/own_test.rego test_denied":        "pass",
		"tenants/acme/deep/own_test.rego test_cases":         "fail",
		"tenants/acme/deep/own_test.rego test_fails":         "fail",
		"tenants/globex/own_test.rego test_alone":            "error",
		"tenants/initech/only_test.rego test_sees_no_others": "pass",
	}
	got := outcomes(t, report)
	for name, outcome := range want {
		if got[name] != outcome {
			t.Errorf("%s: got %q, want %q", name, got[name], outcome)
		}
	}
	if len(got) != len(want) || len(report.Problems) != 0 {
		t.Errorf("got %v and problems %v", got, report.Problems)
	}
	if err := report.Err(); err == nil || err.Error() != "3 tests failed" {
		t.Errorf("got %v", err)
	}
	if !slices.IsSortedFunc(report.Results, func(a, b *tester.Result) int { return strings.Compare(a.Location.File, b.Location.File) }) {
		t.Error("the results are not in order")
	}
}

func TestWhatDoesNotCompileIsAProblemAndStopsNobodyElse(t *testing.T) {
	t.Parallel()
	report := run(t, map[string]string{
		"policies/a.rego":               "package platform\n\ndeny if input.user\n",
		"tenants/acme/own.rego":         "package tenant\n\ndeny if http.send({})\n",
		"tenants/acme/own_test.rego":    "package tenant_test\n\ntest_lost if true\n",
		"tenants/globex/own.rego":       "package tenant\n\ndeny := false\n",
		"tenants/globex/own_test.rego":  "package tenant_test\n\ntest_runs if true\n",
		"tenants/hooli/own.rego":        "package tenant\n\ndeny := false\n",
		"tenants/hooli/own_test.rego":   "package tenant_test\n\ntest_x if {\n",
		"tenants/umbrella/own.rego":     "package tenant\n\ndeny := false\n",
		"tenants/umbrella/my_test.rego": "package tenant_test\n\ntest_x if nosuch(1)\n",
	})
	if got := outcomes(t, report); len(got) != 1 || got["tenants/globex/own_test.rego test_runs"] != "pass" {
		t.Errorf("got %v", got)
	}
	var b bytes.Buffer
	if err := report.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"policies/a.rego:3:9: input.user does not exist",
		"tenants/acme/own.rego:3:9: http.send is not available to a tenant's modules: it reaches the network",
		"tenants/hooli/own_test.rego:4:1: rego_parse_error",
		"tenants/umbrella/my_test.rego:3:11: rego_type_error: undefined function nosuch",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no line %q in:\n%s", want, &b)
		}
	}
	if err := report.Err(); err == nil || err.Error() != "4 problems" {
		t.Errorf("got %v", err)
	}
}

func TestADirectoryThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	outside := directory(t, map[string]string{"secret.rego": "package platform"})
	linked := directory(t, map[string]string{"policies/a_test.rego": "package a_test"})
	if err := os.Symlink(filepath.Join(outside, "secret.rego"), filepath.Join(linked, "policies", "b.rego")); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"not there":    filepath.Join(outside, "gone"),
		"a file":       filepath.Join(outside, "secret.rego"),
		"a link out":   linked,
		"a large file": directory(t, map[string]string{"policies/large.rego": strings.Repeat("#", 2<<20)}),
	} {
		if report, err := policytest.Run(t.Context(), dir); err == nil {
			t.Errorf("%s: got %+v", name, report)
		}
	}
}
