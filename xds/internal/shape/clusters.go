package shape

import (
	"cmp"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

const (
	defaultConnectTimeout = time.Second
	// ourConnectTimeout is for extauthz, which stands beside Envoy: a request waits for it.
	ourConnectTimeout = 250 * time.Millisecond
	defaultBreaker    = 1024
	// ourBreaker bounds what waits for extauthz; above it requests are refused with 503 instead of queueing.
	ourBreaker = 16384
)

func (t *Translator) extauthzCluster() *cluster.Cluster {
	c := baseCluster(clusterExtauthz, t.options.ExtauthzAddresses, ourConnectTimeout)
	c.TypedExtensionProtocolOptions = http2(true)
	c.CircuitBreakers = breakers(ourBreaker, ourBreaker)
	c.OutlierDetection = ejectFailing(2, time.Second)
	if t.options.Secure {
		c.TransportSocket = upstreamTLS(t.options.ExtauthzAddresses, "h2")
	}
	return c
}

func (t *Translator) scanPoliciesCluster() *cluster.Cluster {
	c := baseCluster(clusterScanPolicies, t.options.ScanPolicyAddresses, ourConnectTimeout)
	c.CircuitBreakers = breakers(defaultBreaker, defaultBreaker)
	c.OutlierDetection = ejectFailing(2, time.Second)
	if t.options.Secure {
		c.TransportSocket = upstreamTLS(t.options.ScanPolicyAddresses, "http/1.1")
	}
	return c
}

func (t *Translator) upstreamCluster(name string, spec tenant.UpstreamSpec) *cluster.Cluster {
	endpoints := spec.Endpoints
	if spec.Builtin != "" {
		endpoints = nil
		if t.options.EchoAddress != "" {
			endpoints = []string{t.options.EchoAddress}
		}
	}
	c := baseCluster(upstreamPrefix+name, endpoints, parseDuration(spec.ConnectTimeout, defaultConnectTimeout))
	if spec.HTTP2 {
		c.TypedExtensionProtocolOptions = http2(false)
	}
	c.CircuitBreakers = breakers(cmp.Or(spec.MaxConnections, defaultBreaker), cmp.Or(spec.MaxPending, defaultBreaker))
	c.OutlierDetection = ejectFailing(5, 10*time.Second)
	// The scanner holds responses up to the routes' larger limit.
	c.PerConnectionBufferLimitBytes = u32(readLimit)
	return c
}

// breakers are Envoy's bulkhead: what is above them is refused with 503 at once.
func breakers(connections, pending uint32) *cluster.CircuitBreakers {
	return &cluster.CircuitBreakers{Thresholds: []*cluster.CircuitBreakers_Thresholds{{
		MaxConnections:     u32(connections),
		MaxPendingRequests: u32(pending),
		// HTTP/2 has many requests a connection.
		MaxRequests: u32(max(connections, pending)),
	}}}
}

// ejectFailing takes an endpoint out for a while after so many gateway errors in a row (502, 503, 504 and failed
// connections). An application's own 500s say nothing about its endpoint.
func ejectFailing(consecutive uint32, ejection time.Duration) *cluster.OutlierDetection {
	return &cluster.OutlierDetection{
		ConsecutiveGatewayFailure:          u32(consecutive),
		EnforcingConsecutiveGatewayFailure: u32(100),
		EnforcingConsecutive_5Xx:           u32(0),
		EnforcingSuccessRate:               u32(0),
		Interval:                           duration(time.Second),
		BaseEjectionTime:                   duration(ejection),
		MaxEjectionTime:                    duration(10 * ejection),
		MaxEjectionPercent:                 u32(50),
	}
}
