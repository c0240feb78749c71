// Command detect measures the whole scanner, as the filter runs it, on labelled corpora and on the benign texts of this
// machine. It prints a table for each class, by source and never pooled, and fails when a figure is below its floor. It
// knows nothing of how detectors work.
//
//	go run ./internal/scan/detect -corpora DIR
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

func main() {
	corpora := flag.String("corpora", "", "directory of the corpora (default: shared/corpora beside the repository)")
	files := flag.Int("files", 400, "how many benign files of each kind of this machine are read")
	flag.Parse()
	if err := run(*corpora, *files); err != nil {
		fmt.Fprintln(os.Stderr, "detect:", err)
		os.Exit(1)
	}
}

func run(dir string, files int) error {
	if dir == "" {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		root, ok := attackcorpus.Root(here)
		if !ok {
			return fmt.Errorf("no corpora beside the repository: name their directory with -corpora")
		}
		dir = root
	}
	r := &report{out: bufio.NewWriter(os.Stdout), subject: newSubject()}
	for _, measure := range []func(*report, string, int) error{attacks, encodings, prompts, data, benign} {
		if err := measure(r, dir, files); err != nil {
			return err
		}
	}
	if err := r.out.Flush(); err != nil {
		return err
	}
	return r.verdict()
}
