//go:build wasip1

// Command passthrough is the smallest filter there is: the baseline for what the scanner adds. Built with
// -ldflags "-X main.count=yes" it counts the quotes of request bodies a byte at a time, which is what the scanner's speed
// is compared with. It exists only as a module: `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared`.
package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

type vm struct{ types.DefaultVMContext }

type plugin struct{ types.DefaultPluginContext }

type stream struct{ types.DefaultHttpContext }

// count is set by the linker.
var count string

var quotes int

// OnHttpRequestBody counts what has arrived.
func (*stream) OnHttpRequestBody(size int, _ bool) types.Action {
	if count == "" {
		return types.ActionContinue
	}
	chunk, _ := abi.Bytes(abi.RequestBody, 0, size)
	for _, c := range chunk {
		if c == '"' {
			quotes++
		}
	}
	return types.ActionContinue
}

func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

func (*plugin) NewHttpContext(uint32) types.HttpContext { return &stream{} }

func init() { abi.Serve(&vm{}, func() {}) }

func main() {}
