package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Problem is one reason why modules were refused.
type Problem struct {
	// File is the module's path as given; Line and Column count from 1, and are 0 when the problem has no place.
	File         string
	Line, Column int
	Reason       string
}

// String formats p as file:line:column: reason.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ": " + p.Reason
}

// Error holds every problem of a set of modules, sorted by place.
type Error struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// AsError gives the library's parse and compile errors the form of ours.
func AsError(err error) *Error { return newError(problemsOf("", err)) }

func newError(problems []Problem) *Error {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{Problems: slices.Compact(problems)}
}
