package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// value is one value, by its exact bytes.
type value struct{ kind, text string }

// score counts the values of one type, or the texts for one recognizer.
type score struct{ marked, found, wrong int }

func (s *score) print() (recall, precision string) {
	return share(s.found, s.marked), share(s.found, s.found+s.wrong)
}

// data measures personal data: in bodies whose values are marked, where only exactly the same bytes count, and in
// third-party texts, of which it is only known whether something is there.
func data(r *report, dir string, _ int) error {
	if err := r.marked(filepath.Join(dir, "pii", "synthetic-api.jsonl")); err != nil {
		return err
	}
	return r.recognized(filepath.Join(dir, "pii", "presidio-unit.jsonl"))
}

func (r *report) marked(path string) error {
	samples, err := attackcorpus.Read(path)
	if err != nil {
		return err
	}
	scores := make(map[string]*score)
	of := func(name string) *score {
		if scores[name] == nil {
			scores[name] = new(score)
		}
		return scores[name]
	}
	for _, sample := range samples {
		suffix := " in JSON"
		if sample.Kind == "text" || sample.Kind == "chat" {
			suffix = " in text"
		}
		want := make(map[value]bool)
		runes := []rune(sample.Text)
		for _, span := range sample.Spans {
			name := attackcorpus.DataTypes[span.Type]
			want[value{name, string(runes[span.Start:span.End])}] = true
			of(name+suffix).marked++
		}
		for _, f := range r.subject.findings(scan.DefaultProfile, "", []byte(sample.Text)) {
			if isAttack(f.Type) {
				continue
			}
			if v := (value{f.Type, sample.Text[f.Start:f.End]}); want[v] {
				of(f.Type+suffix).found++
				delete(want, v)
			} else {
				of(f.Type+suffix).wrong++
			}
		}
	}
	r.table("Personal data with exactly its bytes, "+filepath.Base(path), "type", "marked", "recall", "precision")
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		recall, precision := s.print()
		r.row(name, fmt.Sprint(s.marked), recall, precision)
		if s.marked > 0 {
			r.atLeast("data/recall", s.found, s.marked)
			r.atLeast("data/precision", s.found, s.found+s.wrong)
		}
	}
	return nil
}

func (r *report) recognized(path string) error {
	samples, err := attackcorpus.Read(path)
	if err != nil {
		return err
	}
	scores := make(map[string]*score)
	for _, sample := range samples {
		recognizer, ours := attackcorpus.Recognizers[sample.Recognizer]
		if !ours {
			continue
		}
		s := scores[sample.Recognizer]
		if s == nil {
			s = new(score)
			scores[sample.Recognizer] = s
		}
		hit := slices.Contains(r.subject.types(scan.DefaultProfile, "", []byte(sample.Text)), recognizer.Type)
		if sample.Label == 1 {
			s.marked++
			s.found += count(hit)
		} else {
			s.wrong += count(hit)
		}
	}
	r.table("Personal data in third-party texts, "+filepath.Base(path), "recognizer", "type", "texts with it", "recall", "precision")
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		recall, precision := s.print()
		r.row(name, attackcorpus.Recognizers[name].Type, fmt.Sprint(s.marked), recall, precision)
		r.atLeast("data/"+name, s.found, s.marked)
		r.atLeast("data/third-party precision", s.found, s.found+s.wrong)
	}
	return nil
}
