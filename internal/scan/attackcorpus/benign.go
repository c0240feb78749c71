package attackcorpus

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
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

// Machine returns the benign texts every machine with Go has, whole files and the paragraphs, sentences and lines of
// them: Go's source and its modules', HTML, package documentation and manual pages, changelogs, logs, documents
// of JSON and YAML, scripts in other languages. It reads at most limit files of a kind, and returns at most 20
// parts for each.
func Machine(limit int) []Kind {
	goroot := build.Default.GOROOT
	files := func(dir, ext string) []string { return Files(dir, ext, limit) }
	code := files(filepath.Join(goroot, "src"), ".go")
	docs := files("/usr/share/doc", "")
	man := files("/usr/share/man/man1", "")
	html := append(files(goroot, ".html"), files("/usr/share/doc", ".html")...)
	modules := filepath.Join(build.Default.GOPATH, "pkg", "mod")
	readme := append(files(modules, ".md"), files("/usr", ".rst")...)
	return []Kind{
		{"json documents", append(files(modules, ".json"), files("/usr", ".json")...)},
		{"yaml files", append(files(modules, ".yaml"), files("/usr", ".yml")...)},
		{"readme paragraphs", Paragraphs(readme)},
		{"sentences", split(append(docs, readme...), ". ", "\n\n", 160)},
		{"lines of text", split(append(docs, readme...), "\n", "\n", 200)},
		{"lines of code", split(code, "\n", "\n", 200)},
		{"logs", split(append(files("/var/log", ""), files("/usr", ".log")...), "\n", "\n", 1000)},
		{"configuration", append(files("/etc", ".conf"), files("/usr/lib", ".service")...)},
		{"scripts", append(files(modules, ".js"), files("/usr", ".py")...)},
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
		// What cannot be read is left out.
		if err == nil && d.Type().IsRegular() && len(out) < limit && strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ext) {
			if text := readText(path); text != "" {
				out = append(out, text)
			}
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
	defer func() { _ = f.Close() }()
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

// elements returns the text and the attributes' values of an XML document as far as it is one.
func elements(doc string) (out []string) {
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.RawToken()
		if err != nil {
			return out
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				out = append(out, a.Value)
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				out = append(out, text)
			}
		}
	}
}

// split returns the parts of texts between either separator that are between 3 and most bytes long, without the blanks
// around them: what people type into a field.
func split(texts []string, separator, other string, most int) []string {
	var out []string
	for _, t := range texts {
		n := 0
		for _, block := range strings.Split(t, other) {
			for _, part := range strings.Split(block, separator) {
				if part = strings.TrimSpace(part); len(part) >= 3 && len(part) <= most && n < 20 {
					out = append(out, part)
					n++
				}
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

// Leaves returns the string values of a JSON document, the text and the attributes' values of one of XML, or nil when it
// is neither.
func Leaves(doc string) []string {
	if strings.HasPrefix(doc, "<?xml") {
		return elements(doc)
	}
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
