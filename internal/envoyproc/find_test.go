package envoyproc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

func program(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEnvoyIsFoundInOrder takes one place away after the other. It is not parallel: it changes the environment.
func TestEnvoyIsFoundInOrder(t *testing.T) {
	root := t.TempDir()
	explicit, byVariable := program(t, filepath.Join(root, "given")), program(t, filepath.Join(root, "variable"))
	onPath := program(t, filepath.Join(root, "bin", "envoy"))
	local := program(t, filepath.Join(root, envoyproc.Local))
	below := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(below)
	t.Setenv("ENVOY", byVariable)
	t.Setenv("PATH", filepath.Dir(onPath))
	find := func(argument, want string) {
		t.Helper()
		got, err := envoyproc.Find(argument)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ = filepath.EvalSymlinks(got); got != want {
			t.Errorf("found %s, want %s", got, want)
		}
	}
	find(explicit, explicit)
	find("envoy", onPath)
	find("", byVariable)
	t.Setenv("ENVOY", "")
	find("", onPath)
	t.Setenv("PATH", below)
	find("", local)

	if err := os.Remove(local); err != nil {
		t.Fatal(err)
	}
	if _, err := envoyproc.Find(""); err == nil || !strings.Contains(err.Error(), "set --envoy or $ENVOY, put one on PATH, or run `make tools`") {
		t.Error(err)
	}
	// What was asked for is not silently replaced.
	t.Setenv("PATH", filepath.Dir(onPath))
	if _, err := envoyproc.Find("no-such-envoy"); err == nil || !strings.HasPrefix(err.Error(), "find envoy: ") {
		t.Error(err)
	}
	t.Setenv("ENVOY", filepath.Join(root, "missing"))
	if _, err := envoyproc.Find(""); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Error(err)
	}
	unexecutable := filepath.Join(root, "data")
	if err := os.WriteFile(unexecutable, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := envoyproc.Find(unexecutable); err == nil {
		t.Error("a file that is no program is found")
	}
}
