package shape_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

var update = flag.Bool("update", false, "rewrite the golden files and delete those that no case writes")

const goldenDir = "testdata"

func translator(t *testing.T, change ...func(*shape.Options)) *shape.Translator {
	t.Helper()
	options := shape.Options{
		ExtauthzAddresses: []string{"10.0.0.1:9001", "10.0.0.2:9001"}, ScanPolicyAddresses: []string{"extauthz.mesh:9002"},
		EchoAddress: "127.0.0.1:7000", Scanner: []byte("module"),
	}
	for _, c := range change {
		c(&options)
	}
	tr, err := shape.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// cases maps a golden file to what it shows.
var cases = map[string]func(t *testing.T) ([]shape.Resource, error){
	"platform": func(t *testing.T) ([]shape.Resource, error) {
		return translator(t).Platform(gateway, map[string]tenant.UpstreamSpec{
			"api":  {Endpoints: []string{"10.1.0.1:8080", "10.1.0.2:8080"}},
			"llm":  {Endpoints: []string{"llm.internal:443"}, HTTP2: true, ConnectTimeout: "250ms", MaxConnections: 8, MaxPending: 16},
			"echo": {Builtin: "echo"},
		})
	},
	"platform-secure": func(t *testing.T) ([]shape.Resource, error) {
		off := false
		g := gateway
		g.Listeners = g.Listeners[1:]
		g.UseRemoteAddress, g.TrustedHops, g.AuthzTimeout, g.MaxBodyBytes, g.MaxHeaderKB = &off, 2, "1s", 1<<20, 96
		return translator(t, func(o *shape.Options) {
			o.Secure, o.AccessLog, o.GatewayAddress, o.EchoAddress = true, true, "[::1]:0", ""
		}).Platform(g, map[string]tenant.UpstreamSpec{"echo": {Builtin: "echo"}})
	},
	"tenant": func(t *testing.T) ([]shape.Resource, error) {
		return translator(t).Tenant("acme", tenant.TenantSpec{
			Hosts: []string{"acme.example.com", "api.acme.example.com"},
			Routes: []tenant.Route{
				{Name: "health", Match: tenant.Match{Path: "/healthz", Methods: []string{"GET"}}, Upstream: "api"},
				{Name: "items", Match: tenant.Match{Regex: `/items/[0-9]+`, Methods: []string{"GET", "PUT", "M-SEARCH"}}, Upstream: "api", Retries: 3, Timeout: "2s"},
				{Name: "live", Match: tenant.Match{Path: "/live"}, Upstream: "api", Websocket: true},
				{Name: "export", Match: tenant.Match{Prefix: "/export/"}, Upstream: "api", Timeout: "30m"},
				{Name: "api", Match: tenant.Match{Prefix: "/api"}, Upstream: "llm"},
				{Name: "rest", Match: tenant.Match{Prefix: "/"}, Upstream: "api"},
			},
			CORS: &tenant.CORS{
				Origins: []string{"https://app.example.com", "https://admin.example.com"}, Methods: []string{"GET", "POST"},
				Headers: []string{"authorization"}, Credentials: true, MaxAge: "1h",
			},
		}, shape.EdgeOf(gateway))
	},
	"platform-tls": func(t *testing.T) ([]shape.Resource, error) {
		files := tenant.ListenerTLS{CertFile: "/etc/envoy/tls.crt", KeyFile: "/etc/envoy/tls.key"}
		mutual := files
		mutual.ClientCAFile, mutual.RequireClientCertificate = "/etc/envoy/clients/ca.pem", true
		return translator(t).Platform(tenant.GatewaySpec{
			Listeners:      []tenant.Listener{{Name: "edge", Address: "0.0.0.0:8443", TLS: &files}, {Name: "mesh", Address: "0.0.0.0:8444", TLS: &mutual}},
			TrustedProxies: []string{"spiffe://corp/edge"},
		}, nil)
	},
	"tenant-bodies": func(t *testing.T) ([]shape.Resource, error) {
		return translator(t).Tenant("hooked", tenant.TenantSpec{
			Hosts: []string{"hooked.example.com"},
			Routes: []tenant.Route{
				{Name: "hooks", Match: tenant.Match{Prefix: "/hooks"}, Upstream: "api", Webhook: "sender"},
				{Name: "calls", Match: tenant.Match{Path: "/calls", Methods: []string{"GET"}}, Upstream: "api", Webhook: "sender"},
				{Name: "rest", Match: tenant.Match{Prefix: "/"}, Upstream: "api"},
			},
		}, shape.EdgeOf(gateway))
	},
	"tenant-open": func(t *testing.T) ([]shape.Resource, error) {
		return translator(t).Tenant("open", tenant.TenantSpec{
			Hosts:          []string{"open.example.com"},
			Routes:         []tenant.Route{{Name: "all", Match: tenant.Match{Prefix: "/"}, Upstream: "api"}},
			OnAuthzFailure: "allow",
			// Any origin, and the visitor's cookies: that must not be possible.
			CORS: &tenant.CORS{Origins: []string{"*"}, Credentials: true},
		}, shape.Edge{MaxBody: 1 << 20, TrustedHops: "2"})
	},
}

var gateway = tenant.GatewaySpec{Listeners: []tenant.Listener{
	{Name: "http", Address: "0.0.0.0:10000"},
	{Name: "internal", Address: "127.0.0.1:10001"},
}}

func TestTranslationsAreAsReviewed(t *testing.T) {
	t.Parallel()
	written := map[string]bool{}
	for name, translate := range cases {
		resources, err := translate(t)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path := filepath.Join(goldenDir, name+".json")
		written[path] = true
		got := golden(t, resources)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs (%v); look at the difference after\n\tgo test ./xds/internal/shape -update", path, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(goldenDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if written[path] {
			continue
		}
		if !*update {
			t.Errorf("no case writes %s", path)
		} else if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// golden is a JSON array of the resources, the same for the same bytes.
func golden(t *testing.T, resources []shape.Resource) []byte {
	t.Helper()
	type entry struct {
		Type     string          `json:"type"`
		Name     string          `json:"name"`
		Resource json.RawMessage `json:"resource"`
	}
	var list []entry
	for _, r := range resources {
		message, err := r.Body.UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, entry{r.Type[strings.LastIndex(r.Type, ".")+1:], r.Name, raw})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTranslationsPassEnvoysConstraintsAndAreDeterministic(t *testing.T) {
	t.Parallel()
	for name, translate := range cases {
		first, err := translate(t)
		if err != nil {
			t.Fatal(err)
		}
		second, err := translate(t)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range first {
			if !bytes.Equal(r.Body.Value, second[i].Body.Value) {
				t.Errorf("%s: %s has other bytes the second time, so a restart would send it again", name, r.Name)
			}
			message, err := r.Body.UnmarshalNew()
			if err != nil {
				t.Fatal(err)
			}
			if err := shape.Validate(message); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestWhatEnvoyWouldRefuseIsRefusedHere(t *testing.T) {
	t.Parallel()
	tr := translator(t)
	if _, err := tr.Tenant("acme", tenant.TenantSpec{
		Hosts:  []string{"acme.example.com"},
		Routes: []tenant.Route{{Name: "r", Match: tenant.Match{Prefix: "/a?b"}, Upstream: "api"}},
	}, shape.Edge{MaxBody: 1 << 20}); err == nil {
		t.Error("a prefix with a query passes")
	}
	// Inside an Any, where the generated validation does not look.
	if _, err := tr.Platform(tenant.GatewaySpec{
		Listeners: []tenant.Listener{{Name: "", Address: "127.0.0.1:0"}},
	}, nil); err == nil {
		t.Error("an HTTP connection manager without a stat_prefix passes")
	}
	if _, err := tr.Platform(tenant.GatewaySpec{Listeners: []tenant.Listener{{Name: "x", Address: "127.0.0.1:http"}}}, nil); err == nil {
		t.Error("a port that is no number passes")
	}
	if _, err := shape.New(shape.Options{}); err == nil {
		t.Error("a gateway without a scanner passes")
	}
}

func TestARenewedScannerDiffersInItsNonceOnly(t *testing.T) {
	t.Parallel()
	resources, err := translator(t).Platform(gateway, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if (r.Renew != nil) != (r.Name == scannerplugin.Name && r.Type == resource.ExtensionConfigType) {
			t.Errorf("%s has a nonce or lacks one", r.Name)
		}
		if r.Renew == nil {
			continue
		}
		one, two := r.Renew(1), r.Renew(2)
		if bytes.Equal(one.Value, two.Value) || bytes.Equal(one.Value, r.Body.Value) {
			t.Error("renewing does not change the bytes")
		}
		if same := bytes.Replace(one.Value, []byte("nonce 1"), []byte("nonce 0"), 1); !bytes.Equal(same, r.Body.Value) {
			t.Error("renewing changes more than the nonce")
		}
	}
}
