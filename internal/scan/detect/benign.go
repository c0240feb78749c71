package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// benignProfiles are those that every benign text is judged by.
var benignProfiles = []string{scan.DefaultProfile, "ai-chat"}

// benign measures what is found where nothing should be. Sensitive data is counted too: some of it is there.
func benign(r *report, dir string, files int) error {
	sources, err := sources(dir, "benign")
	if err != nil {
		return err
	}
	kinds := attackcorpus.Machine(files)
	for _, s := range sources {
		kind := attackcorpus.Kind{Name: s.name}
		for _, sample := range s.samples {
			kind.Texts = append(kind.Texts, sample.Text)
		}
		kinds = append(kinds, kind)
	}
	columns := []string{"benign texts", "profile", "number", "any attack"}
	for _, c := range classes {
		columns = append(columns, c.name)
	}
	r.table("Benign texts in which something is found", append(columns, "other attacks", "sensitive data")...)
	for _, kind := range kinds {
		for _, profile := range benignProfiles {
			r.benign(kind, profile)
		}
	}
	return nil
}

func (r *report) benign(kind attackcorpus.Kind, profile string) {
	n := len(kind.Texts)
	hits := make(map[string]int)
	for _, text := range kind.Texts {
		contentType := "text/plain"
		if json.Valid([]byte(text)) {
			contentType = "application/json"
		}
		types := r.subject.types(profile, contentType, []byte(text))
		hits["attack"] += count(slices.ContainsFunc(types, isAttack))
		hits["data"] += count(slices.ContainsFunc(types, isSensitive))
		hits["other"] += count(slices.ContainsFunc(types, isOther))
		for _, c := range classes {
			hits[c.name] += count(slices.Contains(types, c.name))
		}
	}
	cells := []string{kind.Name, profile, fmt.Sprint(n), share(hits["attack"], n)}
	for _, c := range classes {
		cells = append(cells, share(hits[c.name], n))
		r.atMost(kind.Name, profile, c.name, hits[c.name], n)
	}
	r.row(append(cells, share(hits["other"], n), share(hits["data"], n))...)
}

var sensitive = scan.SensitiveTypes()

func isSensitive(name string) bool { return slices.Contains(sensitive, name) }

// isOther reports whether a type is an attack without corpora of its own.
func isOther(name string) bool {
	return isAttack(name) && !slices.ContainsFunc(classes, func(c class) bool { return c.name == name })
}
