package scan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/scanbench"
)

// BenchmarkScan judges benign bodies of each kind, and counts their bytes for comparison.
func BenchmarkScan(b *testing.B) {
	bodies, err := scanbench.Benign(".")
	if err != nil {
		b.Fatal(err)
	}
	for _, body := range bodies {
		b.Run(body.Name, func(b *testing.B) { measure(b, body) })
		b.Run("bytes of "+body.Name, func(b *testing.B) {
			b.SetBytes(int64(len(body.Bytes)))
			for b.Loop() {
				counted += scanbench.Count(body.Bytes)
			}
		})
	}
}

var counted int

// BenchmarkHostile judges what is made to be slow.
func BenchmarkHostile(b *testing.B) {
	for _, body := range scanbench.Hostile(1<<20, scan.Literals()) {
		b.Run(body.Name, func(b *testing.B) { measure(b, body) })
	}
}

// BenchmarkCold judges a body of 2 KiB when the caches hold something else, as between two requests of a busy worker.
func BenchmarkCold(b *testing.B) {
	var scanner scan.Scanner
	policy, body := everything(), scanbench.API(2<<10)
	others := make([]byte, 64<<20)
	judge := func() time.Duration {
		start := time.Now()
		scanner.Reset(policy, scan.Request, "application/json")
		scanner.Write(body)
		scanner.Finish()
		return time.Since(start)
	}
	judge()
	var taken []time.Duration
	for b.Loop() {
		for i := 0; i < len(others); i += 64 {
			others[i]++
		}
		taken = append(taken, judge())
	}
	slices.Sort(taken)
	b.ReportMetric(float64(taken[len(taken)/2].Nanoseconds())/1e3, "µs/body")
}

func measure(b *testing.B, body scanbench.Body) {
	var scanner scan.Scanner
	policy := everything()
	b.SetBytes(int64(len(body.Bytes)))
	b.ReportAllocs()
	start := cpuTime(b)
	for b.Loop() {
		scanner.Reset(policy, scan.Request, body.ContentType)
		scanner.Write(body.Bytes)
		scanner.Finish()
	}
	b.ReportMetric(float64(len(body.Bytes)*b.N)/1e6/(cpuTime(b)-start).Seconds(), "MB/cpu-s")
}
