package tenant

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// Validate says what the input of a route must look like. What does not is answered 400 with the field's path, 413 or 415.
type Validate struct {
	// ContentTypes that bodies may have (default application/json, which takes application/*+json too): that,
	// application/x-www-form-urlencoded and multipart/form-data.
	ContentTypes []string `json:"content_types,omitempty" yaml:"content_types,omitempty" default:"application/json" items:"0..8"`
	// MaxBody is the most bytes of a body, up to the gateway's max_body_bytes, which holds when this is 0.
	MaxBody int `json:"max_body,omitempty" yaml:"max_body,omitempty" range:"0..67108864"`
	// BodyRequired refuses requests without a body.
	BodyRequired bool `json:"body_required,omitempty" yaml:"body_required,omitempty"`
	// Fields are rules for parts of the body, by path: text, customer.email, items[*].name. A form's fields are their names.
	Fields map[string]Field `json:"fields,omitempty" yaml:"fields,omitempty" items:"0..256"`
	// Query are rules for parameters of the query.
	Query map[string]Field `json:"query,omitempty" yaml:"query,omitempty" items:"0..64"`
	// OnlyQuery refuses parameters that Query does not name.
	OnlyQuery bool `json:"only_query,omitempty" yaml:"only_query,omitempty"`
	// Schema is a JSON Schema (2020-12) for JSON bodies, SchemaFile a path to one relative to the configuration directory.
	// References lead into the schema itself only, and regular expressions are RE2.
	Schema     map[string]any `json:"schema,omitempty" yaml:"schema,omitempty"`
	SchemaFile string         `json:"schema_file,omitempty" yaml:"schema_file,omitempty"`
	// ControlCharacters in texts, other than tabs and line ends, are refused (default: refuse) or taken (allow).
	ControlCharacters string `json:"control_characters,omitempty" yaml:"control_characters,omitempty" default:"refuse" enum:"refuse,allow"`
}

// Field is the rule for one field. A field that is absent is right unless it is required.
type Field struct {
	// Required refuses what lacks the field in the object that holds it; null is absent.
	Required bool `json:"required,omitempty" yaml:"required,omitempty"`
	// Type is string, integer, number, boolean, array or object; in forms and queries it is how the text reads.
	Type string `json:"type,omitempty" yaml:"type,omitempty" enum:"string,integer,number,boolean,array,object"`
	// MinLength and MaxLength are of texts in characters, and of arrays in elements; a MaxLength of 0 is none.
	MinLength int `json:"min_length,omitempty" yaml:"min_length,omitempty" range:"0..67108864"`
	MaxLength int `json:"max_length,omitempty" yaml:"max_length,omitempty" range:"0..67108864"`
	// Enum are the texts that are taken.
	Enum []string `json:"enum,omitempty" yaml:"enum,omitempty" items:"0..1024"`
	// Keys are the only ones that an object may have.
	Keys []string `json:"keys,omitempty" yaml:"keys,omitempty" items:"0..1024"`
	// Format is e164 (a telephone number such as +14155550100), email (at most 255 characters), uuid or id (letters, digits, _ and -).
	Format string `json:"format,omitempty" yaml:"format,omitempty" enum:"e164,email,uuid,id"`
	// Pattern is RE2 that the whole text must match.
	Pattern string `json:"pattern,omitempty" yaml:"pattern,omitempty"`
}

// Bounds of a pattern: of its text, and of the program that it compiles to.
const (
	maxPattern        = 1024
	maxPatternProgram = 2000
)

// BadPattern says why a pattern is refused, or "". RE2 takes time linear in the text whatever the pattern, but repetitions of
// repetitions make programs of any size.
func BadPattern(pattern string) string {
	if len(pattern) > maxPattern {
		return fmt.Sprintf("has %d bytes; at most %d are allowed", len(pattern), maxPattern)
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "RE2 refuses it: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	}
	if size := programSize(tree.Simplify()); size > maxPatternProgram {
		return fmt.Sprintf("compiles to a program of about %d instructions; at most %d are allowed", size, maxPatternProgram)
	}
	return ""
}

// contentTypes are those whose bodies can be read.
var contentTypes = []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}

func (c *checker) validation(path string, v *Validate) {
	readable := func(s string) bool { return strings.HasSuffix(s, "+json") || slices.Contains(contentTypes, s) }
	c.each(path+".content_types", v.ContentTypes, readable, "a content type that can be read: "+alternatives(contentTypes)+", or one that ends in +json")
	for _, name := range sorted(v.Fields) {
		at := path + ".fields." + name
		if !IsKeyPath("$." + name) {
			c.add(at, "%q is not a path such as text, customer.email or items[*].name", name)
		}
		c.inputField(at, v.Fields[name])
	}
	for _, name := range sorted(v.Query) {
		at := path + ".query." + name
		c.text(at, name)
		if t := v.Query[name].Type; t == "object" || t == "array" {
			c.add(at+".type", "parameters are texts")
		}
		c.inputField(at, v.Query[name])
	}
	if len(v.Schema) > 0 && v.SchemaFile != "" {
		c.add(path+".schema_file", "stands beside schema: one of them is allowed")
	}
}

func (c *checker) inputField(path string, f Field) {
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		c.add(path+".min_length", "is above max_length")
	}
	if reason := BadPattern(f.Pattern); reason != "" {
		c.add(path+".pattern", "%s", reason)
	}
	if len(f.Keys) > 0 && f.Type != "" && f.Type != "object" {
		c.add(path+".keys", "belongs to an object")
	}
	if (f.Pattern != "" || f.Format != "" || len(f.Enum) > 0) && (f.Type == "object" || f.Type == "array" || f.Type == "boolean") {
		c.add(path+".type", "pattern, format and enum are for texts and numbers")
	}
}
