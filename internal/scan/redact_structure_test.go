package scan_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// randomJSON writes documents with values in all encodings, below names that tell of them and others.
type randomJSON struct{ *rand.Rand }

var (
	jsonNames = []string{"a", "email", "card_number", "password", "ssn", "phone", "note", "api_key", "cvv", "dob", "name", "address", "k\"", "iban", "arguments"}
	jsonTexts = []string{
		"jane@example.com", "4111 1111 1111 1111", "4111111111111111", "+44 20 7946 0958", "DE89370400440532013000", "536-90-4399",
		"AKIA" + "QWERTZUIOP234567", "postgres://u:s3cr3tPw9@db.example/x", "password: hunter2Xy!9q", "<b>jane@example.com</b>",
		"-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----", "jane\u200b@example.com",
		"４１１１ １１１１ １１１１ １１１１", "plain", "é中😀", "\"q\"", "a\\b", "2026-05-01", "192.168.1.44", "Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==",
		"https://a.example/?email=jane%40example.com&x=1", "&#106;ane&#64;example.com", "Y29udGFjdDogamFuZUBleGFtcGxlLmNvbSBvaw==",
	}
	jsonNumbers = []string{"4111111111111111", "536904399", "1", "-0.5e10", "4111111111111111.0", "1e400", "6146040986", "true", "null", "0", "123"}
)

func (r randomJSON) one(of []string) string { return of[r.IntN(len(of))] }

func (r randomJSON) value(depth int) string {
	space := func() string { return r.one([]string{"", "", "", " ", "\n", "\t "}) }
	var parts []string
	switch kind := r.IntN(10); {
	case kind < 2 && depth < 5:
		for range r.IntN(4) {
			parts = append(parts, space()+`"`+escaped(r.Rand, r.one(jsonNames))+`"`+space()+":"+space()+r.value(depth+1)+space())
		}
		return "{" + strings.Join(parts, ",") + "}"
	case kind < 4 && depth < 5:
		for range r.IntN(4) {
			parts = append(parts, space()+r.value(depth+1)+space())
		}
		return "[" + strings.Join(parts, ",") + "]"
	case kind == 4:
		return r.one(jsonNumbers)
	case kind == 5 && depth < 4:
		nested, _ := json.Marshal(r.value(depth + 2))
		return string(nested)
	}
	text := r.one(jsonTexts)
	for range r.IntN(3) {
		text += r.one([]string{" ", ", ", "\n", "\\", "\"", "; "}) + r.one(jsonTexts)
	}
	return `"` + escaped(r.Rand, text) + `"`
}

// jsonToken is a string, a number or a mark of a document.
type jsonToken struct {
	start, end int
	kind       byte // its first byte; 0 for numbers and literals
}

func jsonTokens(body []byte) (tokens []jsonToken) {
	const marks = "{}[]:, \n\t\r"
	for i := 0; i < len(body); {
		end, kind := i+1, body[i]
		switch {
		case kind == '"':
			for body[end] != '"' {
				if body[end] == '\\' {
					end++
				}
				end++
			}
			end++
		case strings.IndexByte(marks, kind) < 0:
			for kind = 0; end < len(body) && strings.IndexByte(marks, body[end]) < 0; {
				end++
			}
		}
		tokens = append(tokens, jsonToken{i, end, kind})
		i = end
	}
	return tokens
}

// TestEditsKeepTheStructureOfJSON edits random documents by every action: they stay JSON, JSON in their strings too, and only
// what was found differs, down to the white space.
func TestEditsKeepTheStructureOfJSON(t *testing.T) {
	t.Parallel()
	var policies []*scan.Policy
	for _, action := range []scan.Action{scan.Redact, scan.Mask, scan.Tokenize} {
		p, bare := acting(action), acting(action)
		bare.Format, bare.Reveal = scan.FormatTag, scan.RevealNone
		policies = append(policies, p, bare)
	}
	random := randomJSON{rand.New(rand.NewPCG(7, 8))}
	for i := range 6000 {
		body := []byte(random.value(0))
		policy := policies[i%len(policies)]
		found := slices.Clone(judge(policy, "application/json", body).Findings)
		edited := policy.Redact(nil, body, scan.Response, "application/json", found)
		if !json.Valid(edited) {
			t.Fatalf("%s became %s", body, edited)
		}
		before, after := jsonTokens(body), jsonTokens(edited)
		if len(before) != len(after) {
			t.Fatalf("%s became %s", body, edited)
		}
		for k, b := range before {
			a := after[k]
			was, is := body[b.start:b.end], edited[a.start:a.end]
			if bytes.Equal(was, is) {
				continue
			}
			flagged := slices.ContainsFunc(found, func(f scan.Finding) bool { return f.Start < b.end && f.End > b.start })
			if !flagged || b.kind != a.kind && (b.kind != 0 || a.kind != '"') || nestedJSON(was) && !nestedJSON(is) {
				t.Errorf("%s became %s in %s", was, is, body)
			}
		}
	}
}

// nestedJSON reports whether a string holds an object or array in JSON.
func nestedJSON(quoted []byte) bool {
	var text string
	return json.Unmarshal(quoted, &text) == nil && json.Valid([]byte(text)) && strings.ContainsAny(text[:1], "{[")
}
