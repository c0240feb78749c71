package pii_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// classes of shapes, see package pii.
var classes = map[byte]string{
	'd': "0123456789", 'x': "0123456789abcdef", 'l': "0123456789abcdefghijklmnopqrstuvwxyz", 'U': "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	'a': alnum, 'w': alnum + "_", 'u': alnum + "_-", 'v': alnum + "_-.", 'c': alnum + "_-=", 'b': alnum + "+/", 'B': alnum + "+/",
}

const alnum = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// made is a value of a shape, as one string and in its parts: literals and what classes made.
type made struct {
	text  string
	parts []part
}

type part struct {
	start, end int
	class      byte // 0 for a literal
	exact      bool
}

// makeValue makes a random value of a shape. Values begin and end with a letter or a digit where the shape lets them.
func makeValue(random *rand.Rand, shape string) (m made) {
	whole := shape
	var b strings.Builder
	for shape != "" {
		start := b.Len()
		if shape[0] != '<' {
			end := strings.IndexByte(shape+"<", '<')
			b.WriteString(shape[:end])
			m.parts = append(m.parts, part{start, b.Len(), 0, true})
			shape = shape[end:]
			continue
		}
		item, rest, _ := strings.Cut(shape[1:], ">")
		shape = rest
		if item == "g" {
			fmt.Fprintf(&b, "%08x-%04x-4%03x-a%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48))
			m.parts = append(m.parts, part{start, b.Len(), 'g', true})
			continue
		}
		var least, most int
		switch n, _ := fmt.Sscanf(item[1:], "%d-%d", &least, &most); {
		case strings.HasSuffix(item, "+"):
			most = least + 40
		case n == 1:
			most = least
		}
		set := classes[item[0]]
		for i, n := 0, least+random.IntN(most-least+1); i < n; i++ {
			c := set[random.IntN(len(set))]
			for (i == 0 || i == n-1) && !strings.ContainsRune(alnum, rune(c)) {
				c = set[random.IntN(len(set))]
			}
			b.WriteByte(c)
		}
		m.parts = append(m.parts, part{start, b.Len(), item[0], least == most})
	}
	m.text = b.String()
	if m.parts[0].class == 'a' && strings.HasSuffix(whole, "40>") {
		m.text = "MT" + m.text[2:] // Discord's: a number in base64
	}
	return m
}

// surroundings are how a secret stands in files and messages.
var surroundings = []string{
	"%s", "here it is: %s", `{"x":"%s"}`, "X=%s\n", "x: '%s'\n", `let x = "%s";`, "use `%s`, please", "curl -H 'X: %s' https://api.example", "(%s)", "<x>%s</x>", "x=%s&y=1",
}

func TestEveryVendorRuleFindsWhatItDescribes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, rule := range pii.VendorRules() {
		for range 3 {
			value := makeValue(random, rule.Shape).text
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
	for _, rule := range pii.VendorRules() {
		value := makeValue(random, rule.Shape)
		for i, p := range value.parts {
			if i == len(value.parts)-1 && !p.exact {
				continue // it may as well be shorter
			}
			for name, changed := range map[string]string{
				"a character of another kind": value.text[:(p.start+p.end)/2] + "!" + value.text[(p.start+p.end)/2+1:],
				"one too many":                value.text[:p.end] + "a0"[:1] + value.text[p.end:],
				"one too few":                 value.text[:p.start] + value.text[p.start+1:],
			} {
				if name != "a character of another kind" && (!p.exact || p.class == 0) {
					continue
				}
				for _, m := range matches("", "x "+changed+" y") {
					if m.Subtype == rule.Subtype && m.End-m.Start >= len(value.text)-1 {
						t.Errorf("%s %s: %s in part %q of %q is found as %q", rule.Subtype, rule.Shape, name, value.text[p.start:p.end], value.text, changed)
					}
				}
			}
		}
		if found := matches("", "x z"+value.text+" y"); value.parts[0].class == 0 && hasSecret(found, value.text) {
			t.Errorf("%s %s: %q is found in a word", rule.Subtype, rule.Shape, value.text)
		}
	}
}

func TestVendorRulesNameManyVendors(t *testing.T) {
	t.Parallel()
	vendors := make(map[string]bool)
	for _, rule := range pii.VendorRules() {
		vendor, _, _ := strings.Cut(rule.Subtype, "_")
		vendors[vendor] = true
	}
	byForm := len(vendors)
	for _, line := range strings.Split(strings.TrimSpace(pii.VendorLabels), "\n") {
		vendor, _, _ := strings.Cut(strings.Fields(line)[0], "_")
		vendors[vendor] = true
	}
	t.Logf("%d vendors by form, %d in all", byForm, len(vendors))
	if byForm < 120 {
		t.Errorf("only %d vendors by form", byForm)
	}
}

func TestVendorLabelsFindWhatTheyName(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for _, line := range strings.Split(strings.TrimSpace(pii.VendorLabels), "\n") {
		fields := strings.Fields(line)
		for _, word := range strings.Split(fields[1], "|") {
			for _, shape := range fields[2:] {
				value := makeValue(random, shape).text
				for strings.ToLower(value) == strings.ToUpper(value) || !strings.ContainsAny(value, "0123456789") {
					value = makeValue(random, shape).text
				}
				name := word + "_api_key"
				for _, c := range []struct{ key, text string }{
					{name, value}, {"", strings.ToUpper(name) + "=" + value + "\n"}, {"", name + `: "` + value + `"`}, {"", `{"` + name + `": "` + value + `"}`},
				} {
					if !hasSecret(matches(c.key, c.text), value) {
						t.Errorf("%s: %q %q is not found", fields[0], c.key, c.text)
					}
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
