package ads_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

// Types of the tests: one with a response a resource, one without, and one that only extauthz sees.
const (
	single  = "example.com/single"
	batched = "example.com/batched"
	secret  = "example.com/secret"
)

// deadline is generous: it only passes when a test fails.
const deadline = 20 * time.Second

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

// client is a delta ADS client that answers only when told to.
type client struct {
	t      *testing.T
	node   *core.Node
	stream discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	cancel context.CancelFunc
}

func connect(t *testing.T, address, node, cluster string) *client {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	t.Cleanup(cancel)
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, node: &core.Node{Id: node, Cluster: cluster}, stream: stream, cancel: cancel}
}

func (c *client) send(request *discovery.DeltaDiscoveryRequest) {
	c.t.Helper()
	request.Node = c.node
	c.node = nil // Like Envoy: only once a stream.
	if err := c.stream.Send(request); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) subscribe(typeURL string, holds map[string]string, names ...string) {
	c.t.Helper()
	c.send(&discovery.DeltaDiscoveryRequest{TypeUrl: typeURL, ResourceNamesSubscribe: names, InitialResourceVersions: holds})
}

func (c *client) receive() *discovery.DeltaDiscoveryResponse {
	c.t.Helper()
	response, err := c.stream.Recv()
	if err != nil {
		c.t.Fatal(err)
	}
	return response
}

func (c *client) ack(response *discovery.DeltaDiscoveryResponse) {
	c.t.Helper()
	c.send(&discovery.DeltaDiscoveryRequest{TypeUrl: response.TypeUrl, ResponseNonce: response.Nonce})
}

func (c *client) nack(response *discovery.DeltaDiscoveryResponse, message string) {
	c.t.Helper()
	c.send(&discovery.DeltaDiscoveryRequest{
		TypeUrl: response.TypeUrl, ResponseNonce: response.Nonce,
		ErrorDetail: &status.Status{Message: message},
	})
}

// expect receives one response and compares name:version and removed names.
func (c *client) expect(resources, removed []string) *discovery.DeltaDiscoveryResponse {
	c.t.Helper()
	response := c.receive()
	var got []string
	for _, r := range response.Resources {
		got = append(got, r.Name+":"+r.Version)
	}
	if !slices.Equal(got, resources) || !slices.Equal(response.RemovedResources, removed) {
		c.t.Fatalf("got resources %v and removed %v, want %v and %v", got, response.RemovedResources, resources, removed)
	}
	return response
}

// expectNothing proves silence by asking for something else, which answers are ordered behind.
func (c *client) expectNothing() {
	c.t.Helper()
	c.subscribe("example.com/unknown", nil, "x")
	if response := c.receive(); response.TypeUrl != "example.com/unknown" {
		c.t.Fatalf("got %v", response)
	}
}

func resource(typeURL, name, version string) *ads.Resource {
	return &ads.Resource{Key: ads.Key{Type: typeURL, Name: name}, Version: version, Body: &anypb.Any{TypeUrl: typeURL, Value: []byte(version)}}
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
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
