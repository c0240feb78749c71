package scan_test

import (
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// misses prints the payloads that are not found: of the half that may be read.
var misses = flag.Bool("misses", false, "print the payloads of testdata/unseen that are missed, those held out left aside")

// surroundings are where an API meets a payload.
var surroundings = []struct {
	name  string
	judge func(t *testing.T, payload string) scan.Result
}{
	{"alone", func(_ *testing.T, p string) scan.Result { return judge(everything(), "text/plain", []byte(p)) }},
	{"form", func(_ *testing.T, p string) scan.Result {
		return judge(everything(), "application/x-www-form-urlencoded", []byte("page=2&q="+url.QueryEscape(p)+"&sort=asc"))
	}},
	{"json", func(t *testing.T, p string) scan.Result {
		t.Helper()
		value, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return judge(everything(), "application/json", []byte(`{"filter":{"name":`+string(value)+`,"active":true},"limit":20}`))
	}},
	{"query", func(_ *testing.T, p string) scan.Result {
		return judgeHead(everything(), ":method:GET\n:path:/v1/items?page=2&q="+url.QueryEscape(p)+"\naccept:*/*\n")
	}},
	{"header", func(_ *testing.T, p string) scan.Result {
		return judgeHead(everything(), ":method:GET\n:path:/v1/items\nx-item-name:"+p+"\n")
	}},
	{"sentence", func(t *testing.T, p string) scan.Result {
		t.Helper()
		return judge(everything(), "application/json", asJSON(t, "I tried "+p+" in the search box and got an error."))
	}},
}

// halves are the payloads of a class: those that rules were written after, and those held out, which may not be read.
var halves = [...]string{"read", "held out"}

// Payloads that were written down from memory of tools and lists before any rule was read. Every second line is held out.
// Findings of another class count: a list of commands holds code of PHP, too.
func TestPayloadsOfUnseenSourcesAreFound(t *testing.T) {
	t.Parallel()
	for class, least := range map[string][len(halves)]int{
		"sqli":              {98, 88},
		"xss":               {98, 97},
		"path_traversal":    {97, 89},
		"command_injection": {98, 80},
	} {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join("attackcorpus", "testdata", "unseen", class+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
			for half, name := range halves {
				for _, place := range surroundings {
					n, found, own := 0, 0, 0
					for i := half; i < len(lines); i += len(halves) {
						n++
						result := place.judge(t, lines[i])
						switch attack := slices.ContainsFunc(result.Findings, func(f scan.Finding) bool { return slices.Contains(scan.AttackTypes(), f.Type) }); {
						case hasType(result, class):
							own++
							found++
						case attack:
							found++
						case *misses && half == 0:
							t.Logf("%s misses %s", place.name, lines[i])
						}
					}
					t.Logf("%-8s %-8s %3d payloads, %5.1f %% found as an attack, %5.1f %% as their own class", name, place.name, n, 100*float64(found)/float64(n), 100*float64(own)/float64(n))
					if place.name != "sentence" && 100*found < least[half]*n {
						t.Errorf("%s, %s: %d of %d, want %d %%", name, place.name, found, n, least[half])
					}
				}
			}
		})
	}
}

// Near misses were written beside the payloads: what people and programs send that looks like each class. Nothing is found in
// any surroundings.
func TestNearMissesPassTheStrictestProfile(t *testing.T) {
	t.Parallel()
	for _, class := range []string{"sqli", "xss", "path_traversal", "command_injection"} {
		data, err := os.ReadFile(filepath.Join("testdata", "ordinary", "near", class+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSuffix(line, "\n")
			for _, place := range surroundings {
				for _, f := range place.judge(t, line).Findings {
					if f.Type != "prompt_injection" && slices.Contains(scan.AttackTypes(), f.Type) {
						t.Errorf("%s: %s by %s (%.2f) in %s", place.name, f.Type, f.Rule, f.Confidence, line)
					}
				}
			}
		}
	}
}
