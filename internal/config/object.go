package config

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// entry is one object's file.
type entry[T any] struct {
	file file
	// needs are the files that the object names; a change of one counts as a change of the object.
	needs []*file
	// parsed is the newest version, nil while the file cannot be read as one; fresh is the same, nil while it has
	// problems of its own; good is the newest that had none.
	parsed, fresh, good *T
	problems            []Problem
}

// paths are those of the files that the object names.
func (e *entry[T]) paths() []string {
	paths := make([]string, len(e.needs))
	for i, f := range e.needs {
		paths[i] = f.path
	}
	return paths
}

// touched reports whether the object's file, or one that it names, may have changed.
func (e *entry[T]) touched(s *scope) bool {
	return s.covers(e.file.path) || slices.ContainsFunc(e.needs, func(f *file) bool { return s.covers(f.path) })
}

// refresh parses the file again if it, or a file that it names, changed.
func (e *entry[T]) refresh(t *tree, object string, parse func(t *tree, data []byte) (*T, []*file, []flaw)) {
	changed := t.refresh(&e.file)
	for _, f := range e.needs {
		// All are looked at, so that none is read twice.
		changed = t.refresh(f) || changed
	}
	if !changed {
		return
	}
	e.parsed, e.fresh, e.needs, e.problems = nil, nil, nil, nil
	if e.file.reason != "" {
		e.problems = problemsIn(object, e.file.path, []flaw{{top, e.file.reason}})
		return
	}
	var flaws []flaw
	e.parsed, e.needs, flaws = parse(t, e.file.data)
	if e.problems = problemsIn(object, e.file.path, flaws); len(flaws) == 0 {
		e.fresh = e.parsed
	}
}

func problemsIn(object, path string, flaws []flaw) []Problem {
	var problems []Problem
	for _, f := range flaws {
		problems = append(problems, Problem{Object: object, File: path, Line: f.line, Column: f.column, Reason: f.reason})
	}
	return problems
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Reason, b.Reason))
	})
}

// object is what the four kinds have in common.
type object interface {
	Default()
	Validate() []tenant.Problem
}

// header points at the fields that every kind has.
type header struct {
	kind     *string
	metadata *tenant.Metadata
}

// read decodes, defaults and validates one object. name is what metadata.name must be; empty allows any.
func read(data []byte, o object, h header, wantKind, name string) *document {
	d := decode(data, o)
	if d.unreadable {
		return d
	}
	if *h.kind != wantKind && *h.kind != "" {
		// Another kind's fields would all be unknown.
		d.flaws = nil
		d.add(d.at("kind"), "kind: must be %s in this place, not %q", wantKind, *h.kind)
		return d
	}
	o.Default()
	const nameField = "metadata.name"
	misnamed := name != "" && h.metadata.Name != name
	for _, p := range o.Validate() {
		if !d.follows(p.Path) && !(misnamed && p.Path == nameField) {
			d.add(d.at(p.Path), "%s: %s", p.Path, p.Reason)
		}
	}
	if misnamed && !d.follows(nameField) {
		d.add(d.at(nameField), "%s: must be %q, as the file is named", nameField, name)
	}
	return d
}

func parseGateway(_ *tree, data []byte) (*tenant.GatewaySpec, []*file, []flaw) {
	var g tenant.Gateway
	d := read(data, &g, header{&g.Kind, &g.Metadata}, tenant.KindGateway, "")
	return &g.Spec, nil, d.flaws
}

func parseUpstream(name string) func(*tree, []byte) (*tenant.UpstreamSpec, []*file, []flaw) {
	return func(_ *tree, data []byte) (*tenant.UpstreamSpec, []*file, []flaw) {
		var u tenant.Upstream
		d := read(data, &u, header{&u.Kind, &u.Metadata}, tenant.KindUpstream, name)
		return &u.Spec, nil, d.flaws
	}
}
