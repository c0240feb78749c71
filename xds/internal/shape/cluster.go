package shape

import (
	"net"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	http "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

const protocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

// Keepalive of HTTP/2 connections to our own servers: a peer that vanished without closing is noticed within
// the sum of both.
const (
	keepaliveInterval = 10 * time.Second
	keepaliveTimeout  = 5 * time.Second
)

// ControlPlane is the bootstrap's cluster of xDS servers at host:port addresses.
func ControlPlane(addresses []string, secure bool) *cluster.Cluster {
	c := baseCluster(ClusterControlPlane, addresses, time.Second)
	c.TypedExtensionProtocolOptions = http2(true)
	if secure {
		c.TransportSocket = upstreamTLS(addresses, "h2")
	}
	return c
}

// baseCluster resolves names with DNS and takes addresses as they are.
func baseCluster(name string, addresses []string, connectTimeout time.Duration) *cluster.Cluster {
	c := &cluster.Cluster{
		Name:                 name,
		ClusterDiscoveryType: &cluster.Cluster_Type{Type: cluster.Cluster_STATIC},
		ConnectTimeout:       duration(connectTimeout),
		LoadAssignment:       loadAssignment(name, addresses),
	}
	for _, host := range hosts(addresses) {
		if net.ParseIP(host) == nil {
			c.ClusterDiscoveryType = &cluster.Cluster_Type{Type: cluster.Cluster_STRICT_DNS}
			c.DnsLookupFamily = cluster.Cluster_V4_PREFERRED
		}
	}
	return c
}

// http2 speaks HTTP/2 with prior knowledge.
func http2(keepalive bool) map[string]*anypb.Any {
	options := &core.Http2ProtocolOptions{}
	if keepalive {
		options.ConnectionKeepalive = &core.KeepaliveSettings{
			Interval: duration(keepaliveInterval),
			Timeout:  duration(keepaliveTimeout),
		}
	}
	return map[string]*anypb.Any{protocolOptions: mustAny(&http.HttpProtocolOptions{
		UpstreamProtocolOptions: &http.HttpProtocolOptions_ExplicitHttpConfig_{
			ExplicitHttpConfig: &http.HttpProtocolOptions_ExplicitHttpConfig{
				ProtocolConfig: &http.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{Http2ProtocolOptions: options},
			},
		},
	})}
}
