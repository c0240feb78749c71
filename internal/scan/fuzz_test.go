package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

var contentTypes = []string{"", "application/json", "application/x-www-form-urlencoded", "text/plain"}

var fuzzSeeds = []string{
	"", "{", `{"a":"jane@example.com","b":[1,4111111111111111]}`, `{"a":"{\"b\":\"\\u0031' OR 1=1--\"}"}`, `"`, `"\`, `[[[[1e9`,
	"a=1%27+OR+1%3D1&b=%u0031%", "&#x6a;&lt;script&gt;\xff\xfe\x00\xc0\xaf", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "{}\n[]\x1e\"a\" 4111 1111 1111 1111",
}

// judgeCut holds for any body: no panic, in a redaction of what is found either, and the same findings when it comes in two.
func judgeCut(t *testing.T, contentType string, body []byte, cut uint16) scan.Result {
	t.Helper()
	at := min(int(cut), len(body))
	whole := judge(everything(), contentType, body)
	if diff := cmp.Diff(whole, judge(everything(), contentType, body[:at], body[at:])); diff != "" {
		t.Fatalf("cut at %d:\n%s", at, diff)
	}
	everything().Redact(nil, body, scan.Response, contentType, whole.Findings)
	return whole
}

// FuzzScanner holds for any body: what judgeCut says, and findings inside it in order.
func FuzzScanner(f *testing.F) {
	for _, seed := range fuzzSeeds {
		for i := range contentTypes {
			f.Add([]byte(seed), uint8(i), uint16(len(seed)/2))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, kind uint8, cut uint16) {
		contentType := contentTypes[int(kind)%len(contentTypes)]
		whole := judgeCut(t, contentType, body, cut)
		at := 0
		for _, finding := range whole.Findings {
			if finding.Start < at || finding.End <= finding.Start || finding.End > len(body) {
				t.Fatalf("%+v in %d bytes", finding, len(body))
			}
			at = finding.Start
		}
	})
}

// FuzzJSONFrontEnd feeds JSON byte by byte and at once.
func FuzzJSONFrontEnd(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var pieces [][]byte
		for i := range body {
			pieces = append(pieces, body[i:i+1])
		}
		whole := judge(everything(), "application/json", body)
		if diff := cmp.Diff(whole, judge(everything(), "application/json", pieces...)); diff != "" {
			t.Fatal(diff)
		}
	})
}
