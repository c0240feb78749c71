package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// lab is quickstart's acme with routes for resources, tools, models and validated input.
func lab(t *testing.T) *gateway {
	t.Helper()
	dir := quickstart(t)
	g := &gateway{dir: dir}
	g.edit(t, "tenants/acme.yaml", "  scan_policy: guarded\n", `  scan_policy: guarded
  roles:
    customer:
      permissions: ["orders:read:own"]
    author:
      permissions: [read, write]
      tools: ["search_*"]
      models: ["gpt-4o-mini", "arn:aws:bedrock:*", "claude-*"]
`)
	g.edit(t, "tenants/acme.yaml", "    - name: api\n", `    - name: orders
      match: {prefix: /users}
      upstream: echo
      params: /users/{user}/orders
      resource: orders
      owner: {param: user}
    - name: mcp
      match: {path: /mcp}
      upstream: echo
      protocol: mcp
    - name: llm
      match: {prefix: /v1}
      upstream: echo
      protocol: openai
    - name: bedrock
      match: {prefix: /model}
      upstream: echo
      protocol: bedrock
    - name: notes
      match: {path: /notes}
      upstream: echo
      validate:
        max_body: 100
        fields:
          text: {required: true, max_length: 10}
    - name: office
      match: {prefix: /office}
      upstream: echo
      scan_policy: watchful
      conditions: {deny_ips: ["127.0.0.0/8"]}
    - name: api
`)
	g.write(t, "policies/edge.rego", `package platform.edge

deny if input.request.segments[0] == "hidden"

status := 404

remove_headers := {"X-Debug"}

scan.mode := "off" if input.request.segments[0] == "raw"

scan.policy := "watchful" if input.request.segments[0] == "watched"
`)
	return up(t, dir)
}

func message(t *testing.T, a answer) string {
	t.Helper()
	var body errorBody
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("%q: %v", a.body, err)
	}
	return body.Error.Message
}

// TestAuthorization asks a real Envoy, which decides which requests come with their bodies.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	g := lab(t)
	const host, toJSON = "acme.localhost", "application/json"
	vera, author, viewer := g.token(t, "acme", "vera", "customer"), g.token(t, "acme", "ann", "author"), g.token(t, "acme", "vic", "viewer")
	post := func(path, token, body string) request {
		return request{method: "POST", host: host, path: path, token: token, contentType: toJSON, body: body}
	}
	call := func(name string) string {
		return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + name + `"}}`
	}
	for name, test := range map[string]struct {
		request request
		status  int
		message string
	}{
		"its own orders":               {request{host: host, path: "/users/vera/orders", token: vera}, 200, ""},
		"another's orders":             {request{host: host, path: "/users/walt/orders", token: vera}, 403, "the role does not allow this action"},
		"a listed tool":                {post("/mcp", author, call("search_orders")), 200, ""},
		"a tool that is not":           {post("/mcp", author, call("drop")), 403, "the role does not allow this tool"},
		"a batch with one that is not": {post("/mcp", author, "["+call("search_orders")+","+call("drop")+"]"), 403, "the role does not allow this tool"},
		"a listed model":               {post("/v1/chat/completions", author, `{"model":"gpt-4o-mini"}`), 200, ""},
		"a model that is not":          {post("/v1/chat/completions", author, `{"model":"gpt-4o"}`), 403, "the role does not allow this model"},
		"a key twice":                  {post("/v1/chat/completions", author, `{"model":"gpt-4o-mini","model":"gpt-4o"}`), 400, "the body has an object with the same key twice"},
		"a model in the path":          {post("/model/claude-3:0/converse", author, `{}`), 200, ""},
		"another model in the path":    {post("/model/titan/converse", author, `{}`), 403, "the role does not allow this model"},
		"an ARN":                       {post("/model/arn%3Aaws%3Abedrock%3Ax/converse", author, `{}`), 200, ""},
		"another ARN":                  {post("/model/arn%3Aaws%3Asagemaker%3Ax/converse", author, `{}`), 403, "the role does not allow this model"},
		"a slash that is hidden twice": {post("/model/arn:aws:bedrock:x%252Fy/converse", author, `{}`), 400, "the path is ambiguous or badly encoded"},
		"a note":                       {post("/notes", author, `{"text":"héllo"}`), 200, ""},
		"a note that is too long":      {post("/notes", author, `{"text":"hunter2 hunter2"}`), 400, "text has more than 10 characters"},
		"a body that is too long":      {post("/notes", author, `{"text":"a","more":"`+strings.Repeat("x", 100)+`"}`), 413, "the body is too large"},
		"a body just short enough":     {post("/notes", author, `{"text":"a","more":"`+strings.Repeat("x", 100-22)+`"}`), 200, ""},
		"another content type":         {request{method: "POST", host: host, path: "/notes", token: author, contentType: "text/plain", body: "x"}, 415, "the content type is not supported"},
		"who may not learns nothing":   {post("/notes", viewer, `{}`), 403, "the role does not allow this action"},
		"a denied address":             {request{host: host, path: "/office", token: viewer}, 403, "access from this address is not allowed"},
		"another route's body":         {post("/echo", author, `{"text":"hunter2 hunter2 `+strings.Repeat("x", 200)+`"}`), 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := g.send(t, test.request)
			if a.status != test.status || test.status != 200 && message(t, a) != test.message {
				t.Errorf("%d %s, want %d %s", a.status, a.body, test.status, test.message)
			}
			if test.status == 200 && test.request.body != "" && !strings.Contains(a.body, "x") && a.body == "" {
				t.Errorf("the upstream's answer is empty")
			}
		})
	}
	t.Run("an ARN with a slash", func(t *testing.T) {
		for _, arn := range []string{"arn:aws:bedrock:us-east-1::foundation-model%2Fa.b", "arn:aws:bedrock:x%2ftitan", `arn:aws:bedrock:x%5Ctitan`} {
			if a := g.send(t, post("/model/"+arn+"/converse", author, `{}`)); a.status != 400 {
				t.Errorf("%s: %d %s", arn, a.status, a.body)
			}
		}
	})
	t.Run("what the platform hides", func(t *testing.T) {
		a := g.send(t, request{host: host, path: "/hidden", token: author})
		checkError(t, a, 404, "NOT_FOUND")
		if message(t, a) != "not found" {
			t.Error(a.body)
		}
	})
	t.Run("a header that the platform takes away", func(t *testing.T) {
		a := g.send(t, request{host: host, path: "/", token: author, headers: map[string]string{"x-debug": "1", "x-other": "2"}})
		if e := checkEchoed(t, a); e.Headers["x-debug"] != "" || e.Headers["x-other"] != "2" {
			t.Errorf("the upstream saw %v", e.Headers)
		}
	})
	t.Run("what the platform scans in another way", func(t *testing.T) {
		for _, path := range []string{"/raw", "/watched"} {
			if a := g.send(t, post(path, author, attackJSON)); a.status != 200 {
				t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		}
		checkError(t, g.send(t, post("/echo", author, attackJSON)), 403, "CONTENT_BLOCKED")
	})
	t.Run("a body in chunks", func(t *testing.T) {
		head := "POST /notes HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + author + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
		chunk := func(s string) string { return "f\r\n" + s + "\r\n" }
		a := g.expectRaw(t, head+"\r\n"+chunk(`{"text":"0123456`[:15])+"7\r\n6789x\"}\r\n0\r\n\r\n", 400)
		if message(t, a) != "text has more than 10 characters" {
			t.Error(a.body)
		}
	})
}
