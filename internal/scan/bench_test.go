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
		b.Run(c.name+"/bytes", func(b *testing.B) {
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
