package scan_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// tree is a JSON value in memory, its members in order and repeated ones kept.
type tree struct {
	kind    byte // { [ or " for a string, 0 for others
	keys    []string
	members []*tree
	text    string
}

func readTree(t *testing.T, d *json.Decoder) *tree {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	n := new(tree)
	switch v := token.(type) {
	case json.Delim:
		n.kind = byte(v)
		for d.More() {
			if v == '{' {
				key, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				n.keys = append(n.keys, key.(string))
			}
			n.members = append(n.members, readTree(t, d))
		}
		if _, err = d.Token(); err != nil {
			t.Fatal(err)
		}
	case string:
		n.kind, n.text = '"', v
	}
	return n
}

func (n *tree) key(i int) string {
	if n.kind == '{' {
		return n.keys[i]
	}
	return ""
}

// strings are the values of an object's members of one name.
func (n *tree) strings(key string) (values []string) {
	for i, m := range n.members {
		if n.key(i) == key && m.kind == '"' {
			values = append(values, m.text)
		}
	}
	return values
}

// slowReader has all of a body in memory, so that it knows what an object is before it reads its texts.
type slowReader struct{ roles []string }

// slowRoles returns the roles of the attacks in a JSON body in order.
func slowRoles(t *testing.T, body string) []string {
	t.Helper()
	var r slowReader
	r.root(readTree(t, json.NewDecoder(strings.NewReader(body))))
	return r.roles
}

// all gives everything in n a role.
func (r *slowReader) all(n *tree, role string) {
	if n.kind == '"' && strings.Contains(n.text, attack) {
		r.roles = append(r.roles, role)
	}
	for _, m := range n.members {
		r.all(m, role)
	}
}

// named is the role that an object's strings name; known, that they say it belongs to a conversation.
func named(n *tree) (role string, known bool) {
	names := map[string]string{
		"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "model": "assistant",
		"tool": "tool_result", "function": "tool_result",
	}
	var all []string
	for _, value := range slices.Concat(n.strings("role"), n.strings("Role")) {
		role, ok := names[value]
		all = append(all, role)
		known = known || ok
	}
	for _, value := range n.strings("type") {
		if strings.HasSuffix(value, "_call_output") {
			all, known = append(all, "tool_result"), true
		}
		known = known || strings.HasSuffix(value, "_call")
	}
	slices.Sort(all)
	all = slices.Compact(all)
	switch {
	case slices.Contains(all, "tool_result"):
		return "tool_result", true
	case len(all) == 1:
		return all[0], known
	}
	return "", known
}

// messages are the lists and members of a root that hold messages, and those whose messages are the assistant's.
var (
	messages = map[string]bool{"messages": true, "input": true, "contents": true}
	replies  = map[string]bool{"output": true}
)

// conversational reports whether a root is part of a conversation.
func conversational(n *tree) bool {
	if _, known := named(&tree{kind: '{', keys: n.keys, members: untyped(n)}); known || len(n.strings("model")) > 0 || len(n.strings("jsonrpc")) > 0 {
		return true
	}
	for i, m := range n.members {
		for _, item := range m.members {
			if _, known := named(item); (messages[n.key(i)] || replies[n.key(i)]) && m.kind == '[' && item.kind == '{' && known {
				return true
			}
		}
	}
	return false
}

// untyped are an object's members without their types, which only items have.
func untyped(n *tree) (members []*tree) {
	for i, m := range n.members {
		if n.key(i) == "type" {
			m = new(tree)
		}
		members = append(members, m)
	}
	return members
}

func (r *slowReader) root(n *tree) {
	if n.kind == '[' {
		for _, m := range n.members {
			r.root(m)
		}
		return
	}
	known := conversational(n)
	or := func(role string) string {
		if known {
			return role
		}
		return ""
	}
	for i, m := range n.members {
		switch key := n.key(i); {
		case key == "systemInstruction":
			r.all(m, "system")
		case key == "system", key == "instructions" && m.kind == '"':
			r.all(m, or("system"))
		case key == "tools" && m.kind != '"':
			r.all(m, or("tool_description"))
		case key == "input" && m.kind == '"':
			r.all(m, or("user"))
		case (messages[key] || replies[key]) && m.kind == '[':
			for _, item := range m.members {
				r.message(item, replies[key])
			}
		case key == "result" && m.kind == '{':
			r.result(m, or)
		case key == "params" && m.kind == '{':
			for j, p := range m.members {
				if m.key(j) == "arguments" && p.kind != '"' {
					r.all(p, or("tool_call"))
				} else {
					r.all(p, "")
				}
			}
		default:
			r.all(m, "")
		}
	}
}

func (r *slowReader) result(n *tree, or func(string) string) {
	for i, m := range n.members {
		switch key := n.key(i); {
		case key == "structuredContent" && m.kind != '"':
			r.all(m, "tool_result")
		case key == "content" && m.kind != '"':
			r.all(m, or("tool_result"))
		case key == "tools" && m.kind != '"':
			r.all(m, or("tool_description"))
		default:
			r.all(m, "")
		}
	}
}

