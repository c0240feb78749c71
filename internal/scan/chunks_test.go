package scan_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// judge scans a body in the given pieces.
// everything is the strict policy that looks for all types in both directions.
func everything() *scan.Policy {
	p := scan.Strict()
	p.Request.Default, p.Response.Default = scan.Log, scan.Log
	return p
}

func judge(policy *scan.Policy, contentType string, pieces ...[]byte) scan.Result {
	var scanner scan.Scanner
	scanner.Reset(policy, scan.Request, contentType)
	for _, piece := range pieces {
		scanner.Write(piece)
	}
	return scanner.Finish()
}

var corpusFiles = []string{
	"pii/synthetic-api.jsonl", "pii/presidio-unit.jsonl", "benign/chat-openai-json.jsonl", "benign/github-webhooks.jsonl",
	"sqli/crs942.jsonl", "xss/crs941.jsonl", "pathtraversal/crs930.jsonl", "cmdi/crs932.jsonl",
}

func TestChunkBoundariesChangeNothing(t *testing.T) {
	t.Parallel()
	policy := everything()
	for _, file := range corpusFiles {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			for i, s := range corpus(t, file) {
				if i%11 != 0 {
					continue
				}
				body := []byte(s.Text)
				for _, contentType := range []string{"", "application/json", "text/plain", "application/x-www-form-urlencoded"} {
					whole := judge(policy, contentType, body)
					for _, cut := range cuts(random, len(body)) {
						if diff := cmp.Diff(whole, judge(policy, contentType, body[:cut], body[cut:])); diff != "" {
							t.Fatalf("%s as %q cut at %d:\n%s", s.ID, contentType, cut, diff)
						}
					}
					if diff := cmp.Diff(whole, judge(policy, contentType, shred(random, body)...)); diff != "" {
						t.Fatalf("%s as %q in small pieces:\n%s", s.ID, contentType, diff)
					}
				}
			}
		})
	}
}

// cuts returns every position of a short body and some of a long one.
func cuts(random *rand.Rand, n int) []int {
	var positions []int
	for i := 1; i < n && n <= 300; i++ {
		positions = append(positions, i)
	}
	for range 8 {
		if n > 300 {
			positions = append(positions, 1+random.IntN(n-1))
		}
	}
	return positions
}

// shred cuts a body into pieces of 1 to 9 bytes, or up to 900 when it is long.
func shred(random *rand.Rand, body []byte) (pieces [][]byte) {
	most := 9
	if len(body) > 10_000 {
		most = 900
	}
	for len(body) > 0 {
		n := min(len(body), 1+random.IntN(most))
		pieces = append(pieces, body[:n])
		body = body[n:]
	}
	return pieces
}
