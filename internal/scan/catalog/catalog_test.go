package catalog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/catalog"
	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

const minExamples = 3

func TestTheDocumentIsNotStale(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile("../../../docs/detectors.md")
	if err != nil || !bytes.Equal(got, catalog.Markdown()) {
		t.Errorf("docs/detectors.md is stale (%v): run make generate", err)
	}
}

// key is a type, or a type and a subtype with a slash between them.
func key(findingType, subtype string) string {
	if subtype == "" {
		return findingType
	}
	return findingType + "/" + subtype
}

func entries(t *testing.T) map[string]catalog.Entry {
	t.Helper()
	all := make(map[string]catalog.Entry)
	for _, e := range catalog.All() {
		k := key(e.Type, e.Subtype)
		if _, twice := all[k]; twice {
			t.Errorf("two entries for %s", k)
		}
		all[k] = e
	}
	return all
}

func TestEntriesAreComplete(t *testing.T) {
	t.Parallel()
	for k, e := range entries(t) {
		if !slices.Contains(scan.Types(), e.Type) {
			t.Errorf("%s: no such finding type", k)
		}
		if e.Is == "" || e.Source == "" || e.Evidence == "" || e.Hazards == "" {
			t.Errorf("%s: says nothing of what it is, its source, its evidence or its hazards", k)
		}
		if len(e.Positives) < minExamples || len(e.Negatives) < minExamples {
			t.Errorf("%s: %d positives, %d negatives, want %d of each", k, len(e.Positives), len(e.Negatives), minExamples)
		}
	}
}

func TestEverythingReportedHasAnEntry(t *testing.T) {
	t.Parallel()
	have := entries(t)
	for _, f := range pii.Findings() {
		if _, ok := have[key(f.Type.String(), f.Subtype)]; !ok {
			t.Errorf("%s has no entry", key(f.Type.String(), f.Subtype))
		}
	}
	for _, name := range scan.AttackTypes() {
		if name == "prohibited_term" || name == "canary" {
			continue // what they are, policies declare
		}
		if !slices.ContainsFunc(catalog.All(), func(e catalog.Entry) bool { return e.Type == name }) {
			t.Errorf("%s has no entry", name)
		}
	}
}

// everything is a policy that looks for all types.
func everything() *scan.Policy {
	p := scan.Strict()
	p.Request.Default = scan.Log
	return p
}

func judge(contentType string, body []byte) []scan.Finding {
	var s scan.Scanner
	s.Reset(everything(), scan.Request, contentType)
	s.Write(body)
	return slices.Clone(s.Finish().Findings)
}

// body writes an example as JSON: its text in nested objects along its path.
func body(t *testing.T, path, text string) []byte {
	t.Helper()
	var value any = text
	names := strings.Split(path, ".")
	for _, name := range slices.Backward(names) {
		value = map[string]any{name: value}
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// marked takes the marks out of an example's text and returns what stood between them.
func marked(text string) (plain, want string) {
	before, rest, ok := strings.Cut(text, "«")
	if !ok {
		return text, text
	}
	want, after, _ := strings.Cut(rest, "»")
	return before + want + after, want
}

// found are the bytes of the findings of an entry's type and subtype.
func found(e *catalog.Entry, body []byte, findings []scan.Finding) (all []string) {
	for _, f := range findings {
		if f.Type == e.Type && (e.Subtype == "" || f.Subtype == e.Subtype) {
			all = append(all, string(body[f.Start:f.End]))
		}
	}
	return all
}

func check(t *testing.T, e *catalog.Entry, contentType string, body []byte, want string, positive bool) {
	t.Helper()
	findings := judge(contentType, body)
	got := found(e, body, findings)
	attack := slices.Contains(scan.AttackTypes(), e.Type)
	switch {
	case !positive && len(got) > 0:
		t.Errorf("%s: %s: reported %q", key(e.Type, e.Subtype), body, got)
	case positive && len(got) == 0, positive && !attack && !slices.Contains(got, want):
		t.Errorf("%s: %s: %q is not found, but %q: %+v", key(e.Type, e.Subtype), body, want, got, findings)
	}
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, e := range catalog.All() {
		for i, example := range append(slices.Clone(e.Positives), e.Negatives...) {
			positive := i < len(e.Positives)
			plain, want := marked(example.Text)
			quoted, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			inJSON := string(quoted[1 : len(quoted)-1])
			if example.Path != "" {
				check(t, &e, "application/json", body(t, example.Path, plain), inJSON, positive)
				continue
			}
			check(t, &e, "text/plain", []byte(plain), want, positive)
			check(t, &e, "application/json", body(t, "text", plain), inJSON, positive)
		}
	}
}

// Whatever a text and a field's name are, findings lie in the body.
func FuzzExamples(f *testing.F) {
	for _, e := range catalog.All() {
		for _, example := range append(slices.Clone(e.Positives), e.Negatives...) {
			plain, _ := marked(example.Text)
			f.Add([]byte(plain), example.Path)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, path string) {
		for _, contentType := range []string{"text/plain", "application/json"} {
			in := text
			if contentType != "text/plain" {
				in = body(t, path, string(text))
			}
			for _, found := range judge(contentType, in) {
				if found.Start < 0 || found.Start >= found.End || found.End > len(in) {
					t.Fatalf("%q: %+v", in, found)
				}
			}
		}
	})
}
