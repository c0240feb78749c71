package config

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of one file. maxNodes counts a value again for every alias that repeats it.
const (
	maxNodes = 100_000
	maxDepth = 64
	// maxExact bounds the whole numbers that all readers of JSON keep exactly (RFC 8259 section 6).
	maxExact = 1 << 53
)

// Short tags of YAML's core schema.
const (
	nullTag   = "!!null"
	boolTag   = "!!bool"
	stringTag = "!!str"
	intTag    = "!!int"
	floatTag  = "!!float"
	timeTag   = "!!timestamp"
	mergeTag  = "!!merge"
)

// decoder fills Go values from YAML nodes by their json tags, strictly.
type decoder struct {
	*document
	budget int
	// stopped is set when a bound was passed: nothing after it is decoded.
	stopped bool
}

// value decodes n into v. A value below an alias stands where the alias stands, given as from.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, from place, depth int) {
	here := from.or(n)
	if !d.within(here, depth) {
		return
	}
	if n.Kind == yaml.AliasNode {
		d.value(n.Alias, v, path, here, depth+1)
		return
	}
	if _, ok := d.places[path]; !ok && path != "" {
		d.places[path] = here
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == nullTag {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, from, depth)
	case reflect.Struct:
		d.structure(n, v, path, from, depth)
	case reflect.Map:
		d.mapping(n, v, path, from, depth)
	case reflect.Slice:
		d.list(n, v, path, from, depth)
	case reflect.Interface:
		if free := d.free(n, path, from, depth); free != nil {
			v.Set(reflect.ValueOf(free))
		}
	default:
		if reason := setScalar(n, v); reason != "" {
			d.spoil(path)
			d.add(here, "%s: %s", path, reason)
		}
	}
}

// within counts one more value and reports whether the bounds still hold.
func (d *decoder) within(here place, depth int) bool {
	if d.stopped {
		return false
	}
	d.budget--
	switch {
	case d.budget < 0:
		d.add(here, "more than %d values, aliases counted as often as they are used", maxNodes)
	case depth > maxDepth:
		d.add(here, "nested more than %d levels deep", maxDepth)
	default:
		return true
	}
	d.stopped = true
	return false
}

// or is p, or where n stands when p is not set.
func (p place) or(n *yaml.Node) place {
	if p == (place{}) {
		return place{n.Line, n.Column}
	}
	return p
}

// is reports whether n has the kind that v needs.
func (d *decoder) is(n *yaml.Node, kind yaml.Kind, path string, from place) bool {
	if n.Kind == kind && (n.ShortTag() == "!!map" || n.ShortTag() == "!!seq") {
		return true
	}
	here := from.or(n)
	d.spoil(path)
	d.add(here, "%s: must be %s, not %s", path, kindName(kind, "!!map"), kindName(n.Kind, n.ShortTag()))
	return false
}

func kindName(kind yaml.Kind, tag string) string {
	switch {
	case kind != yaml.ScalarNode && tag != "!!map" && tag != "!!seq":
		return "a value tagged " + tag
	case kind == yaml.MappingNode:
		return "a mapping"
	case kind == yaml.SequenceNode:
		return "a list"
	}
	switch tag {
	case stringTag:
		return "a string"
	case boolTag:
		return "true or false"
	case intTag, floatTag:
		return "a number"
	case timeTag:
		return "a date"
	}
	return "a value tagged " + tag
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string, from place, depth int) {
	if !d.is(n, yaml.MappingNode, path, from) {
		return
	}
	fields := fieldsOf(v.Type())
	d.pairs(n, path, from, func(key string, at place, value *yaml.Node, valuePath string) {
		i, ok := fields[key]
		if !ok {
			d.spoil(path)
			d.add(at, "unknown field %q%s", key, suggestion(key, slices.Collect(maps.Keys(fields))))
			return
		}
		d.value(value, v.Field(i), valuePath, from, depth+1)
	})
}

