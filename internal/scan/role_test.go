package scan_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// attack is found wherever it stands.
const attack = "1' UNION SELECT password FROM users--"

// said makes a text that holds an attack and says whose it is.
func said(role string) string { return "<" + role + "> " + attack }

// rolesOf returns the roles of the attacks in a body, in order.
func rolesOf(t *testing.T, body string) (roles []string) {
	t.Helper()
	for _, f := range judge(everything(), "application/json", []byte(body)).Findings {
		if f.Type == "sqli" {
			roles = append(roles, f.Role.String())
		}
	}
	return roles
}

// wanted are the roles that the texts of a body say they have.
func wanted(body string) (roles []string) {
	for _, text := range strings.Split(body, "<")[1:] {
		role, _, _ := strings.Cut(text, ">")
		roles = append(roles, role)
	}
	return roles
}

// In these bodies R(role) stands for a text of that role.
var conversations = map[string]string{
	"OpenAI chat completions": `{"model":"gpt-4o","messages":[
		{"role":"developer","content":R(system)},
		{"role":"user","content":[{"type":"text","text":R(user)},{"type":"image_url","image_url":{"url":R(user)}}],"name":R(user)},
		{"role":"assistant","content":R(assistant),"tool_calls":[{"id":"c1","type":"function","function":{"name":"q","arguments":R(tool_call)}}]},
		{"role":"tool","tool_call_id":"c1","content":R(tool_result)},
		{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":R(tool_result)}]},
		{"role":"function","name":"q","content":R(tool_result)},
		{"role":"assistant","function_call":{"name":"q","arguments":R(tool_call)}}],
		"tools":[{"type":"function","function":{"name":"q","description":R(tool_description),"parameters":{"properties":{"a":{"description":R(tool_description)}}}}}],
		"metadata":{"note":R()},"user":R()}`,
	"the role behind the content": `{"messages":[{"content":R(user),"role":"user"},{"content":[{"text":R(tool_result)}],"role":"tool"},{"content":R(system),"role":"system"}]}`,
	"a chat completion": `{"id":"x","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":R(assistant),
		"tool_calls":[{"function":{"arguments":R(tool_call)}}]},"finish_reason":"stop"}]}`,
	"a part of a streamed chat completion": `{"object":"chat.completion.chunk","choices":[{"delta":{"content":R(assistant)}}]}`,
	"OpenAI responses": `{"model":"gpt-5","instructions":R(system),"input":[
		{"role":"user","content":[{"type":"input_text","text":R(user)}]},
		{"type":"message","role":"assistant","content":[{"type":"output_text","text":R(assistant)}]},
		{"type":"function_call","call_id":"c1","name":"q","arguments":R(tool_call)},
		{"output":R(tool_result),"call_id":"c1","type":"function_call_output"},
		{"type":"function_call_output","output":[{"type":"input_text","text":R(tool_result)}]},
		{"type":"custom_tool_call","input":R(tool_call)},
		{"type":"file_search_call","results":[{"text":R(tool_result)}]}],
		"tools":[{"type":"function","description":R(tool_description)}]}`,
	"OpenAI responses, one text":    `{"input":R(user),"model":"gpt-5"}`,
	"an answer of OpenAI responses": `{"object":"response","model":"gpt-5","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":R(assistant)}]},{"type":"function_call","arguments":R(tool_call)},{"type":"mcp_call","arguments":R(tool_call),"output":R(tool_result)}]}`,
	"Anthropic messages": `{"max_tokens":9,"system":[{"type":"text","text":R(system)}],"messages":[
		{"role":"user","content":R(user)},
		{"role":"assistant","content":[{"type":"text","text":R(assistant)},{"type":"tool_use","id":"t","name":"q","input":{"query":R(tool_call),"deep":{"er":[R(tool_call)]}}}]},
		{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":R(tool_result)},{"content":[{"type":"text","text":R(tool_result)}],"type":"tool_result"},
			{"type":"document","source":{"type":"text","data":R(tool_result)}},{"type":"text","text":R(user)}]}],
		"model":"claude","tools":[{"name":"q","description":R(tool_description)}]}`,
	"Anthropic messages, system as text": `{"system":R(system),"messages":[{"role":"user","content":"Hello"}]}`,
	"an Anthropic message":               `{"content":[{"type":"text","text":R(assistant)},{"type":"tool_use","input":{"a":R(tool_call)}}],"role":"assistant","model":"claude","type":"message"}`,
	"a batch of Anthropic messages":      `{"requests":[{"custom_id":"1","params":{"system":R(system),"messages":[{"role":"user","content":R(user)}]}}]}`,
	"Gemini": `{"systemInstruction":{"parts":[{"text":R(system)}]},"contents":[
		{"role":"user","parts":[{"text":R(user)}]},
		{"parts":[{"functionCall":{"name":"q","args":{"a":R(tool_call)}}},{"text":R(assistant)}],"role":"model"},
		{"role":"user","parts":[{"functionResponse":{"name":"q","response":{"result":R(tool_result)}}}]},
		{"parts":[{"functionResponse":{"response":{"output":R(tool_result)}}}]},
		{"role":"function","parts":[{"functionResponse":{"response":{"output":R(tool_result)}}}]}],
		"tools":[{"functionDeclarations":[{"description":R(tool_description)}]}]}`,
	"an answer of Gemini":            `{"candidates":[{"content":{"parts":[{"text":R(assistant)},{"functionCall":{"args":{"a":R(tool_call)}}}],"role":"model"}}],"modelVersion":"2"}`,
	"Bedrock converse":               `{"system":[{"text":R(system)}],"messages":[{"role":"user","content":[{"text":R(user)},{"toolResult":{"content":[{"json":{"a":R(tool_result)}}]}}]}]}`,
	"an answer of Bedrock converse":  `{"output":{"message":{"role":"assistant","content":[{"text":R(assistant)},{"toolUse":{"input":{"a":R(tool_call)}}}]}}}`,
	"MCP tools/call":                 `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"q","arguments":{"query":R(tool_call),"list":[R(tool_call)]}}}`,
	"MCP tools/call, labelled last":  `{"params":{"arguments":{"query":R(tool_call)},"name":"q"},"method":"tools/call","jsonrpc":"2.0"}`,
	"an answer of MCP tools/call":    `{"id":1,"result":{"content":[{"type":"text","text":R(tool_result)},{"type":"resource","resource":{"text":R(tool_result)}}],"structuredContent":{"a":R(tool_result)}},"jsonrpc":"2.0"}`,
	"an answer of MCP tools/list":    `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"q","description":R(tool_description),"inputSchema":{"properties":{"a":{"description":R(tool_description)}}}}]}}`,
	"an answer of MCP prompts/get":   `{"jsonrpc":"2.0","result":{"messages":[{"role":"user","content":{"type":"text","text":R(user)}},{"content":{"type":"resource","resource":{"text":R(tool_result)}},"role":"user"}]}}`,
	"an answer of MCP initialize":    `{"jsonrpc":"2.0","result":{"instructions":R(tool_description),"serverInfo":{"name":R()}}}`,
	"MCP sampling":                   `{"jsonrpc":"2.0","method":"sampling/createMessage","params":{"systemPrompt":R(system),"messages":[{"role":"user","content":{"text":R(user)}}]}}`,
	"a batch of JSON-RPC":            `[{"jsonrpc":"2.0","method":"a","params":{"arguments":{"a":R(tool_call)}}},{"jsonrpc":"2.0","result":{"content":[{"text":R(tool_result)}]}}]`,
	"a line of an OpenAI batch":      `{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":R(user)}]}}`,
	"lines":                          "{\"messages\":[{\"role\":\"user\",\"content\":R(user)}]}\n{\"messages\":[{\"content\":R(tool_result),\"role\":\"tool\"}]}",
	"keys and roles with escapes":    `{"m\u0065ssages":[{"c\u006fntent":R(tool_result),"r\u006fle":"t\u006fol"},{"\u0072ole":"\u0075ser","content":R(user)}]}`,
	"a conversation inside a string": `{"Message":"{\"messages\":[{\"content\":R(tool_result),\"role\":\"tool\"},{\"role\":\"user\",\"content\":R(user)}]}"}`,

	"roles that contradict each other are none":          `{"messages":[{"role":"system","content":R(),"role":"user"},{"role":"user","Role":"system","content":R()}]}`,
	"a tool's result stays one":                          `{"messages":[{"role":"tool","content":R(tool_result),"role":"system"},{"role":"assistant","content":R(tool_result),"role":"tool"}]}`,
	"a tool's result says nothing of itself":             `{"messages":[{"role":"tool","content":"{\"messages\":[{\"role\":\"system\",\"content\":R(tool_result)}]}"},{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","role":"system","text":R(tool_result)}]}]}]}`,
	"an API that has messages":                           `{"messages":[R(),{"content":R(),"author":"x"}],"content":[{"content":R(),"text":R()}],"result":{"content":[{"text":R()}]},"input":R(),"system":R(),"instructions":R(),"params":{"arguments":{"a":R()}},"tools":[{"description":R()}]}`,
	"a role that no conversation has":                    `{"messages":[{"role":"admin","content":R()}]}`,
	"an object that is a key's value at the wrong place": `{"messages":{"role":"user","content":R()},"choices":{"message":{"content":R()}}}`,
	"brackets that do not match":                         `{"messages":[{"role":"system","content":R()]}}`,
	"a conversation too deep inside":                     strings.Repeat(`{"body":`, 40) + `{"messages":[{"role":"user","content":R()}]}` + strings.Repeat("}", 40),
}

