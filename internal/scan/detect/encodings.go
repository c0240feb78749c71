package main

import (
	"fmt"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// encodedSamples bounds the attacks of a class that are tried under every encoding.
const encodedSamples = 300

// encodings measures what decoding loses: of the attacks found as a value of a JSON body, the share that is still found
// when the value is encoded.
func encodings(r *report, dir string, _ int) error {
	columns := []string{"class", "attacks"}
	for _, e := range attackcorpus.Encodings() {
		columns = append(columns, e.Name)
	}
	r.table("Attacks still found when encoded, in a value of JSON", columns...)
	for _, c := range classes {
		sources, err := sources(dir, c.dir)
		if err != nil {
			return err
		}
		texts := found(r.subject, c, sources)
		cells := []string{c.name, fmt.Sprint(len(texts))}
		for _, e := range attackcorpus.Encodings() {
			kept := 0
			for _, text := range texts {
				kept += count(slices.Contains(r.subject.types(c.profile, "application/json", inJSON(e.Encode(text))), c.name))
			}
			cells = append(cells, share(kept, len(texts)))
			r.atLeast(c.name+"/encoded/"+e.Name, kept, len(texts))
		}
		r.row(cells...)
	}
	return nil
}

// found takes an equal share of each source's attacks that are found unencoded.
func found(s *subject, c class, sources []source) (texts []string) {
	for _, source := range sources {
		step := max(1, len(source.samples)*len(sources)/encodedSamples)
		for i := 0; i < len(source.samples); i += step {
			sample := source.samples[i]
			if sample.Label != 1 || len(sample.Values) > 1 {
				continue
			}
			text := sample.Texts()[0]
			if slices.Contains(s.types(c.profile, "application/json", inJSON(text)), c.name) {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
