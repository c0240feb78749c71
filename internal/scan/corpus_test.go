package scan_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// sample is a line of a corpus.
type sample struct {
	ID         string
	Text       string
	Label      int
	Recognizer string
	Kind       string
	Spans      []struct {
		Start, End int // code points
		Type       string
	}
}

// corpora returns the directory of the labelled corpora: shared/corpora beside the repository where there is
// one, else the excerpts in testdata.
func corpora(tb testing.TB) (dir string, whole bool) {
	tb.Helper()
	working, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for up := working; filepath.Dir(up) != up; up = filepath.Dir(up) {
		if dir := filepath.Join(up, "shared", "corpora"); isDir(dir) {
			return dir, true
		}
	}
	return filepath.Join("testdata", "corpora"), false
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// corpus reads one file of the corpora.
func corpus(tb testing.TB, name string) []sample {
	tb.Helper()
	dir, _ := corpora(tb)
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	var samples []sample
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		samples = append(samples, s)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return samples
}
