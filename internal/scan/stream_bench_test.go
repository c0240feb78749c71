package scan_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// BenchmarkStream passes OpenAI's events of prose, in chunks as Envoy reads them and one event at a time.
func BenchmarkStream(b *testing.B) {
	words := strings.SplitAfter(strings.Repeat("The quick brown fox jumps over the lazy dogs, and then it is time for something else. ", 40), " ")
	events := chat(words...)
	body := strings.Join(events, "")
	for name, chunks := range map[string][]string{"chunks": {body}, "events": events} {
		b.Run(name, func(b *testing.B) {
			var s scan.Stream
			var out []byte
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				s.Reset(scan.Strict(), scan.Response, sse)
				out = out[:0]
				for _, chunk := range chunks {
					out = s.Write(out, []byte(chunk))
				}
				out = s.Finish(out)
			}
			if len(out) != len(body) {
				b.Fatal("prose was changed")
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}
