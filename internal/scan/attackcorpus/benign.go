package attackcorpus

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"go/build"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxTextSize bounds one text of a machine.
const maxTextSize = 256 << 10

// Kind is one kind of benign text and the texts of it that this machine has.
type Kind struct {
	Name  string
	Texts []string
}

// Machine returns the benign texts every machine with Go has, whole files and the paragraphs of
// them: Go's source, its HTML, package documentation and manual pages. It reads at most limit files of a
// kind, and returns at most 20 paragraphs for each.
func Machine(limit int) []Kind {
	goroot := build.Default.GOROOT
	files := func(dir, ext string) []string { return Files(dir, ext, limit) }
	code := files(filepath.Join(goroot, "src"), ".go")
	docs := files("/usr/share/doc", "")
	man := files("/usr/share/man/man1", "")
	html := append(files(goroot, ".html"), files("/usr/share/doc", ".html")...)
	return []Kind{
		{"go files", code},
		{"go paragraphs", Paragraphs(code)},
		{"doc files", docs},
		{"doc paragraphs", Paragraphs(docs)},
		{"man pages", man},
		{"html without scripts", scriptless(Paragraphs(html))},
		{"shell scripts", append(files(goroot, ".bash"), files("/usr", ".sh")...)},
	}
}

// Files reads the text files below dir whose name ends with ext; .gz files are unpacked.
func Files(dir, ext string, limit int) []string {
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || len(out) >= limit {
			return nil
		}
		if !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ext) {
			return nil
		}
		if text := readText(path); text != "" {
			out = append(out, text)
		}
		return nil
	})
	return out
}

func readText(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return ""
		}
	}
	b, err := io.ReadAll(io.LimitReader(r, maxTextSize))
	if err != nil || bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

// Paragraphs splits texts at blank lines: the size of a chat message or a form field.
func Paragraphs(texts []string) []string {
	var out []string
	for _, t := range texts {
		for _, p := range strings.Split(t, "\n\n") {
			if len(p) > 20 {
				out = append(out, p)
			}
			if len(out) >= 20*len(texts) {
				return out
			}
		}
	}
	return out
}

// scriptless leaves out the fragments that run scripts: finding those is right.
func scriptless(html []string) []string {
	var out []string
	for _, p := range html {
		low := strings.ToLower(p)
		if !strings.Contains(low, "script") && !strings.Contains(low, "onclick") && !strings.Contains(low, "onload") {
			out = append(out, p)
		}
	}
	return out
}

// Leaves returns the string values of a JSON document, or nil when it is not one.
func Leaves(doc string) []string {
	var v any
	if json.Unmarshal([]byte(doc), &v) != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
	return out
}
