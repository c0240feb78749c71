package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// class is one type of attack, the directory of its corpora, and the profile of the routes it is aimed at.
type class struct{ name, dir, profile string }

var classes = []class{
	{"sqli", "sqli", scan.DefaultProfile},
	{"xss", "xss", scan.DefaultProfile},
	{"path_traversal", "pathtraversal", scan.DefaultProfile},
	{"command_injection", "cmdi", scan.DefaultProfile},
	{"prompt_injection", "promptinjection", "ai-chat"},
}

// places are where a payload stands: the whole of a value, a value of a JSON body, and within a sentence there.
var places = []struct {
	name, contentType string
	write             func(payload string) []byte
}{
	{"alone", "text/plain", func(payload string) []byte { return []byte(payload) }},
	{"json", "application/json", inJSON},
	{"prose", "application/json", func(payload string) []byte {
		return inJSON("Hello team, a customer sent this today: " + payload + " Could you have a look at it before Monday?")
	}},
}

// inJSON keeps the bytes of text as they are, also those that are no UTF-8.
func inJSON(text string) []byte {
	body := []byte(`{"id":7,"created":"2026-05-01T10:00:00Z","comment":"`)
	for _, c := range []byte(text) {
		switch {
		case c == '"' || c == '\\':
			body = append(body, '\\', c)
		case c < ' ':
			body = fmt.Appendf(body, `\u%04x`, c)
		default:
			body = append(body, c)
		}
	}
	return append(body, `","tags":["new"]}`...)
}

// tally counts the samples of one label in one source.
type tally struct {
	samples  int
	own, any [3]int // by place: found as the class, found as an attack
}

func attacks(r *report, dir string, _ int) error {
	r.table("Attacks found, by source", "class", "source", "profile", "attacks", "alone", "as any attack", "in JSON", "in prose in JSON", "labelled benign", "found")
	for _, c := range classes {
		sources, err := sources(dir, c.dir)
		if err != nil {
			return err
		}
		for _, source := range sources {
			var attacks, benign tally
			for _, s := range source.samples {
				if s.Label == 1 {
					attacks.add(r.subject, c, s)
				} else {
					benign.add(r.subject, c, s)
				}
			}
			n := attacks.samples
			r.row(c.name, source.name, c.profile, fmt.Sprint(n), share(attacks.own[0], n), share(attacks.any[0], n), share(attacks.own[1], n),
				share(attacks.own[2], n), fmt.Sprint(benign.samples), share(benign.own[0], benign.samples))
			for i, place := range places {
				r.atLeast(c.name+"/"+source.name+"/"+place.name, attacks.own[i], n)
			}
		}
	}
	return nil
}

// add judges a sample in every place. A sample of several values is found when one of them is.
func (t *tally) add(s *subject, c class, sample attackcorpus.Sample) {
	t.samples++
	for i, place := range places {
		own, other := false, false
		for _, text := range sample.Texts() {
			found := s.types(c.profile, place.contentType, place.write(text))
			own = own || slices.Contains(found, c.name)
			other = other || slices.ContainsFunc(found, isAttack)
		}
		t.own[i] += count(own)
		t.any[i] += count(other)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// source is one file of samples.
type source struct {
	name    string
	samples []attackcorpus.Sample
}

func sources(dir, sub string) ([]source, error) {
	paths, err := filepath.Glob(filepath.Join(dir, sub, "*.jsonl"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no samples in %s", filepath.Join(dir, sub))
	}
	var all []source
	for _, path := range paths {
		samples, err := attackcorpus.Read(path)
		if err != nil {
			return nil, err
		}
		all = append(all, source{strings.TrimSuffix(filepath.Base(path), ".jsonl"), samples})
	}
	return all, nil
}
