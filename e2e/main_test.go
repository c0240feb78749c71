// Package e2e drives the built binaries as a user would: a real Envoy, a real Redis, black box.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// bin holds the binaries under test, built once a run.
var bin string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "meshwarden-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = dir
	if err := build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func build(dir string) error {
	binary := exec.Command("go", "build", "-o", filepath.Join(dir, "meshwarden"), "./cmd/meshwarden")
	scanner := exec.Command("bash", "scripts/wasm", filepath.Join(dir, "scanner.wasm"), "./wasm-filter")
	for _, cmd := range []*exec.Cmd{binary, scanner} {
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
		}
	}
	return nil
}
