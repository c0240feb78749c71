package policy

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// everything is the shape of a policy that reads all of input.
var everything = newShape([]string{""})

// Value builds the whole input document. Evaluation builds only what the policies read; this is for tests
// and explanations.
func (in *Input) Value() ast.Value { return in.build(&everything, nil) }

// groups holds the top-level objects of input and which inputFields each one holds.
var groups = func() (list []group) {
	for i, f := range inputFields {
		parent, leaf, nested := strings.Cut(f.path, ".")
		if !nested {
			list = append(list, group{key: ast.StringTerm(f.path), first: i, leaf: true})
			continue
		}
		key := ast.StringTerm(leaf)
		if n := len(list); n > 0 && list[n-1].name == parent {
			list[n-1].keys = append(list[n-1].keys, key)
			continue
		}
		list = append(list, group{name: parent, key: ast.StringTerm(parent), first: i, keys: []*ast.Term{key}})
	}
	return list
}()

// group is a run of inputFields that starts at first; a leaf stands at the top of input.
type group struct {
	name  string
	key   *ast.Term
	first int
	leaf  bool
	keys  []*ast.Term
}

var decisionKey = ast.StringTerm("decision")

// build makes the part of the input document that s selects, with decision added when it is not nil.
func (in *Input) build(s *shape, decision *ast.Term) ast.Value {
	items := make([][2]*ast.Term, 0, len(groups)+1)
	for i := range groups {
		g := &groups[i]
		if g.leaf {
			if s.fields[g.first] {
				items = append(items, [2]*ast.Term{g.key, inputFields[g.first].term(in, s)})
			}
			continue
		}
		if object := in.buildGroup(g, s); object != nil {
			items = append(items, [2]*ast.Term{g.key, object})
		}
	}
	if decision != nil {
		items = append(items, [2]*ast.Term{decisionKey, decision})
	}
	return ast.NewObject(items...)
}

func (in *Input) buildGroup(g *group, s *shape) *ast.Term {
	// Large enough for every group: the array stays on the stack.
	var room [16][2]*ast.Term
	items := room[:0]
	for j, key := range g.keys {
		if s.fields[g.first+j] {
			items = append(items, [2]*ast.Term{key, inputFields[g.first+j].term(in, s)})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return ast.ObjectTerm(items...)
}
