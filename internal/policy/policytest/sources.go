package policytest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// sources are the Rego files of a configuration directory by owner.
type sources struct {
	platform []plane.Module
	tenants  []tenantSources
}

type tenantSources struct {
	name    string
	modules []plane.Module
}

// readSources reads policies/ and tenants/NAME/ below dir, and nothing outside of it: links that lead out
// are errors. Hidden files and directories are left out, as the control plane leaves them.
func readSources(dir string) (s sources, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return s, err
	}
	defer func() { _ = root.Close() }()
	tree := root.FS()
	if s.platform, err = readModules(tree, "policies"); err != nil {
		return s, err
	}
	entries, err := fs.ReadDir(tree, "tenants")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	for _, entry := range entries {
		if !entry.IsDir() || hidden(entry.Name()) {
			continue
		}
		modules, err := readModules(tree, path.Join("tenants", entry.Name()))
		if err != nil {
			return s, err
		}
		s.tenants = append(s.tenants, tenantSources{entry.Name(), modules})
	}
	return s, nil
}

func readModules(tree fs.FS, dir string) (modules []plane.Module, err error) {
	err = fs.WalkDir(tree, dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && file == dir:
			return nil
		case err != nil:
			return err
		case hidden(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || !strings.HasSuffix(file, ".rego"):
			return nil
		}
		source, err := readFile(tree, file)
		modules = append(modules, plane.Module{Path: file, Source: source})
		return err
	})
	return modules, err
}

func readFile(tree fs.FS, file string) (string, error) {
	info, err := fs.Stat(tree, file)
	if err != nil {
		return "", err
	}
	if info.Size() > policy.MaxSourceBytes {
		return "", fmt.Errorf("%s: %d bytes; at most %d are read", file, info.Size(), policy.MaxSourceBytes)
	}
	source, err := fs.ReadFile(tree, file)
	return string(source), err
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }
