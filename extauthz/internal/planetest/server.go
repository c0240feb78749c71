// Package planetest is a small control plane for tests: it sends resources over delta ADS as it is told and
// keeps the answers. It knows nothing of what the resources mean.
package planetest

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"

	"github.com/meshwarden/meshwarden/internal/plane"
)

// Answer is what a client said to one response.
type Answer struct {
	Type string
	// Detail is the refusal's text, empty for an acknowledgement.
	Detail string
}

// Server is a control plane of one client.
type Server struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	t       testing.TB
	address string
	grpc    *grpc.Server

	mu        sync.Mutex
	resources []*resource
	// push sends a response on the open stream, nil without one.
	push    func(*discovery.DeltaDiscoveryResponse) error
	node    *core.Node
	nonce   int
	initial map[string]map[string]string
	// Answers are those of all streams in order.
	answers []Answer
}

type resource struct {
	typeURL string
	*discovery.Resource
}

// New starts a server, which stops with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, address: "127.0.0.1:0"}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Address is the server's; it survives a restart.
func (s *Server) Address() string { return s.address }

// Start listens, again after Stop.
func (s *Server) Start() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.address = listener.Addr().String()
	// An old stream's end must not be taken for that of the next one.
	s.grpc = grpc.NewServer(grpc.WaitForHandlers(true))
	discovery.RegisterAggregatedDiscoveryServiceServer(s.grpc, s)
	server := s.grpc
	go func() { _ = server.Serve(listener) }()
}

// Stop ends all streams and closes the port.
func (s *Server) Stop() { s.grpc.Stop() }

// Set adds or replaces a resource and sends it to a connected client.
func (s *Server) Set(typeURL, name string, document any) {
	s.t.Helper()
	body, version, err := plane.Encode(typeURL, document)
	if err != nil {
		s.t.Fatal(err)
	}
	s.set(&resource{typeURL, &discovery.Resource{Name: name, Version: version, Resource: body}})
}

func (s *Server) set(r *resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(r.typeURL, r.Name)
	s.resources = append(s.resources, r)
	s.send(&discovery.DeltaDiscoveryResponse{TypeUrl: r.typeURL, Resources: []*discovery.Resource{r.Resource}})
}

// Remove removes a resource.
func (s *Server) Remove(typeURL, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(typeURL, name)
	s.send(&discovery.DeltaDiscoveryResponse{TypeUrl: typeURL, RemovedResources: []string{name}})
}

func (s *Server) drop(typeURL, name string) {
	for i, r := range s.resources {
		if r.typeURL == typeURL && r.Name == name {
			s.resources = append(s.resources[:i:i], s.resources[i+1:]...)
			return
		}
	}
}

// send gives a response its nonce and sends it. The caller holds mu.
func (s *Server) send(response *discovery.DeltaDiscoveryResponse) {
	if s.push == nil {
		return
	}
	s.nonce++
	response.Nonce = fmt.Sprint(s.nonce)
	_ = s.push(response)
}

// Answers returns what clients said so far.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Answer(nil), s.answers...)
}

// Node is the node of the newest stream, Initial the versions that it reported by type and name.
func (s *Server) Node() *core.Node {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.node
}

// Initial returns the versions that the newest stream reported for a type.
func (s *Server) Initial(typeURL string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.initial[typeURL]
}

// Await fails the test unless condition becomes true within a generous time.
func (s *Server) Await(what string, condition func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s did not happen; answers: %+v", what, s.Answers())
		}
	}
}

// DeltaAggregatedResources serves one client: each resource in a response of its own, nothing that the
// client already holds.
func (s *Server) DeltaAggregatedResources(stream discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	subscribed := map[string]bool{}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.push = nil
	}()
	for {
		request, err := stream.Recv()
		if err != nil {
			return nil
		}
		s.mu.Lock()
		if request.GetNode() != nil {
			s.node, s.initial, s.push = request.GetNode(), map[string]map[string]string{}, stream.Send
		}
		if request.GetResponseNonce() != "" {
			s.answers = append(s.answers, Answer{request.GetTypeUrl(), request.GetErrorDetail().GetMessage()})
		}
		if !subscribed[request.GetTypeUrl()] {
			subscribed[request.GetTypeUrl()] = true
			s.first(request)
		}
		s.mu.Unlock()
	}
}

// first sends what a new subscription lacks, or an empty response. The caller holds mu.
func (s *Server) first(request *discovery.DeltaDiscoveryRequest) {
	holds := request.GetInitialResourceVersions()
	s.initial[request.GetTypeUrl()] = holds
	sent := len(holds) > 0
	present := map[string]bool{}
	for _, r := range s.resources {
		if r.typeURL != request.GetTypeUrl() {
			continue
		}
		present[r.Name] = true
		if holds[r.Name] != r.Version {
			sent = true
			s.send(&discovery.DeltaDiscoveryResponse{TypeUrl: r.typeURL, Resources: []*discovery.Resource{r.Resource}})
		}
	}
	for name := range holds {
		if !present[name] {
			s.send(&discovery.DeltaDiscoveryResponse{TypeUrl: request.GetTypeUrl(), RemovedResources: []string{name}})
		}
	}
	if !sent {
		s.send(&discovery.DeltaDiscoveryResponse{TypeUrl: request.GetTypeUrl()})
	}
}
