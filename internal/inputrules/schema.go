package inputrules

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Bounds of a schema and of one check. Without references a schema looks at each value at most as often as it has parts;
// references can double the work at each step (anyOf of twice the same one, thirty times over), so their uses are counted.
const (
	maxSchemaBytes = 64 << 10
	maxSchemaParts = 2000
	maxReferences  = 20_000
)

// schema is a compiled JSON Schema. One check runs at a time: that is what lets uses of references be counted, and keeps a
// tenant's costly schema from more than one processor.
type schema struct {
	compiled *jsonschema.Schema
	turn     chan struct{}
	used     int
}

// schemaURL has a path, or references to other documents would resolve to the schema itself.
const schemaURL = "meshwarden:///schema.json"

// errRemote is the answer to every reference that leads out of the schema.
var errRemote = errors.New("references lead into the schema itself only")

type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errRemote }

func compileSchema(source map[string]any) (*schema, error) {
	text, err := json.Marshal(source)
	if err != nil {
		return nil, err
	}
	if len(text) > maxSchemaBytes {
		return nil, fmt.Errorf("has %d bytes; at most %d are allowed", len(text), maxSchemaBytes)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	parts := 0
	if err := inspect(document, &parts); err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(boundedRegexp)
	c.AssertFormat()
	if err := c.AddResource(schemaURL, document); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(schemaURL)
	if err != nil {
		return nil, errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	s := &schema{compiled: compiled, turn: make(chan struct{}, 1)}
	s.count(compiled, map[*jsonschema.Schema]bool{})
	return s, nil
}

// draft is the only one that schemas may name.
const draft = "https://json-schema.org/draft/2020-12/schema"

// inspect refuses what has no bound, and schemas of other drafts, in which references mean something else.
func inspect(v any, parts *int) error {
	if *parts++; *parts > maxSchemaParts {
		return fmt.Errorf("has more than %d parts", maxSchemaParts)
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			switch key {
			case "$dynamicRef", "$recursiveRef", "$vocabulary":
				return fmt.Errorf("%s is not supported", key)
			case "$schema":
				if value != draft {
					return fmt.Errorf("$schema must be %s", draft)
				}
			}
			if err := inspect(value, parts); err != nil {
				return err
			}
		}
	case []any:
		for _, value := range v {
			if err := inspect(value, parts); err != nil {
				return err
			}
		}
	case json.Number:
		if len(v) > 32 || strings.ContainsAny(string(v), "eE") {
			return errors.New("a number has an exponent or more than 32 digits")
		}
	}
	return nil
}

func boundedRegexp(pattern string) (jsonschema.Regexp, error) {
	if reason := tenant.BadPattern(pattern); reason != "" {
		return nil, fmt.Errorf("pattern %q %s", pattern, reason)
	}
	return regexp.Compile(pattern)
}

// reference takes the place of a schema's $ref, so that uses are counted.
type reference struct {
	schema *schema
	to     *jsonschema.Schema
}

// tooCostly ends a check; it is recovered in check.
type tooCostly struct{}

// Validate implements jsonschema.SchemaExt.
func (r reference) Validate(ctx *jsonschema.ValidatorContext, v any) {
	if r.schema.used++; r.schema.used > maxReferences {
		panic(tooCostly{})
	}
	if err := ctx.Validate(r.to, v, nil); err != nil {
		ctx.AddErr(err)
	}
}

// count replaces every reference that can be reached.
func (s *schema) count(at *jsonschema.Schema, seen map[*jsonschema.Schema]bool) {
	if at == nil || seen[at] {
		return
	}
	seen[at] = true
	if at.Ref != nil {
		to := at.Ref
		at.Ref = nil
		at.Extensions = append(at.Extensions, reference{s, to})
		s.count(to, seen)
	}
	for _, child := range children(at) {
		s.count(child, seen)
	}
}

func children(at *jsonschema.Schema) []*jsonschema.Schema {
	list := []*jsonschema.Schema{
		at.Not, at.If, at.Then, at.Else, at.PropertyNames, at.UnevaluatedProperties, at.Contains, at.Items2020, at.UnevaluatedItems, at.ContentSchema,
	}
	for _, group := range [][]*jsonschema.Schema{at.AllOf, at.AnyOf, at.OneOf, at.PrefixItems} {
		list = append(list, group...)
	}
	for _, child := range at.Properties {
		list = append(list, child)
	}
	for _, child := range at.PatternProperties {
		list = append(list, child)
	}
	for _, child := range at.DependentSchemas {
		list = append(list, child)
	}
	if child, ok := at.AdditionalProperties.(*jsonschema.Schema); ok {
		list = append(list, child)
	}
	for _, dependency := range at.Dependencies {
		if child, ok := dependency.(*jsonschema.Schema); ok {
			list = append(list, child)
		}
	}
	return list
}

// check validates v. It waits for its turn as long as ctx lasts.
func (s *schema) check(ctx context.Context, v any) (err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ErrBusy
	}
	defer func() {
		<-s.turn
		if p := recover(); p != nil {
			if _, ok := p.(tooCostly); !ok {
				panic(p)
			}
			err = &Invalid{"", "takes too long to check"}
		}
	}()
	s.used = 0
	err = s.compiled.Validate(v)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	return explain(invalid)
}

// explain tells the first thing that is wrong at the greatest depth of the causes.
func explain(e *jsonschema.ValidationError) *Invalid {
	for len(e.Causes) > 0 {
		e = e.Causes[0]
	}
	path := ""
	for _, token := range e.InstanceLocation {
		if _, err := strconv.Atoi(token); err == nil {
			path += "[" + token + "]"
			continue
		}
		path = join(path, token)
	}
	if len(path) > maxShown {
		path = strings.ToValidUTF8(path[:maxShown], "") + "..."
	}
	return &Invalid{path, wordsOf(e.ErrorKind)}
}
