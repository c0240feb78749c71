package scan_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// TestWhatAStreamRedactsIsWhatAWholeTextWouldLose streams texts, cut into events and chunks at random, and compares what the
// client joins with the redaction of the whole text.
func TestWhatAStreamRedactsIsWhatAWholeTextWouldLose(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"pii/presidio-unit.jsonl", "pii/synthetic-api.jsonl", "benign/alpaca-seed.jsonl", "promptinjection/deepset.jsonl"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(3, 4))
			policies := [...]*scan.Policy{scan.Strict(), scan.Strict()}
			policies[1].Response.Default = scan.Redact // names and addresses too, and nothing is an attack
			for _, attack := range scan.AttackTypes() {
				policies[1].Response.Actions[attack] = scan.Pass
			}
			edited := 0
			var before string // texts follow each other, so that each has something on its left
			for _, s := range corpus(t, file) {
				if text := s.Text; !utf8.ValidString(text) || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || len(text) > 4000 {
					continue
				}
				text := s.Text + " " // a whole text of one word is judged by stricter rules
				if random.IntN(3) == 0 {
					text = before + "\n" + text
				}
				before = s.Text
				policy := policies[random.IntN(2)]
				want := redactText(policy, text)
				if want != text {
					edited++
				}
				for range 3 {
					out, _, _ := streamed(t, policy, sse, rechunk(random, strings.Join(chat(split(random, text)...), ""))...)
					if got := chatText(t, out); got != want {
						t.Errorf("%s:\n%q became\n%q, want\n%q", s.ID, text, got, want)
						break
					}
				}
			}
			t.Logf("%d texts were edited", edited)
		})
	}
}

func redactText(p *scan.Policy, text string) string {
	var s scan.Scanner
	s.Reset(p, scan.Response, "text/plain")
	s.Write([]byte(text))
	result := s.Finish()
	return string(p.Redact(nil, []byte(text), scan.Response, "text/plain", result.Findings))
}

// split cuts a text into tokens of 1 to 8 characters.
func split(random *rand.Rand, text string) (tokens []string) {
	for runes := []rune(text); len(runes) > 0; {
		n := min(len(runes), 1+random.IntN(8))
		tokens = append(tokens, string(runes[:n]))
		runes = runes[n:]
	}
	return tokens
}

// rechunk cuts a body into chunks of 1 to 900 bytes.
func rechunk(random *rand.Rand, body string) (chunks []string) {
	for len(body) > 0 {
		n := min(len(body), 1+random.IntN(900))
		chunks = append(chunks, body[:n])
		body = body[n:]
	}
	return chunks
}

// TestStreamedArgumentsStayJSON streams JSON as the arguments of tool calls and compares with the redaction of the whole.
func TestStreamedArgumentsStayJSON(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	policy := scan.Strict()
	same, all, values, missed := 0, 0, 0, 0
	for _, s := range corpus(t, "pii/synthetic-api.jsonl") {
		if !json.Valid([]byte(s.Text)) || s.Text[0] != '{' || len(s.Text) > 2000 {
			continue
		}
		var body []string
		for _, token := range split(random, s.Text) {
			raw, _ := json.Marshal(token)
			body = append(body, `data: {"choices":[{"index":0,"delta":{"content":`+string(raw)+`}}]}`+"\n\n")
		}
		out, _, _ := streamed(t, policy, sse, body...)
		got := chatText(t, out)
		if !json.Valid([]byte(got)) {
			t.Errorf("%s: %s became %s", s.ID, s.Text, got)
		}
		var whole scan.Scanner
		whole.Reset(policy, scan.Response, "application/json")
		whole.Write([]byte(s.Text))
		findings := whole.Finish().Findings
		want := string(policy.Redact(nil, []byte(s.Text), scan.Response, "application/json", findings))
		all++
		if got == want {
			same++
		}
		for _, f := range findings {
			if value := s.Text[f.Start:f.End]; policy.Action(scan.Response, f.Type).Edits() {
				values++
				if strings.Contains(got, value) {
					missed++
					t.Logf("%s %s in %.300s", f.Type, value, s.Text)
				}
			}
		}
	}
	if missed > 0 || same*100 < all*99 {
		t.Errorf("%d of %d values that a whole body would lose came out; %d of %d bodies became the same", missed, values, same, all)
	}
}
