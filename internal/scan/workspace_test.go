package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// Scanners that share a workspace take turns in the middle of bodies, and each finds what it would find alone.
func TestScannersThatShareAWorkspaceDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	policy := everything()
	var bodies [][]byte
	for _, file := range []string{"pii/synthetic-api.jsonl", "benign/chat-openai-json.jsonl", "sqli/crs942.jsonl", "promptinjection/deepset.jsonl"} {
		for i, s := range corpus(t, file) {
			if i%17 == 0 {
				bodies = append(bodies, []byte(s.Text))
			}
		}
	}
	var work scan.Workspace
	scanners := make([]scan.Scanner, len(bodies))
	for i := range scanners {
		scanners[i].Share(&work)
		scanners[i].Reset(policy, scan.Request, "")
	}
	for at, left := 0, len(bodies); left > 0; at += 61 {
		for i, body := range bodies {
			if at >= len(body) {
				continue
			}
			scanners[i].Write(body[at:min(at+61, len(body))])
			if at+61 >= len(body) {
				left--
			}
		}
	}
	for i, body := range bodies {
		if diff := cmp.Diff(judge(policy, "", body), scanners[i].Finish()); diff != "" {
			t.Fatalf("%s:\n%s", body, diff)
		}
	}
}
