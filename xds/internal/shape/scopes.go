package shape

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	cors "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

const (
	defaultRouteTimeout = 5 * time.Second
	// Back-off between retries.
	retryBase = 100 * time.Millisecond
	retryMax  = 5 * time.Second
	// websocketIdle ends an upgraded connection on which nothing moves.
	websocketIdle = time.Hour
	defaultMaxAge = 10 * time.Minute
)

// scopedRoutes is everything that Envoy knows of one host. It is a resource of its own, with the routes inline,
// because an update of one scope costs the same however many there are (RATIONALE.md).
func scopedRoutes(name, host string, spec tenant.TenantSpec, edge Edge) *route.ScopedRouteConfiguration {
	scope := name + "/" + host
	vhost := &route.VirtualHost{
		Name: scope,
		// The scope's key was the host already.
		Domains:              []string{"*"},
		TypedPerFilterConfig: scopeAuthz(name, spec, edge),
		// For requests and responses; the listener's own limit is far smaller. What is read at once comes on top of
		// what a filter holds.
		RequestBodyBufferLimit: wrapperspb.UInt64(uint64(edge.MaxBody) + readLimit),
		// Responses are scanned, so upstreams are asked not to compress them.
		RequestHeadersToAdd: []*core.HeaderValueOption{{
			Header:       &core.HeaderValue{Key: "accept-encoding", Value: "identity"},
			AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		}},
	}
	if spec.CORS != nil {
		vhost.TypedPerFilterConfig[filterCORS] = mustAny(corsPolicy(spec.CORS))
		// Envoy names the request's origin, or none: a shared cache must not answer one origin with another's.
		vhost.ResponseHeadersToAdd = []*core.HeaderValueOption{{
			Header:       &core.HeaderValue{Key: "vary", Value: "origin"},
			AppendAction: core.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD,
		}}
	}
	for _, r := range spec.Routes {
		if r.ReadsBody() && r.Takes("POST") {
			vhost.Routes = append(vhost.Routes, grpcRoute(r, spec, edge))
		}
		vhost.Routes = append(vhost.Routes, routeOf(r, spec, edge))
	}
	vhost.Routes = append(vhost.Routes, notFound())
	return &route.ScopedRouteConfiguration{
		Name: scope,
		Key: &route.ScopedRouteConfiguration_Key{Fragments: []*route.ScopedRouteConfiguration_Key_Fragment{{
			Type: &route.ScopedRouteConfiguration_Key_Fragment_StringKey{StringKey: host},
		}}},
		RouteConfiguration: &route.RouteConfiguration{
			Name:         scope,
			VirtualHosts: []*route.VirtualHost{vhost},
			// A cluster that is not there yet is a 503 on that route, not a refusal of the tenant.
			ValidateClusters: wrapperspb.Bool(false),
		},
	}
}

func routeOf(r tenant.Route, spec tenant.TenantSpec, edge Edge) *route.Route {
	timeout := parseDuration(r.Timeout, defaultRouteTimeout)
	action := &route.RouteAction{
		ClusterSpecifier: &route.RouteAction_Cluster{Cluster: upstreamPrefix + r.Upstream},
		Timeout:          duration(timeout),
		RetryPolicy:      retryPolicy(r.Retries),
		// A MaxStreamDuration here, even an empty one, would turn Timeout off (Envoy's usingNewTimeouts). Authorization says per
		// request when it ends.
	}
	if timeout > streamIdleTimeout {
		action.IdleTimeout = duration(timeout)
	}
	if r.Websocket {
		action.UpgradeConfigs = []*route.RouteAction_UpgradeConfig{{UpgradeType: "websocket", Enabled: wrapperspb.Bool(true)}}
		action.IdleTimeout = duration(max(timeout, websocketIdle))
	}
	return &route.Route{
		Name:                 r.Name,
		Match:                routeMatch(r.Match),
		Action:               &route.Route_Route{Route: action},
		TypedPerFilterConfig: routeAuthz(r, spec, edge),
	}
}

