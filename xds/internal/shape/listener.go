package shape

import (
	"cmp"
	"slices"
	"time"

	mutation "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	early "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Time and size bounds of a listener that faces the internet.
const (
	connectionIdleTimeout = 15 * time.Minute
	// streamIdleTimeout ends a request on which neither side moves; server-sent events may pause that long.
	streamIdleTimeout     = 5 * time.Minute
	requestHeadersTimeout = 10 * time.Second
	// requestTimeout bounds how long a client may take to send one request.
	requestTimeout   = 5 * time.Minute
	maxStreams       = 100
	streamWindow     = 64 << 10
	connectionWindow = 1 << 20

	// readLimit is what Envoy's edge guide recommends.
	readLimit          = 32 << 10
	defaultMaxBody     = 2 << 20
	defaultMaxHeaderKB = 60
)

// identityHeaders are set by us for upstreams, so a client's copies must be gone before any filter runs: a
// route's own removal comes after ext_authz and would remove ours, and on fail-open the copies would pass.
var identityHeaders = []string{"x-tenant-id", "x-subject", "x-roles", "x-envoy-auth-failure-mode-allowed", "x-envoy-auth-partial-body", headerStreamDuration}

// overrideHeaders make frameworks act on another method or path than the one that was judged.
var overrideHeaders = []string{
	"x-http-method-override", "x-http-method", "x-method-override",
	"x-original-url", "x-rewrite-url", "x-envoy-original-path", "x-envoy-original-method",
}

// proxyHeaders name the host that a proxy in front was asked for; without such a proxy they are the client's claim,
// and applications choose their tenant by them.
var proxyHeaders = []string{"x-forwarded-host", "forwarded"}

func (t *Translator) listener(gateway tenant.GatewaySpec, index int) (*listener.Listener, error) {
	spec := gateway.Listeners[index]
	hostPort := spec.Address
	if index == 0 && t.options.GatewayAddress != "" {
		hostPort = t.options.GatewayAddress
	}
	address, err := SocketAddress(hostPort)
	if err != nil {
		return nil, err
	}
	return &listener.Listener{
		Name:            spec.Name,
		Address:         address,
		EnableReusePort: wrapperspb.Bool(true),
		// What is read at once, and so what a decompressor may blow up at once; filters that hold whole bodies have
		// the routes' larger limit.
		PerConnectionBufferLimitBytes: u32(readLimit),
		FilterChains: []*listener.FilterChain{{TransportSocket: downstreamTLS(spec), Filters: []*listener.Filter{{
			Name:       "envoy.filters.network.http_connection_manager",
			ConfigType: &listener.Filter_TypedConfig{TypedConfig: mustAny(t.connectionManager(spec, gateway))},
		}}}},
	}, nil
}

func (t *Translator) connectionManager(spec tenant.Listener, gateway tenant.GatewaySpec) *hcm.HttpConnectionManager {
	m := &hcm.HttpConnectionManager{
		StatPrefix:     spec.Name,
		CodecType:      hcm.HttpConnectionManager_AUTO,
		RouteSpecifier: scopesByHost(),
		HttpFilters:    httpFilters(),
		UpgradeConfigs: []*hcm.HttpConnectionManager_UpgradeConfig{{
			UpgradeType: "websocket",
			// Only on the routes that say so.
			Enabled: wrapperspb.Bool(false),
		}},

		StripPortMode:                 &hcm.HttpConnectionManager_StripAnyHostPort{StripAnyHostPort: true},
		StripTrailingHostDot:          true,
		NormalizePath:                 wrapperspb.Bool(true),
		PathWithEscapedSlashesAction:  hcm.HttpConnectionManager_REJECT_REQUEST,
		UseRemoteAddress:              wrapperspb.Bool(usesRemoteAddress(gateway)),
		XffNumTrustedHops:             gateway.TrustedHops,
		MaxRequestHeadersKb:           u32(cmp.Or(gateway.MaxHeaderKB, defaultMaxHeaderKB)),
		StreamIdleTimeout:             duration(streamIdleTimeout),
		RequestTimeout:                duration(requestTimeout),
		RequestHeadersTimeout:         duration(requestHeadersTimeout),
		EarlyHeaderMutationExtensions: removeClientHeaders(gateway),
		// The request id of an error body is also there for the answers that succeed.
		AlwaysSetRequestIdInResponse: true,
		ServerName:                   "meshwarden",
		LocalReplyConfig:             localReplies(),
		CommonHttpProtocolOptions: &core.HttpProtocolOptions{
			IdleTimeout: duration(connectionIdleTimeout),
			// WSGI and CGI applications cannot tell x_tenant_id from x-tenant-id.
			HeadersWithUnderscoresAction: core.HttpProtocolOptions_DROP_HEADER,
		},
		Http2ProtocolOptions: &core.Http2ProtocolOptions{
			MaxConcurrentStreams: u32(maxStreams),
			// A proxy in front carries many clients on one connection: one bad request must not end the others'.
			OverrideStreamErrorOnInvalidHttpMessage: wrapperspb.Bool(true),
			InitialStreamWindowSize:                 u32(streamWindow),
			InitialConnectionWindowSize:             u32(connectionWindow),
		},
	}
	forwardCertificates(m, spec, gateway)
	if t.options.AccessLog {
		m.AccessLog = accessLog()
	}
	return m
}

func usesRemoteAddress(gateway tenant.GatewaySpec) bool {
	return gateway.UseRemoteAddress == nil || *gateway.UseRemoteAddress
}

// scopesByHost chooses the scope whose key is the whole :authority, after ports and a trailing dot are stripped.
func scopesByHost() *hcm.HttpConnectionManager_ScopedRoutes {
	type builder = hcm.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder
	return &hcm.HttpConnectionManager_ScopedRoutes{ScopedRoutes: &hcm.ScopedRoutes{
		Name: "meshwarden",
		ScopeKeyBuilder: &hcm.ScopedRoutes_ScopeKeyBuilder{Fragments: []*builder{{
			Type: &hcm.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_{
				HeaderValueExtractor: &hcm.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor{
					Name: ":authority",
					ExtractType: &hcm.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_Index{
						Index: 0,
					},
				},
			},
		}}},
		RdsConfigSource: ads(),
		ConfigSpecifier: &hcm.ScopedRoutes_ScopedRds{ScopedRds: &hcm.ScopedRds{ScopedRdsConfigSource: ads()}},
	}}
}

func removeClientHeaders(gateway tenant.GatewaySpec) []*core.TypedExtensionConfig {
	names := slices.Concat(identityHeaders, overrideHeaders)
	if usesRemoteAddress(gateway) && gateway.TrustedHops == 0 {
		names = append(names, proxyHeaders...)
	}
	var mutations []*mutation.HeaderMutation
	for _, name := range names {
		mutations = append(mutations, &mutation.HeaderMutation{Action: &mutation.HeaderMutation_Remove{Remove: name}})
	}
	return []*core.TypedExtensionConfig{{
		Name:        "envoy.http.early_header_mutation.header_mutation",
		TypedConfig: mustAny(&early.HeaderMutation{Mutations: mutations}),
	}}
}
