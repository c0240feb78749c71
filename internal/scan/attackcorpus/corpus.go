// Package attackcorpus reads the labelled samples and the benign texts that detection is measured on. Only tests, the
// trainer and other measurements import it; it knows nothing of any detector.
package attackcorpus

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
)

// Sample is one labelled text.
type Sample struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Label int    `json:"label"`
	// Values are the decoded request values of a rule test, each on its own; Text joins them.
	Values []string `json:"values"`
	// Family and Source are set in the project's own excerpts, which hold several of each.
	Family string `json:"family"`
	Source string `json:"source"`
	// Kind, Recognizer and Spans are set in samples of personal data: what sort of text it is, which of its source's
	// recognizers it was written for, and where what is.
	Kind       string `json:"kind"`
	Recognizer string `json:"recognizer"`
	Spans      []Span `json:"spans"`
}

// Span is a marked value, at offsets in code points.
type Span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"`
}

// Texts returns what a detector is asked about: the values on their own where the sample has them.
func (s Sample) Texts() []string {
	if len(s.Values) > 0 {
		return s.Values
	}
	return []string{s.Text}
}

// Root finds the corpora by walking up from dir to a directory with shared/corpora or a sibling of
// that name. ok is false on a machine that does not have them.
func Root(dir string) (root string, ok bool) {
	for {
		root = filepath.Join(dir, "shared", "corpora")
		if _, err := os.Stat(root); err == nil {
			return root, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// Read returns the samples of one JSON Lines file.
func Read(path string) ([]Sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var out []Sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		var s Sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		out = append(out, s)
	}
	return out, lines.Err()
}

// Views returns text and its decodings the way the scanner offers them to a detector: up to three
// rounds of percent-decoding, and one of HTML entities. Duplicates are left out.
func Views(text string) []string {
	views := []string{text}
	for range 3 {
		next := percentDecode(views[len(views)-1])
		if next == views[len(views)-1] {
			break
		}
		views = append(views, next)
	}
	if next := html.UnescapeString(text); next != text {
		views = append(views, next)
	}
	return views
}

// percentDecode undoes %XX and leaves everything else, plus signs and broken escapes too.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