// pairs calls each for the entries of a mapping, without those whose key is repeated or not a string.
func (d *decoder) pairs(n *yaml.Node, path string, from place, each func(key string, at place, value *yaml.Node, valuePath string)) {
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := from.or(key)
		switch tag := key.ShortTag(); {
		case key.Kind != yaml.ScalarNode:
			d.add(at, "%s: a key must be a string", path)
			continue
		case tag == mergeTag:
			d.add(at, "%s: merge keys (<<) are not supported: write the fields out, or alias a whole value", path)
			continue
		case tag != stringTag && tag != timeTag:
			d.add(at, "%s: the key %s must be in quotes", path, key.Value)
			continue
		}
		if line, ok := lines[key.Value]; ok {
			d.add(at, "%q is already there in line %d", key.Value, line)
			continue
		}
		lines[key.Value] = key.Line
		valuePath := strings.TrimPrefix(path+"."+key.Value, ".")
		if value.Kind == yaml.MappingNode || value.Kind == yaml.SequenceNode {
			d.places[valuePath] = at
		}
		each(key.Value, at, value, valuePath)
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string, from place, depth int) {
	if !d.is(n, yaml.MappingNode, path, from) {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	d.pairs(n, path, from, func(key string, _ place, value *yaml.Node, valuePath string) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, valuePath, from, depth+1)
		v.SetMapIndex(reflect.ValueOf(key), element)
	})
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string, from place, depth int) {
	if !d.is(n, yaml.SequenceNode, path, from) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i), from, depth+1)
		if d.stopped {
			return
		}
	}
}

// free decodes a value without a schema as encoding/json would: numbers are float64.
func (d *decoder) free(n *yaml.Node, path string, from place, depth int) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		d.mapping(n, reflect.ValueOf(&m).Elem(), path, from, depth)
		return m
	case yaml.SequenceNode:
		var list []any
		d.list(n, reflect.ValueOf(&list).Elem(), path, from, depth)
		return list
	}
	here := from.or(n)
	switch tag := n.ShortTag(); tag {
	case stringTag, timeTag:
		return n.Value
	case boolTag:
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	case intTag, floatTag:
		f, ok := number(n)
		if !ok {
			d.add(here, "%s is not a number that JSON can hold; put it in quotes", n.Value)
		}
		return f
	default:
		d.add(here, "the tag %s is not supported", tag)
		return nil
	}
}

// number is the value of a numeric scalar; ok is false for one that JSON readers would change.
func number(n *yaml.Node) (f float64, ok bool) {
	if err := n.Decode(&f); err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, n.ShortTag() == floatTag || math.Abs(f) < maxExact
}

// setScalar sets a string, bool or number and says why it cannot, without the value: it may be a secret.
func setScalar(n *yaml.Node, v reflect.Value) string {
	if n.Kind != yaml.ScalarNode {
		return "must be " + typeName(v) + ", not " + kindName(n.Kind, n.ShortTag())
	}
	tag := n.ShortTag()
	switch v.Kind() {
	case reflect.String:
		if tag == stringTag || tag == timeTag {
			v.SetString(n.Value)
			return ""
		}
		if tag == boolTag || tag == intTag || tag == floatTag {
			return "must be a string: put it in quotes"
		}
	case reflect.Bool:
		if tag == boolTag {
			v.SetBool(strings.EqualFold(n.Value, "true"))
			return ""
		}
	default:
		if tag == intTag || tag == floatTag {
			return setNumber(n, v)
		}
	}
	return "must be " + typeName(v) + ", not " + kindName(n.Kind, tag)
}

func setNumber(n *yaml.Node, v reflect.Value) string {
	f, ok := number(n)
	switch {
	case !ok:
		return "must be " + typeName(v)
	case v.Kind() == reflect.Float64:
		v.SetFloat(f)
	case f != math.Trunc(f):
		return "must be a whole number"
	case v.Kind() == reflect.Uint32:
		if f < 0 || f > math.MaxUint32 {
			return "must be between 0 and " + strconv.FormatUint(math.MaxUint32, 10)
		}
		v.SetUint(uint64(f))
	default:
		v.SetInt(int64(f))
	}
	return ""
}

func typeName(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float64:
		return "a number"
	}
	return "a whole number"
}
