package shape

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/internal/handoff"
	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Options are what the configuration directory does not say.
type Options struct {
	// ExtauthzAddresses and ScanPolicyAddresses are the host:port addresses of extauthz as Envoy reaches it, for
	// Check (gRPC) and for scan policies (HTTP).
	ExtauthzAddresses, ScanPolicyAddresses []string
	// GatewayAddress overrides the first listener's address.
	GatewayAddress string
	// EchoAddress is where upstreams with builtin: echo go; empty leaves them without endpoints.
	EchoAddress string
	// Secure speaks TLS to extauthz, with the certificates of Envoy's bootstrap.
	Secure bool
	// AccessLog writes a JSON line a request to Envoy's standard output.
	AccessLog bool
	// Scanner is the WebAssembly module.
	Scanner []byte
}

// Resource is one resource for Envoy.
type Resource struct {
	Type, Name string
	Body       *anypb.Any
	// Renew, when set, returns equal content in other bytes.
	Renew func(nonce uint64) *anypb.Any
}

// Translator turns configuration into resources. It is safe for concurrent use.
type Translator struct {
	options Options
	scanner Resource
}

// New returns a Translator; it fails on a scanner module that no Envoy could take.
func New(options Options) (*Translator, error) {
	if len(options.Scanner) == 0 {
		return nil, errors.New("the scanner module is missing: without it bodies would not be scanned")
	}
	t := &Translator{options: options}
	body, err := t.scannerFilter(0)
	if err != nil {
		return nil, err
	}
	t.scanner = Resource{Type: resource.ExtensionConfigType, Name: scannerplugin.Name, Body: body, Renew: func(nonce uint64) *anypb.Any {
		renewed, err := t.scannerFilter(nonce)
		if err != nil { // It was built once from the same options.
			return body
		}
		return renewed
	}}
	return t, nil
}

// scannerFilter packs the filter again in a deterministic order: versions are hashes of the bytes.
func (t *Translator) scannerFilter(nonce uint64) (*anypb.Any, error) {
	filter, err := scannerplugin.HTTPFilter(
		scannerplugin.Source{Inline: t.options.Scanner},
		handoff.Plugin{Cluster: clusterScanPolicies, Nonce: nonce},
	)
	if err != nil {
		return nil, err
	}
	message, err := filter.UnmarshalNew()
	if err != nil {
		return nil, fmt.Errorf("scanner filter: %w", err)
	}
	return pack(scannerplugin.Name, extension(scannerplugin.Name, message))
}

// extension is the form in which a filter's configuration travels over ECDS.
func extension(name string, config proto.Message) *core.TypedExtensionConfig {
	return &core.TypedExtensionConfig{Name: name, TypedConfig: mustAny(config)}
}

// Platform translates what all tenants share: clusters, filters, listeners. A gateway without listeners (never
// valid so far) has none.
func (t *Translator) Platform(gateway tenant.GatewaySpec, upstreams map[string]tenant.UpstreamSpec) ([]Resource, error) {
	list := []Resource{t.scanner}
	var problems []error
	add := func(typeURL, name string, m proto.Message) {
		body, err := pack(name, m)
		if err != nil {
			problems = append(problems, err)
			return
		}
		list = append(list, Resource{Type: typeURL, Name: name, Body: body})
	}
	add(resource.ClusterType, clusterExtauthz, t.extauthzCluster())
	add(resource.ClusterType, clusterScanPolicies, t.scanPoliciesCluster())
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		add(resource.ClusterType, upstreamPrefix+name, t.upstreamCluster(name, upstreams[name]))
	}
	for _, instance := range []string{authzClosed, authzOpen} {
		add(resource.ExtensionConfigType, instance, extension(instance, authzConfig(instance, gateway)))
	}
	for i, listener := range gateway.Listeners {
		m, err := t.listener(gateway, i)
		if err != nil {
			problems = append(problems, fmt.Errorf("listener %s: %w", listener.Name, err))
			continue
		}
		for _, secret := range listenerSecrets(listener) {
			add(resource.SecretType, secret.GetName(), secret)
		}
		add(resource.ListenerType, listener.Name, m)
	}
	return list, errors.Join(problems...)
}

// Edge is what scopes take from the gateway: when it changes, every scope does.
type Edge struct {
	// MaxBody is the most bytes of a body that filters may hold.
	MaxBody uint32
	// TrustedHops is the context extension that tells extauthz which entry of X-Forwarded-For is the client's;
	// empty where the peer is the client. Envoy itself puts the peer's address into a Check.
	TrustedHops string
	// TrustedProxies is the context extension that tells extauthz whose X-Forwarded-Client-Cert is believed: names with commas
	// between.
	TrustedProxies string
}

// EdgeOf takes the Edge from a gateway.
func EdgeOf(gateway tenant.GatewaySpec) Edge {
	e := Edge{MaxBody: cmp.Or(gateway.MaxBodyBytes, defaultMaxBody), TrustedProxies: strings.Join(gateway.TrustedProxies, ",")}
	if peerIsClient := gateway.UseRemoteAddress == nil || *gateway.UseRemoteAddress; gateway.TrustedHops > 0 || !peerIsClient {
		e.TrustedHops = strconv.Itoa(int(gateway.TrustedHops))
	}
	return e
}

// Tenant translates one tenant into a scope for each of its hosts.
func (t *Translator) Tenant(name string, spec tenant.TenantSpec, edge Edge) ([]Resource, error) {
	list := make([]Resource, 0, len(spec.Hosts))
	for _, host := range spec.Hosts {
		scope := name + "/" + host
		body, err := pack(scope, scopedRoutes(name, host, spec, edge))
		if err != nil {
			return nil, err
		}
		list = append(list, Resource{Type: resource.ScopedRouteType, Name: scope, Body: body})
	}
	return list, nil
}

// pack refuses what Envoy's own rules refuse, so that it never leaves the control plane.
func pack(name string, m proto.Message) (*anypb.Any, error) {
	if err := Validate(m); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return mustAny(m), nil
}
