package inputrules

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// field is a compiled tenant.Field.
type field struct {
	tenant.Field
	name string
	// steps lead to the value; "*" is every element of an array.
	steps   []string
	pattern *regexp.Regexp
}

// eachElement is a step to all elements of an array. No key of a key path is a star.
const eachElement = "*"

func compileField(name string, f tenant.Field) (field, error) {
	compiled := field{Field: f, name: name, steps: strings.Split(strings.ReplaceAll(name, "[*]", ".*"), ".")}
	if reason := tenant.BadPattern(f.Pattern); reason != "" {
		return field{}, fmt.Errorf("pattern %s", reason)
	}
	if f.Pattern != "" {
		var err error
		if compiled.pattern, err = regexp.Compile(`\A(?:` + f.Pattern + `)\z`); err != nil {
			return field{}, fmt.Errorf("pattern: %w", err)
		}
	}
	return compiled, nil
}

// json checks the field in a JSON value.
func (f *field) json(body any) error { return f.walk(body, f.steps, "") }

func (f *field) walk(v any, steps []string, path string) error {
	if len(steps) == 0 {
		return f.value(v, path)
	}
	if steps[0] == eachElement {
		list, ok := v.([]any)
		if !ok {
			return f.absent(v, path, "must be an array")
		}
		for i, element := range list {
			if err := f.walk(element, steps[1:], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	object, ok := v.(map[string]any)
	if !ok {
		return f.absent(v, path, "must be an object")
	}
	next := join(path, steps[0])
	inner, ok := object[steps[0]]
	switch {
	case ok && inner != nil:
	case len(steps) > 1:
		// What holds the field is absent itself, which is for its own rule to say.
		return nil
	default:
		return f.absent(nil, next, "")
	}
	return f.walk(inner, steps[1:], next)
}

// absent is of a field that is not there: because of null or nothing, or because what should hold it is something else,
// which is wrong whether the field is required or not.
func (f *field) absent(v any, path, text string) error {
	switch {
	case v != nil:
		return &Invalid{path, text}
	case f.Required:
		return &Invalid{path, "is required"}
	}
	return nil
}

func (f *field) value(v any, path string) error {
	if v == nil {
		return f.absent(nil, path, "")
	}
	if f.Type != "" && !isType(v, f.Type) {
		return &Invalid{path, "must be " + article(f.Type)}
	}
	switch v := v.(type) {
	case string:
		return f.text(v, path)
	case json.Number:
		return f.scalar(string(v), path)
	case bool:
		return f.scalar(strconv.FormatBool(v), path)
	case []any:
		return f.length(len(v), "elements", path)
	case map[string]any:
		return f.keys(v, path)
	}
	return nil
}

func isType(v any, want string) bool {
	switch v := v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case []any:
		return want == "array"
	case map[string]any:
		return want == "object"
	case json.Number:
		return want == "number" || want == "integer" && isInteger(string(v))
	}
	return false
}

// isInteger takes 3.0 and 1e2, which are integers to JSON Schema too. Numbers are short (see how bodies are read).
func isInteger(number string) bool {
	rat, ok := new(big.Rat).SetString(number)
	return ok && rat.IsInt()
}

func article(kind string) string {
	if strings.ContainsAny(kind[:1], "aio") {
		return "an " + kind
	}
	return "a " + kind
}

func (f *field) keys(object map[string]any, path string) error {
	if f.textOnly() {
		return &Invalid{path, "must be a string"}
	}
	if len(f.Keys) == 0 {
		return nil
	}
	for key := range object {
		if !slices.Contains(f.Keys, key) {
			return &Invalid{path, "has a key that is not allowed"}
		}
	}
	return nil
}

// textOnly reports whether the rule makes sense for texts alone, so that another type does not pass for want of a type.
func (f *field) textOnly() bool { return f.pattern != nil || f.Format != "" || len(f.Enum) > 0 }

func (f *field) length(n int, of, path string) error {
	switch {
	case of != "characters" && f.textOnly():
		return &Invalid{path, "must be a string"}
	case n < f.MinLength:
		return &Invalid{path, fmt.Sprintf("has fewer than %d %s", f.MinLength, of)}
	case f.MaxLength > 0 && n > f.MaxLength:
		return &Invalid{path, fmt.Sprintf("has more than %d %s", f.MaxLength, of)}
	}
	return nil
}

func (f *field) text(s, path string) error {
	if err := f.length(utf8.RuneCountInString(s), "characters", path); err != nil {
		return err
	}
	return f.scalar(s, path)
}

// scalar checks what texts, numbers and booleans have in common.
func (f *field) scalar(s, path string) error {
	switch {
	case len(f.Enum) > 0 && !slices.Contains(f.Enum, s):
		return &Invalid{path, "is not one of the allowed values"}
	case f.pattern != nil && !f.pattern.MatchString(s):
		return &Invalid{path, "does not have the form that is required"}
	case f.Format != "" && !formats[f.Format](s):
		return &Invalid{path, formatTexts[f.Format]}
	}
	return nil
}

// form checks the field in forms and queries, each value of a repeated one.
func (f *field) form(values map[string][]string) error {
	list := values[f.name]
	if len(list) == 0 || f.Required && len(list) == 1 && list[0] == "" {
		return f.absent(nil, f.name, "")
	}
	if len(list) > 1 && f.Type != "array" {
		return &Invalid{f.name, "stands more than once"}
	}
	for _, s := range list {
		if !readsAs(s, f.Type) {
			return &Invalid{f.name, "must be " + article(f.Type)}
		}
		if err := f.text(s, f.name); err != nil {
			return err
		}
	}
	return nil
}

func readsAs(s, kind string) bool {
	switch kind {
	case "integer":
		return integerText.MatchString(s)
	case "number":
		return numberText.MatchString(s)
	case "boolean":
		return s == "true" || s == "false"
	case "object":
		return false
	}
	return true
}

var (
	integerText = regexp.MustCompile(`\A-?(0|[1-9][0-9]{0,18})\z`)
	numberText  = regexp.MustCompile(`\A-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?\z`)
	e164        = regexp.MustCompile(`\A\+[1-9][0-9]{1,14}\z`)
	uuid        = regexp.MustCompile(`\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z`)
	id          = regexp.MustCompile(`\A[A-Za-z0-9_-]{1,128}\z`)
	domain      = regexp.MustCompile(`\A([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])\z`)
)

var formats = map[string]func(string) bool{
	"e164": e164.MatchString, "uuid": uuid.MatchString, "id": id.MatchString, "email": isEmail,
}

var formatTexts = map[string]string{
	"e164": "is not a telephone number with + and country code", "uuid": "is not a UUID",
	"id": "is not an identifier of letters, digits, _ and -", "email": "is not an e-mail address",
}

// maxEmail is the longest address in bytes, and maxLocal of what stands before the @ (RFC 5321 section 4.5.3.1).
const (
	maxEmail = 255
	maxLocal = 64
)

// isEmail takes addresses as people have them: a dot-atom of RFC 5322 and a domain name with a dot in it.
func isEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmail || len(local) > maxLocal || !domain.MatchString(host) || strings.ContainsAny(local, `"()<>,:;[]\ `) {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s
}
