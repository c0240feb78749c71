package scan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// phrasings are texts of testdata/phrasings by kind, written before the rules that they measure: a line is a kind, a tab and a text
// with \n for its line breaks. Every other one, from the second on, is held out: rules may not be written from it.
func phrasings(tb testing.TB, file string) (read, held map[string][]string) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "phrasings", file))
	if err != nil {
		tb.Fatal(err)
	}
	read, held = make(map[string][]string), make(map[string][]string)
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		kind, text, _ := strings.Cut(line, "\t")
		half := read
		if i%2 == 1 {
			half = held
		}
		half[kind] = append(half[kind], strings.ReplaceAll(text, `\n`, "\n"))
	}
	return read, held
}

// The floors are what is reached, a text or two below it: recall on other people's words is what a user gets.
func TestInjectionsInUnseenWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, shape string
		read, held        int // the least number found, or the most of ordinary texts
		ordinary          bool
	}{
		{"said to the model", "spoken.txt", asWords, 43, 21, false},
		{"in a tool's result", "results.txt", asResults["OpenAI"], 24, 27, false},
		{"ordinary results", "ordinary.txt", asResults["OpenAI"], 1, 6, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			read, held := phrasings(t, c.file)
			for _, half := range []struct {
				name  string
				texts map[string][]string
				limit int
			}{{"read", read, c.read}, {"held out", held, c.held}} {
				total, all := 0, 0
				for kind, texts := range half.texts {
					found := 0
					for _, text := range texts {
						if _, ok := injected("ai-chat", inBody(t, c.shape, text)); ok {
							found++
						}
					}
					t.Logf("%s, %s: %d of %d", half.name, kind, found, len(texts))
					total, all = total+found, all+len(texts)
				}
				t.Logf("%s: %d of %d", half.name, total, all)
				if c.ordinary && total > half.limit || !c.ordinary && total < half.limit {
					t.Errorf("%s: found %d of %d, the limit is %d", half.name, total, all, half.limit)
				}
			}
		})
	}
}
