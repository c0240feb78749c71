package scan_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func redact(policy *scan.Policy, contentType, body string) string {
	var scanner scan.Scanner
	scanner.Reset(policy, scan.Response, contentType)
	scanner.Write([]byte(body))
	return string(policy.Redact(nil, []byte(body), scan.Response, contentType, scanner.Finish().Findings))
}

func TestRedactionFormats(t *testing.T) {
	t.Parallel()
	const json, form, text = "application/json", "application/x-www-form-urlencoded", "text/plain"
	for _, c := range []struct{ contentType, body, partial, tag string }{
		{text, "card 4111 1111 1111 1111.", "card [REDACTED CARD ENDING IN 1111].", "card [CARD_NUMBER]."},
		{text, "mail jane@example.com", "mail [j*****@example.com]", "mail [EMAIL]"},
		{text, "call (614) 604-0986", "call [REDACTED PHONE ENDING IN 0986]", "call [PHONE]"},
		{text, "ssn 536-90-4399", "ssn [REDACTED SSN]", "ssn [SSN]"},
		{text, "iban DE89 3704 0044 0532 0130 00", "iban [REDACTED IBAN]", "iban [IBAN]"},
		{text, "key AKIAQ3EGRIXZ5LMNOP7A", "key [REDACTED SECRET]", "key [SECRET]"},
		{json, `{"a":"jane@example.com"}`, `{"a":"[j*****@example.com]"}`, `{"a":"[EMAIL]"}`},
		{json, `{"a":4111111111111111}`, `{"a":"[REDACTED CARD ENDING IN 1111]"}`, `{"a":"[CARD_NUMBER]"}`},
		{json, `[{"ssn":536904399}]`, `[{"ssn":"[REDACTED SSN]"}]`, `[{"ssn":"[SSN]"}]`},
		{json, `{"a":"{\"card\": 4111111111111111}"}`, `{"a":"{\"card\": \"[REDACTED CARD ENDING IN 1111]\"}"}`, `{"a":"{\"card\": \"[CARD_NUMBER]\"}"}`},
		{json, `{"a":"{\"note\":\"pay:4111111111111111,now\"}"}`, `{"a":"{\"note\":\"pay:[REDACTED CARD ENDING IN 1111],now\"}"}`, `{"a":"{\"note\":\"pay:[CARD_NUMBER],now\"}"}`},
		{
			json, `{"a":"{\"b\":\"{\\\"c\\\":4111111111111111}\"}"}`,
			`{"a":"{\"b\":\"{\\\"c\\\":\\\"[REDACTED CARD ENDING IN 1111]\\\"}\"}"}`, `{"a":"{\"b\":\"{\\\"c\\\":\\\"[CARD_NUMBER]\\\"}\"}"}`,
		},
		{
			json, `{"a":"{\n  \"b\": 4111111111111111\n}"}`, `{"a":"{\n  \"b\": \"[REDACTED CARD ENDING IN 1111]\"\n}"}`,
			`{"a":"{\n  \"b\": \"[CARD_NUMBER]\"\n}"}`,
		},
		{json, `{"a":"[\n\t4111111111111111\r\n]"}`, `{"a":"[\n\t\"[REDACTED CARD ENDING IN 1111]\"\r\n]"}`, `{"a":"[\n\t\"[CARD_NUMBER]\"\r\n]"}`},
		{json, `{"a":"\u006aane\u0040example.com"}`, `{"a":"[j*****@example.com]"}`, `{"a":"[EMAIL]"}`},
		{json, `{"a":"4111\u200b111111111111"}`, `{"a":"[REDACTED CARD ENDING IN 1111]"}`, `{"a":"[CARD_NUMBER]"}`},
		{form, "a=1&mail=jane%40example.com&b=2", "a=1&mail=%5Bj*****%40example.com%5D&b=2", "a=1&mail=%5BEMAIL%5D&b=2"},
		{form, "card=4111+1111+1111+1111", "card=%5BREDACTED+CARD+ENDING+IN+1111%5D", "card=%5BCARD_NUMBER%5D"},
		{text, "nothing here", "nothing here", "nothing here"},
	} {
		if got := redact(everything(), c.contentType, c.body); got != c.partial {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.partial)
		}
		tags := everything()
		tags.Format = scan.FormatTag
		if got := redact(tags, c.contentType, c.body); got != c.tag {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.tag)
		}
	}
}

