package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/meshwarden/meshwarden/internal/config"
)

func readDocument(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// tableRows are the cells of the table in a section of a document, without its head.
func tableRows(t *testing.T, document, section string) [][]string {
	t.Helper()
	_, text, found := strings.Cut(document, "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	var rows [][]string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| `") {
			rows = append(rows, strings.Split(strings.Trim(line, "|\n "), " | "))
		}
	}
	if !found || len(rows) == 0 {
		t.Fatalf("no table in %s", section)
	}
	return rows
}

var (
	flagName = regexp.MustCompile(`--([a-z][a-z-]+)`)
	quoted   = regexp.MustCompile("`([^`]+)`")
	values   = regexp.MustCompile("^`[^`]+`(, `[^`]+`)*$")
)

func TestTheDocumentedFlagsAreThoseOfTheCommand(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"extauthz": "docs/operations-extauthz.md", "xds": "docs/operations-xds.md"} {
		cmd, _, err := newRootCommand().Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		defined, documented := map[string]bool{}, map[string]bool{}
		cmd.Flags().VisitAll(func(f *pflag.Flag) { defined[f.Name] = true })
		for _, row := range tableRows(t, readDocument(t, path), "Flags") {
			names := flagName.FindAllStringSubmatch(row[0], -1)
			defaults := quoted.FindAllStringSubmatch(row[1], -1)
			for i, match := range names {
				documented[match[1]] = true
				flag := cmd.Flag(match[1])
				if flag != nil && values.MatchString(row[1]) && len(defaults) == len(names) && flag.DefValue != defaults[i][1] {
					t.Errorf("%s: the default of --%s is %s", path, flag.Name, flag.DefValue)
				}
			}
		}
		if diff := cmp.Diff(documented, defined); diff != "" {
			t.Errorf("documented in %s (-) and defined (+):\n%s", path, diff)
		}
	}
}

func TestEveryCommandInTheDocsIsOne(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %v", paths, err)
	}
	commands := regexp.MustCompile("(?m)(?:`|^ *(?:\\$ )?)(?:bin/)?meshwarden ([a-z][^`\n]*)")
	checked := 0
	for _, path := range append(paths, "../../README.md", "../../CONTRIBUTING.md", "../../RATIONALE.md", "../../examples/quickstart/README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range commands.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\\\n", " "), -1) {
			root := newRootCommand()
			root.InitDefaultCompletionCmd()
			cmd, _, err := root.Find(strings.Fields(match[1]))
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: meshwarden %s: %v", path, match[1], err)
				continue
			}
			cmd.InitDefaultHelpFlag()
			for _, flag := range flagName.FindAllStringSubmatch(match[1], -1) {
				if cmd.Flag(flag[1]) == nil {
					t.Errorf("%s: meshwarden %s: there is no --%s", path, match[1], flag[1])
				}
			}
			checked++
		}
	}
	if checked < 20 {
		t.Errorf("only %d commands were found", checked)
	}
}

// The README shows what a misspelt field brings; the line is that of the example.
func TestTheReadmeShowsTheExamplesOwnProblem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(quickstart)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "tenants/acme.yaml")
	acme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(acme), "\n  quotas:", "\n  quotass:", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems := config.NewLoader(dir).Load()
	if len(problems) != 1 || !strings.Contains(readDocument(t, "README.md"), "`"+problems[0].String()+"`") {
		t.Errorf("README.md does not show %v", problems)
	}
}

// logged finds the constant messages that the sources below dir log.
func logged(t *testing.T, dir string) map[string]bool {
	t.Helper()
	call := regexp.MustCompile(`[lL]og(?:ger)?\.(?:Info|Warn|Error|LogAttrs)\((?:[^"\n]*, )?"([^"]+)"`)
	messages := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range call.FindAllStringSubmatch(string(source), -1) {
			messages[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func TestTheDocumentedLogMessagesAreThoseOfTheSources(t *testing.T) {
	t.Parallel()
	for dir, path := range map[string]string{"extauthz": "docs/operations-extauthz.md", "xds": "docs/operations-xds.md"} {
		documented := map[string]bool{}
		for _, row := range tableRows(t, readDocument(t, path), "Logs") {
			for _, message := range quoted.FindAllStringSubmatch(row[0], -1) {
				documented[message[1]] = true
			}
		}
		if diff := cmp.Diff(documented, logged(t, dir)); diff != "" {
			t.Errorf("documented in %s (-) and logged (+):\n%s", path, diff)
		}
	}
}
