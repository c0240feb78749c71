package ads_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

// Types of the tests: one with a response a resource, one without, and one that only extauthz sees.
const (
	single  = "example.com/single"
	batched = "example.com/batched"
	secret  = "example.com/secret"
)

func startServer(t *testing.T, options ads.Options) (*ads.Server, string) {
	t.Helper()
	options.Types = []ads.Type{
		{URL: single, Label: "single", Visible: ads.Envoy, Single: true},
		{URL: batched, Label: "batched", Visible: ads.Envoy},
		{URL: secret, Label: "secret", Visible: ads.Extauthz},
	}
	options.Logger = slog.New(slog.DiscardHandler)
	options.Authorize = func(_ context.Context, cluster string) (ads.Role, error) {
		switch cluster {
		case "extauthz":
			return ads.Extauthz, nil
		case "nobody":
			return "", errors.New("not known")
		}
		return ads.Envoy, nil
	}
	server := ads.New(options)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	discovery.RegisterAggregatedDiscoveryServiceServer(g, server)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(listener) }()
	t.Cleanup(func() { g.Stop(); <-done })
	return server, listener.Addr().String()
}

func resource(typeURL, name, version string) *ads.Resource {
	return &ads.Resource{Key: ads.Key{Type: typeURL, Name: name}, Version: version, Body: &anypb.Any{TypeUrl: typeURL, Value: []byte(version)}}
}

func counts(server *ads.Server, label string) ads.Counts {
	for _, c := range server.Clients() {
		if n, ok := c.Types[label]; ok {
			return n
		}
	}
	return ads.Counts{}
}

func ackOf(typeURL, nonce string) *discovery.DeltaDiscoveryRequest {
	return &discovery.DeltaDiscoveryRequest{TypeUrl: typeURL, ResponseNonce: nonce}
}
