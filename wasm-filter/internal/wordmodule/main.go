//go:build wasip1

// Command wordmodule is scanner.wasm with the engine for tests.
package main

import (
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
	"github.com/meshwarden/meshwarden/wasm-filter/filter"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

func init() {
	vm := filter.NewVM(wordengine.Engine{})
	abi.Serve(vm, vm.Panicked)
}

func main() {}
