// Package filter scans the bodies that pass through Envoy: the proxy-wasm contexts of scanner.wasm. It
// knows Envoy's callbacks and the hand-over from extauthz, and nothing of how content is detected.
package filter

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// Engine finds things in bodies and compiles policies.
type Engine interface {
	// Strict is the policy that judges what has no policy of its own.
	Strict() *scan.Policy
	ParsePolicy(document []byte) (*scan.Policy, error)
	// Scannable reports whether bodies of that content type can be looked at.
	Scannable(contentType string) bool
	NewScanner() Scanner
	NewEvents() Events
	// Redact appends body to dst, with the findings whose action is Redact replaced.
	Redact(p *scan.Policy, dst, body []byte, d scan.Direction, contentType string, findings []scan.Finding) []byte
}

// Scanner judges one body at a time, handed over in chunks that it does not retain.
type Scanner interface {
	Reset(p *scan.Policy, d scan.Direction, contentType string)
	Write(chunk []byte)
	Finish() scan.Result
	// Head judges a request's head, of which lines are the fields: name, colon, value, line feed.
	Head(p *scan.Policy, lines []byte) scan.Result
}

// Events judges and edits one stream of events at a time while it passes: see scan.Stream.
type Events interface {
	Reset(p *scan.Policy, d scan.Direction, contentType string)
	Write(dst, chunk []byte) []byte
	Finish(dst []byte) []byte
	Take() (scan.Result, scan.StreamStats)
	Held() int
}

// idleScanners bounds the scanners that are kept for the next bodies.
const idleScanners = 16

// VM is the state of one module instance, which is one Envoy worker's. It outlives configurations: Envoy
// reuses a live VM for a changed one, so what belongs to a configuration lives in Plugin.
type VM struct {
	types.DefaultVMContext
	engine   Engine
	strict   *scan.Policy
	counters counters
	cache    policyCache
	scanners []Scanner
	streams  []Events
	// headers, leaf and rewritten are reused by all streams: a VM has one thread.
	headers         []abi.Header
	leaf, rewritten []byte
}

// NewVM makes the context that abi.Serve and the host emulator take.
func NewVM(engine Engine) *VM {
	return &VM{engine: engine, strict: engine.Strict()}
}

// OnVMStart defines the counters.
func (vm *VM) OnVMStart(int) types.OnVMStartStatus {
	vm.counters.define()
	return types.OnVMStartStatusOK
}

// NewPluginContext makes the context of one configuration.
func (vm *VM) NewPluginContext(id uint32) types.PluginContext {
	return &Plugin{vm: vm, id: id, flights: map[string]*flight{}}
}

// Panicked counts a callback that was abandoned.
func (vm *VM) Panicked() { vm.counters.panics.Add(1) }

func (vm *VM) scanner() Scanner {
	if n := len(vm.scanners); n > 0 {
		s := vm.scanners[n-1]
		vm.scanners = vm.scanners[:n-1]
		return s
	}
	return vm.engine.NewScanner()
}

func (vm *VM) release(s Scanner) {
	if s != nil && len(vm.scanners) < idleScanners {
		vm.scanners = append(vm.scanners, s)
	}
}

func (vm *VM) events() Events {
	if n := len(vm.streams); n > 0 {
		e := vm.streams[n-1]
		vm.streams = vm.streams[:n-1]
		return e
	}
	return vm.engine.NewEvents()
}

func (vm *VM) releaseEvents(e Events) {
	if len(vm.streams) < idleScanners {
		vm.streams = append(vm.streams, e)
	}
}

// Plugin is the state of one configuration in one VM.
type Plugin struct {
	types.DefaultPluginContext
	vm      *VM
	id      uint32
	config  handoff.Plugin
	flights map[string]*flight
	// failures holds when the fetch of a hash failed last (abi.Now).
	failures map[string]int64
}

// OnPluginStart reads the configuration. It never refuses one: a refused configuration poisons later
// listener updates, and one that cannot be read means the strict policy for all.
func (p *Plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	var config handoff.Plugin
	if size > 0 {
		if raw, status := abi.Bytes(abi.PluginConfig, 0, size); status == abi.OK {
			config = handoff.ParsePlugin(string(raw))
		}
	}
	p.config = config
	return types.OnPluginStartStatusOK
}

// NewHttpContext makes the context of one stream.
func (p *Plugin) NewHttpContext(id uint32) types.HttpContext {
	return &Stream{plugin: p, vm: p.vm, id: id}
}
