package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"reflect"
	"strings"
)

// head is the hand-written part of the reference.
//
//go:embed head.md
var head []byte

func markdown(kinds []kind) []byte {
	var b bytes.Buffer
	b.Write(head)
	for _, k := range kinds {
		fmt.Fprintf(&b, "\n## %s\n\n%s File: %s. Schema: [%s.json](schema/%s.json).\n", k.name, k.root.doc, k.place, k.file, k.file)
		for _, f := range k.root.fields {
			if f.name == "spec" {
				section(&b, k.name, f.name, f.below)
			}
		}
	}
	return b.Bytes()
}

// section is one structure and then those below it.
func section(b *bytes.Buffer, kind, path string, s *structure) {
	fmt.Fprintf(b, "\n### %s: %s\n\n", kind, path)
	if path != "spec" {
		fmt.Fprintf(b, "%s\n\n", s.doc)
	} else if _, rest, ok := strings.Cut(s.doc, ". "); ok {
		// The first sentence says that it is the body.
		fmt.Fprintf(b, "%s\n\n", rest)
	}
	b.WriteString("| field | type | default | allowed | meaning |\n|---|---|---|---|---|\n")
	for _, f := range s.fields {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", f.name, typeName(f.typ, f.tag), defaultOf(f), cell(allowed(f)), cell(f.doc))
	}
	for _, f := range s.fields {
		if f.below == nil {
			continue
		}
		below := path + "." + f.name
		switch f.typ.Kind() {
		case reflect.Slice:
			below += "[]"
		case reflect.Map:
			below += ".NAME"
		}
		section(b, kind, below, f.below)
	}
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func defaultOf(f field) string {
	if text, ok := f.tag.Lookup("default"); ok {
		return "`" + strings.ReplaceAll(text, ",", "`, `") + "`"
	}
	if required(f) {
		return "required"
	}
	return ""
}

// required fields have to be there in YAML: strings without omitempty, lists with a least length, numbers whose
// range leaves out zero, and objects that hold such fields.
func required(f field) bool {
	if _, ok := f.tag.Lookup("default"); ok {
		return false
	}
	if items, ok := f.tag.Lookup("items"); ok {
		return !strings.HasPrefix(items, "0..")
	}
	return f.required && (f.typ.Kind() == reflect.String || f.typ.Kind() == reflect.Struct || f.tag.Get("range") != "")
}

func allowed(f field) string {
	if enum, ok := f.tag.Lookup("enum"); ok {
		return "`" + strings.ReplaceAll(enum, ",", "`, `") + "`"
	}
	if bounds, ok := f.tag.Lookup("range"); ok {
		return strings.Replace(bounds, "..", " to ", 1)
	}
	if bounds, ok := f.tag.Lookup("items"); ok {
		return strings.Replace(bounds, "..", " to ", 1) + " entries"
	}
	return ""
}
