//go:build !wasip1

package envoytest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/wasm-filter/internal/wasmbuild"
)

const workers = 2

// patience bounds every wait; a machine under load starts an Envoy in seconds.
const patience = 60 * time.Second

// modules are compiled once for all tests: word has the engine for tests, standard is final by the standard compiler.
var modules struct{ word, final, standard func() (string, error) }

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "envoytest")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		build := func(compile func(dir, pkg string) (string, error), name, pkg string) func() (string, error) {
			return sync.OnceValues(func() (string, error) {
				into := filepath.Join(dir, name)
				if err := os.Mkdir(into, 0o700); err != nil {
					return "", err
				}
				return compile(into, "github.com/meshwarden/meshwarden/wasm-filter"+pkg)
			})
		}
		modules.word = build(wasmbuild.Module, "word", "/internal/wordmodule")
		modules.final, modules.standard = build(wasmbuild.Module, "final", ""), build(wasmbuild.Standard, "standard", "")
		return m.Run()
	}())
}

// listener is one of the gateway's, with a filter configuration of its own.
type listener struct {
	name, policies string
	nonce          uint64
	// noWasm leaves the filter out, for a baseline.
	noWasm bool
}

// gateway is a running Envoy in front of an upstream and a policy server.
type gateway struct {
	t        testing.TB
	module   string
	dir      string
	proc     *envoyproc.Process
	upstream *upstream
	calls    string // address of a gRPC server
	policies *policyServer
	pid      chan int
}

// leaveHandoff does what ext_authz does: it leaves the hand-over in dynamic metadata. A test says which
// one by a header.
const leaveHandoff = `
function envoy_on_request(handle)
  local left = handle:headers():get("x-handoff")
  if left ~= nil then
    handle:headers():remove("x-handoff")
    handle:streamInfo():dynamicMetadata():set("` + handoff.Namespace + `", "` + handoff.Key + `", left)
  end
end`

// start runs an Envoy until the test ends.
func start(t testing.TB, module func() (string, error), listeners ...listener) *gateway {
	t.Helper()
	path, err := module()
	if err != nil {
		t.Fatal(err)
	}
	envoy, err := envoyproc.Find("")
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, module: path, dir: t.TempDir(), upstream: newUpstream(t), calls: serveCalls(t), policies: newPolicyServer(t), pid: make(chan int, 8)}
	g.writeListeners(listeners)
	bootstrap := filepath.Join(g.dir, "bootstrap.json")
	writeJSON(t, bootstrap, g.bootstrap())
	log := &logBuffer{}
	g.proc, err = envoyproc.New(envoyproc.Options{
		Path: envoy, Bootstrap: bootstrap, Dir: g.dir, Concurrency: workers, Logger: log.logger(),
		Started: func(pid int) { g.pid <- pid },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.proc.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	for _, l := range listeners {
		g.address(l.name)
	}
	return g
}

func writeJSON(t testing.TB, path string, value any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	// Envoy's watch sees a whole file or none.
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

type object = map[string]any

func (g *gateway) bootstrap() object {
	tags := []json.RawMessage{}
	for _, tag := range scannerplugin.StatsTags() {
		raw, err := protojson.Marshal(tag)
		if err != nil {
			g.t.Fatal(err)
		}
		tags = append(tags, raw)
	}
	return object{
		"admin":        object{"address": socket("127.0.0.1:0")},
		"node":         object{"id": "test", "cluster": "test"},
		"stats_config": object{"stats_tags": tags},
		"dynamic_resources": object{"lds_config": object{
			"resource_api_version": "V3",
			"path_config_source":   object{"path": filepath.Join(g.dir, "lds.json"), "watched_directory": object{"path": g.dir}},
		}},
		"static_resources": object{"clusters": []object{
			cluster("upstream", g.upstream.address, false),
			cluster("upstream_h2", g.upstream.address, true),
			cluster("calls", g.calls, true),
			cluster("policies", g.policies.address, false),
			cluster("dead", g.policies.deadAddress, false),
		}},
	}
}

func socket(address string) object {
	host, port, _ := net.SplitHostPort(address)
	return object{"socket_address": object{"address": host, "port_value": json.Number(port)}}
}

func cluster(name, address string, h2 bool) object {
	protocol := object{"http_protocol_options": object{}}
	if h2 {
		protocol = object{"http2_protocol_options": object{}}
	}
	return object{
		"name": name, "type": "STATIC", "connect_timeout": "1s",
		"load_assignment": object{"cluster_name": name, "endpoints": []object{{"lb_endpoints": []object{{"endpoint": object{"address": socket(address)}}}}}},
		"typed_extension_protocol_options": object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
			"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			"explicit_http_config": protocol,
		}},
	}
}

