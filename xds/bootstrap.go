package xds

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	metrics "github.com/envoyproxy/go-control-plane/envoy/config/metrics/v3"
	overload "github.com/envoyproxy/go-control-plane/envoy/config/overload/v3"
	connections "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/downstream_connections/v3"
	heap "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/fixed_heap/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/meshwarden/meshwarden/internal/scannerplugin"
	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

// maxConnections bounds the downstream connections of one Envoy, so that a flood of them is refused before it
// takes the memory (about 30 KiB each).
const maxConnections = 50_000

// maxHeap is what Envoy may allocate, in bytes; the scanner's VMs (about 60 MB, and 5 MB a worker) come on top.
// trackedBody is the power of two from which a stream's buffers count among the large ones.
const (
	maxHeap     = 1 << 30
	trackedBody = 18
)

// BootstrapOptions describe one Envoy to Bootstrap.
type BootstrapOptions struct {
	// XDS are the host:port addresses of the control plane; at least one.
	XDS []string
	// Node is this Envoy's id (default "envoy"), Cluster its group (default "gateway"; not "extauthz").
	Node, Cluster string
	// AdminAddress is where Envoy's admin interface listens (default 127.0.0.1:9901, port 0 for a free one). It
	// has no authentication: keep it on loopback.
	AdminAddress string
	// TLS names the files of this Envoy's client certificate and CA, as paths that Envoy can read. They serve the
	// control plane, the Check and the scan-policy connections alike.
	TLS transport.Options
}

// Bootstrap returns an Envoy bootstrap in JSON, indented and equal for equal options, that takes everything
// else from the control plane over delta ADS.
func Bootstrap(o BootstrapOptions) ([]byte, error) {
	message, err := o.message()
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	raw, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	// protojson varies its white space on purpose.
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

func (o BootstrapOptions) message() (*bootstrap.Bootstrap, error) {
	if len(o.XDS) == 0 {
		return nil, errors.New("the address of the control plane is missing")
	}
	for _, address := range o.XDS {
		// An Envoy that dials in plaintext would be refused, or worse, believed: the same rule as for our own clients.
		if _, err := o.TLS.Client(address); err != nil && !o.TLS.Enabled() {
			return nil, err
		}
	}
	if o.TLS.Enabled() && (o.TLS.CertFile == "" || o.TLS.KeyFile == "" || o.TLS.CAFile == "") {
		return nil, errors.New("--tls-cert, --tls-key and --tls-client-ca go together")
	}
	adminAddress, err := shape.SocketAddress(cmp.Or(o.AdminAddress, "127.0.0.1:9901"))
	if err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	return &bootstrap.Bootstrap{
		Node:             &core.Node{Id: cmp.Or(o.Node, "envoy"), Cluster: cmp.Or(o.Cluster, "gateway")},
		Admin:            &bootstrap.Admin{Address: adminAddress},
		DynamicResources: dynamicResources(),
		StaticResources: &bootstrap.Bootstrap_StaticResources{
			Clusters: []*cluster.Cluster{shape.ControlPlane(o.XDS, o.TLS.Enabled())},
			Secrets:  o.secrets(),
		},
		StatsConfig:     &metrics.StatsConfig{StatsTags: scannerplugin.StatsTags()},
		OverloadManager: overloadManager(),
	}, nil
}

func dynamicResources() *bootstrap.Bootstrap_DynamicResources {
	source := &core.ConfigSource{
		ConfigSourceSpecifier: &core.ConfigSource_Ads{Ads: &core.AggregatedConfigSource{}},
		ResourceApiVersion:    core.ApiVersion_V3,
	}
	return &bootstrap.Bootstrap_DynamicResources{
		LdsConfig: source,
		CdsConfig: proto.Clone(source).(*core.ConfigSource),
		AdsConfig: &core.ApiConfigSource{
			ApiType:             core.ApiConfigSource_DELTA_GRPC,
			TransportApiVersion: core.ApiVersion_V3,
			GrpcServices: []*core.GrpcService{{
				TargetSpecifier: &core.GrpcService_EnvoyGrpc_{EnvoyGrpc: &core.GrpcService_EnvoyGrpc{
					ClusterName: shape.ClusterControlPlane,
					// Envoy waits up to 30 s by default: an edit made just after the control plane restarted would too.
					RetryPolicy: &core.RetryPolicy{RetryBackOff: &core.BackoffStrategy{
						BaseInterval: durationpb.New(100 * time.Millisecond),
						MaxInterval:  durationpb.New(time.Second),
					}},
				}},
			}},
		},
	}
}

// secrets are static, so that clusters arriving over CDS name them and no path of this machine leaves it.
func (o BootstrapOptions) secrets() []*tls.Secret {
	if !o.TLS.Enabled() {
		return nil
	}
	file := func(path string) *core.DataSource {
		return &core.DataSource{Specifier: &core.DataSource_Filename{Filename: path}}
	}
	return []*tls.Secret{
		{Name: shape.SecretClient, Type: &tls.Secret_TlsCertificate{TlsCertificate: &tls.TlsCertificate{
			CertificateChain: file(o.TLS.CertFile), PrivateKey: file(o.TLS.KeyFile),
		}}},
		{Name: shape.SecretCA, Type: &tls.Secret_ValidationContext{ValidationContext: &tls.CertificateValidationContext{
			TrustedCa: file(o.TLS.CAFile),
		}}},
	}
}

// overloadManager bounds connections and the heap. Bodies that are held for the scanner are small each, but a
// client may have a hundred of them on each of its connections, also on a route that needs no credential.
func overloadManager() *overload.OverloadManager {
	return &overload.OverloadManager{
		ResourceMonitors: []*overload.ResourceMonitor{
			monitor("global_downstream_max_connections", &connections.DownstreamConnectionsConfig{MaxActiveDownstreamConnections: maxConnections}),
			monitor("fixed_heap", &heap.FixedHeapConfig{MaxHeapSizeBytes: maxHeap}),
		},
		// The streams that hold the most are reset first, the more the fuller it gets.
		BufferFactoryConfig: &overload.BufferFactoryConfig{MinimumAccountToTrackPowerOfTwo: trackedBody},
		Actions: []*overload.OverloadAction{
			{Name: "envoy.overload_actions.shrink_heap", Triggers: []*overload.Trigger{onHeap(0.8)}},
			{Name: "envoy.overload_actions.reset_high_memory_stream", Triggers: []*overload.Trigger{onHeapBetween(0.8, 0.95)}},
			{Name: "envoy.overload_actions.stop_accepting_requests", Triggers: []*overload.Trigger{onHeap(0.98)}},
		},
	}
}

func monitor(name string, config proto.Message) *overload.ResourceMonitor {
	packed, err := anypb.New(config)
	if err != nil {
		panic(err)
	}
	return &overload.ResourceMonitor{
		Name:       "envoy.resource_monitors." + name,
		ConfigType: &overload.ResourceMonitor_TypedConfig{TypedConfig: packed},
	}
}

func onHeap(share float64) *overload.Trigger {
	return &overload.Trigger{
		Name:         "envoy.resource_monitors.fixed_heap",
		TriggerOneof: &overload.Trigger_Threshold{Threshold: &overload.ThresholdTrigger{Value: share}},
	}
}

func onHeapBetween(scaling, saturation float64) *overload.Trigger {
	return &overload.Trigger{
		Name: "envoy.resource_monitors.fixed_heap",
		TriggerOneof: &overload.Trigger_Scaled{Scaled: &overload.ScaledTrigger{
			ScalingThreshold: scaling, SaturationThreshold: saturation,
		}},
	}
}
