// Package scannerplugin is how Envoy runs scanner.wasm: the HTTP filter's configuration and the tags that
// turn the filter's counters into labelled metrics. It knows nothing of what is scanned.
package scannerplugin

import (
	"fmt"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	httpwasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/handoff"
)

// Name is the filter's name in a filter chain and of its ECDS resource, and the VM's name.
const Name = "meshwarden_scanner"

// reloadBackoff is how long Envoy waits before it rebuilds a VM that died; measured, service is back
// 16 to 29 ms after the fault. Envoy's own default of a second would refuse requests that long.
const reloadBackoff = 20 * time.Millisecond

// Source says where Envoy finds scanner.wasm: exactly one of a file on Envoy's machine and the module
// itself. Never a URL: Envoy acknowledges remote code before it has it and serves unscanned meanwhile.
type Source struct {
	File   string
	Inline []byte
}

// HTTPFilter is the typed configuration of the HTTP filter, an envoy.extensions.filters.http.wasm.v3.Wasm.
func HTTPFilter(source Source, plugin handoff.Plugin) (*anypb.Any, error) {
	code, err := source.data()
	if err != nil {
		return nil, err
	}
	configuration, err := anypb.New(wrapperspb.String(plugin.String()))
	if err != nil {
		return nil, fmt.Errorf("scanner plugin configuration: %w", err)
	}
	filter, err := anypb.New(&httpwasm.Wasm{Config: &wasm.PluginConfig{
		Name:   Name,
		RootId: Name,
		Vm: &wasm.PluginConfig_VmConfig{VmConfig: &wasm.VmConfig{
			VmId:    Name,
			Runtime: "envoy.wasm.runtime.v8",
			Code:    &core.AsyncDataSource{Specifier: &core.AsyncDataSource_Local{Local: code}},

			CapabilityRestrictionConfig: capabilities(),
		}},
		Configuration: configuration,
		// Fail open would mean unscanned for ever after one fault, fail closed refused for ever.
		FailurePolicy: wasm.FailurePolicy_FAIL_RELOAD,
		ReloadConfig: &wasm.ReloadConfig{Backoff: &core.BackoffStrategy{
			BaseInterval: durationpb.New(reloadBackoff),
			MaxInterval:  durationpb.New(10 * reloadBackoff),
		}},
		// Without it a filter cannot hold the headers and still see the body: the stream would hang.
		AllowOnHeadersStopIteration: wrapperspb.Bool(true),
	}})
	if err != nil {
		return nil, fmt.Errorf("scanner filter: %w", err)
	}
	return filter, nil
}

func (s Source) data() (*core.DataSource, error) {
	switch {
	case (s.File != "") == (len(s.Inline) != 0):
		return nil, fmt.Errorf("scanner module: exactly one of a file and the module itself is needed")
	case s.File != "":
		return &core.DataSource{Specifier: &core.DataSource_Filename{Filename: s.File}}, nil
	default:
		return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: s.Inline}}, nil
	}
}

// allowed is all that the module may import and the host may call; a test holds it against the compiled
// module. So a module that was tampered with can neither call out by gRPC nor touch queues or shared data.
var allowed = []string{
	// Host calls of wasm-filter/abi.
	"proxy_log", "proxy_get_property", "proxy_get_header_map_pairs", "proxy_replace_header_map_value",
	"proxy_remove_header_map_value", "proxy_get_buffer_bytes", "proxy_set_buffer_bytes",
	"proxy_continue_stream", "proxy_send_local_response", "proxy_http_call", "proxy_set_effective_context",
	"proxy_define_metric", "proxy_increment_metric",
	// Callbacks.
	"proxy_on_vm_start", "proxy_on_configure", "proxy_on_context_create", "proxy_on_done", "proxy_on_log",
	"proxy_on_delete", "proxy_on_http_call_response",
	"proxy_on_request_headers", "proxy_on_request_body", "proxy_on_request_trailers",
	"proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers",
	// What the Go runtime imports of WASI.
	"args_get", "args_sizes_get", "clock_time_get", "environ_get", "environ_sizes_get", "fd_write",
	"poll_oneoff", "proc_exit", "random_get", "sched_yield",
}

func capabilities() *wasm.CapabilityRestrictionConfig {
	c := &wasm.CapabilityRestrictionConfig{AllowedCapabilities: make(map[string]*wasm.SanitizationConfig, len(allowed))}
	for _, name := range allowed {
		c.AllowedCapabilities[name] = &wasm.SanitizationConfig{}
	}
	return c
}
