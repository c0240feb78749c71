package decision_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// post is a request with a body.
func post(route, path, contentType, body string) *request.Request {
	r := ask("POST", route, path)
	sends(r, 100_000)
	r.Body, r.BodyRead, r.Size = body, body != "", int64(len(body))
	r.Headers = append(r.Headers, policy.Header{Name: "content-type", Value: contentType})
	return r
}

// sends is what Envoy is told of a route whose bodies are read.
func sends(r *request.Request, limit int) {
	r.Extensions = append(r.Extensions[:2:2], request.Extension{Name: "body", Value: strconv.Itoa(limit)})
}

// get is a request without a body for such a route.
func get(route, path string) *request.Request {
	r := ask("GET", route, path)
	sends(r, 100_000)
	return r
}

// lab is acme with tools, models and rules for input.
func lab() *plane.Tenant {
	t := acme()
	write := []string{"read", "write"}
	t.Spec.Roles = map[string]tenant.Role{
		"analyst": {Permissions: write, Tools: []string{"search_*", "weather"}},
		"author":  {Permissions: write, Models: []string{"gpt-4o-mini", "claude-*", "arn:aws:bedrock:*"}},
		"clerk":   {Permissions: write},
	}
	t.Spec.Routes = append(t.Spec.Routes,
		tenant.Route{Name: "mcp", Protocol: tenant.ProtocolMCP, ToolArguments: map[string]map[string]any{
			"search_orders": {"type": "object", "required": []any{"q"}, "properties": map[string]any{"q": map[string]any{"type": "string", "maxLength": 5}}},
		}},
		tenant.Route{Name: "openai", Protocol: tenant.ProtocolOpenAI},
		tenant.Route{Name: "bedrock", Protocol: tenant.ProtocolBedrock},
		tenant.Route{Name: "notes", Validate: &tenant.Validate{
			MaxBody: 60, BodyRequired: true, Fields: map[string]tenant.Field{"text": {Required: true, MaxLength: 10}},
			Query: map[string]tenant.Field{"page": {Type: "integer"}},
		}},
		tenant.Route{Name: "form", Validate: &tenant.Validate{
			ContentTypes: []string{"application/x-www-form-urlencoded"}, Fields: map[string]tenant.Field{"to": {Format: "e164"}},
		}},
		tenant.Route{Name: "raw", ReadBody: true},
	)
	return defaulted(t)
}