func (r *slowReader) message(n *tree, reply bool) {
	if n.kind != '{' {
		r.all(n, "")
		return
	}
	said, known := named(n)
	if reply && len(n.strings("role"))+len(n.strings("Role")) == 0 && said == "" {
		said, known = "assistant", true
	}
	or := func(role string) string {
		switch {
		case !known:
			return ""
		case said == "tool_result" || role == "":
			return said
		}
		return role
	}
	for i, m := range n.members {
		switch key := n.key(i); {
		case key == "content" || key == "parts":
			r.block(m, or)
		case key == "output":
			r.all(m, or("tool_result"))
		case key == "tool_calls" && m.kind != '"', (key == "arguments" || key == "input") && m.kind == '"':
			r.all(m, or("tool_call"))
		case m.kind == '"':
			r.all(m, or(""))
		default:
			r.all(m, "")
		}
	}
}

// block is a message's content or a part of it.
func (r *slowReader) block(n *tree, or func(string) string) {
	if n.kind == '"' {
		r.all(n, or(""))
	}
	for i, m := range n.members {
		switch key := n.key(i); {
		case key == "functionResponse" && m.kind != '"':
			r.all(m, "tool_result")
		case key == "functionCall" && m.kind != '"':
			r.all(m, "tool_call")
		case key == "content", (key == "source" || key == "resource") && m.kind != '"':
			r.all(m, or("tool_result"))
		case key == "input":
			r.all(m, or("tool_call"))
		default:
			r.block(m, or)
		}
	}
}

// writer makes random conversations.
type writer struct{ *rand.Rand }

func (w writer) one(of ...string) string { return of[w.IntN(len(of))] }

// object is one with its members in any order, some left out, some repeated.
func (w writer) object(members ...string) string {
	var chosen []string
	for _, m := range members {
		for n := w.IntN(8); n > 0; n /= 7 {
			chosen = append(chosen, m)
		}
	}
	w.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return w.space() + "{" + w.space() + strings.Join(chosen, ",") + w.space() + "}"
}

func (w writer) list(item func() string) string {
	items := make([]string, w.IntN(4))
	for i := range items {
		items[i] = item()
	}
	return "[" + strings.Join(items, ",") + w.space() + "]"
}

func (w writer) space() string { return w.one("", "", "", " ", "\n\t") }

// field is a member, its name sometimes with an escape.
func (w writer) field(name, value string) string {
	if w.IntN(6) == 0 {
		const digits = "0123456789abcdef"
		i := w.IntN(len(name))
		name = name[:i] + `\u00` + string(digits[name[i]>>4]) + string(digits[name[i]&15]) + name[i+1:]
	}
	return `"` + name + `"` + w.space() + ":" + w.space() + value
}

func (w writer) text() string {
	return w.one(`"Hello"`, `"a `+attack+`"`, `"b `+attack+`"`, "17", "null")
}

func (w writer) role() string {
	name := w.one("role", "role", "role", "Role")
	return w.field(name, w.one(`"system"`, `"user"`, `"assistant"`, `"tool"`, `"developer"`, `"model"`, `"function"`, `"admin"`, `"us\u0065r"`, "null"))
}

func (w writer) anything() string {
	return w.one(w.text(), "{"+w.field("a", w.text())+"}", "["+w.text()+","+w.text()+"]", "{"+w.field("role", `"tool"`)+","+w.field("b", "["+w.text()+"]")+"}")
}

func (w writer) block() string {
	return w.object(
		w.field("type", w.one(`"text"`, `"tool_result"`)), w.field("text", w.text()), w.field("content", w.anything()), w.field("input", w.anything()),
		w.field(w.one("functionCall", "functionResponse", "source", "resource", "x"), w.anything()),
	)
}

func (w writer) message() string {
	if w.IntN(20) == 0 {
		return w.text()
	}
	content := w.text()
	switch w.IntN(3) {
	case 0:
		content = w.block()
	case 1:
		content = w.list(func() string { return w.one(w.block(), w.text()) })
	}
	return w.object(
		w.role(), w.field(w.one("content", "parts"), content), w.field("name", w.text()), w.field("tool_calls", w.anything()),
		w.field("type", w.one(`"message"`, `"function_call"`, `"function_call_output"`)),
		w.field(w.one("arguments", "output", "input"), w.anything()), w.field("annotations", w.anything()),
	)
}

func randomBody(random *rand.Rand) string {
	w := writer{random}
	root := func() string {
		return w.object(
			w.field(w.one("messages", "input", "contents", "output", "x"), w.one(w.list(w.message), w.list(w.message), w.text(), "{"+w.field("a", w.text())+"}")),
			w.field(w.one("model", "jsonrpc", "id", "model", "y"), w.text()), w.field("system", w.anything()), w.field("tools", w.anything()),
			w.field(w.one("systemInstruction", "instructions"), w.text()), w.field("metadata", w.anything()),
			w.field("result", w.object(w.field("content", w.anything()), w.field("structuredContent", w.anything()), w.field("tools", w.anything()))),
			w.field("params", w.object(w.field("arguments", w.anything()), w.field("name", w.text()))),
		)
	}
	if w.IntN(10) == 0 {
		return w.list(root)
	}
	return root()
}
