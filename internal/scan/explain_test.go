package scan_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func TestMovesAddUpToTheConfidence(t *testing.T) {
	t.Parallel()
	var scanner scan.Scanner
	policy := everything()
	scanner.Reset(policy, scan.Request, "application/json")
	scanner.Write([]byte(`{"html":"%2527%2520UNION%2520SELECT%2520pin%2520FROM%2520users--","note":"%253Cscript%253Ealert(1)%253C/script%253E"}`))
	found := scanner.Finish().Findings
	if len(found) == 0 {
		t.Fatal("nothing found")
	}
	for _, f := range found {
		sum := f.Raw
		for _, m := range f.Moves(policy.Profile) {
			if m.Because == "" || m.By == 0 {
				t.Errorf("%s: %+v says nothing", f.Type, m)
			}
			sum += m.By
		}
		if sum = max(0, min(sum, 1)); sum != f.Confidence || f.Raw == f.Confidence && f.Moved != 0 {
			t.Errorf("%s: %v moved by %v is %v, not %v", f.Type, f.Raw, f.Moves(policy.Profile), sum, f.Confidence)
		}
		if least := scan.LeastConfidence(policy.Profile, f.Type); f.Confidence < least || least == 0 {
			t.Errorf("%s: %v is reported from %v on", f.Type, f.Confidence, least)
		}
	}
}
