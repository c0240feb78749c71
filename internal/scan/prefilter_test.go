package scan_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

var attackFiles = []string{
	"sqli/crs942.jsonl", "sqli/libinjection.jsonl", "xss/crs941.jsonl", "xss/patt.jsonl", "cmdi/crs932.jsonl", "cmdi/payloadbox.jsonl",
	"pathtraversal/crs930.jsonl", "promptinjection/deepset.jsonl", "benign/alpaca-seed.jsonl", "benign/spider-sql.jsonl",
}

// A prefilter that hides an attack is a hole that no other test would show.
func TestThePrefilterHidesNoAttack(t *testing.T) {
	t.Parallel()
	for _, file := range attackFiles {
		for _, s := range corpus(t, file) {
			text := []byte(s.Text)
			seen := scan.Prefiltered(text)
			for i, family := range scan.Families() {
				if seen>>i&1 == 0 {
					if hidden := family.Find(text, nil); len(hidden) > 0 {
						t.Errorf("%s: %s finds %s, but the prefilter saw no trigger in %q", s.ID, family.Name, hidden[0].Rule, s.Text)
					}
				}
			}
		}
	}
}

// A trigger that is dismissed wakes no detector, so what it would have found there must be nothing that anyone acts on.
func TestDismissedTriggersHideNoAttack(t *testing.T) {
	t.Parallel()
	for i, family := range scan.Families() {
		if family.Dismissed == nil {
			continue
		}
		const encoded = 0.1 // what an encoded text weighs more
		dismissed, acted := 0, scan.Threshold(scan.DefaultProfile, i)-encoded
		for _, file := range append([]string{"benign/chat-openai-json.jsonl", "benign/spider-questions.jsonl"}, attackFiles...) {
			for _, s := range corpus(t, file) {
				text := []byte(s.Text)
				if !matchtest.Triggered(text, family.Triggers, family.WordTriggers) || len(family.Find(text, nil)) > 0 {
					continue
				}
				dismissed++
				for _, m := range family.Triggered(text) {
					if m.Confidence >= acted {
						t.Errorf("%s: %s %+v in %q is found by no one", s.ID, family.Name, m, s.Text)
					}
				}
			}
		}
		if dismissed == 0 {
			t.Errorf("%s: no trigger was dismissed", family.Name)
		}
	}
}

// What a rule needs beside its trigger is asked more strictly in the middle of a long text, where rules about how a text begins and
// ends cannot apply.
func TestDismissedTriggersHideNoAttackInsideLongTexts(t *testing.T) {
	t.Parallel()
	before := strings.Repeat("The committee met again in spring, and its minutes were sent around a week later. Nobody objected to them. ", 10)
	after := strings.Repeat(" It was agreed that the next report should be shorter. The chair thanked all who were present.", 8)
	sqli := scan.Families()[0]
	if scan.Prefiltered([]byte(before+after))&1 != 0 {
		t.Fatal("the ordinary sentences wake the detector")
	}
	const acted = 0.65 // what is acted on where it was encoded twice
	hidden, found := 0, 0
	for _, file := range []string{"sqli/crs942.jsonl", "sqli/libinjection.jsonl", "sqli/patt.jsonl", "xss/patt.jsonl", "cmdi/crs932.jsonl"} {
		for _, s := range corpus(t, file) {
			text := []byte(before + s.Text + after)
			for _, m := range sqli.Triggered(text) {
				if m.Confidence < acted {
					continue
				}
				found++
				if scan.Prefiltered(text)&1 == 0 {
					hidden++
					t.Logf("%s: %+v in %q", s.ID, m, s.Text)
				}
				break
			}
		}
	}
	if found == 0 || 500*hidden > found {
		t.Errorf("%d of %d are hidden", hidden, found)
	}
}

// The prefilter must agree with a search for every literal.
func TestThePrefilterFindsEveryLiteralInEveryCase(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for i, family := range scan.Families() {
		for _, trigger := range family.Triggers {
			for n := range 12 {
				after := n % 5
				before := "~" + strings.Repeat("1", n)
				text := before + randomCase(random, trigger) + strings.Repeat("_", after)
				if family.Dismissed != nil && family.Dismissed([]byte(text), len(before)+len(trigger), trigger) {
					continue
				}
				if scan.Prefiltered([]byte(text))>>i&1 == 0 {
					t.Errorf("%s: %q is not seen in %q", family.Name, trigger, text)
				}
			}
		}
	}
	for _, literal := range pii.Literals() {
		for n := range 12 {
			text := strings.Repeat("1", n) + randomCase(random, literal) + strings.Repeat("2", n%5)
			if scan.LiteralHits([]byte(text)) == 0 {
				t.Errorf("%q is not seen in %q", literal, text)
			}
		}
	}
}

func randomCase(random *rand.Rand, s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] >= 'a' && b[i] <= 'z' && random.IntN(2) == 0 {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

func TestEncodedRunsAreFoundWhereverTheyStart(t *testing.T) {
	t.Parallel()
	const run = "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg"
	for before := range 40 {
		for after := range 3 {
			text := strings.Repeat(" ", before) + run + strings.Repeat("!", after)
			start, end, found := scan.EncodedRun([]byte(text))
			if !found || start != before || end != before+len(run) {
				t.Fatalf("%q: %d to %d, %v", text, start, end, found)
			}
		}
	}
	for _, text := range []string{"", "short", "a sentence of ordinary words", "0123456789abcdef0123456789abcdef", "/repos/Codertocat/Hello-World/issues/comments"} {
		if start, end, found := scan.EncodedRun([]byte(text)); found {
			t.Errorf("%q: %d to %d", text, start, end)
		}
	}
}

// Texts of all lengths, of pieces of literals and of what mostly stands beside them, are seen as a search for each literal sees them.
func TestThePrefilterAgreesWithASearch(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	all := scan.Literals()
	const beside = " \n\"'.,:/-_0a~é"
	for range 1000 {
		var b strings.Builder
		for size := random.IntN(700) >> random.IntN(6); b.Len() < size; {
			literal := all[random.IntN(len(all))]
			switch random.IntN(4) {
			case 0:
				literal = literal[random.IntN(len(literal)):]
			case 1:
				literal = literal[:random.IntN(len(literal))]
			}
			b.WriteString(randomCase(random, literal))
			for range random.IntN(3) {
				b.WriteByte(beside[random.IntN(len(beside))])
			}
		}
		// What lies behind a text in memory is no part of it.
		text := []byte(b.String() + []string{"", "\", \"and or\": 1}" + b.String(), "and=1 or 1=1 " + b.String()}[random.IntN(3)])
		text = text[:b.Len()]
		reasons, secrets := scan.Seen(text)
		wanted, there := scan.Searched(text)
		slices.Sort(secrets)
		if reasons != wanted || !slices.Equal(secrets, there) {
			t.Fatalf("%q: %x with secrets at %d, want %x at %d", text, reasons, secrets, wanted, there)
		}
	}
}
