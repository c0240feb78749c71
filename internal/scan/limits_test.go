package scan_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func TestJudgingDoesNotAllocate(t *testing.T) {
	var scanner scan.Scanner
	policy := everything()
	bodies := []struct {
		contentType string
		body        []byte
	}{
		{"application/json", []byte(`{"user":{"mail":"jane@example.com","card":4111111111111111,"note":"a\u0026b &lt; %41"},"args":"{\"q\":\"1' OR '1'='1\"}"}`)},
		{"application/x-www-form-urlencoded", []byte("mail=jane%40example.com&q=1%27+OR+1%3D1--")},
		{"text/plain", []byte(strings.Repeat("Call (614) 604-0986 or write to jane@example.com. ", 40))},
	}
	judgeAll := func() {
		for _, b := range bodies {
			scanner.Reset(policy, scan.Request, b.contentType)
			for body := b.body; len(body) > 0; body = body[min(len(body), 37):] {
				scanner.Write(body[:min(len(body), 37)])
			}
			scanner.Finish()
		}
	}
	judgeAll()
	if n := testing.AllocsPerRun(20, judgeAll); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// A WebAssembly module with one of these starts a second later for every two megabytes they bring.
func TestTheEngineImportsOnlySmallPackages(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, forbidden := range []string{"fmt", "regexp", "encoding/json", "reflect", "net", "os", "time", "encoding/binary", "crypto", "syscall"} {
		if slices.Contains(deps, forbidden) {
			t.Errorf("imports %s", forbidden)
		}
	}
	for _, dep := range deps {
		if strings.Contains(dep, ".") && !strings.HasPrefix(dep, "github.com/meshwarden/meshwarden/internal/scan") {
			t.Errorf("imports %s", dep)
		}
	}
}
