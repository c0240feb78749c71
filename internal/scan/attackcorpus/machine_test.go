package attackcorpus_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

// ceilings are the most false positives at block level, in percent of texts of a kind. Whole files are up
// to 256 KiB long, so theirs are looser; documentation about shells and SQL holds real commands.
var ceilings = map[string]float64{
	"go files": 0.3, "go paragraphs": 0.02, "doc files": 0.5, "doc paragraphs": 0.1, "man pages": 0.3,
	"html without scripts": 0.1, "shell scripts": 1, "json documents": 0.2, "yaml files": 0.1, "readme paragraphs": 0.1, "sentences": 0.1,
	"lines of text": 0.15, "lines of code": 0.1, "logs": 0.1, "configuration": 0.1, "scripts": 1,
}

// scripted are the kinds in which scripts are found because they are there: whole documents.
var scripted = map[string]float64{"go files": 1.2, "go paragraphs": 0.1, "doc files": 4}

// worded are the kinds whose whole files, up to 256 KiB of prose each, say what orders to models say too.
var worded = map[string]float64{"json documents": 0.6, "doc files": 1.1}

func TestOrdinaryTextsOfAMachineAreNotBlocked(t *testing.T) {
	most := *files
	if testing.Short() {
		most = min(most, 150)
	}
	for _, kind := range attackcorpus.Machine(most) {
		for _, f := range families {
			if f.skipped(kind.Name) {
				continue
			}
			var n tally
			for _, text := range kind.Texts {
				texts := attackcorpus.Leaves(text)
				if texts == nil {
					texts = []string{text}
				}
				m, in := f.best(t, texts...)
				n.benign++
				if m.Confidence >= matchtest.Block {
					n.blocked++
					f.wrong(t, kind.Name, in, m)
				}
				if m.Confidence >= hint {
					n.acted++
				}
			}
			log(t, f, kind.Name, n)
			most := ceilings[kind.Name]
			if f.name == "xss" {
				most = max(most, scripted[kind.Name])
			}
			if f.name == "prompt" {
				most = max(most, worded[kind.Name])
			}
			// Two texts more than the share allows are not held against a machine with few texts.
			if over := float64(n.blocked) - most/100*float64(n.benign); over > 2 {
				t.Errorf("%s blocks %.2f %% of %s, want at most %.2f", f.name, percent(n.blocked, n.benign), kind.Name, most)
			}
		}
	}
}
