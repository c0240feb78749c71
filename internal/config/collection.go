package config

import (
	"maps"
	"path"
)

// collection is the objects of one directory, whose files name them.
type collection[T any] struct {
	folder
	// prefix is what the names of the objects begin with in problems.
	prefix  string
	parse   func(name string) func(*tree, []byte) (*T, []*file, []flaw)
	entries map[string]*entry[T]
}

func newCollection[T any](dir, prefix string, parse func(name string) func(*tree, []byte) (*T, []*file, []flaw)) collection[T] {
	return collection[T]{folder: folder{dir: dir}, prefix: prefix, parse: parse, entries: map[string]*entry[T]{}}
}

// refresh reads what changed, and returns the objects that came, went, or have another good version than before.
func (c *collection[T]) refresh(t *tree, s *scope) (moved []string) {
	if c.folder.refresh(t, s, onlyObjectFiles) {
		maps.DeleteFunc(c.entries, func(name string, _ *entry[T]) bool {
			if c.has(name) {
				return false
			}
			moved = append(moved, name)
			return true
		})
	}
	if !c.listed {
		return nil
	}
	for _, name := range c.names {
		e := c.entries[name]
		switch {
		case e == nil:
			e = &entry[T]{file: file{path: path.Join(c.dir, name+".yaml")}}
			c.entries[name] = e
			moved = append(moved, name)
		case !e.touched(s):
			continue
		}
		before := e.good
		e.refresh(t, c.prefix+name, c.parse(name))
		if e.fresh != nil {
			e.good = e.fresh
		}
		if e.good != before {
			moved = append(moved, name)
		}
	}
	return moved
}

func (c *collection[T]) report() []Problem {
	problems := c.problems
	for _, name := range c.names {
		problems = append(problems, c.entries[name].problems...)
	}
	return problems
}

// good are the objects' newest good versions, and those of last that are gone but still needed.
func (c *collection[T]) good(last map[string]T, needed func(name string) bool) (good map[string]T, retained bool) {
	good = make(map[string]T, len(c.entries))
	for name, e := range c.entries {
		if e.good != nil {
			good[name] = *e.good
		}
	}
	for name, value := range last {
		if _, there := good[name]; !there && needed(name) {
			good[name], retained = value, true
		}
	}
	return good, retained
}
