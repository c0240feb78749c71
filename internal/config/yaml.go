package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// place is a position in a file, both counted from 1.
type place struct{ line, column int }

// top is the place of problems with a whole file.
var top = place{1, 1}

// flaw is one problem inside a file.
type flaw struct {
	place
	reason string
}

// document is one decoded YAML file: where each field stands, and what is wrong with it.
type document struct {
	places map[string]place
	flaws  []flaw
	// spoiled are the fields that could not be decoded, or that hold unknown ones; unreadable says that
	// nothing could.
	spoiled    map[string]bool
	unreadable bool
}

func (d *document) spoil(path string) { d.spoiled[path] = true }

// follows reports whether a problem with a field may only follow from one that is reported already.
func (d *document) follows(path string) bool {
	if d.spoiled[path] {
		return true
	}
	_, there := d.places[path]
	return !there && d.spoiled[parent(path)]
}

func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

// at is where a field stands, or the nearest field around it that is there.
func (d *document) at(path string) place {
	for {
		if p, ok := d.places[path]; ok {
			return p
		}
		if path = parent(path); path == "" {
			return top
		}
	}
}

// maxFlaws is how many problems of one file are reported, maxReason how many bytes of each: it may quote what
// the file holds.
const (
	maxFlaws  = 100
	maxReason = 512
)

func (d *document) add(p place, format string, args ...any) {
	switch n := len(d.flaws); {
	case n < maxFlaws:
		reason := fmt.Sprintf(format, args...)
		if len(reason) > maxReason {
			reason = strings.ToValidUTF8(reason[:maxReason], "") + "..."
		}
		d.flaws = append(d.flaws, flaw{p, reason})
	case n == maxFlaws:
		d.flaws = append(d.flaws, flaw{p, "more problems follow"})
	}
}

// decode reads one YAML document strictly into target, a pointer to a struct. It decodes what it can, so that
// all problems are found at once.
func decode(data []byte, target any) *document {
	d := &document{places: map[string]place{}, spoiled: map[string]bool{}}
	if p, reason := notText(data); reason != "" {
		d.add(p, "%s", reason)
		d.unreadable = true
		return d
	}
	root := d.parse(data)
	if root == nil {
		d.unreadable = true
		return d
	}
	if root.Kind != yaml.MappingNode {
		d.add(place{root.Line, root.Column}, "must be a mapping that starts with apiVersion and kind, not %s", kindName(root.Kind, root.ShortTag()))
		d.unreadable = true
		return d
	}
	dec := decoder{document: d, budget: maxNodes}
	dec.value(root, reflect.ValueOf(target).Elem(), "", place{}, 0)
	return d
}

// notText finds what shows that data is not a text file.
func notText(data []byte) (place, string) {
	line, start := 1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == 0:
			return place{line, utf8.RuneCount(data[start:i]) + 1}, "not a text file: it holds a NUL byte"
		case r == utf8.RuneError && size == 1:
			return place{line, utf8.RuneCount(data[start:i]) + 1}, "not a text file: it is not valid UTF-8"
		case r == '\n':
			line, start = line+1, i+1
		}
		i += size
	}
	return place{}, ""
}

// parse returns the root of the file's one document, or nil after reporting why there is none.
func (d *document) parse(data []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		d.add(top, "%v", err)
		return nil
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		d.add(top, "the file is empty")
		return nil
	case err != nil:
		d.addSyntax(err)
		return nil
	}
	switch err := loader.Load(&second); {
	case err == nil:
		d.add(place{max(second.Line, 1), max(second.Column, 1)}, "a second document starts here: one file holds one object")
	case !errors.Is(err, io.EOF):
		d.addSyntax(err)
	}
	if first.Kind != yaml.DocumentNode || len(first.Content) != 1 {
		d.add(top, "the file is empty")
		return nil
	}
	root := first.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == nullTag {
		d.add(top, "the file is empty")
		return nil
	}
	return root
}

func (d *document) addSyntax(err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		d.add(top, "not YAML: %v", err)
		return
	}
	reason := load.Message
	if load.ContextMsg != "" {
		reason = load.ContextMsg + ": " + reason
	}
	d.add(place{max(load.Mark.Line, 1), max(load.Mark.Column, 1)}, "not YAML: %s", reason)
}
