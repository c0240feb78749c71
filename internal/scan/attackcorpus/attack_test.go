package attackcorpus_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/cmdi"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
	"github.com/meshwarden/meshwarden/internal/scan/sqli"
	"github.com/meshwarden/meshwarden/internal/scan/traversal"
	"github.com/meshwarden/meshwarden/internal/scan/xss"
)

var (
	show  = flag.String("show", "", "print what is wrong for FAMILY:SOURCE, such as sqli:sqli/patt or xss:html")
	limit = flag.Int("limit", 60, "how many wrong texts -show prints")
)

// blockLevel is the confidence from which profiles block.
const blockLevel = 0.8

type family struct {
	name     string
	find     func([]byte, []match.Match) []match.Match
	triggers []string
}

var families = []family{
	{"sqli", sqli.Find, sqli.Triggers},
	{"xss", xss.Find, xss.Triggers},
	{"traversal", traversal.Find, traversal.Triggers},
	{"cmdi", cmdi.Find, cmdi.Triggers},
	{"prompt", prompt.Find, prompt.Triggers},
}

// best returns the strongest match in any view of any text of a sample.
func (f family) best(texts ...string) match.Match {
	var best match.Match
	var buf []match.Match
	for _, text := range texts {
		for _, v := range attackcorpus.Views(text) {
			buf = f.find([]byte(v), buf[:0])
			for _, m := range buf {
				if m.Confidence > best.Confidence {
					best = m
				}
			}
		}
	}
	return best
}

func (f family) report(t *testing.T, source, text string, m match.Match) {
	if *show != f.name+":"+source || *limit <= 0 {
		return
	}
	*limit--
	lo, hi := max(0, m.Start-40), min(len(text), m.End+60)
	if hi <= lo {
		lo, hi = 0, min(len(text), 200)
	}
	t.Logf("%.2f %s %d-%d %q", m.Confidence, m.Rule, m.Start, m.End, text[lo:hi])
}

func TestDump(t *testing.T) {
	wd, _ := os.Getwd()
	root, ok := attackcorpus.Root(wd)
	if !ok {
		t.Fatal("no corpora")
	}
	dirs := map[string]string{"sqli": "sqli", "xss": "xss", "traversal": "pathtraversal", "cmdi": "cmdi", "prompt": "promptinjection"}
	for _, f := range families {
		if *show != "" && !strings.HasPrefix(*show, f.name+":") {
			continue
		}
		paths, _ := filepath.Glob(filepath.Join(root, dirs[f.name], "*.jsonl"))
		benign, _ := filepath.Glob(filepath.Join(root, "benign", "*.jsonl"))
		for _, p := range append(paths, benign...) {
			rows, err := attackcorpus.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			source := filepath.Base(filepath.Dir(p)) + "/" + strings.TrimSuffix(filepath.Base(p), ".jsonl")
			var n, hit [2]int
			for _, s := range rows {
				texts := s.Texts()
				if leaves := attackcorpus.Leaves(s.Text); leaves != nil {
					texts = append(leaves, s.Text)
				}
				m := f.best(texts...)
				n[s.Label]++
				block := m.Confidence >= blockLevel
				if block {
					hit[s.Label]++
				}
				if s.Label == 1 && !block {
					f.report(t, source, strings.Join(s.Texts(), "\n"), m)
				}
				if s.Label == 0 && block {
					f.report(t, source+"-", s.Text, m)
				}
			}
			t.Logf("%-10s %-36s recall %5d/%5d %6.2f%%  fp %4d/%4d %6.2f%%", f.name, source, hit[1], n[1], 100*float64(hit[1])/float64(max(1, n[1])), hit[0], n[0], 100*float64(hit[0])/float64(max(1, n[0])))
		}
		if strings.Contains(*show, "/") {
			continue
		}
		for _, k := range attackcorpus.Machine() {
			hit := 0
			for _, text := range k.Texts {
				if m := f.best(text); m.Confidence >= blockLevel {
					hit++
					f.report(t, k.Name, text, m)
				}
			}
			t.Logf("%-10s %-36s fp %5d/%6d %6.2f%%", f.name, k.Name, hit, len(k.Texts), 100*float64(hit)/float64(max(1, len(k.Texts))))
		}
	}
}
