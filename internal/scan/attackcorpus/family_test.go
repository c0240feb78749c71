package attackcorpus_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/cmdi"
	"github.com/meshwarden/meshwarden/internal/scan/crlf"
	"github.com/meshwarden/meshwarden/internal/scan/deserialization"
	"github.com/meshwarden/meshwarden/internal/scan/ldap"
	"github.com/meshwarden/meshwarden/internal/scan/log4shell"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/nosql"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
	"github.com/meshwarden/meshwarden/internal/scan/shellshock"
	"github.com/meshwarden/meshwarden/internal/scan/sqli"
	"github.com/meshwarden/meshwarden/internal/scan/ssrf"
	"github.com/meshwarden/meshwarden/internal/scan/ssti"
	"github.com/meshwarden/meshwarden/internal/scan/traversal"
	"github.com/meshwarden/meshwarden/internal/scan/xpath"
	"github.com/meshwarden/meshwarden/internal/scan/xss"
	"github.com/meshwarden/meshwarden/internal/scan/xxe"
)

// show prints what a family judges wrongly of one source: -show sqli:sqli/patt, or of one kind of benign
// text: -show "xss:go files".
var (
	show  = flag.String("show", "", "print the texts of FAMILY:SOURCE that are judged wrongly")
	limit = flag.Int("limit", 60, "how many of them")
	files = flag.Int("files", 1200, "how many files of each kind of benign text are read; docs/detection-attacks.md has 2000")
)

// hint is the level from which the strictest profile acts; matchtest.Block is what figures are for.
const hint = 0.7

// family is a detector with the directory of its corpora; without one, only benign texts judge it.
type family struct {
	name, dir string
	find      func([]byte, []match.Match) []match.Match
	triggers  []string
	words     bool
	// kin find what rule tests and lists count as this family's: operators of MongoDB among SQL, Shellshock among
	// commands, entities of XML among scripts.
	kin []func([]byte, []match.Match) []match.Match
}

var families = []family{
	{"sqli", "sqli", sqli.Find, sqli.Triggers, true, kin(nosql.Find)},
	{"xss", "xss", xss.Find, xss.Triggers, false, kin(xxe.Find, ssti.Find)},
	{"traversal", "pathtraversal", traversal.Find, traversal.Triggers, false, nil},
	{"cmdi", "cmdi", cmdi.Find, cmdi.Triggers, false, kin(shellshock.Find, log4shell.Find, ssti.Find, deserialization.Find)},
	{"prompt", "promptinjection", prompt.Find, prompt.Triggers, false, nil},
	{"nosqli", "", nosql.Find, nosql.Triggers, false, nil},
	{"ssrf", "", ssrf.Find, ssrf.Triggers, false, nil},
	{"ssti", "", ssti.Find, ssti.Triggers, false, nil},
	{"xxe", "", xxe.Find, xxe.Triggers, false, nil},
	{"ldap", "", ldap.Find, ldap.Triggers, false, nil},
	{"xpath", "", xpath.Find, xpath.Triggers, false, nil},
	{"log4shell", "", log4shell.Find, log4shell.Triggers, false, nil},
	{"shellshock", "", shellshock.Find, shellshock.Triggers, false, nil},
	{"crlf", "", crlf.Find, crlf.Triggers, false, nil},
	{"deserialization", "", deserialization.Find, deserialization.Triggers, false, nil},
}

func kin(find ...func([]byte, []match.Match) []match.Match) []func([]byte, []match.Match) []match.Match {
	return find
}

// kinFinds reports whether a kindred family is sure of one of the texts.
func (f family) kinFinds(texts ...string) bool {
	for _, text := range texts {
		for _, v := range attackcorpus.Views(text) {
			for _, find := range f.kin {
				for _, m := range find([]byte(v), nil) {
					if m.Confidence >= hint {
						return true
					}
				}
			}
		}
	}
	return false
}

// skipped reports whether -show asks for other texts than those of source.
func (f family) skipped(source string) bool { return *show != "" && *show != f.name+":"+source }

// best returns the strongest match in any view of any of the texts, and that view.
func (f family) best(t *testing.T, texts ...string) (best match.Match, in string) {
	var buf []match.Match
	for _, text := range texts {
		for _, v := range attackcorpus.Views(text) {
			view := []byte(v)
			buf = f.find(view, buf[:0])
			if len(buf) > 0 && !matchtest.Triggered(view, f.triggers, f.words) {
				t.Errorf("%s: %+v in a text without a trigger: %q", f.name, buf[0], v)
			}
			for _, m := range buf {
				if m.Confidence > best.Confidence {
					best, in = m, v
				}
			}
		}
	}
	return best, in
}

// wrong logs a text that was judged wrongly when -show asks for its source.
func (f family) wrong(t *testing.T, source, text string, m match.Match) {
	if *show != f.name+":"+source || *limit <= 0 {
		return
	}
	*limit--
	from, to := max(0, m.Start-40), min(len(text), m.End+60)
	if to <= from {
		from, to = 0, min(len(text), 200)
	}
	t.Logf("%.2f %s %d-%d %q", m.Confidence, m.Rule, m.Start, m.End, text[from:to])
}

// tally counts verdicts over one source.
type tally struct {
	attacks, found, hinted int
	withKin                int // hinted, or found by kin
	benign, blocked, acted int
}

// add judges one sample. A JSON body is judged by its string values, as the scanner does.
func (n *tally) add(t *testing.T, f family, source string, s attackcorpus.Sample) {
	texts := s.Texts()
	if leaves := attackcorpus.Leaves(s.Text); leaves != nil {
		texts = leaves
	}
	m, in := f.best(t, texts...)
	if s.Label == 1 {
		n.attacks++
		n.withKin += max(at(m, hint), f.kinCounts(texts))
		n.found += at(m, matchtest.Block)
		n.hinted += at(m, hint)
	} else {
		n.benign++
		n.blocked += at(m, matchtest.Block)
		n.acted += at(m, hint)
	}
	if (s.Label == 1) != (m.Confidence >= matchtest.Block) && (s.Label == 0 || f.kinCounts(texts) == 0) {
		if in == "" {
			in = strings.Join(texts, "\n")
		}
		f.wrong(t, source, in, m)
	}
}

func (f family) kinCounts(texts []string) int {
	if f.kinFinds(texts...) {
		return 1
	}
	return 0
}

func at(m match.Match, level float32) int {
	if m.Confidence >= level {
		return 1
	}
	return 0
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
