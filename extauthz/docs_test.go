package extauthz_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../docs/operations*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %v", paths, err)
	}
	var docs strings.Builder
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs.Write(raw)
	}
	s, _ := direct(t, twoTenants())
	families, err := s.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if !strings.Contains(docs.String(), "`"+family.GetName()+"`") {
			t.Errorf("%s is not in docs/operations*.md", family.GetName())
		}
	}
}
