package scan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

const number = "4111 1111 1111 1111"

// pass writes chunks to one stream and returns what came out of each.
func pass(p *scan.Policy, contentType string, chunks ...string) (s *scan.Stream, out []string) {
	s = new(scan.Stream)
	s.Reset(p, scan.Response, contentType)
	for _, chunk := range chunks {
		out = append(out, string(s.Write(nil, []byte(chunk))))
	}
	return s, out
}

func TestWhereChunksEndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"events":            strings.Join(chat("pay ", "with 4111 ", "1111 1111 1111", " and \"jane.doe@", "example.com\" é", "\n"), "") + "data: [DONE]\n\n",
		"carriage returns":  "event: a\rdata: " + number + "\r\rdata: end\r\r: comment 4111111111111111\r\r",
		"CRLF, two lines":   "\xEF\xBB\xBFdata: jane.doe@exam\r\ndata:ple.com\r\nid: 4111111111111111\r\n\r\ndata: x\r\n\r\n",
		"no empty line":     "data: " + number,
		"fields of no name": "data\ndata: 4111111111111111\nnonsense\n:\n\n\n\nevent\n\n",
		"broken JSON":       `data: {"delta":"` + number + "\n\n" + `data: {"delta":"4111"}` + "\n\n",
		"lines of JSON":     `{"n":4111111111111111}` + "\n" + `{"done":false,"text":"4111 1111"}` + "\n" + `{"done":false,"text":" 1111 1111"}` + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType := sse
			if strings.HasPrefix(body, "{") {
				contentType = "application/x-ndjson"
			}
			whole, _, _ := streamed(t, scan.Strict(), contentType, body)
			if strings.Contains(whole, number) || strings.Contains(whole, "4111111111111111") {
				t.Errorf("%q came out", whole)
			}
			for cut := range body {
				if got, _, _ := streamed(t, scan.Strict(), contentType, body[:cut], body[cut:]); got != whole {
					t.Fatalf("cut at %d: %q, want %q", cut, got, whole)
				}
			}
			if got, _, _ := streamed(t, scan.Strict(), contentType, strings.Split(body, "")...); got != whole {
				t.Fatalf("byte by byte: %q, want %q", got, whole)
			}
		})
	}
}

func TestEveryPlaceOfAnEventIsJudged(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a number":           `data: {"id":"x","card":4111111111111111}` + "\n\n",
		"another field":      `data: {"user":"` + number + `","choices":[{"delta":{"content":"x"}}]}` + "\n\n",
		"a comment":          ": " + number + "\n\n",
		"an id":              "id: 4111111111111111\ndata: x\n\n",
		"an unknown field":   "note: " + number + "\n\n",
		"a name of an event": "event: " + number + "\n\n",
		"deep JSON":          "data: " + strings.Repeat(`{"a":`, 60) + `"` + number + `"` + strings.Repeat("}", 60) + "\n\n",
		"many strings":       `data: ["` + strings.Repeat(`x","`, 400) + number + `"]` + "\n\n",
		"a whole answer":     "event: response.completed\n" + `data: {"type":"response.completed","response":{"output":[{"content":[{"text":"` + number + `"}]}]}}` + "\n\n",
		"JSON-RPC":           `data: {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"` + number + `"}]}}` + "\n\n",
		"data of many lines": "data: a\n" + strings.Repeat("data: b\n", 100) + "data: " + number + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, _, result := streamed(t, scan.Strict(), sse, body)
			if !strings.Contains(out, "[REDACTED CARD ENDING IN 1111]") || strings.Contains(out, number) || len(result.Findings) != 1 {
				t.Errorf("%q, %+v", out, result.Findings)
			}
			data, isData := strings.CutPrefix(out, "data: ")
			if isData && strings.HasPrefix(data, "{") && !json.Valid([]byte(data)) {
				t.Errorf("%s is no JSON", data)
			}
			if n := strings.Count(out, "\n"); n != strings.Count(body, "\n") {
				t.Errorf("%d lines", n)
			}
		})
	}
}

func TestTokensOfPlainTextMayLookLikeJSON(t *testing.T) {
	t.Parallel()
	for _, tokens := range [][]string{{"[", "4111", " 1111", " 1111 1111", " ]"}, {"[4111", " 1111 ", "1111 1111 ", "."}, {`"4111`, " 1111 1111", ` 1111"`}, {"4111", "1111", "1111", "1111", " "}} {
		var body string
		for _, token := range tokens {
			body += "data: " + token + "\n\n"
		}
		out, _, _ := streamed(t, scan.Strict(), sse, body)
		if !strings.Contains(out, "[REDACTED CARD ENDING IN 1111]") || strings.Contains(out, "4111") {
			t.Errorf("%q became %q", tokens, out)
		}
	}
}

