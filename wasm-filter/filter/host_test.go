package filter_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/filter"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wasmbuild"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wordengine"
)

// What Envoy does for each return value.
const (
	goesOn  = types.ActionContinue
	held    = types.ActionPause
	parked  = types.Action(4) // StopAllIterationAndWatermark
	cluster = "policies"
)

// compiled is the module with the engine for tests, shared because compiling it takes seconds.
var compiled = sync.OnceValues(func() (types.VMContext, error) {
	dir, err := os.MkdirTemp("", "wordmodule")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	module, err := wasmbuild.ForEmulator(dir, "github.com/meshwarden/meshwarden/wasm-filter/internal/wordmodule")
	if err != nil {
		return nil, err
	}
	return proxytest.NewWasmVMContext(module)
})

// host is an emulated Envoy.
type host struct {
	proxytest.HostEmulator
	t *testing.T
}

// everywhere runs a test in plain Go and in the compiled module.
func everywhere(t *testing.T, test func(t *testing.T, h *host)) {
	t.Run("native", func(t *testing.T) { test(t, start(t, filter.NewVM(wordengine.Engine{}))) })
	t.Run("wasm", func(t *testing.T) { compiledOnly(t, test) })
}

func compiledOnly(t *testing.T, test func(t *testing.T, h *host)) {
	vm, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	test(t, start(t, vm))
}

// start waits for its turn: the emulator is one per process.
func start(t *testing.T, vm types.VMContext) *host {
	t.Helper()
	plugin := handoff.Plugin{Cluster: cluster}
	emulator, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption().
		WithVMContext(vm).WithPluginConfiguration([]byte(plugin.String())))
	t.Cleanup(reset)
	if emulator.StartVM() != types.OnVMStartStatusOK || emulator.StartPlugin() != types.OnPluginStartStatusOK {
		t.Fatal("the plugin did not start")
	}
	return &host{emulator, t}
}

// handOver is what extauthz leaves for the next streams.
func (h *host) handOver(to handoff.Handoff) {
	h.t.Helper()
	path := []string{"metadata", "filter_metadata", handoff.Namespace, handoff.Key}
	if err := h.SetProperty(path, []byte(to.String())); err != nil {
		h.t.Fatal(err)
	}
}

// policy makes a policy that no other test has, since a VM keeps what it once fetched.
func policy(t *testing.T, change func(*scan.Policy)) (hash string, document []byte) {
	p := &scan.Policy{
		Name:     t.Name(),
		Request:  scan.DirectionPolicy{Actions: map[string]scan.Action{"sqli": scan.Block, "CARD": scan.Redact}},
		Response: scan.DirectionPolicy{Actions: map[string]scan.Action{"sqli": scan.Block, "CARD": scan.Redact}},
	}
	if change != nil {
		change(p)
	}
	document = p.Document()
	return sum(document), document
}

func sum(document []byte) string {
	digest := sha256.Sum256(document)
	return hex.EncodeToString(digest[:])
}

// use makes the following streams be judged by a policy that the VM already has.
func (h *host) use(change func(*scan.Policy)) {
	h.t.Helper()
	hash, document := policy(h.t, change)
	h.handOver(handoff.Handoff{Tenant: "acme", ScanPolicy: hash, RequestID: "r-1"})
	id := h.InitializeHttpContext()
	h.CallOnRequestHeaders(id, request("GET", "/", ""), true)
	h.answer(id, "200", document)
	h.CompleteHttpContext(id)
}

// answer completes the one call-out that is under way.
func (h *host) answer(_ uint32, status string, body []byte) {
	h.t.Helper()
	calls := h.calls()
	if len(calls) == 0 {
		h.t.Fatal("no policy was asked for")
	}
	h.CallOnHttpCallResponse(calls[len(calls)-1].CalloutID, [][2]string{{":status", status}}, nil, body)
}

// calls are those made so far; the filter makes them on the plugin's context.
func (h *host) calls() []proxytest.HttpCalloutAttribute {
	return h.GetCalloutAttributesFromContext(proxytest.PluginContextID)
}

func (h *host) counter(name string) uint64 {
	h.t.Helper()
	n, err := h.GetCounterMetric("meshwarden_scan_" + name)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func request(method, path, contentType string, more ...string) [][2]string {
	headers := [][2]string{{":method", method}, {":path", path}, {":authority", "acme"}, {"x-request-id", "r-1"}}
	return with(headers, contentType, more)
}

func response(status, contentType string, more ...string) [][2]string {
	return with([][2]string{{":status", status}}, contentType, more)
}

func with(headers [][2]string, contentType string, more []string) [][2]string {
	if contentType != "" {
		headers = append(headers, [2]string{"content-type", contentType})
	}
	for i := 0; i+1 < len(more); i += 2 {
		headers = append(headers, [2]string{more[i], more[i+1]})
	}
	return headers
}

func value(headers [][2]string, name string) (string, bool) {
	for _, h := range headers {
		if h[0] == name {
			return h[1], true
		}
	}
	return "", false
}

// step is one return value that Envoy sees.
func step(t *testing.T, what string, got, want types.Action) {
	t.Helper()
	if got != want {
		t.Errorf("%s: the callback returned %d, want %d", what, got, want)
	}
}

func (h *host) refusedWith(id uint32, status uint32, parts ...string) {
	h.t.Helper()
	reply := h.GetSentLocalResponse(id)
	if reply == nil {
		h.t.Fatal("the stream was not refused")
	}
	if reply.StatusCode != status {
		h.t.Errorf("refused with %d, want %d", reply.StatusCode, status)
	}
	for _, part := range parts {
		if !strings.Contains(string(reply.Data), part) {
			h.t.Errorf("the answer %s lacks %q", reply.Data, part)
		}
	}
	if contentType, _ := value(reply.Headers, "content-type"); contentType != "application/json" {
		h.t.Errorf("the answer's content type is %q", contentType)
	}
}

func (h *host) notRefused(id uint32) {
	h.t.Helper()
	if reply := h.GetSentLocalResponse(id); reply != nil {
		h.t.Errorf("refused with %d %s", reply.StatusCode, reply.Data)
	}
}
