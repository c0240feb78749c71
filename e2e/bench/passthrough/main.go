//go:build wasip1

// Command passthrough is the smallest filter there is: the baseline for what the scanner adds. It exists only
// as a module: `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared`.
package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

type vm struct{ types.DefaultVMContext }

type plugin struct{ types.DefaultPluginContext }

type stream struct{ types.DefaultHttpContext }

func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

func (*plugin) NewHttpContext(uint32) types.HttpContext { return &stream{} }

func init() { abi.Serve(&vm{}, func() {}) }

func main() {}
