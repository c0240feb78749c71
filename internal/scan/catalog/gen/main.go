// Command gen writes docs/detectors.md from the catalogue.
package main

import (
	"fmt"
	"os"

	"github.com/meshwarden/meshwarden/internal/scan/catalog"
)

//go:generate go run . ../../../../docs/detectors.md

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], catalog.Markdown(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "gen: "+err.Error())
		os.Exit(1)
	}
}
