package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// object is a JSON object; encoding/json writes its keys sorted, so that files are stable.
type object = map[string]any

// durationPattern is what time.ParseDuration accepts, without a sign.
const durationPattern = `^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$`

// exactlyOne lists, by structure, the fields of which exactly one stands.
var exactlyOne = map[string][]string{
	"Match":        {"path", "prefix", "regex"},
	"UpstreamSpec": {"endpoints", "builtin"},
	"JWTIssuer":    {"jwks", "jwks_file", "jwks_uri", "discovery", "secret", "secret_file"},
}

// schemaFile is the JSON Schema of one kind. It is draft-07, which editors understand.
func schemaFile(k kind) ([]byte, error) {
	schema := structSchema(k.root)
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	schema["title"] = k.name
	properties := schema["properties"].(object)
	properties["apiVersion"] = object{"const": tenant.APIVersion}
	properties["kind"] = object{"const": k.name}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(schema)
	return b.Bytes(), err
}

func structSchema(s *structure) object {
	properties, needed := object{}, []string{}
	for _, f := range s.fields {
		properties[f.name] = fieldSchema(f)
		if required(f) {
			needed = append(needed, f.name)
		}
	}
	schema := object{"type": "object", "properties": properties, "additionalProperties": false}
	if s.doc != "" {
		schema["description"] = s.doc
	}
	if len(needed) > 0 {
		schema["required"] = needed
	}
	if names, ok := exactlyOne[s.name]; ok {
		choices := make([]object, len(names))
		for i, name := range names {
			choices[i] = object{"required": []string{name}}
		}
		schema["oneOf"] = choices
	}
	return schema
}

func fieldSchema(f field) object {
	schema := typeSchema(f.typ, f.below)
	if f.doc != "" {
		schema["description"] = f.doc
	}
	if text, ok := f.tag.Lookup("default"); ok {
		schema["default"] = defaultValue(f.typ, text)
	}
	if enum, ok := f.tag.Lookup("enum"); ok {
		schema["enum"] = strings.Split(enum, ",")
	}
	if bounds, ok := f.tag.Lookup("range"); ok {
		lo, hi, _ := strings.Cut(bounds, "..")
		if f.typ.Kind() == reflect.String {
			schema["pattern"] = durationPattern
		} else {
			schema["minimum"], schema["maximum"] = number(lo), number(hi)
		}
	}
	if bounds, ok := f.tag.Lookup("items"); ok {
		lo, hi, _ := strings.Cut(bounds, "..")
		suffix := "Items"
		if f.typ.Kind() == reflect.Map {
			suffix = "Properties"
		}
		schema["min"+suffix], schema["max"+suffix] = number(lo), number(hi)
	}
	if f.typ == reflect.TypeFor[map[string]string]() {
		// The one map of strings is that of a scan policy's actions.
		schema["propertyNames"] = object{"enum": append(tenant.FindingTypes(), "default")}
		schema["additionalProperties"] = object{"enum": []string{"block", "redact", "mask", "tokenize", "log", "pass"}}
	}
	return schema
}

func typeSchema(t reflect.Type, below *structure) object {
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem(), below)
	case reflect.Struct:
		return structSchema(below)
	case reflect.Slice:
		return object{"type": "array", "items": typeSchema(t.Elem(), below)}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": typeSchema(t.Elem(), below)}
	case reflect.Interface:
		return object{}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	return object{"type": "integer"}
}

func number(text string) json.Number {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("gendocs: tag " + text)
	}
	return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
}

func defaultValue(t reflect.Type, text string) any {
	switch t.Kind() {
	case reflect.String:
		return text
	case reflect.Slice:
		return strings.Split(text, ",")
	case reflect.Pointer:
		return text == "true"
	}
	return number(text)
}
