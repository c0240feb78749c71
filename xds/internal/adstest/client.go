// Package adstest is a delta ADS client that answers only when a test tells it to.
package adstest

import (
	"context"
	"slices"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/meshwarden/meshwarden/internal/transport"
)

// Deadline is generous: it only passes when a test fails.
const Deadline = 20 * time.Second

// Client is a delta ADS client that answers only when told to.
type Client struct {
	t    testing.TB
	node *core.Node
	// Close ends the stream.
	Close  context.CancelFunc
	Stream discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
}

// Connect opens a stream in plaintext.
func Connect(t testing.TB, address, node, cluster string) *Client {
	t.Helper()
	return connect(t, address, node, cluster, insecure.NewCredentials())
}

// ConnectTLS opens a stream with a client certificate.
func ConnectTLS(t testing.TB, address, node, cluster string, options transport.Options) *Client {
	t.Helper()
	config, err := options.Client(address)
	if err != nil {
		t.Fatal(err)
	}
	return connect(t, address, node, cluster, credentials.NewTLS(config))
}

func connect(t testing.TB, address, node, cluster string, security credentials.TransportCredentials) *Client {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(security))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), Deadline)
	t.Cleanup(cancel)
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{t: t, node: &core.Node{Id: node, Cluster: cluster}, Stream: stream, Close: cancel}
}

// Send sends a request; the node goes with the first one only.
func (c *Client) Send(request *discovery.DeltaDiscoveryRequest) {
	c.t.Helper()
	request.Node = c.node
	c.node = nil // Like Envoy: only once a stream.
	if err := c.Stream.Send(request); err != nil {
		c.t.Fatal(err)
	}
}

// Subscribe asks for names of a type, all of them when there are none, saying which versions it holds.
func (c *Client) Subscribe(typeURL string, holds map[string]string, names ...string) {
	c.t.Helper()
	c.Send(&discovery.DeltaDiscoveryRequest{TypeUrl: typeURL, ResourceNamesSubscribe: names, InitialResourceVersions: holds})
}

// Receive waits for the next response.
func (c *Client) Receive() *discovery.DeltaDiscoveryResponse {
	c.t.Helper()
	response, err := c.Stream.Recv()
	if err != nil {
		c.t.Fatal(err)
	}
	return response
}

// Ack accepts a response.
func (c *Client) Ack(response *discovery.DeltaDiscoveryResponse) {
	c.t.Helper()
	c.Send(&discovery.DeltaDiscoveryRequest{TypeUrl: response.TypeUrl, ResponseNonce: response.Nonce})
}

// Nack refuses a response.
func (c *Client) Nack(response *discovery.DeltaDiscoveryResponse, message string) {
	c.t.Helper()
	c.Send(&discovery.DeltaDiscoveryRequest{
		TypeUrl: response.TypeUrl, ResponseNonce: response.Nonce,
		ErrorDetail: &status.Status{Message: message},
	})
}

// Expect receives one response and compares name:version and removed names.
func (c *Client) Expect(resources, removed []string) *discovery.DeltaDiscoveryResponse {
	c.t.Helper()
	response := c.Receive()
	var got []string
	for _, r := range response.Resources {
		got = append(got, r.Name+":"+r.Version)
	}
	if !slices.Equal(got, resources) || !slices.Equal(response.RemovedResources, removed) {
		c.t.Fatalf("got resources %v and removed %v, want %v and %v", got, response.RemovedResources, resources, removed)
	}
	return response
}

// ExpectNothing proves silence by asking for something else, which answers are ordered behind.
func (c *Client) ExpectNothing() {
	c.t.Helper()
	c.Subscribe("example.com/unknown", nil, "x")
	if response := c.Receive(); response.TypeUrl != "example.com/unknown" {
		c.t.Fatalf("got %v", response)
	}
}

// Eventually polls until the condition holds.
func Eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(Deadline); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