// grpcRoute goes before a route whose bodies authorization reads, and takes its gRPC calls: they may last for hours and wait
// for answers, so nothing can wait for their end. Authorization is told that there is no body to see.
func grpcRoute(r tenant.Route, spec tenant.TenantSpec, edge Edge) *route.Route {
	stream := routeOf(r, spec, edge)
	stream.Match.Headers = append(stream.Match.Headers, &route.HeaderMatcher{
		Name: "content-type",
		HeaderMatchSpecifier: &route.HeaderMatcher_StringMatch{StringMatch: &matcher.StringMatcher{
			MatchPattern: &matcher.StringMatcher_SafeRegex{SafeRegex: &matcher.RegexMatcher{Regex: `(?i)application/grpc([+;].*)?`}},
		}},
	})
	stream.TypedPerFilterConfig = streamAuthz(r, spec)
	return stream
}

func routeMatch(m tenant.Match) *route.RouteMatch {
	match := &route.RouteMatch{}
	prefix := strings.TrimSuffix(m.Prefix, "/")
	switch {
	case m.Path != "":
		match.PathSpecifier = &route.RouteMatch_Path{Path: m.Path}
	case m.Regex != "":
		match.PathSpecifier = &route.RouteMatch_SafeRegex{SafeRegex: &matcher.RegexMatcher{Regex: m.Regex}}
	case prefix != m.Prefix:
		// "/" and "/api/": what is below them.
		match.PathSpecifier = &route.RouteMatch_Prefix{Prefix: m.Prefix}
	default:
		match.PathSpecifier = &route.RouteMatch_PathSeparatedPrefix{PathSeparatedPrefix: m.Prefix}
	}
	if len(m.Methods) > 0 {
		match.Headers = []*route.HeaderMatcher{{Name: ":method", HeaderMatchSpecifier: &route.HeaderMatcher_StringMatch{
			StringMatch: anyOf(m.Methods),
		}}}
	}
	return match
}

// anyOf matches exactly one of the values.
func anyOf(values []string) *matcher.StringMatcher {
	if len(values) == 1 {
		return &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: values[0]}}
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_SafeRegex{
		SafeRegex: &matcher.RegexMatcher{Regex: strings.Join(quoted, "|")},
	}}
}

// retryPolicy retries what did not reach the application, or what it refused with 503.
func retryPolicy(retries int) *route.RetryPolicy {
	if retries <= 0 {
		return nil
	}
	return &route.RetryPolicy{
		RetryOn:              "connect-failure,refused-stream,retriable-status-codes",
		RetriableStatusCodes: []uint32{503},
		NumRetries:           u32(uint32(retries)),
		RetryBackOff:         &route.RetryPolicy_RetryBackOff{BaseInterval: duration(retryBase), MaxInterval: duration(retryMax)},
	}
}

// notFound ends every scope; its body comes from the listener's local replies.
func notFound() *route.Route {
	return &route.Route{
		Name:   "not_found",
		Match:  &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}},
		Action: &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{Status: 404}},
	}
}

func corsPolicy(c *tenant.CORS) *cors.CorsPolicy {
	policy := &cors.CorsPolicy{
		AllowMethods: strings.Join(c.Methods, ", "),
		AllowHeaders: strings.Join(c.Headers, ", "),
		MaxAge:       strconv.Itoa(int(parseDuration(c.MaxAge, defaultMaxAge).Seconds())),
	}
	credentials := c.Credentials
	for _, origin := range c.Origins {
		pattern := &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: origin}}
		if origin == "*" {
			pattern = &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_SafeRegex{SafeRegex: &matcher.RegexMatcher{Regex: ".*"}}}
			// Any site could otherwise act with the visitor's cookies.
			credentials = false
		}
		policy.AllowOriginStringMatch = append(policy.AllowOriginStringMatch, pattern)
	}
	policy.AllowCredentials = wrapperspb.Bool(credentials)
	return policy
}
