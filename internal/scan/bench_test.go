package scan_test

import (
	"bytes"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// BenchmarkScan judges benign bodies of each kind; set to the corpora when they are there, to testdata
// otherwise.
func BenchmarkScan(b *testing.B) {
	for _, c := range []struct{ name, file, contentType string }{
		{"webhook", "benign/github-webhooks.jsonl", "application/json"},
		{"chat", "benign/chat-openai-json.jsonl", "application/json"},
		{"prose", "benign/alpaca-seed.jsonl", "text/plain"},
	} {
		var bodies [][]byte
		size := 0
		for _, s := range corpus(b, c.file) {
			bodies = append(bodies, []byte(s.Text))
			size += len(s.Text)
		}
		b.Run(c.name, func(b *testing.B) {
			var scanner scan.Scanner
			policy := scan.Strict()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				for _, body := range bodies {
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
				for _, body := range bodies {
					counted += bytes.Count(body, []byte{'"'})
				}
			}
		})
	}
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
			policy := scan.Strict()
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