func TestOnlyFindingsToRedactAreReplaced(t *testing.T) {
	t.Parallel()
	policy := everything()
	policy.Response.Actions["EMAIL"] = scan.Log
	const body = "jane@example.com 4111111111111111"
	if got := redact(policy, "text/plain", body); got != "jane@example.com [REDACTED CARD ENDING IN 1111]" {
		t.Error(got)
	}
}

func TestOverlappingFindingsAreReplacedTogether(t *testing.T) {
	t.Parallel()
	findings := []scan.Finding{{Type: "SECRET", Start: 2, End: 12}, {Type: "EMAIL", Start: 8, End: 14}, {Type: "SSN", Start: 14, End: 15}, {Type: "SSN", Start: 90, End: 99}}
	got := everything().Redact([]byte(">"), []byte("0123456789abcdefgh"), scan.Response, "text/plain", findings)
	if string(got) != ">01[REDACTED SECRET][REDACTED SSN]fgh" {
		t.Errorf("%s", got)
	}
}

// values that are redacted, and others.
var sensitive = []string{"jane@example.com", "4111 1111 1111 1111", "+44 20 7946 0958", "DE89370400440532013000", "536-90-4399"}

func TestRedactedJSONDiffersOnlyInFlaggedLeaves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document, want := drawJSON(t, 0)
		body, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		redacted := redact(everything(), "application/json", string(body))
		if err := json.Unmarshal([]byte(redacted), &got); err != nil {
			t.Fatalf("%s became %s: %v", body, redacted, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s became %s:\n%s", body, redacted, diff)
		}
	})
}

// drawJSON draws a document and what it must be after redaction.
func drawJSON(t *rapid.T, depth int) (document, want any) {
	kinds := []string{"calm", "sensitive", "number", "card", "object", "array", "nested"}
	if depth > 2 {
		kinds = kinds[:4]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "sensitive":
		value := rapid.SampledFrom(sensitive).Draw(t, "value")
		before, after := rapid.SampledFrom([]string{"", "a \"b\" ", "é\n"}).Draw(t, "before"), rapid.SampledFrom([]string{"", " \\ z", "\u2028"}).Draw(t, "after")
		return before + value + after, before + redact(everything(), "text/plain", value) + after
	case "number":
		return float64(7), float64(7)
	case "card":
		return json.Number("4111111111111111"), "[REDACTED CARD ENDING IN 1111]"
	case "object":
		a, wantA := drawJSON(t, depth+1)
		b, wantB := drawJSON(t, depth+1)
		return map[string]any{"a": a, "b\"": b}, map[string]any{"a": wantA, "b\"": wantB}
	case "array":
		a, wantA := drawJSON(t, depth+1)
		return []any{a, nil, true}, []any{wantA, nil, true}
	case "nested":
		a, wantA := drawJSON(t, 3)
		return fmt.Sprintf(`{"k":%s}`, encode(t, a)), fmt.Sprintf(`{"k":%s}`, encode(t, wantA))
	}
	calm := rapid.SampledFrom([]string{"", "order 66", "\u0000", "\"", "2026-08-21"}).Draw(t, "calm")
	return calm, calm
}

func encode(t *rapid.T, v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestRedactedFormsStayDecodable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom(sensitive).Draw(t, "value")
		note := rapid.SampledFrom([]string{"a&b=c", "100%", "x y"}).Draw(t, "note")
		body := url.Values{"v": {value}, "n": {note}}.Encode()
		got, err := url.ParseQuery(redact(everything(), "application/x-www-form-urlencoded", body))
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{"v": {redact(everything(), "text/plain", value)}, "n": {note}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
