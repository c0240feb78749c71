package shape

import (
	"time"

	mutation "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extauthz "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_authz/v3"
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
		// Without it duplicates are joined and bytes above 0x7f replaced: extauthz would judge other headers than
		// the upstream gets.
		EncodeRawHeaders:  true,
		ValidateMutations: true,
		// Our own answer may add headers, never turn the request into another one.
		DecoderHeaderMutationRules: &mutation.HeaderMutationRules{DisallowIsError: wrapperspb.Bool(true)},
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
	return map[string]*anypb.Any{
		serving: authzContext(extensions),
		// Not the route's "disabled" of a filter chain: that is fixed before the host is normalised.
		other: mustAny(&extauthz.ExtAuthzPerRoute{Override: &extauthz.ExtAuthzPerRoute_Disabled{Disabled: true}}),
	}
}

// routeAuthz adds the route's name; Envoy merges it with the scope's.
func routeAuthz(route string, spec tenant.TenantSpec) map[string]*anypb.Any {
	serving, _ := authzInstances(spec)
	return map[string]*anypb.Any{serving: authzContext(map[string]string{"route": route})}
}

func authzInstances(spec tenant.TenantSpec) (serving, other string) {
	if spec.OnAuthzFailure == "allow" {
		return authzOpen, authzClosed
	}
	return authzClosed, authzOpen
}

func authzContext(extensions map[string]string) *anypb.Any {
	return mustAny(&extauthz.ExtAuthzPerRoute{Override: &extauthz.ExtAuthzPerRoute_CheckSettings{
		CheckSettings: &extauthz.CheckSettings{ContextExtensions: extensions},
	}})
}
