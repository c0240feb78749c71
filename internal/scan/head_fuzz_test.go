package scan_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// FuzzCookies holds for any Cookie field: findings lie inside it, and an attack in a cookie is found whatever cookies stand beside it.
func FuzzCookies(f *testing.F) {
	f.Add("a=b", "c=d")
	f.Add(`a="b; c`, `d"`)
	f.Add(`a="`, "")
	f.Add(`="";;=`, `;"=`)
	f.Add("sid=8f14e45fceea167a5a36dedd4bea2543", "consent=%7B%22ads%22%3Afalse%7D")
	f.Fuzz(func(t *testing.T, before, behind string) {
		if strings.Contains(before+behind, "\n") || len(before)+len(behind) > 4096 {
			return
		}
		const attack = "' UNION SELECT password FROM users--"
		plain := "cookie:" + before + "; x=1; " + behind + "\n"
		for _, finding := range judgeHead(scan.Strict(), plain).Findings {
			if finding.Start < len("cookie:") || finding.End <= finding.Start || finding.End >= len(plain) {
				t.Fatalf("%+v in %q", finding, plain)
			}
		}
		attacked := "cookie:" + before + "; x=1" + attack + "; " + behind + "\n"
		if result := judgeHead(scan.Strict(), attacked); result.Verdict != scan.Block {
			t.Fatalf("%q: %+v", attacked, result)
		}
	})
}
