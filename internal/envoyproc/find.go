// Package envoyproc runs an Envoy as a child process: it finds the binary, restarts it with back-off and
// reads where it listens. It knows nothing of the configuration that Envoy gets.
package envoyproc

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Local is where `make` unpacks Envoy when none is installed, relative to the repository.
var Local = filepath.Join(".tools", "envoy", "envoy")

// Find returns the path of the Envoy to run: explicit, else $ENVOY, else the one on PATH, else Local
// below the working directory or one of its parents.
func Find(explicit string) (string, error) {
	if explicit == "" {
		explicit = os.Getenv("ENVOY")
	}
	if explicit != "" {
		path, err := exec.LookPath(explicit)
		if err != nil {
			return "", fmt.Errorf("find envoy: %w", err)
		}
		return path, nil
	}
	if path, err := exec.LookPath("envoy"); err == nil {
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find envoy: %w", err)
	}
	for {
		if path, err := exec.LookPath(filepath.Join(dir, Local)); err == nil {
			return path, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no envoy found: set --envoy or $ENVOY, put one on PATH, or run `make tools` to unpack one to %s", Local)
		}
		dir = parent
	}
}
