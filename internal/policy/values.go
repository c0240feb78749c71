package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxListed bounds the elements of any list or object in a decision.
const maxListed = 100

// MaxMessage is the most bytes of a denial's message; the rest is cut off. Messages often quote the
// request, whose length must not decide between a denial and an error.
const MaxMessage = 512

// eachField calls visit with each field of v, which must be an object with string keys.
func eachField(v ast.Value, visit func(name string, value ast.Value) error) error {
	object, ok := v.(ast.Object)
	if !ok {
		return wrongType(v, "an object")
	}
	if object.Len() > maxListed {
		return fmt.Errorf("more than %d fields", maxListed)
	}
	return object.Iter(func(key, value *ast.Term) error {
		name, ok := key.Value.(ast.String)
		if !ok {
			return fmt.Errorf("key %v: %w", key, wrongType(key.Value, "a string"))
		}
		return visit(string(name), value.Value)
	})
}

// errUnknownField is a visitor's answer to a field that it does not know.
var errUnknownField = errors.New("unknown field")

// fieldsOf is eachField for objects whose fields are all known; errors name the field.
func fieldsOf(v ast.Value, visit func(name string, value ast.Value) error) error {
	return eachField(v, func(name string, value ast.Value) error {
		err := visit(name, value)
		switch {
		case err == errUnknownField: //nolint:errorlint // not one from a field of a field
			return fmt.Errorf("unknown field %q", name)
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
}

// elements calls visit with each element of v, which must be an array or a set.
func elements(v ast.Value, visit func(ast.Value) error) error {
	var length int
	var each func(func(*ast.Term) error) error
	switch v := v.(type) {
	case *ast.Array:
		length, each = v.Len(), v.Iter
	case ast.Set:
		length, each = v.Len(), v.Iter
	default:
		return wrongType(v, "an array or a set")
	}
	if length > maxListed {
		return fmt.Errorf("more than %d elements", maxListed)
	}
	return each(func(term *ast.Term) error { return visit(term.Value) })
}

func boolOf(v ast.Value) (bool, error) {
	b, ok := v.(ast.Boolean)
	if !ok {
		return false, wrongType(v, "a boolean")
	}
	return bool(b), nil
}

func stringOf(v ast.Value) (string, error) {
	s, ok := v.(ast.String)
	if !ok {
		return "", wrongType(v, "a string")
	}
	return string(s), nil
}

func intOf(v ast.Value, low, high int) (int, error) {
	number, ok := v.(ast.Number)
	if !ok {
		return 0, wrongType(v, "a number")
	}
	n, ok := number.Int()
	if !ok || n < low || n > high {
		return 0, fmt.Errorf("%v is not a whole number from %d to %d", v, low, high)
	}
	return n, nil
}

// stringsOf reads an array or a set of strings.
func stringsOf(v ast.Value) ([]string, error) {
	var list []string
	if a, ok := v.(*ast.Array); ok && a.Len() > 0 {
		list = make([]string, 0, min(a.Len(), maxListed))
	}
	err := elements(v, func(element ast.Value) error {
		s, err := stringOf(element)
		list = append(list, s)
		return err
	})
	return list, err
}

// wrongType says what v is, but not its value: errors are logged, and the value may be a secret.
func wrongType(v ast.Value, want string) error {
	if v == nil {
		return errors.New("undefined, not " + want)
	}
	return errors.New(ast.ValueName(v) + ", not " + want)
}

// clip shortens a message to MaxMessage bytes of valid UTF-8.
func clip(s string) string {
	if len(s) > MaxMessage {
		cut := MaxMessage
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
