//go:build !wasip1

package main_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	httpwasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	"github.com/tetratelabs/wazero"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wasmbuild"
)

// maxModule is what Envoy may have to compile before it serves: 0.45 s a MB (RATIONALE.md, "Why is the module this big?").
const maxModule = 6 << 20

func TestModuleIsSmallAndUsesExactlyTheCapabilitiesThatEnvoyGrants(t *testing.T) {
	t.Parallel()
	path, err := wasmbuild.Module(t.TempDir(), "github.com/meshwarden/meshwarden/wasm-filter")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(module) > maxModule {
		t.Errorf("the module has %d bytes, more than %d", len(module), maxModule)
	}
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	compiled, err := runtime.CompileModule(t.Context(), module)
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, f := range compiled.ImportedFunctions() {
		_, name, _ := f.Import()
		used = append(used, name)
	}
	for name := range compiled.ExportedFunctions() {
		if strings.HasPrefix(name, "proxy_on_") && name != "proxy_on_memory_allocate" {
			used = append(used, name)
		}
	}
	slices.Sort(used)
	used = slices.Compact(used)
	if granted := granted(t); !slices.Equal(used, granted) {
		t.Errorf("used    %v\ngranted %v", used, granted)
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