const toolCall = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"NAME","arguments":{"q":"x"}}}`

func tool(name string) string { return strings.ReplaceAll(toolCall, "NAME", name) }

func TestBodiesAreJudgedByTheirRoute(t *testing.T) {
	t.Parallel()
	state := build(t, nil, lab())
	const form = "application/x-www-form-urlencoded"
	analyst, author, clerk := principal("acme", "ann", "analyst"), principal("acme", "bo", "author"), principal("acme", "cy", "clerk")
	for name, test := range map[string]struct {
		who     who
		request *request.Request
		want    reason.Reason
		message string
	}{
		"a listed tool":                {analyst, post("mcp", "/mcp", jsonType, tool("search_orders")), reason.Allowed, ""},
		"a tool that nobody lists":     {analyst, post("mcp", "/mcp", jsonType, tool("drop")), reason.ToolNotAllowed, ""},
		"a role without tools":         {clerk, post("mcp", "/mcp", jsonType, tool("weather")), reason.ToolNotAllowed, ""},
		"an admin calls anything":      {principal("acme", "ada", "admin"), post("mcp", "/mcp", jsonType, tool("drop")), reason.Allowed, ""},
		"a batch of allowed calls":     {analyst, post("mcp", "/mcp", jsonType, "["+tool("search_orders")+","+tool("weather")+"]"), reason.Allowed, ""},
		"a batch with a denied one":    {analyst, post("mcp", "/mcp", jsonType, "["+tool("weather")+","+tool("drop")+"]"), reason.ToolNotAllowed, ""},
		"a session begins":             {clerk, post("mcp", "/mcp", jsonType, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`), reason.Allowed, ""},
		"a method that is not listed":  {analyst, post("mcp", "/mcp", jsonType, `{"jsonrpc":"2.0","id":1,"method":"resources/read"}`), reason.ToolNotAllowed, ""},
		"a key twice":                  {analyst, post("mcp", "/mcp", jsonType, `{"jsonrpc":"2.0","method":"ping","method":"tools/call"}`), reason.InputInvalid, "the body has an object with the same key twice"},
		"no JSON":                      {analyst, post("mcp", "/mcp", "text/plain", tool("weather")), reason.UnsupportedMediaType, "the content type is not supported"},
		"arguments against the schema": {analyst, post("mcp", "/mcp", jsonType, strings.ReplaceAll(tool("search_orders"), `"x"`, `"hunter22"`)), reason.InputInvalid, "arguments of search_orders: q has more than 5 characters"},
		"no arguments":                 {analyst, post("mcp", "/mcp", jsonType, `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"search_orders"}}`), reason.InputInvalid, "arguments of search_orders: the body lacks q"},

		"a listed model":              {author, post("openai", "/v1/chat/completions", jsonType, `{"model":"gpt-4o-mini"}`), reason.Allowed, ""},
		"a model beginning with it":   {author, post("openai", "/v1/chat/completions", jsonType, `{"model":"gpt-4o-mini-2"}`), reason.ModelNotAllowed, ""},
		"a model in another case":     {author, post("openai", "/v1/chat/completions", jsonType, `{"model":"GPT-4o-mini"}`), reason.ModelNotAllowed, ""},
		"a fallback":                  {author, post("openai", "/v1/chat/completions", jsonType, `{"model":"gpt-4o-mini","models":["o3"]}`), reason.ModelNotAllowed, ""},
		"no model":                    {author, post("openai", "/v1/chat/completions", jsonType, `{}`), reason.InputInvalid, "the request names no model"},
		"two spellings of model":      {author, post("openai", "/v1/chat/completions", jsonType, `{"model":"gpt-4o-mini","Model":"o3"}`), reason.InputInvalid, "the request names a model in a way that is not clear"},
		"models are listed":           {author, get("openai", "/v1/models"), reason.Allowed, ""},
		"a model in the query":        {author, get("openai", "/v1/realtime?model=o3"), reason.ModelNotAllowed, ""},
		"a model in the path":         {author, post("bedrock", "/model/claude-3:0/converse", jsonType, `{}`), reason.Allowed, ""},
		"an escaped model":            {author, post("bedrock", "/model/arn%3Aaws%3Abedrock%3Ax/converse", jsonType, `{}`), reason.Allowed, ""},
		"another model in the path":   {author, post("bedrock", "/model/titan/converse", jsonType, `{}`), reason.ModelNotAllowed, ""},
		"another one in the body too": {author, post("bedrock", "/model/claude-3:0/converse", jsonType, `{"model":"titan"}`), reason.ModelNotAllowed, ""},

		"a note":                     {clerk, post("notes", "/notes", jsonType, `{"text":"hello"}`), reason.Allowed, ""},
		"a long note":                {clerk, post("notes", "/notes", jsonType, `{"text":"hunter2 hunter2"}`), reason.InputInvalid, "text has more than 10 characters"},
		"a bad parameter":            {clerk, post("notes", "/notes?page=hunter2", jsonType, `{"text":"hello"}`), reason.InputInvalid, "page must be an integer"},
		"no body":                    {clerk, post("notes", "/notes", jsonType, ``), reason.InputInvalid, "the body is required"},
		"a large body":               {clerk, post("notes", "/notes", jsonType, `{"text":"x","more":"`+strings.Repeat("x", 60)+`"}`), reason.PayloadTooLarge, ""},
		"another type":               {clerk, post("notes", "/notes", "application/xml", `<a/>`), reason.UnsupportedMediaType, "the content type is not supported"},
		"a type of JSON":             {clerk, post("notes", "/notes", "application/vnd.acme+json; charset=utf-8", `{"text":"a"}`), reason.Allowed, ""},
		"another charset":            {clerk, post("notes", "/notes", "application/json; charset=utf-16", `{"text":"a"}`), reason.UnsupportedMediaType, "the content type is not supported"},
		"two types":                  {clerk, post("notes", "/notes", "application/json, text/plain", `{"text":"a"}`), reason.UnsupportedMediaType, "the content type is not supported"},
		"a form":                     {clerk, post("form", "/form", form, "to=%2B14155550100"), reason.Allowed, ""},
		"a bad form":                 {clerk, post("form", "/form", form, "to=hunter2"), reason.InputInvalid, "to is not a telephone number with + and country code"},
		"JSON for a form":            {clerk, post("form", "/form", jsonType, `{"to":"x"}`), reason.UnsupportedMediaType, "the content type is not supported"},
		"who may not learns nothing": {principal("acme", "vera", "viewer"), post("notes", "/notes", jsonType, `{"text":"hunter2 hunter2"}`), reason.PermissionDenied, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quotas := admitting()
			out := decider(test.who, quotas).Decide(t.Context(), state, test.request)
			if out.Reason != test.want || out.Decision.Message != test.message {
				t.Errorf("%s %q, want %s %q (%v)", out.Reason, out.Decision.Message, test.want, test.message, out.Err)
			}
			if out.Reason != reason.Allowed && quotas.calls > 0 {
				t.Error("a denied request was charged")
			}
		})
	}
}

