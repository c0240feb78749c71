package config

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// moduleSet is the Rego files of one owner.
type moduleSet struct {
	files map[string]*file
	// modules are the newest sources, replaced and never changed; problems says why they are not usable.
	modules  []plane.Module
	problems []Problem
	strays   []string
	// bodies are where the modules read bodies.
	bodies []policy.BodyRead
	loaded bool
	// version grows whenever the modules are read anew.
	version int
}

// refresh reads what changed below dir and compiles the modules again when something did.
func (m *moduleSet) refresh(t *tree, object, dir string, compile func([]plane.Module) (bodies []policy.BodyRead, err error)) {
	paths, strays, err := regoFiles(t, dir, 0)
	if err != nil {
		m.problems = []Problem{{Object: object, File: dir, Reason: "the directory cannot be read"}}
		m.loaded = false
		return
	}
	changed := !m.loaded || len(paths) != len(m.files) || !slices.Equal(strays, m.strays)
	files := make(map[string]*file, len(paths))
	for _, p := range paths {
		f := m.files[p]
		if f == nil {
			f = &file{path: p}
		}
		changed = t.refresh(f) || changed
		files[p] = f
	}
	m.files, m.strays, m.loaded = files, strays, true
	if !changed {
		return
	}
	m.version++
	m.bodies = nil
	m.modules, m.problems = m.sources(object, paths)
	for _, stray := range strays {
		m.problems = append(m.problems, Problem{Object: object, File: stray, Line: 1, Column: 1, Reason: "only Rego modules (.rego) belong here"})
	}
	if len(m.problems) == 0 && len(m.modules) > 0 {
		var err error
		m.bodies, err = compile(m.modules)
		m.problems = compileProblems(object, dir, err)
	}
}

func (m *moduleSet) sources(object string, paths []string) (modules []plane.Module, problems []Problem) {
	for _, p := range paths {
		f := m.files[p]
		at, reason := top, f.reason
		if reason == "" {
			at, reason = notText(f.data)
		}
		if reason != "" {
			problems = append(problems, Problem{Object: object, File: p, Line: at.line, Column: at.column, Reason: reason})
			continue
		}
		modules = append(modules, plane.Module{Path: p, Source: string(f.data)})
	}
	return modules, problems
}

func compileProblems(object, dir string, err error) []Problem {
	if err == nil {
		return nil
	}
	var list *policy.Error
	if !errors.As(err, &list) {
		return []Problem{{Object: object, File: dir, Reason: err.Error()}}
	}
	var problems []Problem
	for _, p := range list.Problems {
		problem := Problem{Object: object, File: p.File, Line: p.Line, Column: p.Column, Reason: p.Reason}
		if problem.File == "" {
			problem.File = dir
		}
		problems = append(problems, problem)
	}
	return problems
}

// regoFiles lists the modules below a directory, without tests, and the YAML files, which somebody may believe
// to have an effect there.
func regoFiles(t *tree, dir string, depth int) (modules, strays []string, err error) {
	if depth > maxFolders {
		return nil, nil, fmt.Errorf("%s: more than %d levels of directories", dir, maxFolders)
	}
	entries, err := t.list(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		switch {
		case t.isDir(p, e):
			below, strange, err := regoFiles(t, p, depth+1)
			if err != nil {
				return nil, nil, err
			}
			modules, strays = append(modules, below...), append(strays, strange...)
		case strings.HasSuffix(p, "_test.rego"):
		case strings.HasSuffix(p, ".rego"):
			modules = append(modules, p)
		case isYAML(e.Name()):
			strays = append(strays, p)
		}
	}
	slices.Sort(modules)
	return modules, strays, nil
}

func isYAML(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}
