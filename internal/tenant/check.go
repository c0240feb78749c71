package tenant

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Problem is one thing that is wrong with an object.
type Problem struct {
	// Path is the field, such as spec.routes[2].match.regex; map keys stand after a dot as they are.
	Path string
	// Reason says what is wrong, without the field's name and without key material.
	Reason string
}

// checker collects the problems of one object.
type checker struct{ problems []Problem }

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Reason: fmt.Sprintf(format, args...)})
}

// relativeTo returns the problems with their paths below path.
func (c *checker) relativeTo(path string) []Problem {
	for i := range c.problems {
		c.problems[i].Path = strings.TrimPrefix(c.problems[i].Path, path+".")
	}
	return c.problems
}

// header checks what all kinds share.
func (c *checker) header(wantKind, apiVersion, kind string, metadata Metadata) {
	if apiVersion != APIVersion {
		c.add("apiVersion", "must be %s", APIVersion)
	}
	if kind != wantKind {
		c.add("kind", "must be %s", wantKind)
	}
	if !isLabel(metadata.Name) {
		c.add("metadata.name", "must be a DNS label: 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends")
	}
}

// fields checks what the struct tags say of v and everything below it.
func (c *checker) fields(path string, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := path + "." + name
		c.field(at, v.Field(i), field.Tag, options == "")
		c.below(at, v.Field(i))
	}
}

func (c *checker) below(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		c.fields(path, v)
	case reflect.Pointer:
		if !v.IsNil() {
			c.below(path, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.below(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			c.below(path+"."+key.String(), v.MapIndex(key))
		}
	}
}

func sortedKeys(v reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}

func (c *checker) field(path string, v reflect.Value, tag reflect.StructTag, required bool) {
	if required && v.Kind() == reflect.String && v.Len() == 0 {
		c.add(path, "is required")
		return
	}
	if allowed, ok := tag.Lookup("enum"); ok && v.Len() > 0 {
		c.oneOf(path, v.String(), strings.Split(allowed, ","))
	}
	if bounds, ok := tag.Lookup("range"); ok {
		lo, hi, _ := strings.Cut(bounds, "..")
		c.within(path, v, lo, hi)
	}
	if bounds, ok := tag.Lookup("items"); ok {
		lo, hi, _ := strings.Cut(bounds, "..")
		switch n := float64(v.Len()); {
		case n == 0 && mustFloat(lo) > 0:
			c.add(path, "needs at least one entry")
		case n > mustFloat(hi):
			c.add(path, "has %d entries; at most %s are allowed", v.Len(), hi)
		}
	}
}

func (c *checker) oneOf(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		c.add(path, "%q is not known: must be %s", value, alternatives(allowed))
	}
}

// alternative is one of several fields that exclude each other.
type alternative struct{ field, value string }

// exactlyOne checks that one of several fields is set, and the others are not.
func (c *checker) exactlyOne(path string, of []alternative) {
	var all, set []string
	for _, a := range of {
		all = append(all, a.field)
		if a.value != "" {
			set = append(set, a.field)
		}
	}
	switch {
	case len(set) == 0:
		c.add(path, "needs %s", alternatives(all))
	case len(set) > 1:
		c.add(path+"."+set[1], "stands beside %s: exactly one of %s is allowed", set[0], alternatives(all))
	}
}

// alternatives writes a list as a, b or c.
func alternatives(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

func (c *checker) within(path string, v reflect.Value, lo, hi string) {
	var in bool
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return
		}
		d, err := time.ParseDuration(v.String())
		if err != nil {
			c.add(path, "%q is not a duration such as 250ms, 30s or 1h30m", v.String())
			return
		}
		in = mustDuration(lo) <= d && d <= mustDuration(hi)
	case reflect.Float64:
		in = mustFloat(lo) <= v.Float() && v.Float() <= mustFloat(hi)
	case reflect.Uint32:
		in = mustFloat(lo) <= float64(v.Uint()) && float64(v.Uint()) <= mustFloat(hi)
	default:
		in = mustFloat(lo) <= float64(v.Int()) && float64(v.Int()) <= mustFloat(hi)
	}
	if !in {
		c.add(path, "must be between %s and %s", lo, hi)
	}
}

// each checks every element of a list, and that none is there twice.
func (c *checker) each(path string, list []string, ok func(string) bool, what string) {
	seen := make(map[string]bool, len(list))
	for i, value := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !ok(value):
			c.add(at, "%q is not %s", value, what)
		case seen[value]:
			c.add(at, "%q is listed twice", value)
		}
		seen[value] = true
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
