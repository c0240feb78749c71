//go:build !wasip1

package main_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	httpwasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wasmbuild"
)

// What Envoy may have to compile before it serves, by each compiler: 0.45 s a MB (RATIONALE.md, "Why is the module this big?").
const (
	maxModule         = 7 << 19
	maxStandardModule = 13 << 19
)

func TestModuleIsSmallAndUsesOnlyTheCapabilitiesThatEnvoyGrants(t *testing.T) {
	t.Parallel()
	path, err := wasmbuild.Module(t.TempDir(), "github.com/meshwarden/meshwarden/wasm-filter")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	imports, exports, err := wasmbuild.Functions(module)
	if err != nil {
		t.Fatal(err)
	}
	standard := !slices.Contains(exports, "meshwarden_attempted")
	limit := maxModule
	if standard {
		limit = maxStandardModule
	}
	if len(module) > limit {
		t.Errorf("the module has %d bytes, more than %d", len(module), limit)
	}
	if !slices.Contains(exports, "proxy_on_memory_allocate") || slices.Contains(exports, "malloc") {
		t.Error("Envoy prefers an exported malloc, and what that returns is not where the results of host calls are looked for")
	}
	used := imports
	for _, name := range exports {
		if strings.HasPrefix(name, "proxy_on_") && name != "proxy_on_memory_allocate" {
			used = append(used, name)
		}
	}
	granted := granted(t)
	for _, name := range used {
		if !slices.Contains(granted, name) {
			t.Errorf("%s is used and not granted", name)
		}
	}
	for _, name := range granted {
		// TinyGo's runtime asks less of the host than the standard one, for which these are granted.
		if !slices.Contains(used, name) && (standard || strings.HasPrefix(name, "proxy_")) {
			t.Errorf("%s is granted and not used", name)
		}
	}
}

func granted(t *testing.T) []string {
	configuration, err := scannerplugin.HTTPFilter(scannerplugin.Source{File: "scanner.wasm"}, handoff.Plugin{})
	if err != nil {
		t.Fatal(err)
	}
	var filter httpwasm.Wasm
	if err := configuration.UnmarshalTo(&filter); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range filter.GetConfig().GetVmConfig().GetCapabilityRestrictionConfig().GetAllowedCapabilities() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestModuleImportsNoHeavyPackage(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", ".")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	// Each costs a quarter of a megabyte at least, or is a way out of the VM.
	heavy := []string{"fmt", "time", "reflect", "regexp", "encoding/json", "encoding/binary", "encoding/hex", "os", "net", "crypto/sha256", "log/slog"}
	for _, name := range strings.Fields(string(output)) {
		if slices.Contains(heavy, name) {
			t.Errorf("the module imports %s", name)
		}
	}
}
