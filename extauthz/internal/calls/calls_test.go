package calls_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/calls"
	"github.com/meshwarden/meshwarden/extauthz/internal/content"
)

func body(t *testing.T, text string) *content.Body {
	t.Helper()
	if text == "" {
		return &content.Body{}
	}
	b, err := content.Parse("application/json", text)
	if err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestModelsAreFoundWhereverARequestNamesThem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		protocol, method, path, body string
		want                         []string
	}{
		"OpenAI":                   {"openai", "POST", "v1/chat/completions", `{"model":"gpt-4o","messages":[{"model":"x"}]}`, []string{"gpt-4o"}},
		"OpenAI lists":             {"openai", "GET", "v1/models", ``, nil},
		"a file is deleted":        {"openai", "DELETE", "v1/files/f", ``, nil},
		"fallbacks":                {"openai", "POST", "v1/chat/completions", `{"model":"a","models":["b","c","a"]}`, []string{"a", "b", "c"}},
		"fallbacks by name":        {"openai", "POST", "v1/chat/completions", `{"model":"a","fallbacks":["b"]}`, []string{"a", "b"}},
		"a tool's model":           {"openai", "POST", "v1/responses", `{"model":"a","tools":[{"type":"image_generation","model":"b"}]}`, []string{"a", "b"}},
		"Azure":                    {"openai", "POST", "openai/deployments/prod-4o/chat/completions", `{"messages":[]}`, []string{"prod-4o"}},
		"Azure with another model": {"openai", "POST", "openai/deployments/prod-4o/chat/completions", `{"model":"o3"}`, []string{"prod-4o", "o3"}},
		"Anthropic":                {"anthropic", "POST", "v1/messages", `{"model":"claude-sonnet-4"}`, []string{"claude-sonnet-4"}},
		"Anthropic's batches": {
			"anthropic", "POST", "v1/messages/batches",
			`{"requests":[{"custom_id":"1","params":{"model":"a"}},{"custom_id":"2","params":{"model":"b"}}]}`, []string{"a", "b"},
		},
		"Gemini":             {"gemini", "POST", "v1beta/models/gemini-2.5-pro:streamGenerateContent", `{"contents":[]}`, []string{"gemini-2.5-pro"}},
		"Gemini's embedding": {"gemini", "POST", "v1beta/models/e1:batchEmbedContents", `{"requests":[{"model":"models/e2"}]}`, []string{"e1", "e2"}},
		"Gemini's counting":  {"gemini", "POST", "v1beta/models/a:countTokens", `{"generateContentRequest":{"model":"models/b"}}`, []string{"a", "b"}},
		"Gemini's cache":     {"gemini", "POST", "v1beta/cachedContents", `{"model":"models/a"}`, []string{"a"}},
		"a tuned Gemini":     {"gemini", "POST", "v1beta/tunedModels/mine:generateContent", `{}`, []string{"tunedModels/mine"}},
		"Vertex": {
			"gemini", "POST", "v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent", `{}`, []string{"gemini-2.5-flash"},
		},
		"Azure, named twice":           {"openai", "POST", "openai/deployments/a/deployments/b/chat", `{"model":"c"}`, []string{"a", "b", "c"}},
		"Gemini with a segment behind": {"gemini", "POST", "v1beta/models/ultra:generateContent/x", `{"model":"models/nano"}`, []string{"ultra", "nano"}},
		"Bedrock below a prefix":       {"bedrock", "POST", "aws/model/opus/invoke", `{"model":"haiku"}`, []string{"opus", "haiku"}},
		"Bedrock":                      {"bedrock", "POST", "model/anthropic.claude-3-haiku-20240307-v1:0/converse", `{}`, []string{"anthropic.claude-3-haiku-20240307-v1:0"}},
		"Bedrock's ARN": {
			"bedrock", "POST", "model/arn:aws:bedrock:us-east-1::foundation-model%2Fa.b/invoke", ``, []string{"arn:aws:bedrock:us-east-1::foundation-model/a.b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			segments := strings.Split(test.path, "/")
			for i, s := range segments {
				segments[i] = strings.ReplaceAll(s, "%2F", "/")
			}
			got, err := calls.Models(test.protocol, calls.Asked{Method: test.method, Segments: segments}, body(t, test.body))
			slices.Sort(got)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestAModelInTheQueryOrAFormIsOneToo(t *testing.T) {
	t.Parallel()
	got, err := calls.Models("openai", calls.Asked{Method: "GET", Segments: []string{"v1", "realtime"}, Query: map[string][]string{"model": {"gpt-realtime"}}}, body(t, ""))
	if !slices.Equal(got, []string{"gpt-realtime"}) || err != nil {
		t.Error(got, err)
	}
	form := &content.Body{Read: true, Form: map[string][]string{"model": {"whisper-1"}, "Model": {"o3"}}}
	got, err = calls.Models("openai", calls.Asked{Method: "POST"}, form)
	slices.Sort(got)
	if !slices.Equal(got, []string{"o3", "whisper-1"}) || err != nil {
		t.Error(got, err)
	}
}

// Each of these is a model to some upstream and not to another.
func TestAModelThatIsNotClearIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no model": `{"messages":[]}`, "no body": ``, "null": `{"model":null}`, "a number": `{"model":4}`, "nothing": `{"model":""}`,
		"an object": `{"model":{"id":"a"}}`, "another case": `{"model":"a","Model":"b"}`, "a space": `{"model":"a b"}`, "a look-alike": `{"model":"gpt-4о"}`,
		"a control character": `{"model":"a\u0000"}`, "an array": `[{"model":"a"}]`, "a text": `"a"`, "a list in a list": `{"models":[["a"]]}`,
		"in a batch": `{"requests":[{"params":{"MODEL":"a"}}]}`, "a long name": `{"model":"` + strings.Repeat("a", 2049) + `"}`,
		"deep": strings.Repeat(`{"request":`, 10) + `{"model":"a"}` + strings.Repeat("}", 10),
	} {
		if got, err := calls.Models("openai", calls.Asked{Method: "POST"}, body(t, text)); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	upload := &content.Body{Read: true, Form: map[string][]string{"model": {"a"}}, Files: map[string]bool{"model": true}}
	if got, err := calls.Models("openai", calls.Asked{Method: "POST"}, upload); err == nil {
		t.Errorf("a file: %v", got)
	}
}

func TestToolsAreFoundInMessagesAndBatches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body           string
		methods, names []string
	}{
		"nothing":        {``, nil, nil},
		"a tool":         {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"q":"x"}}}`, []string{"tools/call"}, []string{"search"}},
		"a method":       {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, []string{"notifications/initialized"}, nil},
		"an answer":      {`{"jsonrpc":"2.0","id":"s-1","result":{"name":"x"}}`, nil, nil},
		"an error":       {`{"jsonrpc":"2.0","id":"s-1","error":{"code":1}}`, nil, nil},
		"a resource":     {`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"name":"x"}}`, []string{"resources/read"}, nil},
		"several of one": {`[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b"}}]`, []string{"tools/call"}, []string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := calls.Parse(body(t, test.body))
			if err != nil || !slices.Equal(got.Methods, test.methods) || !slices.Equal(got.Names, test.names) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestAMessageThatIsNotClearIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no version": `{"method":"a"}`, "another version": `{"jsonrpc":"1.0","method":"a"}`, "a number": `{"jsonrpc":2.0,"method":"a"}`,
		"no method": `{"jsonrpc":"2.0","id":1}`, "a method and a result": `{"jsonrpc":"2.0","method":"a","result":1}`,
		"both answers": `{"jsonrpc":"2.0","result":1,"error":{}}`, "a method in another case": `{"jsonrpc":"2.0","id":1,"result":1,"Method":"tools/call"}`,
		"two methods": `{"jsonrpc":"2.0","method":"ping","METHOD":"tools/call"}`, "an empty batch": `[]`, "a batch in a batch": `[[]]`,
		"a tool without a name": `{"jsonrpc":"2.0","method":"tools/call","params":{}}`, "params in a list": `{"jsonrpc":"2.0","method":"tools/call","params":["a"]}`,
		"a tool twice": `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","Name":"b"}}`, "a name with a space": `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a "}}`,
		"a method with a line": `{"jsonrpc":"2.0","method":"tools/call\n"}`, "null": `null`, "a long batch": "[" + strings.Repeat("{},", 256) + "{}]",
		"params in another case": `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a"},"Params":{"name":"b"}}`,
	} {
		if got, err := calls.Parse(body(t, text)); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPoliciesSeeEachCall(t *testing.T) {
	t.Parallel()
	tools, err := calls.Parse(body(t, `[{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","arguments":{"n":1}}},{"jsonrpc":"2.0","method":"ping"}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"arguments": {"n": 1}, "method": "tools/call", "name": "a"}, {"arguments": null, "method": "ping", "name": ""}]`
	if v, err := tools.Value(); err != nil || v.String() != want {
		t.Errorf("%v, %v", v, err)
	}
}
