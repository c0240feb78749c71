package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// fieldIndexes caches what reflection says of the configuration types: map[reflect.Type]map[string]int.
var fieldIndexes sync.Map

// fieldsOf maps the names of a struct's fields in YAML to their indexes.
func fieldsOf(t reflect.Type) map[string]int {
	if cached, ok := fieldIndexes.Load(t); ok {
		return cached.(map[string]int)
	}
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = i
	}
	fieldIndexes.Store(t, fields)
	return fields
}

// suggestion proposes the known name nearest to a wrong one, as the end of a reason; it is empty when none is
// near, at most a third of the letters apart.
func suggestion(wrong string, known []string) string {
	if len(wrong) > maxCompared {
		return ""
	}
	slices.Sort(known)
	best, least := "", max(1, len(wrong)/3)+1
	for _, name := range known {
		if d := distance(strings.ToLower(wrong), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// maxCompared bounds the wrong names that are compared, in bytes: the cost is quadratic.
const maxCompared = 64

// distance counts the single-letter insertions, deletions, replacements and swaps of neighbours between two
// names (optimal string alignment).
func distance(a, b string) int {
	previous2, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], previous2[j-2]+1)
			}
		}
		previous2, previous, current = previous, current, previous2
	}
	return previous[len(b)]
}
