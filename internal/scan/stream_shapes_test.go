package scan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// shapes are how streams carry text: an event for a part of it, and what ends it.
var shapes = map[string]struct {
	contentType, format, end string
	// joined says that nothing ends the text but the end of the stream.
	joined bool
}{
	"OpenAI chat":           {sse, `data: {"choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, false},
	"OpenAI chat, sorted":   {sse, `data: {"choices":[{"delta":{"content":%s},"finish_reason":null,"index":0}]}`, `data: [DONE]`, false},
	"OpenAI reasoning":      {sse, `data: {"choices":[{"index":0,"delta":{"reasoning_content":%s}}]}`, `data: [DONE]`, false},
	"OpenAI completions":    {sse, `data: {"object":"text_completion","choices":[{"text":%s,"index":0,"finish_reason":null}]}`, `data: {"choices":[{"text":"","index":0,"finish_reason":"length"}]}`, false},
	"OpenAI tool call":      {sse, `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":%s}}]}}]}`, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`, false},
	"OpenAI responses":      {sse, "event: response.output_text.delta\n" + `data: {"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":%s,"obfuscation":"k9Xw"}`, "event: response.completed\n" + `data: {"type":"response.completed","response":{"id":"r"}}`, false},
	"Anthropic text":        {sse, "event: content_block_delta\n" + `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}`, "event: content_block_stop\n" + `data: {"type":"content_block_stop","index":0}`, false},
	"Anthropic tool":        {sse, "event: content_block_delta\n" + `data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":%s}}`, "event: message_stop\n" + `data: {"type":"message_stop"}`, false},
	"Gemini":                {sse, `data: {"candidates":[{"content":{"parts":[{"text":%s}],"role":"model"},"index":0}]}`, `data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP","index":0}]}`, false},
	"Ollama":                {"application/x-ndjson", `{"model":"m","message":{"role":"assistant","content":%s},"done":false}`, `{"model":"m","message":{"role":"assistant","content":""},"done":true}`, false},
	"llama.cpp":             {sse, `data: {"content":%s,"stop":false}`, `data: {"content":"","stop":true}`, false},
	"text-generation":       {sse, `data: {"index":1,"token":{"id":7,"text":%s,"special":false},"generated_text":null}`, `data: {"token":{"text":""},"generated_text":"x"}`, false},
	"Vercel":                {sse, `data: {"type":"text-delta","id":"0","delta":%s}`, `data: {"type":"text-end","id":"0"}`, false},
	"AG-UI":                 {sse, `data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"m","delta":%s}`, `data: {"type":"TEXT_MESSAGE_END","messageId":"m"}`, false},
	"Cohere":                {sse, `data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":%s}}}}`, `data: {"type":"content-end","index":0}`, false},
	"A2A":                   {sse, `data: {"jsonrpc":"2.0","id":1,"result":{"kind":"artifact-update","artifact":{"parts":[{"kind":"text","text":%s}]},"append":true}}`, `data: {"jsonrpc":"2.0","id":1,"result":{"kind":"status-update","final":true}}`, false},
	"JSON strings":          {sse, `data: %s`, `data: [DONE]`, false},
	"a shape of its own":    {sse, `data: {"chunk_of":{"words":%s}}`, ``, true},
	"CRLF":                  {sse, "event: x\r\n" + `data: {"delta":%s}`, `data: [DONE]`, false},
	"pretty-printed":        {sse, "data: {\ndata:   \"delta\":\ndata:     %s\ndata: }", `data: [DONE]`, false},
	"no space, with ids":    {sse, "id:7\n" + `data:{"delta":%s}`, `data:[DONE]`, false},
	"comments between":      {sse, ": a comment\n" + `data: {"delta":%s}`, `data: [DONE]`, false},
	"a byte order mark":     {sse, "\xEF\xBB\xBF" + `data: {"delta":%s}`, `data: [DONE]`, false},
	"a rare field name":     {sse, `data: {"type":"delta","completion":%s}`, `data: [DONE]`, false},
	"newline-delimited own": {"application/jsonl", `{"response":%s,"done":false}`, `{"response":"","done":true}`, false},
}

// lineEnding is that of a shape, and what it ends events with.
func lineEnding(name, contentType string) string {
	switch {
	case name == "CRLF":
		return "\r\n\r\n"
	case contentType != sse:
		return "\n"
	}
	return "\n\n"
}

func TestEveryShapeOfStreamIsReadAsOneText(t *testing.T) {
	t.Parallel()
	const text = "It is: 4111 1111 1111 1111, or jane.doe@example.com; ok?"
	const want = "It is: [REDACTED CARD ENDING IN 1111], or [j*****@example.com]; ok?"
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lead := ""
			if shape.joined {
				lead = " " // by which its strings are known to be parts
			}
			for size := 1; size < 9; size++ {
				var body []string
				for rest := lead + text; rest != ""; {
					n := min(size, len(rest))
					quoted, _ := json.Marshal(rest[:n])
					event := fmt.Sprintf(shape.format, quoted)
					if len(body) > 0 {
						event = strings.TrimPrefix(event, "\xEF\xBB\xBF")
					}
					body = append(body, event+lineEnding(name, shape.contentType))
					rest = rest[n:]
				}
				if shape.end != "" {
					body = append(body, shape.end+lineEnding(name, shape.contentType))
				}
				all, early, _ := streamed(t, scan.Strict(), shape.contentType, body...)
				if !shape.joined && early != all {
					t.Errorf("in pieces of %d: %d bytes were kept behind the end of the text", size, len(all)-len(early))
				}
				before, after := fragments(t, strings.Join(body, ""), shape.format), fragments(t, all, shape.format)
				if got := strings.Join(after, ""); got != lead+want {
					t.Errorf("in pieces of %d: %q", size, got)
				}
				if len(before) != len(after) {
					t.Errorf("%d events became %d", len(before), len(after))
				}
			}
		})
	}
}

// fragments are the texts in a stream of a shape, and proof that nothing else has changed.
func fragments(t *testing.T, body, format string) (texts []string) {
	t.Helper()
	before, after, _ := strings.Cut(strings.TrimPrefix(format, "\xEF\xBB\xBF"), "%s")
	body = strings.TrimPrefix(body, "\xEF\xBB\xBF")
	for {
		start := strings.Index(body, before)
		if start < 0 {
			return texts
		}
		decoder := json.NewDecoder(strings.NewReader(body[start+len(before):]))
		var text string
		if err := decoder.Decode(&text); err != nil {
			return texts
		}
		body = body[start+len(before)+int(decoder.InputOffset()):]
		if text == "" && !strings.HasPrefix(body, after) {
			continue // the event that ends the text
		}
		if !strings.HasPrefix(body, after) {
			t.Fatalf("%q does not go on with %q", body[:min(len(body), 80)], after)
		}
		texts = append(texts, text)
	}
}
