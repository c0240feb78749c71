package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// BenchmarkScan judges benign bodies of each kind: those of the corpora when they are there, of testdata otherwise, and
// two of 64 KiB.
func BenchmarkScan(b *testing.B) {
	for _, c := range []struct {
		name, contentType string
		bodies            [][]byte
	}{
		{"webhook", "application/json", benign(b, "benign/github-webhooks.jsonl")},
		{"chat", "application/json", benign(b, "benign/chat-openai-json.jsonl")},
		{"prose", "text/plain", benign(b, "benign/alpaca-seed.jsonl")},
		{"api-64k", "application/json", [][]byte{apiBody(64 << 10)}},
		{"chat-64k", "application/json", [][]byte{conversation(b, 64<<10)}},
	} {
		size := 0
		for _, body := range c.bodies {
			size += len(body)
		}
		b.Run(c.name, func(b *testing.B) {
			var scanner scan.Scanner
			policy := everything()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				for _, body := range c.bodies {
					scanner.Reset(policy, scan.Request, c.contentType)
					scanner.Write(body)
					scanner.Finish()
				}
			}
			b.ReportMetric(float64(size*b.N)/1e6/(cpuTime(b)-start).Seconds(), "MB/cpu-s")
		})
		b.Run("bytes-of-"+c.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				for _, body := range c.bodies {
					counted += bytes.Count(body, []byte{'"'})
				}
			}
		})
	}
}

func benign(b *testing.B, file string) (bodies [][]byte) {
	for _, s := range corpus(b, file) {
		bodies = append(bodies, []byte(s.Text))
	}
	return bodies
}

// apiBody is a list of records with ids, words, sentences and points in time.
func apiBody(size int) []byte {
	body := []byte(`{"items":[`)
	for i := 0; len(body) < size-250; i++ {
		body = fmt.Appendf(body, `{"id":%d,"sku":"LAMP-%04d","title":"A reading lamp with a green shade","quantity":%d,"note":"Please wrap it, it is a present for a friend.","updated":"2026-05-%02dT10:00:00Z"},`,
			1000+i, i, i%7+1, i%28+1)
	}
	return append(body, `{}]}`...)
}

// conversation is one request with the messages of all chat requests of the corpus, again from the first if they do not
// suffice.
func conversation(b *testing.B, size int) []byte {
	var messages []json.RawMessage
	for _, s := range corpus(b, "benign/chat-openai-json.jsonl") {
		var request struct{ Messages []json.RawMessage }
		if err := json.Unmarshal([]byte(s.Text), &request); err != nil {
			b.Fatal(err)
		}
		messages = append(messages, request.Messages...)
	}
	body := []byte(`{"model":"gpt-4o","messages":[`)
	for i := 0; len(body) < size; i++ {
		body = append(append(body, messages[i%len(messages)]...), ',')
	}
	return append(body, `{}]}`...)
}

var counted int

// BenchmarkHostile judges what is made to be slow, each as text and as a JSON string.
func BenchmarkHostile(b *testing.B) {
	for name, unit := range map[string]string{
		"percent":       "%2525252525",
		"references":    "&#x26;#x26;amp;",
		"backslashes":   `\\u005cu005c`,
		"zero width":    "a\u200b",
		"quotes":        `\"`,
		"digits":        "1 a ",
		"separators":    "1-",
		"long digits":   "4111111111111111",
		"phones":        "call 1 call 2 ",
		"at":            "a@a.b.c.d.e.f.g.",
		"mails":         "a@b.co ",
		"base64":        "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg ",
		"nested base64": "SlRJMk1qVXlOVEkxTWpVeU5USTFNalV5TlRJMU1qVXk ",
		"labels":        "password=",
		"keys":          "-----BEGIN PRIVATE KEY-----",
		"prefixes":      "sk-proj-",
		"tokens":        "eyJhbGciOiJIUzI1NiJ9.",
		"marks":         "T3BlbkFJ",
		"scheme":        "x://a:b",
		"structure":     "[[1,1,{},",
	} {
		body := bytes.Repeat([]byte(unit), 1<<20/len(unit))
		b.Run(name, func(b *testing.B) {
			var scanner scan.Scanner
			policy := everything()
			b.SetBytes(int64(2 * len(body)))
			start := cpuTime(b)
			for b.Loop() {
				for _, contentType := range []string{"text/plain", "application/json"} {
					scanner.Reset(policy, scan.Request, contentType)
					if contentType != "text/plain" && unit[0] != '[' {
						scanner.Write([]byte{'"'})
					}
					scanner.Write(body)
					scanner.Finish()
				}
			}
			b.ReportMetric(float64(2*len(body)*b.N)/1e6/(cpuTime(b)-start).Seconds(), "MB/cpu-s")
		})
	}
}
