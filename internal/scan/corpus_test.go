package scan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// corpora returns the directory of the labelled corpora: shared/corpora beside the repository where there is
// one, else the excerpts in testdata.
func corpora(tb testing.TB) (dir string, whole bool) {
	tb.Helper()
	working, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	if dir, whole = attackcorpus.Root(working); !whole {
		dir = filepath.Join("testdata", "corpora")
	}
	return dir, whole
}

// corpus reads one file of the corpora.
func corpus(tb testing.TB, name string) []attackcorpus.Sample {
	tb.Helper()
	dir, _ := corpora(tb)
	samples, err := attackcorpus.Read(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return samples
}
