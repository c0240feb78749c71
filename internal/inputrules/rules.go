// Package inputrules checks values that clients sent against the rules of a route: JSON Schema and short forms.
// It knows neither HTTP nor how bodies are read, and its words name fields, never what stands in them.
package inputrules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Rules are compiled rules of one route. They are safe for concurrent use.
type Rules struct {
	fields, query []field
	queryNames    map[string]bool
	onlyQuery     bool
	control       bool
	schema        *schema
}

// Invalid says which field is not as it must be, for the client.
type Invalid struct {
	// Path is where, such as items[2].name; empty for the whole. Text is what is wrong with it.
	Path, Text string
}

// Error is path and text.
func (e *Invalid) Error() string {
	if e.Path == "" {
		return "the body " + e.Text
	}
	return e.Path + " " + e.Text
}

// Compile compiles rules that tenant.Validate accepts.
func Compile(v *tenant.Validate) (*Rules, error) {
	r := &Rules{onlyQuery: v.OnlyQuery, control: v.ControlCharacters != "allow", queryNames: map[string]bool{}}
	var err error
	if r.fields, err = compileFields(v.Fields); err != nil {
		return nil, fmt.Errorf("fields: %w", err)
	}
	if r.query, err = compileFields(v.Query); err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	for name := range v.Query {
		r.queryNames[name] = true
	}
	if len(v.Schema) > 0 {
		if r.schema, err = compileSchema(v.Schema); err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
	}
	return r, nil
}

func compileFields(fields map[string]tenant.Field) ([]field, error) {
	var list []field
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, err := compileField(name, fields[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, f)
	}
	return list, nil
}

// Body checks a decoded JSON body: map[string]any, []any, string, json.Number, bool and nil. The error is *Invalid, or
// why it could not be checked in the time of ctx.
func (r *Rules) Body(ctx context.Context, body any) error {
	if r.control {
		if err := controls(body); err != nil {
			return err
		}
	}
	for i := range r.fields {
		if err := r.fields[i].json(body); err != nil {
			return err
		}
	}
	if r.schema == nil {
		return nil
	}
	return r.schema.check(ctx, body)
}

// Form checks the fields of a form.
func (r *Rules) Form(form map[string][]string) error { return r.texts(r.fields, form) }

// Query checks the parameters of a query.
func (r *Rules) Query(query map[string][]string) error {
	if r.onlyQuery {
		for name := range query {
			if !r.queryNames[name] {
				return &Invalid{"the query", "has a parameter that is not allowed"}
			}
		}
	}
	return r.texts(r.query, query)
}

func (r *Rules) texts(fields []field, values map[string][]string) error {
	if r.control {
		for name, list := range values {
			if slices.ContainsFunc(append([]string{name}, list...), hasControl) {
				return &Invalid{clean(name), "holds control characters"}
			}
		}
	}
	for i := range fields {
		if err := fields[i].form(values); err != nil {
			return err
		}
	}
	return nil
}

// controls finds a text or a key with control characters. The path is made on the way back, for the one that is found: made on
// the way there, long keys around many elements would cost their product.
func controls(body any) error {
	var steps []string
	text := findControl(body, &steps)
	if text == "" {
		return nil
	}
	path := ""
	for _, step := range slices.Backward(steps) {
		if strings.HasPrefix(step, "[") {
			path += step
		} else {
			path = join(path, step[1:])
		}
	}
	return &Invalid{path, text}
}

// findControl says what it found, "" for nothing, and adds the steps there, the last one first: [0] or .key.
func findControl(v any, steps *[]string) (text string) {
	switch v := v.(type) {
	case string:
		if hasControl(v) {
			return "holds control characters"
		}
	case []any:
		for i, element := range v {
			if text = findControl(element, steps); text != "" {
				*steps = append(*steps, fmt.Sprintf("[%d]", i))
				return text
			}
		}
	case map[string]any:
		for key, element := range v {
			if hasControl(key) {
				return "has a key with control characters"
			}
			if text = findControl(element, steps); text != "" {
				*steps = append(*steps, "."+key)
				return text
			}
		}
	}
	return ""
}

// hasControl finds C0 but tab, LF and CR, DEL, and C1.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || 0x7f <= r && r < 0xa0
	})
}

// maxShown bounds a path in an answer: its keys may be the client's.
const maxShown = 200

func join(path, key string) string {
	key = clean(key)
	if path == "" {
		return key
	}
	return path + "." + key
}

// clean makes a client's key fit for a message.
func clean(key string) string {
	key = strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 {
			return '?'
		}
		return r
	}, key)
	if len(key) > maxShown {
		key = strings.ToValidUTF8(key[:maxShown], "") + "..."
	}
	return key
}

// ErrBusy is why a body could not be checked in time.
var ErrBusy = errors.New("the schema's checks are busy")