const jsonType = "application/json"

// A body that came in part, packed or not at all is never taken for the whole or for none.
func TestABodyThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	state := build(t, nil, lab())
	for name, test := range map[string]struct {
		change func(*request.Request)
		want   reason.Reason
	}{
		"whole":          {func(*request.Request) {}, reason.Allowed},
		"cut":            {func(r *request.Request) { r.BodyTruncated = true }, reason.PayloadTooLarge},
		"cut to nothing": {func(r *request.Request) { r.BodyTruncated, r.Body = true, "" }, reason.PayloadTooLarge},
		"not sent":       {func(r *request.Request) { r.Body = "" }, reason.BodyUnavailable},
		"a gRPC call":    {func(r *request.Request) { r.Body, r.Size, r.Extensions = "", -1, r.Extensions[:2] }, reason.BodyUnavailable},
		"an upgrade": {func(r *request.Request) {
			r.Body, r.BodyRead, r.Size = "", false, -1
			r.Headers = append(r.Headers, policy.Header{Name: "upgrade", Value: "websocket"})
		}, reason.BodyUnavailable},
		"one byte more than may be": {func(r *request.Request) { sends(r, 10) }, reason.PayloadTooLarge},
		"packed": {func(r *request.Request) {
			r.Headers = append(r.Headers, policy.Header{Name: "content-encoding", Value: "gzip"})
		}, reason.UnsupportedMediaType},
		"declared large": {func(r *request.Request) { r.Size = 61 }, reason.PayloadTooLarge},
	} {
		r := post("notes", "/notes", jsonType, `{"text":"hello"}`)
		test.change(r)
		if out := decider(principal("acme", "cy", "clerk"), admitting()).Decide(t.Context(), state, r); out.Reason != test.want {
			t.Errorf("%s: %s, want %s", name, out.Reason, test.want)
		}
	}
}

func TestPoliciesReadTheBodyAndCalls(t *testing.T) {
	t.Parallel()
	l := lab()
	l.Modules = []plane.Module{{Path: "tenants/acme/x.rego", Source: `package tenant

deny contains "no secrets" if input.request.body.secret

deny contains "not for free" if {
	some call in input.tool.calls
	call.arguments.q == "gold"
}
`}}
	state := build(t, nil, l)
	for name, test := range map[string]struct {
		request *request.Request
		want    reason.Reason
	}{
		"a body":           {post("raw", "/x", jsonType, `{"secret":1}`), reason.PolicyDenied},
		"another body":     {post("raw", "/x", jsonType, `{"open":1}`), reason.Allowed},
		"a broken body":    {post("raw", "/x", jsonType, `{"secret":1`), reason.InputInvalid},
		"a key twice":      {post("raw", "/x", jsonType, `{"a":1,"a":2}`), reason.InputInvalid},
		"on any route":     {post("api", "/x", jsonType, `{"secret":1}`), reason.PolicyDenied},
		"a call":           {post("mcp", "/x", jsonType, strings.ReplaceAll(tool("weather"), `"x"`, `"gold"`)), reason.PolicyDenied},
		"another call":     {post("mcp", "/x", jsonType, tool("weather")), reason.Allowed},
		"no body":          {ask("GET", "api", "/x"), reason.Allowed},
		"what is not text": {post("api", "/x", "application/octet-stream", "\x00"), reason.Allowed},
	} {
		if out := decider(principal("acme", "ada", "admin"), admitting()).Decide(t.Context(), state, test.request); out.Reason != test.want {
			t.Errorf("%s: %s, want %s (%v)", name, out.Reason, test.want, out.Err)
		}
	}
}

// The record of a request has what it called, and nothing of its body.
func TestRecordsHoldCallsAndNoBodies(t *testing.T) {
	t.Parallel()
	state := build(t, nil, lab())
	out := decider(principal("acme", "ann", "analyst"), admitting()).Decide(t.Context(), state, post("mcp", "/mcp", jsonType, strings.ReplaceAll(tool("weather"), `"x"`, `"hunter2"`)))
	document, err := out.Input().Document()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.MarshalJSON()
	if err != nil || !strings.Contains(string(text), `"names":["weather"]`) || strings.Contains(string(text), "hunter2") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestABadSchemaIsAProblemOfItsTenant(t *testing.T) {
	t.Parallel()
	l := lab()
	l.Spec.Routes[3].ToolArguments["search_orders"] = map[string]any{"$ref": "https://example.com/x.json"}
	var b decision.Builder
	_, problems := b.Apply(decision.Change{Platform: &plane.Platform{}, Tenants: []*plane.Tenant{l}})
	if len(problems) != 1 || !strings.Contains(problems[0].String(), "references lead into the schema itself only") {
		t.Error(problems)
	}
}