func TestTextsOfOneStreamAreReadApart(t *testing.T) {
	t.Parallel()
	var body []string
	var want [3]string
	for i, c := range number + " and on" {
		for choice := range want {
			text := string(c)
			if choice == 1 {
				text = string("plain words go on"[i%17])
			}
			want[choice] += text
			raw, _ := json.Marshal(text)
			body = append(body, fmt.Sprintf(`data: {"choices":[{"index":%d,"delta":{"content":%s}}]}`+"\n\n", choice, raw))
		}
	}
	all, _, _ := streamed(t, scan.Strict(), sse, body...)
	want[0] = "[REDACTED CARD ENDING IN 1111] and on"
	want[2] = want[0]
	var got [3]string
	for event := range strings.SplitSeq(all, "\n\n") {
		var chunk struct {
			Choices []struct {
				Index int
				Delta struct{ Content string }
			}
		}
		if data, ok := strings.CutPrefix(event, "data: "); ok && json.Unmarshal([]byte(data), &chunk) == nil {
			got[chunk.Choices[0].Index] += chunk.Choices[0].Delta.Content
		}
	}
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestATextThatAnotherTakesOverFromDoesNotStopIt(t *testing.T) {
	t.Parallel()
	part := func(field, text string) string {
		return fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{%q:%q}}]}`+"\n\n", field, text)
	}
	_, out := pass(scan.Strict(), sse, part("reasoning_content", "I thin"), part("reasoning_content", "k so"), part("content", "It "), part("content", "is "), part("content", "so "))
	if got := strings.Join(out, ""); !strings.Contains(got, "k so") || !strings.Contains(got, `"is "`) {
		t.Errorf("only %q came out", got)
	}
}

func TestMessagesThatAreWholeAreNotHeld(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		`data: {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"Done 4111"}]}}`,
		`data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"build 4111"}}`,
		`data: {"symbol":"ACME","price":"41.11","at":"2026-05-01T10:00:00Z"}`,
		"event: build\n" + `data: {"id":4111,"text":"Build 4111 finished","user":"jane"}`,
		": ping",
		"retry: 4111",
		"event: ping\n" + `data: {"type": "ping"}`,
		`data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"model":"m"}}`,
	} {
		if _, out := pass(scan.Strict(), sse, message+"\n\n"); out[0] != message+"\n\n" {
			t.Errorf("%q came out of %q", out[0], message)
		}
	}
}

func TestASilentTextIsNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	other := func(i int) string { return fmt.Sprintf(`data: {"note":"event %d of something else"}`+"\n\n", i) }
	for text, want := range map[string]string{"4111 1111 11": "[REDACTED]", "unfinish": "unfinish"} {
		var s scan.Stream
		s.Reset(scan.Strict(), scan.Response, sse)
		out := s.Write(nil, []byte(chat("some words, then " + text)[0]))
		most := 0
		for i := range 3000 {
			out = s.Write(out, []byte(other(i)))
			most = max(most, s.Held())
		}
		if got := string(out); !strings.Contains(got, "then "+want+`"`) || strings.Contains(got, "4111") {
			t.Errorf("%.300q came out", got)
		}
		if most > 66<<10 {
			t.Errorf("%d bytes were held", most)
		}
	}
}

func TestALongTokenIsNotHeldWhole(t *testing.T) {
	t.Parallel()
	encode := func(n int) string { return strings.Repeat("Zm9vYmFy9", n/9) }
	header := "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
	for name, c := range map[string]struct{ text, want string }{
		"an image":          {"img " + encode(40000) + " end", "img " + encode(40000) + " end"},
		"a token":           {"jwt " + header + "." + encode(40000) + "." + encode(40) + " end", "jwt [REDACTED JWT] end"},
		"text without ends": {strings.Repeat("天地玄黃宇宙洪荒", 3000), strings.Repeat("天地玄黃宇宙洪荒", 3000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tokens []string
			for rest := []rune(c.text); len(rest) > 0; {
				n := min(16, len(rest))
				tokens = append(tokens, string(rest[:n]))
				rest = rest[n:]
			}
			var s scan.Stream
			s.Reset(scan.Strict(), scan.Response, sse)
			var out []byte
			most := 0
			for _, event := range chat(tokens...) {
				out = s.Write(out, []byte(event))
				most = max(most, s.Held())
			}
			out = s.Finish(out)
			if got := chatText(t, string(out)); got != c.want {
				t.Errorf("%d bytes: %.100q...%q", len(got), got, got[len(got)-30:])
			}
			if most > 80<<10 {
				t.Errorf("%d bytes were held", most)
			}
		})
	}
}

func TestABlockedStreamEnds(t *testing.T) {
	t.Parallel()
	policy := scan.Strict()
	policy.Response.Actions["CARD"] = scan.Block
	s, out := pass(policy, sse, chat("before ", "it ", "4111 1111 ", "1111 1111 ", "now ", "after")...)
	result, _ := s.Take()
	if result.Verdict != scan.Block || len(result.Findings) != 1 || strings.Contains(strings.Join(out, ""), "1111") || !strings.Contains(strings.Join(out, ""), "it ") {
		t.Errorf("%+v, %q", result, out)
	}
	if rest := s.Finish(s.Write(nil, []byte("data: more\n\n"))); len(rest) > 0 {
		t.Errorf("%q came out of a stream that is over", rest)
	}
	policy.Mode = scan.Shadow
	s, _ = pass(policy, sse, chat(number+" now")...)
	if result, _ := s.Take(); result.Verdict != scan.Log || result.Intended != scan.Block {
		t.Errorf("%+v", result)
	}
}

