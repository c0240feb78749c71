package xds

import (
	"context"
	"errors"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

// authorize says what a client is. The node.cluster that it claims counts only as far as its certificate allows:
// the tenant plane holds tenants' secrets. A certificate is for a role when its common name, a DNS name or a
// segment of a URI's path is the role's name, alone or followed by "-", "." and anything: "envoy-7",
// "extauthz.mesh.example.com", "spiffe://example.com/ns/edge/extauthz". One that is for both roles lets the
// client choose. Without TLS, which is for loopback, every client may choose.
func authorize(ctx context.Context, cluster string) (ads.Role, error) {
	claimed := ads.Envoy
	if cluster == string(ads.Extauthz) {
		claimed = ads.Extauthz
	}
	p, ok := peer.FromContext(ctx)
	if !ok {
		return "", errors.New("the connection has no peer")
	}
	info, secure := p.AuthInfo.(credentials.TLSInfo)
	if !secure {
		return claimed, nil
	}
	if len(info.State.VerifiedChains) == 0 {
		return "", errors.New("the client has no verified certificate")
	}
	certificate := info.State.VerifiedChains[0][0]
	if transport.Certifies(certificate, string(claimed)) {
		return claimed, nil
	}
	for _, role := range []ads.Role{ads.Envoy, ads.Extauthz} {
		if transport.Certifies(certificate, string(role)) {
			return "", errors.New("node.cluster " + cluster + " is not what the certificate is for, which is " + string(role))
		}
	}
	return "", errors.New("the certificate is neither for envoy nor for extauthz")
}
