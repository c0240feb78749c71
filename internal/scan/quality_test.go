package scan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// score counts what was found of one type.
type score struct{ found, missed, wrong int }

func (s score) recall() float64    { return ratio(s.found, s.missed) }
func (s score) precision() float64 { return ratio(s.found, s.wrong) }

func ratio(part, rest int) float64 {
	if part+rest == 0 {
		return 1
	}
	return float64(part) / float64(part+rest)
}

// selfEvident are the types that their form proves; of the others it takes a field's name or a label to tell.
var selfEvident = map[string]bool{"CARD": true, "EMAIL": true, "IBAN": true, "IP": true, "MAC": true, "SSN": true, "URL": true}

// A span counts as found only with exactly its bytes.
func TestPersonalDataInAPIBodies(t *testing.T) {
	t.Parallel()
	scores := make(map[[2]string]score)
	for _, s := range corpus(t, "pii/synthetic-api.jsonl") {
		kind := "JSON"
		if s.Kind == "text" || s.Kind == "chat" {
			kind = "text"
		}
		count := func(findingType string, add score) {
			c := scores[[2]string{findingType, kind}]
			scores[[2]string{findingType, kind}] = score{c.found + add.found, c.missed + add.missed, c.wrong + add.wrong}
		}
		want := make(map[found]bool)
		runes := []rune(s.Text)
		for _, span := range s.Spans {
			want[found{Type: attackcorpus.DataTypes[span.Type], Text: string(runes[span.Start:span.End])}] = true
		}
		for _, f := range findings(judge(everything(), "", []byte(s.Text)), s.Text) {
			if f.View = ""; !slices.Contains(scan.PIITypes(), f.Type) {
				continue
			}
			if want[f] {
				count(f.Type, score{found: 1})
				delete(want, f)
				continue
			}
			count(f.Type, score{wrong: 1})
			t.Logf("%s: %s %q is not marked", s.ID, f.Type, f.Text)
		}
		for f := range want {
			count(f.Type, score{missed: 1})
			t.Logf("%s: %s %q is missed", s.ID, f.Type, f.Text)
		}
	}
	for _, name := range slices.Sorted(maps.Values(attackcorpus.DataTypes)) {
		for _, kind := range []string{"JSON", "text"} {
			s := scores[[2]string{name, kind}]
			recall, precision := 0.95, 0.97
			switch {
			case selfEvident[name]:
				recall, precision = 0.99, 0.99
			case kind == "text":
				recall = 0.85
			}
			t.Logf("%-14s %s recall %.4f precision %.4f (%d found, %d missed, %d wrong)", name, kind, s.recall(), s.precision(), s.found, s.missed, s.wrong)
			if s.recall() < recall || s.precision() < precision || s.found == 0 {
				t.Errorf("%s in %s: recall %.4f, precision %.4f of %d", name, kind, s.recall(), s.precision(), s.found+s.missed)
			}
		}
	}
}

func TestPersonalDataInThirdPartyText(t *testing.T) {
	t.Parallel()
	_, whole := corpora(t)
	scores := make(map[string]score)
	for _, s := range corpus(t, "pii/presidio-unit.jsonl") {
		recognizer, ours := attackcorpus.Recognizers[s.Recognizer]
		if !ours {
			continue
		}
		count := scores[s.Recognizer]
		switch hit := hasType(judge(everything(), "", []byte(s.Text)), recognizer.Type); {
		case hit && s.Label == 1:
			count.found++
		case hit:
			count.wrong++
			t.Logf("%s: %q is no %s", s.ID, s.Text, recognizer.Type)
		case s.Label == 1:
			count.missed++
			t.Logf("%s: %s in %q is missed", s.ID, recognizer.Type, s.Text)
		}
		scores[s.Recognizer] = count
	}
	for name, s := range scores {
		t.Logf("%-16s recall %.3f precision %.3f (%d found, %d missed, %d wrong)", name, s.recall(), s.precision(), s.found, s.missed, s.wrong)
		if s.precision() < 0.95 || whole && s.recall() < attackcorpus.Recognizers[name].Recall {
			t.Errorf("%s: recall %.3f, precision %.3f", name, s.recall(), s.precision())
		}
	}
}

// TestOrdinaryTrafficPasses counts benign bodies that the strict policy would block.
func TestOrdinaryTrafficPasses(t *testing.T) {
	t.Parallel()
	_, whole := corpora(t)
	bodies, blocked := 0, 0
	for _, c := range []struct{ file, contentType, profile string }{
		{"benign/github-webhooks.jsonl", "application/json", "strict-api"},
		{"benign/chat-openai-json.jsonl", "application/json", "ai-chat"},
		{"benign/alpaca-seed.jsonl", "text/plain", "ai-chat"},
		{"benign/spider-questions.jsonl", "text/plain", "strict-api"},
		{"benign/gotestwaf-falsepos.jsonl", "", "strict-api"},
		{"pii/synthetic-api.jsonl", "", "strict-api"},
	} {
		policy := everything()
		policy.Profile = c.profile
		n, hit := 0, 0
		for _, s := range corpus(t, c.file) {
			n++
			result := judge(policy, c.contentType, []byte(s.Text))
			if result.Verdict != scan.Block {
				continue
			}
			hit++
			for _, f := range result.Findings {
				if policy.Action(scan.Request, f.Type) == scan.Block {
					t.Logf("%s as %s: %s by %s: %q", s.ID, c.profile, f.Type, f.Rule, s.Text[f.Start:f.End])
				}
			}
		}
		t.Logf("%-32s %-12s %d of %d blocked", c.file, c.profile, hit, n)
		bodies += n
		blocked += hit
	}
	if limit := bodies / 1000; whole && blocked > limit {
		t.Errorf("%d of %d benign bodies blocked, the limit is %d", blocked, bodies, limit)
	}
}

// TestTheEngineHidesNoAttack compares the engine with its detectors alone, by source: filters, windows and
// thresholds of the strict profile may lose nothing, and decoding gains something.
func TestTheEngineHidesNoAttack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, family string }{
		{"sqli/crs942.jsonl", "sqli"}, {"sqli/libinjection.jsonl", "sqli"}, {"xss/crs941.jsonl", "xss"}, {"xss/patt.jsonl", "xss"},
		{"pathtraversal/crs930.jsonl", "path_traversal"}, {"cmdi/crs932.jsonl", "command_injection"},
		{"cmdi/payloadbox.jsonl", "command_injection"}, {"promptinjection/deepset.jsonl", "prompt_injection"},
	} {
		attacks, found, alone, wrong := 0, 0, 0, 0
		for _, s := range corpus(t, c.file) {
			hit := hasType(judge(everything(), "text/plain", []byte(s.Text)), c.family)
			if s.Label == 0 {
				wrong += count(hit)
				continue
			}
			attacks++
			found += count(hit)
			direct := sureOf(c.family, s.Text)
			alone += count(direct)
			if direct && !hit {
				t.Errorf("%s: %s is found by its detector and hidden by the engine: %q", s.ID, c.family, s.Text)
			}
		}
		t.Logf("%-32s %4d attacks: %.3f found, %.3f by the detector alone; %d others reported", c.file, attacks,
			ratio(found, attacks-found), ratio(alone, attacks-alone), wrong)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sureOf reports whether a detector alone is as sure as the strict profile demands.
func sureOf(family, text string) bool {
	for i, f := range scan.Families() {
		if f.Name != family {
			continue
		}
		for _, m := range f.Find([]byte(text), nil) {
			if m.Confidence >= scan.Threshold(scan.DefaultProfile, i) {
				return true
			}
		}
	}
	return false
}