func TestAnEventLongerThanBodiesMayBe(t *testing.T) {
	t.Parallel()
	policy := scan.Strict()
	policy.Response.MaxBytes = 4096
	long := "data: " + strings.Repeat("word ", 2000)
	s, _ := pass(policy, sse, "data: x\n\n", long)
	if result, _ := s.Take(); result.Verdict != scan.Block || !result.Oversize {
		t.Errorf("%+v", result)
	}
	s, _ = pass(policy, sse, long+"\n\n")
	if result, _ := s.Take(); result.Verdict != scan.Block || !result.Oversize {
		t.Errorf("in one chunk: %+v", result)
	}
	policy.Response.Oversize = scan.OversizePass
	body := []string{"data: x\n\n", long[:5000], long[5000:], "\n\n", "data: " + number + " \n\n", "data: [DONE]\n\n"}
	s, out := pass(policy, sse, body...)
	result, _ := s.Take()
	if got := strings.Join(out, ""); got != strings.ReplaceAll(strings.Join(body, ""), number, "[REDACTED CARD ENDING IN 1111]") || !result.Oversize {
		t.Errorf("%d bytes came out: ...%q", len(got), got[max(0, len(got)-100):])
	}
}

func TestNumbersInStreamedArgumentsBecomeStrings(t *testing.T) {
	t.Parallel()
	arguments := `{"n":1,"card":4111111111111111,"to":"jane.doe@example.com","list":[4111111111111111, 5]}`
	for size := 1; size < 12; size++ {
		var body []string
		for rest := arguments; rest != ""; {
			n := min(size, len(rest))
			raw, _ := json.Marshal(rest[:n])
			body = append(body, fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":%s}}]}}]}`+"\n\n", raw))
			rest = rest[n:]
		}
		all, _, _ := streamed(t, scan.Strict(), sse, body...)
		var got strings.Builder
		for event := range strings.SplitSeq(all, "\n\n") {
			var chunk struct {
				Choices []struct {
					Delta struct {
						ToolCalls []struct{ Function struct{ Arguments string } } `json:"tool_calls"`
					}
				}
			}
			if data, ok := strings.CutPrefix(event, "data: "); ok {
				if err := json.Unmarshal([]byte(data), &chunk); err != nil {
					t.Fatalf("%s: %v", data, err)
				}
				got.WriteString(chunk.Choices[0].Delta.ToolCalls[0].Function.Arguments)
			}
		}
		want := `{"n":1,"card":"[REDACTED CARD ENDING IN 1111]","to":"[j*****@example.com]","list":["[REDACTED CARD ENDING IN 1111]", 5]}`
		if got.String() != want {
			t.Errorf("in pieces of %d: %s", size, got.String())
		}
	}
}

func TestAStreamHoldsBoundedMemory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ event func(i int) string }{
		"a chat": {func(i int) string { return chat([]string{"some ", "words ", "and 41 "}[i%3])[0] }},
		"texts without number": {func(i int) string {
			return fmt.Sprintf(`data: {"choices":[{"index":%d,"delta":{"content":"%s 4111 %d"}}]}`+"\n\n", i%1000, strings.Repeat("Ab1", i%300), i)
		}},
		"values without end": {func(i int) string { return chat(strings.Repeat("4111@", i%2000))[0] }},
		"pieces of a byte":   {func(int) string { return chat("1")[0] }},
	} {
		var s scan.Stream
		s.Reset(scan.Strict(), scan.Response, sse)
		var out []byte
		held, most := 0, 0
		for i := range 3000 {
			out = s.Write(out[:0], []byte(c.event(i)))
			s.Take()
			held = max(held, s.Held())
			most = max(most, s.Memory())
		}
		t.Logf("%s: %d KiB, %d KiB held", name, most>>10, held>>10)
		if limit := 1 << 20; most > limit || name == "a chat" && most > 16<<10 {
			t.Errorf("%s: %d KiB", name, most>>10)
		}
	}
}

func TestAStreamAllocatesNothingOnItsWay(t *testing.T) {
	var s scan.Stream
	s.Reset(scan.Strict(), scan.Response, sse)
	events := chat("some ", "words ", "and 41", "11 1111 11", "11 1111 then", " more \"quoted\" ones", " é", "\n")
	out := make([]byte, 0, 1<<16)
	write := func() {
		out = out[:0]
		for _, event := range events {
			out = s.Write(out, []byte(event))
		}
		s.Take()
	}
	for range 100 {
		write()
	}
	if n := testing.AllocsPerRun(100, write); n > 0 {
		t.Errorf("%v allocations for %d events", n, len(events))
	}
}
