package main

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// kind is one kind of object.
type kind struct {
	name, file, place string
	root              *structure
}

// structure is a struct type with its documented fields.
type structure struct {
	name, doc string
	fields    []field
}

// field is one field as YAML has it.
type field struct {
	goName, name, doc string
	typ               reflect.Type
	tag               reflect.StructTag
	required          bool
	// below is the struct that the field, or each element of it, holds.
	below *structure
}

// comments are the doc comments of the tenant package: of a type under its name, of a field under TYPE.FIELD.
type comments map[string]string

func readComments(dir string) (comments, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	found := comments{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			found.add(declaration)
		}
	}
	return found, nil
}

func (c comments) add(declaration ast.Decl) {
	general, ok := declaration.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range general.Specs {
		typ, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		structType, ok := typ.Type.(*ast.StructType)
		if !ok {
			continue
		}
		c[typ.Name.Name] = plain(general.Doc.Text())
		last := ""
		for _, f := range structType.Fields.List {
			// One comment may be about several fields that follow each other.
			if text := plain(f.Doc.Text()); text != "" {
				last = text
			}
			for _, name := range f.Names {
				c[typ.Name.Name+"."+name.Name] = last
			}
		}
	}
}

// plain is a comment as one line.
func plain(text string) string {
	var parser comment.Parser
	var printer comment.Printer
	printer.TextWidth = -1
	return strings.Join(strings.Fields(string(printer.Text(parser.Parse(text)))), " ")
}

func model(c comments) []kind {
	return []kind{
		{tenant.KindTenant, "tenant", "`tenants/NAME.yaml`", structureOf(reflect.TypeFor[tenant.Tenant](), c)},
		{tenant.KindScanPolicy, "scanpolicy", "`scanpolicies/NAME.yaml`", structureOf(reflect.TypeFor[tenant.ScanPolicy](), c)},
		{tenant.KindUpstream, "upstream", "`upstreams/NAME.yaml`", structureOf(reflect.TypeFor[tenant.Upstream](), c)},
		{tenant.KindGateway, "gateway", "`gateway.yaml`", structureOf(reflect.TypeFor[tenant.Gateway](), c)},
	}
}

func structureOf(t reflect.Type, c comments) *structure {
	s := &structure{name: t.Name()}
	names := map[string]string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		names[f.Name] = name
		below := f.Type
		for below.Kind() == reflect.Pointer || below.Kind() == reflect.Slice || below.Kind() == reflect.Map {
			below = below.Elem()
		}
		documented := field{goName: f.Name, name: name, doc: c[t.Name()+"."+f.Name], typ: f.Type, tag: f.Tag, required: options == ""}
		if below.Kind() == reflect.Struct {
			documented.below = structureOf(below, c)
		}
		s.fields = append(s.fields, documented)
	}
	s.doc = inYAML(c[t.Name()], names)
	for i := range s.fields {
		s.fields[i].doc = inYAML(s.fields[i].doc, names)
	}
	return s
}

// inYAML replaces the names of Go fields in a comment by those in YAML.
func inYAML(doc string, names map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(names)) {
		doc = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(doc, "`"+names[name]+"`")
	}
	return doc
}

// typeName is a field's type in words.
func typeName(t reflect.Type, tag reflect.StructTag) string {
	_, ranged := tag.Lookup("range")
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem(), tag)
	case reflect.Slice:
		return "list of " + plural(typeName(t.Elem(), ""))
	case reflect.Map:
		return "map of " + plural(typeName(t.Elem(), ""))
	case reflect.Struct:
		return "object"
	case reflect.Bool:
		return "boolean"
	case reflect.Interface:
		return "any"
	case reflect.Float64:
		return "number"
	case reflect.String:
		if ranged {
			return "duration"
		}
		return "string"
	}
	return "integer"
}

func plural(name string) string {
	if base, rest, ok := strings.Cut(name, " of "); ok {
		return plural(base) + " of " + rest
	}
	if name == "any" {
		return "anything"
	}
	return fmt.Sprintf("%ss", name)
}
