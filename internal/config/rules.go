package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/meshwarden/meshwarden/internal/inputrules"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// rules puts the schemas in named files into the specification, and compiles what routes demand of input.
func (p *tenantFile) rules(t *tree, d *document) (needs []*file) {
	for i := range p.spec.Routes {
		r, path := &p.spec.Routes[i], fmt.Sprintf("spec.routes[%d]", i)
		if v := r.Validate; v != nil {
			field := path + ".validate"
			if v.SchemaFile != "" && len(v.Schema) == 0 {
				field += ".schema_file"
				f := inline(t, d, field, v.SchemaFile)
				if f == nil {
					continue
				}
				if needs = append(needs, f); f.reason != "" {
					continue
				}
				var err error
				if v.Schema, err = schemaIn(f.data); err != nil {
					d.add(d.at(field), "%s: %s: %v", field, f.path, err)
					continue
				}
				v.SchemaFile = ""
			}
			compileSchema(d, field, v.Schema)
		}
		for _, name := range slices.Sorted(maps.Keys(r.ToolArguments)) {
			compileSchema(d, path+".tool_arguments."+name, r.ToolArguments[name])
		}
	}
	return needs
}

// compileSchema reports a schema that extauthz would refuse. What else rules say is checked with the tenant.
func compileSchema(d *document, field string, schema map[string]any) {
	if _, err := inputrules.Compile(&tenant.Validate{Schema: schema}); err != nil {
		d.add(d.at(field), "%s: %v", field, err)
	}
}

// schemaIn is the one JSON object that a file holds.
func schemaIn(data []byte) (schema map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&schema); err != nil || schema == nil {
		return nil, errors.New("is not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has something after the JSON object")
	}
	return schema, nil
}