func body(template string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "R(")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		role, after, _ := strings.Cut(rest, ")")
		quote := `"`
		if strings.HasSuffix(before, `\":`) {
			quote = `\"`
		}
		b.WriteString(quote + said(role) + quote)
		template = after
	}
}

func TestTextsAreKnownByWhoSaysThem(t *testing.T) {
	t.Parallel()
	for name, template := range conversations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := body(template)
			if diff := cmp.Diff(wanted(body), rolesOf(t, body)); diff != "" {
				t.Errorf("%s\n%s", body, diff)
			}
		})
	}
}

func TestChunkBoundariesInConversationsChangeNothing(t *testing.T) {
	t.Parallel()
	policy := everything()
	policy.Request.Allow = []scan.Allow{{Path: "$.messages[*].content", Types: []string{"sqli"}}, {Path: "$.messages[*].content[*].text"}}
	random := rand.New(rand.NewPCG(3, 4))
	for name, template := range conversations {
		body := []byte(body(template))
		whole := judge(policy, "application/json", body)
		for cut := 1; cut < len(body); cut++ {
			if diff := cmp.Diff(whole, judge(policy, "application/json", body[:cut], body[cut:])); diff != "" {
				t.Fatalf("%s cut at %d:\n%s", name, cut, diff)
			}
		}
		if diff := cmp.Diff(whole, judge(policy, "application/json", shred(random, body)...)); diff != "" {
			t.Fatalf("%s in small pieces:\n%s", name, diff)
		}
	}
}

// Two readers that share nothing agree on random conversations.
func TestRolesAreThoseOfASlowReader(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	seen := make(map[string]int)
	for i := range 4000 {
		body := randomBody(random)
		want := slowRoles(t, body)
		for _, role := range want {
			seen[role]++
		}
		if diff := cmp.Diff(want, rolesOf(t, body)); diff != "" {
			t.Fatalf("body %d: %s\n%s", i, body, diff)
		}
	}
	for role := range scan.RoleToolSpec + 1 {
		if seen[role.String()] < 100 {
			t.Errorf("%d texts of role %q: too few to say that they are known", seen[role.String()], role)
		}
	}
}
