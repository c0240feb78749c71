package policy

import (
	"slices"
	"strings"
)

// shape is the part of input that compiled policies can read. Only that part is built and stands in
// cache keys.
type shape struct {
	fields   [fieldCount]bool
	headers  selection
	query    selection
	extras   selection
	claims   selection
	params   selection
	body     selection
	decision bool
	// named leaves out of route.accepts what nobody has (see acceptsTerm).
	named bool
}

// selection is the part of an open-ended object, such as the headers, that is read.
type selection struct {
	all   bool
	names []string
}

func (s selection) has(name string) bool { return s.all || slices.Contains(s.names, name) }

// newShape derives the shape from a read set.
func newShape(reads []string) shape {
	var s shape
	for _, read := range reads {
		for i := range inputFields {
			if path := inputFields[i].path; below(path, read) || below(read, path) {
				s.fields[i] = true
			}
		}
		s.headers.add(read, "request.headers")
		s.query.add(read, "request.query")
		s.extras.add(read, "route.extensions")
		s.claims.add(read, "identity.claims")
		s.params.add(read, "route.params")
		s.body.add(read, "request.body")
		s.decision = s.decision || below(read, "decision") || read == ""
	}
	return s
}

// add widens s by what a read of path touches of the object at root.
func (s *selection) add(read, root string) {
	switch {
	case below(root, read):
		s.all = true
	case below(read, root):
		name, _, _ := strings.Cut(read[len(root)+1:], ".")
		if !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
			slices.Sort(s.names)
		}
	}
}
