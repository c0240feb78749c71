package config

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// folder is one directory of objects as it was last listed.
type folder struct {
	dir string
	// names are the objects, folders the directories, odd the entries that have no effect.
	names        []string
	folders, odd map[string]bool
	problems     []Problem
	listed       bool
}

// refresh lists the directory again unless it can only hold the names that it held, and reports whether it did. A directory of ten
// thousand takes long to list.
func (f *folder) refresh(t *tree, s *scope, judge func(t *tree, f *folder, entries []fs.DirEntry)) bool {
	if f.listed && !s.covers(f.dir) && !slices.ContainsFunc(s.children(f.dir), func(name string) bool { return f.moved(t, name) }) {
		return false
	}
	entries, err := t.list(f.dir)
	if f.listed = err == nil; err != nil {
		f.problems = []Problem{unreadableDir(f.dir)}
		return false
	}
	f.names, f.folders, f.odd, f.problems = nil, map[string]bool{}, map[string]bool{}, nil
	judge(t, f, entries)
	// The order of names is not that of files: "a-b.yaml" stands before "a.yaml".
	slices.Sort(f.names)
	return true
}

func (f *folder) has(name string) bool {
	_, there := slices.BinarySearch(f.names, name)
	return there
}

// moved reports whether an entry may have come, gone, or become another kind of thing.
func (f *folder) moved(t *tree, entry string) bool {
	info, err := t.root.Lstat(path.Join(f.dir, entry))
	name, isObject := strings.CutSuffix(entry, ".yaml")
	switch there := err == nil; {
	case f.odd[entry], there && info.Mode()&fs.ModeSymlink != 0:
		return true
	case f.folders[entry]:
		return !there || !info.IsDir()
	case isObject && f.has(name):
		return !there || info.IsDir()
	default:
		return there && !strings.HasPrefix(entry, ".") && (info.IsDir() || isYAML(entry) || strings.HasSuffix(entry, ".rego"))
	}
}

// without notes an entry that has no effect.
func (f *folder) without(entry string, p Problem) {
	f.odd[entry] = true
	f.problems = append(f.problems, p)
}

// objectFiles judges the entries of a directory whose objects are files NAME.yaml; what else lies there and looks like configuration is
// a problem, since it has no effect.
func objectFiles(t *tree, f *folder, entries []fs.DirEntry) {
	for _, e := range entries {
		p := path.Join(f.dir, e.Name())
		name, isObject := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case t.isDir(p, e):
			f.folders[e.Name()] = true
		case isObject:
			f.names = append(f.names, name)
		case isYAML(e.Name()):
			f.without(e.Name(), stray(p, "the file has no effect: objects are files NAME.yaml, not .yml"))
		case strings.HasSuffix(p, ".rego"):
			f.without(e.Name(), stray(p, "the file has no effect: modules belong in policies/ or tenants/NAME/"))
		}
	}
}

// onlyObjectFiles is objectFiles where directories have no effect either.
func onlyObjectFiles(t *tree, f *folder, entries []fs.DirEntry) {
	objectFiles(t, f, entries)
	for name := range f.folders {
		f.without(name, Problem{File: path.Join(f.dir, name), Reason: "a directory has no effect here: objects are files NAME.yaml"})
	}
}

// tenantFiles is objectFiles where a directory holds the modules of the tenant whose name it has.
func tenantFiles(t *tree, f *folder, entries []fs.DirEntry) {
	objectFiles(t, f, entries)
	slices.Sort(f.names)
	for name := range f.folders {
		if !f.has(name) {
			p := path.Join(f.dir, name)
			f.without(name, Problem{File: p, Reason: "the directory has no effect: there is no " + p + ".yaml" + suggestion(name, slices.Clone(f.names))})
		}
	}
}

// topEntries judges the directory itself, whose objects are others' to read.
func topEntries(t *tree, f *folder, entries []fs.DirEntry) {
	known := []string{gatewayPath, upstreamsDir, scanPoliciesDir, tenantsDir, candidatesDir, policiesDir}
	for _, e := range entries {
		isDir := t.isDir(e.Name(), e)
		if isDir {
			f.folders[e.Name()] = true
		}
		if slices.Contains(known, e.Name()) {
			continue
		}
		near := suggestion(e.Name(), slices.Clone(known))
		switch {
		case isDir && near != "":
			f.without(e.Name(), Problem{File: e.Name(), Reason: "the directory has no effect" + near})
		case !isDir && (isYAML(e.Name()) || strings.HasSuffix(e.Name(), ".rego")):
			f.without(e.Name(), stray(e.Name(), "the file has no effect here"+near))
		}
	}
}

func unreadableDir(dir string) Problem {
	return Problem{File: dir, Reason: "the directory cannot be read; its objects stay as they are"}
}

func stray(path, reason string) Problem {
	return Problem{File: path, Line: 1, Column: 1, Reason: reason}
}
