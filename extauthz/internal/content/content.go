// Package content reads the bodies of requests strictly: what two readers could understand differently is refused. It
// knows nothing of routes, rules or policies.
package content

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Body is a decoded body. The zero value is of a request without one, or with one that is not read.
type Body struct {
	// Read says that the body was decoded; JSON or Form is then set.
	Read bool
	// JSON is as ParseJSON returns it.
	JSON any
	// Form holds the fields of a form; of an uploaded file its field has no value.
	Form map[string][]string
	// Files are the fields that are files.
	Files map[string]bool
}

// ErrMediaType is the error of a content type that is not one, or of bodies that cannot be read as what they say.
var ErrMediaType = errors.New("the content type is not supported")

// MaxFields bounds the fields of a form.
const MaxFields = 1000

var (
	errForm   = errors.New("is not a valid form")
	errFields = errors.New("has too many fields")
)

// MediaType is the type of a Content-Type header without its parameters, in lower case. Empty means that the header is
// absent, two types or malformed.
func MediaType(header string) string {
	media, _, err := mime.ParseMediaType(header)
	if err != nil || strings.Contains(header, ",") && !strings.Contains(header, `"`) {
		return ""
	}
	return media
}

// IsJSON reports whether a media type is JSON (RFC 6839).
func IsJSON(media string) bool {
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

// Parse decodes a body of one of the media types that can be read; of others it returns the zero Body. contentType is the
// whole header. Errors are for clients and hold nothing of the body.
func Parse(contentType, text string) (Body, error) {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return Body{}, ErrMediaType
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return Body{}, ErrMediaType
	}
	switch {
	case IsJSON(media):
		v, err := ParseJSON(text)
		return Body{Read: err == nil, JSON: v}, err
	case media == "application/x-www-form-urlencoded":
		return parseForm(text)
	case media == "multipart/form-data":
		return parseMultipart(text, parameters["boundary"])
	}
	return Body{}, nil
}

func parseForm(text string) (Body, error) {
	if strings.Count(text, "&") >= MaxFields {
		return Body{}, errFields
	}
	values, err := url.ParseQuery(text)
	if err != nil || !valid(values) {
		return Body{}, errForm
	}
	return Body{Read: true, Form: values}, nil
}

func valid(values map[string][]string) bool {
	for name, list := range values {
		for _, s := range list {
			if !utf8.ValidString(s) || !utf8.ValidString(name) {
				return false
			}
		}
	}
	return true
}

func parseMultipart(text, boundary string) (Body, error) {
	if boundary == "" {
		return Body{}, ErrMediaType
	}
	body := Body{Read: true, Form: map[string][]string{}, Files: map[string]bool{}}
	reader := multipart.NewReader(strings.NewReader(text), boundary)
	for n := 0; ; n++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil || part.FormName() == "" {
			return Body{}, errForm
		}
		if n == MaxFields {
			return Body{}, errFields
		}
		name := part.FormName()
		if part.FileName() != "" {
			body.Files[name] = true
			continue
		}
		value, err := io.ReadAll(part)
		if err != nil || !utf8.Valid(value) || part.Header.Get("Content-Transfer-Encoding") != "" {
			return Body{}, errForm
		}
		body.Form[name] = append(body.Form[name], string(value))
	}
}

// Value is the body as policies see it, nil when it was not read.
func (b *Body) Value() (ast.Value, error) {
	switch {
	case !b.Read:
		return nil, nil
	case b.Form == nil:
		return ast.InterfaceToValue(b.JSON)
	}
	object := ast.NewObject()
	for name, list := range b.Form {
		terms := make([]*ast.Term, len(list))
		for i, s := range list {
			terms[i] = ast.StringTerm(s)
		}
		object.Insert(ast.StringTerm(name), ast.ArrayTerm(terms...))
	}
	return object, nil
}
