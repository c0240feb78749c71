package pii_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/pii/shapetest"
)

// surroundings are how a secret stands in files and messages.
var surroundings = []string{
	"%s", "here it is: %s", `{"x":"%s"}`, "X=%s\n", "x: '%s'\n", `let x = "%s";`, "use `%s`, please", "curl -H 'X: %s' https://api.example", "(%s)", "<x>%s</x>", "x=%s&y=1",
}

func TestEveryVendorRuleFindsWhatItDescribes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, rule := range byForm() {
		for range 3 {
			value := shapetest.Make(random, rule.Shape).Text
			for _, around := range surroundings {
				text := fmt.Sprintf(around, value)
				if !hasSecret(matches("", text), value) {
					t.Errorf("%s %s: %q in %q is not found", rule.Subtype, rule.Shape, value, text)
					break
				}
			}
		}
	}
}

// hasSecret reports whether exactly the value was found.
func hasSecret(found []pii.Match, value string) bool {
	for _, m := range found {
		if m.Type == pii.Secret && m.End-m.Start == len(value) && m.Confidence >= 0.5 {
			return true
		}
	}
	return false
}

// A secret with one character changed, too many or too few is none, unless it has the form of another.
func TestVendorRulesFindNothingElse(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, rule := range byForm() {
		value := shapetest.Make(random, rule.Shape)
		for i, p := range value.Parts {
			if i == len(value.Parts)-1 && !p.Exact {
				continue // it may as well be shorter
			}
			for name, changed := range map[string]string{
				"a character of another kind": value.Text[:(p.Start+p.End)/2] + "!" + value.Text[(p.Start+p.End)/2+1:],
				"one too many":                value.Text[:p.End] + "a0"[:1] + value.Text[p.End:],
				"one too few":                 value.Text[:p.Start] + value.Text[p.Start+1:],
			} {
				if name != "a character of another kind" && (!p.Exact || p.Class == 0) {
					continue
				}
				for _, m := range matches("", "x "+changed+" y") {
					if m.Subtype == rule.Subtype && m.End-m.Start >= len(value.Text)-1 {
						t.Errorf("%s %s: %s in part %q of %q is found as %q", rule.Subtype, rule.Shape, name, value.Text[p.Start:p.End], value.Text, changed)
					}
				}
			}
		}
		if found := matches("", "x z"+value.Text+" y"); value.Parts[0].Class == 0 && hasSecret(found, value.Text) {
			t.Errorf("%s %s: %q is found in a word", rule.Subtype, rule.Shape, value.Text)
		}
	}
}

// byForm are the rules of secrets that say themselves what they are.
func byForm() (rules []pii.Vendor) {
	for _, v := range pii.Vendors() {
		if v.Names == "" {
			rules = append(rules, v)
		}
	}
	return rules
}

func TestVendorRulesNameManyVendors(t *testing.T) {
	t.Parallel()
	all, form := make(map[string]bool), make(map[string]bool)
	for _, v := range pii.Vendors() {
		name, _, _ := strings.Cut(v.Subtype, "_")
		all[name] = true
		if v.Names == "" {
			form[name] = true
		}
	}
	t.Logf("%d vendors by form, %d in all", len(form), len(all))
	if len(form) < 120 {
		t.Errorf("only %d vendors by form", len(form))
	}
}

func TestVendorLabelsFindWhatTheyName(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for _, v := range pii.Vendors() {
		if v.Names == "" {
			continue
		}
		for _, word := range strings.Split(v.Names, "|") {
			value := shapetest.Make(random, v.Shape).Text
			for strings.ToLower(value) == strings.ToUpper(value) || !strings.ContainsAny(value, "0123456789") {
				value = shapetest.Make(random, v.Shape).Text
			}
			name := word + "_api_key"
			for _, c := range []struct{ key, text string }{
				{name, value}, {"", strings.ToUpper(name) + "=" + value + "\n"}, {"", name + `: "` + value + `"`}, {"", `{"` + name + `": "` + value + `"}`},
			} {
				if !hasSecret(matches(c.key, c.text), value) {
					t.Errorf("%s: %q %q is not found", v.Subtype, c.key, c.text)
				}
			}
		}
	}
}

func TestGitHubTokensHaveChecksums(t *testing.T) {
	t.Parallel()
	// A revoked token that is known from public documentation.
	body := join("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17")
	if !pii.CRCSuffix(body) {
		t.Error("the checksum of a genuine token is refused")
	}
	if pii.CRCSuffix("b" + body[1:]) {
		t.Error("the checksum of another token is accepted")
	}
}

func TestSecretsAreFoundWithoutAllocation(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	var texts [][]byte
	for i, v := range pii.Vendors() {
		texts = append(texts, fmt.Appendf(nil, "X_API_KEY=%s and %s", shapetest.Make(random, v.Shape).Text, surroundings[i%len(surroundings)]))
	}
	for _, text := range []string{"seed phrase: legal winner thank year wave sausage worth useful legal winner thank yellow", "curl -u jane:s3cr3tpw https://a.example", "my password is Tr0ub4dor&3"} {
		texts = append(texts, []byte(text))
	}
	literals := pii.Literals()
	found := make([]pii.Match, 0, 64)
	var value pii.Text
	allocs := testing.AllocsPerRun(1, func() {
		for _, text := range texts {
			value = pii.Text{Bytes: text, Wants: ^uint64(0)}
			for rule, literal := range literals {
				for at := 0; at+len(literal) <= len(text); at++ {
					if fold.HasPrefix(text[at:], literal) {
						found = value.Literal(rule, at, found[:0])
					}
				}
			}
			found = value.Tokens(0, len(value.Bytes), found[:0])
			found = value.SeedPhrase(found[:0])
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}
