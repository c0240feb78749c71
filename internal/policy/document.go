package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Document is the input document of one request as a record keeps it: without input.tenant, which belongs to a version of the
// configuration, without the body, and with the values of credentials taken out. It can be put to any version of the policies.
type Document struct {
	object ast.Object
	// Of the route and the principal, for whoever asks the policies.
	route, tenant, subject, kind string
	roles                        []string
}

// redacted stands in records for what nobody should read there.
const redacted = "[redacted]"

// credentialNames are parts of names of headers, parameters and claims whose values are not recorded.
var credentialNames = []string{"auth", "cookie", "token", "secret", "password", "passwd", "signature", "session", "api-key", "api_key", "apikey", "credential"}

// notCredentials are names with such a part that are none.
var notCredentials = []string{"auth_time", "authority", ":authority", "author"}

func namesCredential(name string) bool {
	name = strings.ToLower(name)
	return !slices.Contains(notCredentials, name) && slices.ContainsFunc(credentialNames, func(part string) bool { return strings.Contains(name, part) })
}

// Document is the record of in, which must have all its parts.
func (in *Input) Document() (*Document, error) {
	plain, err := ast.JSON(in.Value())
	if err != nil {
		return nil, fmt.Errorf("record of a request: %w", err)
	}
	object, ok := plain.(map[string]any)
	if !ok {
		return nil, errors.New("record of a request: not an object")
	}
	delete(object, "tenant")
	if request, ok := object["request"].(map[string]any); ok {
		delete(request, "body")
		redact(request["headers"])
		redact(request["query"])
	}
	// Arguments of calls are the body again.
	if tool, ok := object["tool"].(map[string]any); ok {
		delete(tool, "calls")
	}
	if identity, ok := object["identity"].(map[string]any); ok {
		redact(identity["claims"])
	}
	value, err := ast.InterfaceToValue(object)
	if err != nil {
		return nil, fmt.Errorf("record of a request: %w", err)
	}
	return newDocument(value)
}

// redact takes the values of credentials out of an object of any depth.
func redact(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if namesCredential(name) {
				v[name] = redacted
				if _, list := value.([]any); list {
					v[name] = []any{redacted}
				}
				continue
			}
			redact(value)
		}
	case []any:
		for _, element := range v {
			redact(element)
		}
	}
}

func newDocument(v ast.Value) (*Document, error) {
	object, ok := v.(ast.Object)
	if !ok {
		return nil, errors.New("the input document is not an object")
	}
	d := &Document{object: object}
	for _, field := range []struct {
		to         *string
		group, key string
	}{{&d.route, "route", "name"}, {&d.tenant, "identity", "tenant"}, {&d.subject, "identity", "subject"}, {&d.kind, "identity", "kind"}} {
		text, ok := fieldOf(fieldOf(object, field.group), field.key).(ast.String)
		if !ok {
			return nil, fmt.Errorf("the input document has no %s.%s", field.group, field.key)
		}
		*field.to = string(text)
	}
	if roles := fieldOf(fieldOf(object, "identity"), "roles"); roles != nil {
		var err error
		if d.roles, err = stringsOf(roles); err != nil {
			return nil, fmt.Errorf("the input document's identity.roles: %w", err)
		}
	}
	return d, nil
}

// MarshalJSON writes the document as policies see it.
func (d *Document) MarshalJSON() ([]byte, error) {
	plain, err := ast.JSON(d.object)
	if err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// UnmarshalJSON reads what MarshalJSON wrote, or what a person typed in its form.
func (d *Document) UnmarshalJSON(raw []byte) error {
	value, err := ast.ValueFromReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	read, err := newDocument(value)
	if err != nil {
		return err
	}
	*d = *read
	return nil
}

// Route is the name of the route that was matched.
func (d *Document) Route() string { return d.route }

// Segments are the decoded segments of the path.
func (d *Document) Segments() []string {
	return textsOf(fieldOf(d.object, "request"), "segments")
}

// Principal is the recorded identity as far as tenancy and ownership ask for it.
func (d *Document) Principal() IdentityInput {
	return IdentityInput{Kind: d.kind, Tenant: d.tenant, Subject: d.subject, Roles: d.roles, Claims: fieldOf(fieldOf(d.object, "identity"), "claims")}
}

// Question is the document with the tenant, the facts of its route and what it grants of one version of the configuration, which are
// those of in.
func (d *Document) Question(in *Input) Question {
	tenant, route := in.Tenant, &in.Route
	input := complete(d.object)
	input.Insert(ast.StringTerm("tenant"), ast.NewTerm(tenant.value))
	replace(input, "route", map[string]*ast.Term{
		"classification": ast.StringTerm(route.Classification), "anonymous": ast.BooleanTerm(route.Anonymous),
		"permission": ast.StringTerm(route.Permission), "resource": ast.StringTerm(route.Resource),
		"owned": ast.BooleanTerm(route.Owned), "accepts": listTerm(route.Accepts), "protocol": ast.StringTerm(route.Protocol),
		"unmet": listTerm(route.Unmet), "params": paramsTerm(route.Params),
	})
	replace(input, "identity", map[string]*ast.Term{"granted": listTerm(in.Identity.Granted)})
	return Question{input: input, tenant: tenant.value, now: d.time()}
}

// unknown is the input document of a request of which nothing is known.
var unknown = sync.OnceValue(func() ast.Object {
	object, _ := (&Input{Source: SourceInput{Risk: RiskUnknown}}).Value().(ast.Object)
	return object
})

// complete is a copy of a recorded document with the fields that it lacks, as one of an earlier version does.
func complete(recorded ast.Object) ast.Object {
	input := recorded.Copy()
	unknown().Foreach(func(key, value *ast.Term) {
		there := input.Get(key)
		if there == nil {
			input.Insert(key, value)
			return
		}
		fields, isObject := value.Value.(ast.Object)
		object, ok := there.Value.(ast.Object)
		if !isObject || !ok {
			return
		}
		object = object.Copy()
		fields.Foreach(func(name, value *ast.Term) {
			if object.Get(name) == nil {
				object.Insert(name, value)
			}
		})
		input.Insert(key, ast.NewTerm(object))
	})
	return input
}

// replace sets fields of one of input's objects.
func replace(input ast.Object, group string, fields map[string]*ast.Term) {
	object, ok := fieldOf(input, group).(ast.Object)
	if !ok {
		return
	}
	object = object.Copy()
	for name, term := range fields {
		object.Insert(ast.StringTerm(name), term)
	}
	input.Insert(ast.StringTerm(group), ast.NewTerm(object))
}

func paramsTerm(params map[string]string) *ast.Term {
	object := ast.NewObject()
	for name, value := range params {
		object.Insert(ast.StringTerm(name), ast.StringTerm(value))
	}
	return ast.NewTerm(object)
}

func (d *Document) time() time.Time {
	number, ok := fieldOf(d.object, "time").(ast.Number)
	if !ok {
		return time.Time{}
	}
	n, ok := number.Int64()
	if !ok {
		return time.Time{}
	}
	return time.Unix(0, n)
}
