// Package arrows checks which packages may import which.
package arrows

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/meshwarden/meshwarden/"

// imports lists what the packages under pattern import, directly or not, without their tests.
func imports(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", pattern)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v", pattern, err)
	}
	set := map[string]bool{}
	for _, path := range strings.Fields(string(out)) {
		set[path] = true
	}
	if len(set) == 0 {
		t.Fatalf("go list %s: no packages", pattern)
	}
	return set
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	for _, rule := range []struct{ pattern, never, why string }{
		{"./internal/...", "extauthz", "the parts are built from internal packages"},
		{"./internal/...", "xds", "the parts are built from internal packages"},
		{"./extauthz/...", "xds", "a replica must run without a control plane"},
		{"./xds/...", "extauthz", "the control plane decides no requests"},
		{"./wasm-filter/...", "internal/policy", "OPA would make the module ten times its size"},
		{"./wasm-filter/...", "internal/plane", "protobuf would make the module twice its size"},
	} {
		for path := range imports(t, rule.pattern) {
			if path == module+rule.never || strings.HasPrefix(path, module+rule.never+"/") {
				t.Errorf("%s imports %s: %s", rule.pattern, path, rule.why)
			}
		}
	}
}

// TestLeavesImportOnlyOurOwn keeps third-party code out of what is compiled into the wasm module or shared by
// everything.
func TestLeavesImportOnlyOurOwn(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"./internal/tenant/...", "./internal/scan/...", "./internal/reason", "./internal/handoff"} {
		for path := range imports(t, pattern) {
			if !strings.HasPrefix(path, module) {
				t.Errorf("%s imports %s", pattern, path)
			}
		}
	}
}
