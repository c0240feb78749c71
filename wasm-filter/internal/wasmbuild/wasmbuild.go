// Package wasmbuild compiles the modules that tests run. It knows nothing of what is in them.
package wasmbuild

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// root is the repository's.
var root = sync.OnceValues(func() (string, error) {
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	return string(bytes.TrimSpace(output)), err
})

// Module compiles a main package as scanner.wasm is compiled, into dir, and returns the file's path.
func Module(dir, pkg string) (string, error) { return compile(dir, pkg) }

// Standard compiles a main package with the standard compiler, whatever scanner.wasm is compiled with.
func Standard(dir, pkg string) (string, error) { return compile(dir, pkg, "WASM_COMPILER=go") }

// ForEmulator compiles a main package and makes it run in proxytest. That knows no WebAssembly exceptions, so the compiler is
// the standard one, and calls only _start: the export _initialize, whose name is longer, is renamed, and the lengths around it fixed.
func ForEmulator(dir, pkg string) ([]byte, error) {
	path, err := Standard(dir, pkg)
	if err != nil {
		return nil, err
	}
	module, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sections, err := split(module)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	renamed := bytes.Clone(module[:preamble])
	for _, s := range sections {
		if s.id == exportSection {
			s.content = bytes.Replace(s.content, []byte("\x0b_initialize"), []byte("\x06_start"), 1)
		}
		renamed = append(appendLEB128(append(renamed, s.id), len(s.content)), s.content...)
	}
	return renamed, nil
}

func compile(dir, pkg string, env ...string) (string, error) {
	root, err := root()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	path := filepath.Join(dir, filepath.Base(pkg)+".wasm")
	cmd := exec.Command("bash", filepath.Join(root, "scripts", "wasm"), path, pkg)
	cmd.Env = append(os.Environ(), env...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, output)
	}
	return path, nil
}
