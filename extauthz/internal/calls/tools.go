// Package calls finds what the body of a request calls: tools and methods of JSON-RPC, and models of LLM APIs. It knows
// nothing of who may call them.
package calls

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/extauthz/internal/content"
)

// Error is what is wrong with a body, for clients.
type Error string

// Error is the text.
func (e Error) Error() string { return string(e) }

// Tools are the calls of a JSON-RPC body.
type Tools struct {
	// Methods and Names are in order, without repetition; Names are those of tools/call.
	Methods, Names []string
	Calls          []Call
}

// Call is one of them.
type Call struct {
	Method, Name string
	// Arguments are those of a tool, the params of another method; nil without any.
	Arguments any
}

// maxBatch bounds the messages of a batch, and maxMethod names of methods and tools in bytes.
const (
	maxBatch  = 256
	maxMethod = 256
)

// toolCall is MCP's method to call a tool.
const toolCall = "tools/call"

// Parse reads the calls of a JSON-RPC 2.0 message or batch. Answers of the client to the server's own requests are no calls.
// Errors are for clients.
func Parse(body *content.Body) (*Tools, error) {
	tools := &Tools{}
	if !body.Read || body.Form != nil {
		return tools, nil
	}
	messages, isBatch := body.JSON.([]any)
	switch {
	case !isBatch:
		messages = []any{body.JSON}
	case len(messages) == 0 || len(messages) > maxBatch:
		return nil, Error("is not a batch of 1 to 256 messages")
	}
	for _, m := range messages {
		message, ok := m.(map[string]any)
		if !ok {
			return nil, errMessage
		}
		if err := tools.add(message); err != nil {
			return nil, err
		}
	}
	return tools, nil
}

const errMessage = Error("is not a JSON-RPC 2.0 message")

// exact reports whether no key is one of names in another case: to servers that do not look at case it would be that.
func exact(object map[string]any, names ...string) bool {
	for key := range object {
		if !slices.Contains(names, key) && fold(key, names...) {
			return false
		}
	}
	return true
}

func (t *Tools) add(message map[string]any) error {
	if message["jsonrpc"] != "2.0" || !exact(message, "jsonrpc", "method", "params", "id", "result", "error") {
		return errMessage
	}
	method, isCall := message["method"]
	_, isResult := message["result"]
	_, isError := message["error"]
	if !isCall {
		if isResult == isError {
			return errMessage
		}
		return nil
	}
	call := Call{Arguments: message["params"]}
	var ok bool
	if call.Method, ok = method.(string); !ok || isResult || isError || !isName(call.Method) {
		return errMessage
	}
	if call.Method == toolCall {
		params, ok := call.Arguments.(map[string]any)
		if !ok || !exact(params, "name", "arguments") {
			return Error("calls a tool without naming it")
		}
		if call.Name, ok = params["name"].(string); !ok || !isName(call.Name) {
			return Error("calls a tool without naming it")
		}
		call.Arguments = params["arguments"]
		t.Names = once(t.Names, call.Name)
	}
	t.Methods = once(t.Methods, call.Method)
	t.Calls = append(t.Calls, call)
	return nil
}

// isName refuses what a log or another reader could take for another name.
func isName(s string) bool {
	return s != "" && len(s) <= maxMethod && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// Value is the calls as policies see them.
func (t *Tools) Value() (ast.Value, error) {
	terms := make([]*ast.Term, len(t.Calls))
	for i, call := range t.Calls {
		arguments, err := ast.InterfaceToValue(call.Arguments)
		if err != nil {
			return nil, err
		}
		terms[i] = ast.ObjectTerm(
			ast.Item(ast.StringTerm("method"), ast.StringTerm(call.Method)),
			ast.Item(ast.StringTerm("name"), ast.StringTerm(call.Name)),
			ast.Item(ast.StringTerm("arguments"), ast.NewTerm(arguments)),
		)
	}
	return ast.NewArray(terms...), nil
}
