package scan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// streamed passes a body through a stream in chunks and returns what comes out, and what was out before the end.
func streamed(t *testing.T, p *scan.Policy, contentType string, chunks ...string) (all, early string, result scan.Result) {
	t.Helper()
	var s scan.Stream
	s.Reset(p, scan.Response, contentType)
	var out []byte
	for _, chunk := range chunks {
		out = s.Write(out, []byte(chunk))
	}
	early = string(out)
	out = s.Finish(out)
	result, _ = s.Take()
	return string(out), early, result
}

// chat is a stream of OpenAI's chat completions with one token an event.
func chat(tokens ...string) (events []string) {
	for _, token := range tokens {
		raw, _ := json.Marshal(token)
		events = append(events, fmt.Sprintf(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", raw))
	}
	return events
}

// chatText joins what a client would of such a stream.
func chatText(t *testing.T, events string) string {
	t.Helper()
	var text strings.Builder
	for event := range strings.SplitSeq(events, "\n\n") {
		data, ok := strings.CutPrefix(event, "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct{ Content string }
			}
		}
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		for _, c := range chunk.Choices {
			text.WriteString(c.Delta.Content)
		}
	}
	return text.String()
}

const sse = "text/event-stream"

func TestAValueInManyEventsIsRedacted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"card":        {"pay with 4111 1111 1111 1111 today", "pay with [REDACTED CARD ENDING IN 1111] today"},
		"e-mail":      {"ask john.smith@example.com, please", "ask [j*****@example.com], please"},
		"key":         {"use AKIA" + "QWERTZUIOP234567 for it", "use [REDACTED SECRET] for it"},
		"iban":        {"to GB29 NWBK 6016 1331 9268 19 now", "to [REDACTED IBAN] now"},
		"phone":       {"call +49 (0) 30 1234567 now", "call [REDACTED PHONE ENDING IN 4567] now"},
		"at the end":  {"it is 4111-1111-1111-1111", "it is [REDACTED CARD ENDING IN 1111]"},
		"escaped":     {"line\n\"4111 1111 1111 1111\"\tend é ü", "line\n\"[REDACTED CARD ENDING IN 1111]\"\tend é ü"},
		"birth":       {"she was born on 12 March 1980, in May", "she was born on [REDACTED DOB], in May"},
		"birth, US":   {"date of birth: March 12, 1980 and so on", "date of birth: [REDACTED DOB] and so on"},
		"announced":   {"AB1234567 is my passport number, thanks", "[REDACTED PASSPORT] is my passport number, thanks"},
		"plain prose": {"the quick brown fox jumps over 13 lazy dogs", "the quick brown fox jumps over 13 lazy dogs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for size := 1; size <= 7; size++ {
				var tokens []string
				for runes := []rune(c.text); len(runes) > 0; {
					n := min(size, len(runes))
					tokens = append(tokens, string(runes[:n]))
					runes = runes[n:]
				}
				all, _, _ := streamed(t, scan.Strict(), sse, chat(tokens...)...)
				if got := chatText(t, all); got != c.want {
					t.Errorf("in pieces of %d: %q, want %q", size, got, c.want)
				}
			}
		})
	}
}

func TestAPrivateKeyIsDroppedFromItsFirstLine(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("Ab3/", 16) + "\n"
	parts := append([]string{"Here it is:\n", "-----BEGIN RSA ", "PRIVATE KEY-----\n"}, strings.SplitAfter(strings.Repeat(line, 300), "\n")...)
	parts = append(parts, "-----END RSA PRIVATE", " KEY-----\n", "That was it, ", "good bye.")
	for together := 1; together < 9; together++ {
		var s scan.Stream
		s.Reset(scan.Strict(), scan.Response, sse)
		var out []byte
		held := 0
		for body := chat(parts...); len(body) > 0; {
			n := min(together, len(body))
			out = s.Write(out, []byte(strings.Join(body[:n], "")))
			body = body[n:]
			held = max(held, s.Held())
		}
		out = s.Finish(out)
		if got := chatText(t, string(out)); got != "Here it is:\n[REDACTED PRIVATE_KEY]\nThat was it, good bye." {
			t.Errorf("%d events at a time: %.200q", together, got)
		}
		if held > 8<<10 {
			t.Errorf("%d bytes were held", held)
		}
	}
}

func TestEventsThatAreThereWholeAreJudgedAndRedactedAsTexts(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Join(chat("pay with 4111 11", "11 1111 11", "11 or AKIA"+"QWERTZU", "IOP234567 now"), ""))
	for _, direction := range []scan.Direction{scan.Request, scan.Response} {
		policy := scan.Strict()
		policy.Request.Actions["CARD"] = scan.Redact
		policy.Response.Actions["SECRET"] = scan.Block
		var s scan.Scanner
		s.Reset(policy, direction, sse)
		s.Write(body[:100])
		s.Write(body[100:])
		result := s.Finish()
		var kinds []string
		for _, f := range result.Findings {
			kinds = append(kinds, f.Type)
		}
		if want := map[scan.Direction]string{scan.Request: "CARD", scan.Response: "CARD SECRET"}[direction]; strings.Join(kinds, " ") != want {
			t.Errorf("%+v", result.Findings)
		}
		if f := result.Findings[0]; string(body[f.Start:f.Start+7]) != "4111 11" || string(body[f.End-2:f.End]) != "11" {
			t.Errorf("the card is %q", body[f.Start:f.End])
		}
		got := chatText(t, string(policy.Redact(nil, body, direction, sse, result.Findings)))
		if !strings.HasPrefix(got, "pay with [REDACTED CARD ENDING IN 1111] or ") {
			t.Errorf("%q", got)
		}
	}
}
