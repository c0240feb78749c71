package shape

import (
	xdscore "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcher "github.com/cncf/xds/go/xds/type/matcher/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacrules "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	matching "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	brotli "github.com/envoyproxy/go-control-plane/envoy/extensions/compression/brotli/decompressor/v3"
	gzip "github.com/envoyproxy/go-control-plane/envoy/extensions/compression/gzip/decompressor/v3"
	zstd "github.com/envoyproxy/go-control-plane/envoy/extensions/compression/zstd/decompressor/v3"
	skip "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/matcher/action/v3"
	cors "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	decompressor "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/decompressor/v3"
	extauthz "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_authz/v3"
	lua "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/lua/v3"
	rbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	wasm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/scannerplugin"
)

const (
	filterCORS     = "envoy.filters.http.cors"
	filterHostCase = "meshwarden_host_case"
	filterRouter   = "envoy.filters.http.router"
)

// Bounds of decompression. Beyond the ratio Envoy cuts the output off and passes on what there is as if it were
// all; the scanner and the upstream see the same. Without the ratio a bomb of 1 MiB was measured at 2.1 GB: what
// arrives while ext_authz decides is held compressed and inflates at once. Brotli's and zstd's ratio is fixed at 100.
const (
	maxInflateRatio = 100
	inflateChunk    = 4096
)

// httpFilters is the chain of requests, and of upgrades too: what an upstream that ignores an upgrade would read as
// a body must not pass unscanned. CORS comes before authorization because preflights carry no credentials.
func httpFilters() []*hcm.HttpFilter {
	return []*hcm.HttpFilter{
		hostCase(),
		static(filterCORS, &cors.Cors{}),
		discovered(authzClosed, &extauthz.ExtAuthz{}),
		discovered(authzOpen, &extauthz.ExtAuthz{}),
		decompress("gzip", &gzip.Gzip{ChunkSize: u32(inflateChunk), MaxInflateRatio: u32(maxInflateRatio)}),
		decompress("brotli", &brotli.Brotli{ChunkSize: u32(inflateChunk)}),
		decompress("zstd", &zstd.Zstd{ChunkSize: u32(inflateChunk)}),
		discovered(scannerplugin.Name, &wasm.Wasm{}),
		routing(),
	}
}

// routing keeps Envoy's own headers (timings, retry counts) between Envoy and its operators.
func routing() *hcm.HttpFilter {
	return static(filterRouter, &router.Router{SuppressEnvoyHeaders: true})
}

func static(name string, config proto.Message) *hcm.HttpFilter {
	return &hcm.HttpFilter{Name: name, ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: mustAny(config)}}
}

// discovered is a filter whose configuration arrives over ECDS; until it has, or when it is taken away, every
// request is denied. kind gives the type that may arrive.
func discovered(name string, kind proto.Message) *hcm.HttpFilter {
	deny := mustAny(&rbac.RBAC{Rules: &rbacrules.RBAC{Action: rbacrules.RBAC_ALLOW}})
	return &hcm.HttpFilter{Name: name, ConfigType: &hcm.HttpFilter_ConfigDiscovery{ConfigDiscovery: &core.ExtensionConfigSource{
		ConfigSource:  ads(),
		DefaultConfig: deny,
		TypeUrls:      []string{mustAny(kind).TypeUrl, deny.TypeUrl},
	}}}
}

// decompress undoes an encoding of requests, so that the scanner sees what the application sees. Responses are left
// alone: here they would be inflated after the scanner, and before it never reach it, since Envoy loses the trailers
// that its decompressor adds once a later filter of the response path holds the body (RATIONALE.md).
func decompress(encoding string, library proto.Message) *hcm.HttpFilter {
	enabled := func(on bool, direction string) *decompressor.Decompressor_CommonDirectionConfig {
		return &decompressor.Decompressor_CommonDirectionConfig{Enabled: &core.RuntimeFeatureFlag{
			DefaultValue: wrapperspb.Bool(on), RuntimeKey: "meshwarden.decompress_" + direction,
		}, IgnoreNoTransformHeader: true}
	}
	return static("meshwarden_"+encoding, &decompressor.Decompressor{
		DecompressorLibrary: &core.TypedExtensionConfig{Name: encoding, TypedConfig: mustAny(library)},
		RequestDirectionConfig: &decompressor.Decompressor_RequestDirectionConfig{
			CommonConfig:            enabled(true, "requests"),
			AdvertiseAcceptEncoding: wrapperspb.Bool(false),
		},
		ResponseDirectionConfig: &decompressor.Decompressor_ResponseDirectionConfig{CommonConfig: enabled(false, "responses")},
	})
}

// lowerHost is run for hosts with capitals only: scope keys are exact, and host names are not case-sensitive
// (RFC 9110 section 4.2.3).
const lowerHost = `function envoy_on_request(handle)
  local headers = handle:headers()
  headers:replace(":authority", string.lower(headers:get(":authority")))
  handle:clearRouteCache()
end
`

func hostCase() *hcm.HttpFilter {
	authority := &xdscore.TypedExtensionConfig{
		Name:        "authority",
		TypedConfig: mustAny(&matcher.HttpRequestHeaderMatchInput{HeaderName: ":authority"}),
	}
	noCapitals := &xdsmatcher.StringMatcher{MatchPattern: &xdsmatcher.StringMatcher_SafeRegex{SafeRegex: &xdsmatcher.RegexMatcher{
		EngineType: &xdsmatcher.RegexMatcher_GoogleRe2{GoogleRe2: &xdsmatcher.RegexMatcher_GoogleRE2{}},
		Regex:      "[^A-Z]*",
	}}}
	skipFilter := &xdsmatcher.Matcher_OnMatch{OnMatch: &xdsmatcher.Matcher_OnMatch_Action{Action: &xdscore.TypedExtensionConfig{
		Name: "skip", TypedConfig: mustAny(&skip.SkipFilter{}),
	}}}
	return static(filterHostCase, &matching.ExtensionWithMatcher{
		ExtensionConfig: &core.TypedExtensionConfig{
			Name: filterHostCase,
			TypedConfig: mustAny(&lua.Lua{DefaultSourceCode: &core.DataSource{
				Specifier: &core.DataSource_InlineString{InlineString: lowerHost},
			}}),
		},
		XdsMatcher: &xdsmatcher.Matcher{MatcherType: &xdsmatcher.Matcher_MatcherList_{MatcherList: &xdsmatcher.Matcher_MatcherList{
			Matchers: []*xdsmatcher.Matcher_MatcherList_FieldMatcher{{
				Predicate: &xdsmatcher.Matcher_MatcherList_Predicate{
					MatchType: &xdsmatcher.Matcher_MatcherList_Predicate_SinglePredicate_{
						SinglePredicate: &xdsmatcher.Matcher_MatcherList_Predicate_SinglePredicate{
							Input:   authority,
							Matcher: &xdsmatcher.Matcher_MatcherList_Predicate_SinglePredicate_ValueMatch{ValueMatch: noCapitals},
						},
					},
				},
				OnMatch: skipFilter,
			}},
		}}},
	})
}
