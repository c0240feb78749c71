package xds_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../docs/operations-xds.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, name := range regexp.MustCompile("`(meshwarden_xds_[a-z_]+)").FindAllStringSubmatch(string(docs), -1) {
		documented[name[1]] = true
	}
	families, err := start(t, newFiles(t, "acme")).registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, family := range families {
		shown[family.GetName()] = true
	}
	if diff := cmp.Diff(documented, shown); diff != "" {
		t.Errorf("documented in docs/operations-xds.md (-) and shown (+):\n%s", diff)
	}
}
