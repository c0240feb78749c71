// Command gendocs writes docs/configuration.md and docs/schema/*.json from the configuration types: their
// fields, doc comments and struct tags. It must not say anything of its own about a field.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../..

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gendocs REPOSITORY")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs: "+err.Error())
		os.Exit(1)
	}
}

func run(repository string) error {
	files, err := generate(repository)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(repository, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the content of each generated file by its path below the repository.
func generate(repository string) (map[string][]byte, error) {
	comments, err := readComments(filepath.Join(repository, "internal", "tenant"))
	if err != nil {
		return nil, err
	}
	kinds := model(comments)
	files := map[string][]byte{"docs/configuration.md": markdown(kinds)}
	for _, k := range kinds {
		schema, err := schemaFile(k)
		if err != nil {
			return nil, err
		}
		files["docs/schema/"+k.file+".json"] = schema
	}
	return files, nil
}
