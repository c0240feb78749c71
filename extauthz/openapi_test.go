package extauthz_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/meshwarden/meshwarden/docs/openapi"
	"github.com/meshwarden/meshwarden/extauthz"
)

// description is docs/openapi/admin.yaml with its schemas compiled.
type description struct {
	document struct {
		Paths map[string]map[string]json.RawMessage
	}
	compiler *jsonschema.Compiler
	mu       sync.Mutex
}

// operation is one of its operations. Answers without a content have none.
type operation struct {
	RequestBody *struct{ Content map[string]json.RawMessage }
	Responses   map[string]struct {
		Ref     string `json:"$ref"`
		Content map[string]json.RawMessage
	}
}

const described = "http://description/admin.json"

var adminDescription = sync.OnceValues(func() (*description, error) {
	raw, err := openapi.Admin()
	if err != nil {
		return nil, err
	}
	d := &description{compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	if err := json.Unmarshal(raw, &d.document); err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return d, d.compiler.AddResource(described, document)
})

// find returns the operation of a request and its place in the document, with the one path template that fits best.
func (d *description) find(t testing.TB, method, path string) (op operation, template string) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	for candidate := range d.document.Paths {
		if fits(candidate, path) && (template == "" || !strings.Contains(candidate, "{")) {
			template = candidate
		}
	}
	raw, ok := d.document.Paths[template][strings.ToLower(method)]
	if !ok {
		t.Fatalf("%s %s is not described", method, path)
	}
	if err := json.Unmarshal(raw, &op); err != nil {
		t.Fatal(err)
	}
	return op, template
}

func fits(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

// schema compiles the one at a place of the document.
func (d *description) schema(t testing.TB, tokens ...string) *jsonschema.Schema {
	t.Helper()
	pointer := described + "#"
	for _, token := range tokens {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(token)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	schema, err := d.compiler.Compile(pointer)
	if err != nil {
		t.Fatalf("%s: %v", pointer, err)
	}
	return schema
}

// check compares one exchange with the description: its status is described for the operation, its answer fits, and so does
// a request that was taken.
func (d *description) check(t testing.TB, method, path, request string, status int, answer string) {
	t.Helper()
	op, template := d.find(t, method, path)
	place := []string{"paths", template, strings.ToLower(method)}
	if request != "" && status < http.StatusBadRequest {
		if err := d.schema(t, append(place, "requestBody", "content", "application/json", "schema")...).Validate(value(t, request)); err != nil {
			t.Errorf("%s %s: the request does not fit: %v\n%s", method, path, err, request)
		}
	}
	code := strconv.Itoa(status)
	response, ok := op.Responses[code]
	if !ok && status >= http.StatusBadRequest {
		code = "default"
		response, ok = op.Responses[code]
	}
	if !ok {
		t.Errorf("%s %s: %d is not described", method, path, status)
		return
	}
	place = append(place, "responses", code)
	if response.Ref != "" {
		place = strings.Split(strings.TrimPrefix(response.Ref, "#/"), "/")
	} else if response.Content == nil {
		if answer != "" {
			t.Errorf("%s %s: %d has an answer that is not described: %s", method, path, status, answer)
		}
		return
	}
	if ok && response.Ref == "" && response.Content == nil {
		if answer != "" {
			t.Errorf("%s %s: %d has no content, not %s", method, path, status, answer)
		}
		return
	}
	if err := d.schema(t, append(place, "content", "application/json", "schema")...).Validate(value(t, answer)); err != nil {
		t.Errorf("%s %s: the answer %d does not fit: %v\n%s", method, path, status, err, answer)
	}
}

func value(t testing.TB, text string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

// Every reference within the description leads somewhere.
func TestTheDescriptionsReferencesLeadSomewhere(t *testing.T) {
	t.Parallel()
	raw, err := openapi.Admin()
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				walk(child)
			}
		case map[string]any:
			if ref, ok := node["$ref"].(string); ok {
				place := document
				for token := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
					object, _ := place.(map[string]any)
					place = object[token]
				}
				if place == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, child := range node {
				walk(child)
			}
		}
	}
	walk(document)
}

// Every mounted route is described, and nothing else is.
func TestTheAdminAPIsRoutesAreThoseOfItsDescription(t *testing.T) {
	t.Parallel()
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), StateDir: t.TempDir(), AdminAPI: "127.0.0.1:0", AdminTokens: writeTokens(t)})
	status, body := s.admin("GET", "/v1/openapi.json", "")
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(body), &document); err != nil || status != 200 || document.OpenAPI != "3.1.0" {
		t.Fatalf("%d %.100s: %v", status, body, err)
	}
	operations := map[string]bool{}
	for path, methods := range document.Paths {
		for method := range methods {
			if method != "parameters" {
				operations[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	for _, pattern := range s.authz.AdminRoutes() {
		if !operations[pattern] {
			t.Errorf("%s is mounted and not described", pattern)
		}
		delete(operations, pattern)
	}
	for pattern := range operations {
		t.Errorf("%s is described and not mounted", pattern)
	}
}
