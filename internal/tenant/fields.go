package tenant

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// The struct tags say once what Default sets, what Validate refuses, and what the generated reference and
// JSON Schemas print:
//
//	default:"V"      the value of a field that is left out (lists: comma separated)
//	enum:"A,B"       the values that a string may have
//	range:"LO..HI"   the inclusive range of a number, or of a duration when the field is a string
//	items:"LO..HI"   how many elements a list or map may have
//
// A string without omitempty in its json tag is required.

// setDefaults fills the fields of a struct that are left out, and those of the structs below it.
func setDefaults(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Field(i)
		if text, ok := v.Type().Field(i).Tag.Lookup("default"); ok && isZero(field) {
			setText(field, text)
		}
		defaultBelow(field)
	}
}

func defaultBelow(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		setDefaults(v)
	case reflect.Pointer:
		if !v.IsNil() {
			defaultBelow(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			defaultBelow(v.Index(i))
		}
	case reflect.Map:
		if v.Type().Elem().Kind() != reflect.Struct {
			return
		}
		for _, key := range v.MapKeys() {
			// A map's value cannot be changed in place.
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(v.MapIndex(key))
			setDefaults(element)
			v.SetMapIndex(key, element)
		}
	}
}

func isZero(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

// setText panics when a tag does not fit its field, which every use of the type would show.
func setText(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int:
		v.SetInt(int64(mustFloat(text)))
	case reflect.Uint32:
		v.SetUint(uint64(mustFloat(text)))
	case reflect.Slice:
		v.Set(reflect.ValueOf(strings.Split(text, ",")))
	case reflect.Pointer:
		yes := text == "true"
		v.Set(reflect.ValueOf(&yes))
	default:
		panic("tenant: default tag on a field of type " + v.Type().String())
	}
}

func mustFloat(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("tenant: tag " + text)
	}
	return f
}

func mustDuration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic("tenant: tag " + text)
	}
	return d
}