// writeListeners publishes listeners the way a control plane would.
func (g *gateway) writeListeners(listeners []listener) {
	g.t.Helper()
	resources := []object{}
	for _, l := range listeners {
		resources = append(resources, g.listener(l))
	}
	writeJSON(g.t, filepath.Join(g.dir, "lds.json"), object{"resources": resources})
}

func (g *gateway) listener(l listener) object {
	filters := []any{object{"name": "handoff", "typed_config": object{
		"@type":               "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
		"default_source_code": object{"inline_string": leaveHandoff},
	}}}
	if !l.noWasm {
		filters = append(filters, g.scanner(handoff.Plugin{Cluster: l.policies, Nonce: l.nonce}))
	}
	filters = append(filters, object{"name": "router", "typed_config": object{"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}})
	route := func(prefix, cluster string) object {
		return object{"match": object{"prefix": prefix}, "route": object{"cluster": cluster, "timeout": "30s"}}
	}
	return object{
		"@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
		"name":  l.name, "address": socket("127.0.0.1:0"), "per_connection_buffer_limit_bytes": 2 << 20,
		"filter_chains": []object{{"filters": []object{{"name": "hcm", "typed_config": object{
			"@type":       "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
			"stat_prefix": l.name, "codec_type": "AUTO", "http_filters": filters,
			"http_protocol_options": object{"enable_trailers": true},
			"upgrade_configs":       []object{{"upgrade_type": "websocket"}},
			"route_config": object{"virtual_hosts": []object{{
				"name": "all", "domains": []string{"*"}, "routes": []object{route("/h2/", "upstream_h2"), route("/test.Echo/", "calls"), route("/", "upstream")},
				// A body is let go in the callback in which it exceeds the policy's limit; what Envoy reads at once must
				// still fit on top of what it holds by then.
				"request_body_buffer_limit": 4 << 20,
			}}},
		}}}}},
	}
}

func (g *gateway) scanner(plugin handoff.Plugin) object {
	configuration, err := scannerplugin.HTTPFilter(scannerplugin.Source{File: g.module}, plugin)
	if err != nil {
		g.t.Fatal(err)
	}
	raw, err := protojson.Marshal(configuration)
	if err != nil {
		g.t.Fatal(err)
	}
	return object{"name": scannerplugin.Name, "typed_config": json.RawMessage(raw)}
}

// admin asks Envoy's admin interface.
func (g *gateway) admin(path string) (string, error) {
	address, err := g.proc.AdminAddress()
	if err != nil {
		return "", err
	}
	response, err := http.Get("http://" + address + path)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// address waits until a listener accepts connections.
func (g *gateway) address(name string) string {
	g.t.Helper()
	var found string
	eventually(g.t, "listener "+name, func() bool {
		raw, err := g.admin("/listeners?format=json")
		if err != nil {
			return false
		}
		var listeners struct {
			Statuses []struct {
				Name    string `json:"name"`
				Address struct {
					Socket struct {
						Address string `json:"address"`
						Port    int    `json:"port_value"`
					} `json:"socket_address"`
				} `json:"local_address"`
			} `json:"listener_statuses"`
		}
		if json.Unmarshal([]byte(raw), &listeners) != nil {
			return false
		}
		for _, s := range listeners.Statuses {
			if s.Name == name && s.Address.Socket.Port != 0 {
				found = fmt.Sprintf("%s:%d", s.Address.Socket.Address, s.Address.Socket.Port)
				connection, err := net.Dial("tcp", found)
				if err == nil {
					connection.Close()
				}
				return err == nil
			}
		}
		return false
	})
	return found
}

// stat reads a counter in Prometheus form: the line that starts with the name and holds every label.
func (g *gateway) stat(name string, labels ...string) int {
	g.t.Helper()
	raw, err := g.admin("/stats/prometheus")
	if err != nil {
		g.t.Fatal(err)
	}
next:
	for line := range strings.Lines(raw) {
		if !strings.HasPrefix(line, name+"{") && !strings.HasPrefix(line, name+" ") {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(line, label) {
				continue next
			}
		}
		var n int
		if _, err := fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &n); err == nil {
			return n
		}
	}
	return 0
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen within %v", what, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
