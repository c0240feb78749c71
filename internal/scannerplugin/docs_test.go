package scannerplugin_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scannerplugin"
)

func TestTheDocumentedTagsAreThese(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../docs/operations-scanner.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented, made [][2]string
	for _, tag := range regexp.MustCompile(`tag_name: (\w+)\n +regex: '(.+)'`).FindAllStringSubmatch(string(document), -1) {
		documented = append(documented, [2]string{tag[1], tag[2]})
	}
	for _, tag := range scannerplugin.StatsTags() {
		made = append(made, [2]string{tag.GetTagName(), tag.GetRegex()})
	}
	if diff := cmp.Diff(documented, made); diff != "" {
		t.Errorf("docs/operations-scanner.md (-) and the bootstrap (+):\n%s", diff)
	}
}
