//go:build wasip1

// Command wasm-filter is scanner.wasm, the module that Envoy runs to scan bodies.
package main

import (
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
	"github.com/meshwarden/meshwarden/wasm-filter/filter"
)

func init() {
	vm := filter.NewVM(new(filter.ScanEngine))
	abi.Serve(vm, vm.Panicked)
}

func main() {}
