package scan_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// framedParts are shapes of events with a part of a text, by which a framing writes them.
var framedParts = []string{
	`{"choices":[{"index":0,"delta":{"content":"%s"}}]}`,
	`{"choices":[{"index":0,"delta":{"content":"%s"}}]}`, // among parts of another choice
	`{"words":{"of":"%s"}}`,
	`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}`,
	`{"delta":"%s", "seq":7}`,
}

// framing writes events with everything around them that the format allows.
type framing struct {
	random     *rand.Rand
	end, field string
	body       strings.Builder
}

func newFraming(random *rand.Rand) *framing {
	return &framing{
		random: random, end: []string{"\n", "\r\n", "\r"}[random.IntN(3)], field: []string{"data: ", "data:"}[random.IntN(2)],
	}
}

func (f *framing) event(data string) {
	before := [...]string{"id: 7" + f.end, "retry: 3000" + f.end, ": keepalive" + f.end + f.end, "event: message" + f.end, ": comment" + f.end, f.end}
	if n := f.random.IntN(2 * len(before)); n < len(before) {
		f.body.WriteString(before[n])
	}
	f.body.WriteString(f.field + data + f.end + f.end)
}

// escaped writes a text as the inside of a JSON string, some of it with escapes that it does not need.
func escaped(random *rand.Rand, text string) string {
	var b strings.Builder
	for _, r := range text {
		switch n := random.IntN(12); {
		case r == 0x5C || r == 0x22:
			b.WriteString("\\" + string(r))
		case n == 0 && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case n == 1 && r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		case r == '/' && n < 6:
			b.WriteString(`\/`)
		default:
			raw, _ := json.Marshal(string(r))
			b.Write(raw[1 : len(raw)-1])
		}
	}
	return b.String()
}

// TestNoFramingHidesAValue streams texts in every framing that the format allows, with values and what may begin one, and
// compares what a client joins with the redaction of the whole text.
func TestNoFramingHidesAValue(t *testing.T) {
	t.Parallel()
	values := []string{
		"card 4111 1111 1111 1111 ok", "mail jane.doe@example.com, and", "to GB29 NWBK 6016 1331 9268 19 now", "key AKIA" + "QWERTZUIOP234567 here",
		"ssn 536-90-4399 there", "call +49 30 1234567 or (614) 604-0986 now", "passport number: C01X00T47 ok", "born on 12 March 1980 in",
		"password: hunter2Xy!9q and", "postgres://u:s3cr3tPw9@db.example/x", "card 4111111111111111. Then 5500 0000 0000 0004, bye",
		"IBAN DE89 3704 0044 0532 0130 00.", "my social security number is 536904399 thanks", "CVV: 123 exp 12/27",
		"I see. ", "The 3 items are\n", "\"quoted\" ", "é ü 中文 ", "a/b\\c ", "on 2026-05-01 ", "(12) ", "\t- ", "😀 ", "P< ", "%", "x@", "-----BEGIN ", "AB ", "http://", "is ",
	}
	random := rand.New(rand.NewPCG(31, 4))
	policy := scan.Strict()
	for range 1500 {
		text := "x "
		for range 1 + random.IntN(5) {
			text += values[random.IntN(len(values))] + []string{" ", "\n", ", ", ". "}[random.IntN(4)]
		}
		text += "end "
		framing, shape := newFraming(random), random.IntN(len(framedParts))
		framing.event(fmt.Sprintf(framedParts[shape], "x "))
		longest := 1 + random.IntN(20)
		for rest := []rune(text)[2:]; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(longest))
			framing.event(fmt.Sprintf(framedParts[shape], escaped(random, string(rest[:n]))))
			if rest = rest[n:]; shape == 1 && random.IntN(2) == 0 {
				framing.event(`{"choices":[{"index":1,"delta":{"content":"4 and "}}]}`)
			}
		}
		want := redactText(policy, text)
		out, _, _ := streamed(t, policy, sse, rechunk(random, framing.body.String())...)
		if got := framedText(t, out); got != want {
			t.Errorf("%q became\n%q, want\n%q in\n%s", text, got, want, framing.body.String())
		}
	}
}

// framedText joins the parts of the first text.
func framedText(t *testing.T, events string) string {
	t.Helper()
	var text strings.Builder
	for _, line := range strings.FieldsFunc(events, func(r rune) bool { return r == '\r' || r == '\n' }) {
		data, ok := strings.CutPrefix(line, "data:")
		if !ok {
			continue
		}
		var event struct {
			Choices []struct {
				Index int
				Delta struct{ Content string }
			}
			Delta json.RawMessage
			Words struct{ Of string }
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		for _, c := range event.Choices {
			if c.Index == 0 {
				text.WriteString(c.Delta.Content)
			}
		}
		text.WriteString(event.Words.Of)
		var part string
		var block struct{ Text string }
		if json.Unmarshal(event.Delta, &part) == nil {
			text.WriteString(part)
		} else if json.Unmarshal(event.Delta, &block) == nil {
			text.WriteString(block.Text)
		}
	}
	return text.String()
}

// A shape that only the spaces of its parts give away is one text from its first event on.
func TestAValueInTheFirstEventsOfAnUnknownShape(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", `data: {"choices":[{"index":0,"delta":{"content":"x "}}]}` + "\n\n"} {
		body := before
		for _, part := range []string{" pay 4111 1111", " 1111", " 1111", " now"} {
			body += fmt.Sprintf(`data: {"words":{"of":%q}}`+"\n\n", part)
		}
		out, _, _ := streamed(t, scan.Strict(), sse, body)
		if got := framedText(t, out); !strings.HasSuffix(got, " pay [REDACTED CARD ENDING IN 1111] now") {
			t.Errorf("%q", got)
		}
	}
}
