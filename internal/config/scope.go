package config

import (
	"path"
	"strings"
)

// scope is what of the directory may have changed since it was last read.
type scope struct {
	// all says that anything may have.
	all bool
	// paths are the files and directories that have; a directory stands for all below it.
	paths map[string]bool
	// above are the directories above paths.
	above map[string]bool
}

// newScope is the scope of files as Watch names them, nil for anything.
func newScope(files []string) *scope {
	s := &scope{all: files == nil, paths: map[string]bool{}, above: map[string]bool{}}
	for _, f := range files {
		f = path.Clean(f)
		if f == "." || !isLocal(f) {
			s.all = true
			continue
		}
		s.paths[f] = true
		upwards(path.Dir(f), func(dir string) { s.above[dir] = true })
	}
	return s
}

func isLocal(p string) bool { return p != ".." && !strings.HasPrefix(p, "../") && !path.IsAbs(p) }

// covers reports whether a file may have changed, by itself or with a directory above it.
func (s *scope) covers(file string) bool {
	if s.all {
		return true
	}
	covered := false
	upwards(file, func(p string) { covered = covered || s.paths[p] })
	return covered
}

// upwards visits a path and the directories above it.
func upwards(file string, visit func(string)) {
	for p := file; p != "."; p = path.Dir(p) {
		visit(p)
	}
}

// reaches reports whether anything in or below a directory may have changed.
func (s *scope) reaches(dir string) bool { return s.covers(dir) || s.above[dir] }

// children are the names directly in a directory that changed or that something below changed of.
func (s *scope) children(dir string) (names []string) {
	for _, set := range []map[string]bool{s.paths, s.above} {
		for p := range set {
			if path.Dir(p) == dir {
				names = append(names, path.Base(p))
			}
		}
	}
	return names
}
