package shape

import (
	"strconv"
	"time"

	mutation "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extauthz "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_authz/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	httpstatus "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Two instances of ext_authz, because failing open is a property of the filter and not of a route. Both are in
// every chain and each scope turns one off; where no scope says anything both run, and the first denies.
const (
	authzClosed = "meshwarden_authz"
	authzOpen   = "meshwarden_authz_open"
)

// headerStreamDuration ends an upstream request after so many milliseconds; Envoy's router takes it out.
const headerStreamDuration = "x-envoy-upstream-stream-duration-ms"

const defaultAuthzTimeout = 500 * time.Millisecond

func authzConfig(instance string, gateway tenant.GatewaySpec) *extauthz.ExtAuthz {
	open := instance == authzOpen
	config := &extauthz.ExtAuthz{
		Services: &extauthz.ExtAuthz_GrpcService{GrpcService: &core.GrpcService{
			TargetSpecifier: &core.GrpcService_EnvoyGrpc_{EnvoyGrpc: &core.GrpcService_EnvoyGrpc{ClusterName: clusterExtauthz}},
			Timeout:         duration(parseDuration(gateway.AuthzTimeout, defaultAuthzTimeout)),
		}},
		TransportApiVersion: core.ApiVersion_V3,
		FailureModeAllow:    open,
		// The upstream can see that nobody was asked; client copies are removed before.
		FailureModeAllowHeaderAdd: open,
		// Envoy's default is 403, which makes an outage look like a denial.
		StatusOnError:          &httpstatus.HttpStatus{Code: httpstatus.StatusCode_ServiceUnavailable},
		IncludePeerCertificate: true,
		// Routes choose whether and how much, but not this: without it bodies that are not UTF-8 are mangled.
		WithRequestBody: &extauthz.BufferSettings{MaxRequestBytes: 1, AllowPartialMessage: true, PackAsBytes: true},
		// Without it duplicates are joined and bytes above 0x7f replaced: extauthz would judge other headers than
		// the upstream gets.
		EncodeRawHeaders:  true,
		ValidateMutations: true,
		// Our own answer may add headers, never turn the request into another one. One header of Envoy's own says when it ends.
		DecoderHeaderMutationRules: &mutation.HeaderMutationRules{
			DisallowIsError: wrapperspb.Bool(true),
			AllowExpression: &matcher.RegexMatcher{Regex: headerStreamDuration},
		},
	}
	if open {
		config.StatPrefix = "open"
	}
	return config
}

// scopeAuthz tells the instance that serves the tenant whose host this is, and turns the other off.
func scopeAuthz(name string, spec tenant.TenantSpec, edge Edge) map[string]*anypb.Any {
	serving, other := authzInstances(spec)
	extensions := map[string]string{"tenant": name}
	if edge.TrustedHops != "" {
		extensions["trusted_hops"] = edge.TrustedHops
	}
	if edge.TrustedProxies != "" {
		extensions["trusted_proxies"] = edge.TrustedProxies
	}
	return map[string]*anypb.Any{
		serving: authzContext(extensions, nil),
		// Not the route's "disabled" of a filter chain: that is fixed before the host is normalised.
		other: mustAny(&extauthz.ExtAuthzPerRoute{Override: &extauthz.ExtAuthzPerRoute_Disabled{Disabled: true}}),
	}
}

// routeAuthz adds the route's name; Envoy merges it with the scope's.
func routeAuthz(r tenant.Route, spec tenant.TenantSpec, edge Edge) map[string]*anypb.Any {
	serving, _ := authzInstances(spec)
	extensions := map[string]string{"route": r.Name}
	limit := bodyLimit(r, edge)
	if limit == 0 {
		return map[string]*anypb.Any{serving: authzContext(extensions, nil)}
	}
	extensions["body"] = strconv.FormatUint(uint64(limit), 10)
	return map[string]*anypb.Any{serving: authzContext(extensions, &extauthz.BufferSettings{
		// Envoy asks as soon as it has this much, and says that the body is whole when it has exactly that: one byte more than
		// may be there tells.
		MaxRequestBytes: limit + 1,
		// extauthz refuses what is longer, with the answer that all errors have.
		AllowPartialMessage: true,
		PackAsBytes:         true,
	})}
}

// streamAuthz is routeAuthz for requests whose bodies are streams: Envoy would hold them back until they end.
func streamAuthz(r tenant.Route, spec tenant.TenantSpec) map[string]*anypb.Any {
	serving, _ := authzInstances(spec)
	return map[string]*anypb.Any{serving: authzContext(map[string]string{"route": r.Name}, nil)}
}

// bodyLimit is the length of the longest body that requests of a route are decided with; 0 when they are decided without.
func bodyLimit(r tenant.Route, edge Edge) uint32 {
	if !r.ReadsBody() {
		return 0
	}
	if own := r.BodyLimit(); own > 0 && uint32(own) < edge.MaxBody {
		return uint32(own)
	}
	return edge.MaxBody
}

func authzInstances(spec tenant.TenantSpec) (serving, other string) {
	if spec.OnAuthzFailure == "allow" {
		return authzOpen, authzClosed
	}
	return authzClosed, authzOpen
}

// authzContext says on each level whether bodies are sent: of the two only the route's own settings count, not the scope's.
func authzContext(extensions map[string]string, body *extauthz.BufferSettings) *anypb.Any {
	settings := &extauthz.CheckSettings{ContextExtensions: extensions, WithRequestBody: body, DisableRequestBodyBuffering: body == nil}
	return mustAny(&extauthz.ExtAuthzPerRoute{Override: &extauthz.ExtAuthzPerRoute_CheckSettings{CheckSettings: settings}})
}
