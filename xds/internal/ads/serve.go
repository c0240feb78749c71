package ads

import (
	"context"
	"errors"
	"io"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// DeltaAggregatedResources serves one client until either side ends the stream.
func (s *Server) DeltaAggregatedResources(grpc discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	request, err := grpc.Recv()
	if err != nil {
		return err
	}
	st, err := s.open(grpc.Context(), request.GetNode())
	if err != nil {
		return err
	}
	defer s.close(st)

	ctx, cancel := context.WithCancel(grpc.Context())
	sent := make(chan error, 1)
	go func() { sent <- s.send(ctx, st, grpc) }()
	for err == nil {
		if err = s.receive(st, request); err == nil {
			request, err = grpc.Recv()
		}
	}
	cancel()
	if sendErr := <-sent; sendErr != nil {
		return sendErr
	}
	if grpc.Context().Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (s *Server) open(ctx context.Context, node *core.Node) (*stream, error) {
	role, err := s.options.Authorize(ctx, node.GetCluster())
	if err != nil {
		s.options.Logger.Warn("client refused", "node", node.GetId(), "address", address(ctx), "error", err)
		return nil, status.Error(codes.PermissionDenied, err.Error())
	}
	st := newStream(role, node.GetId(), address(ctx))
	s.mu.Lock()
	s.streams[st] = struct{}{}
	s.mu.Unlock()
	s.metrics.clients.WithLabelValues(string(role)).Inc()
	s.options.Logger.Info("client connected", "node", st.node, "role", role, "address", st.address)
	return st, nil
}

func (s *Server) close(st *stream) {
	s.mu.Lock()
	delete(s.streams, st)
	s.mu.Unlock()
	s.metrics.clients.WithLabelValues(string(st.role)).Dec()
	s.options.Logger.Info("client disconnected", "node", st.node, "role", st.role, "address", st.address)
	s.answered()
}

func address(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		return p.Addr.String()
	}
	return ""
}

// send is the only writer of the stream.
func (s *Server) send(ctx context.Context, st *stream, grpc discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-st.wake:
		}
		for response := s.next(st); response != nil; response = s.next(st) {
			if err := grpc.Send(response); err != nil {
				return err
			}
			s.metrics.pushes.WithLabelValues(s.label(response.GetTypeUrl())).
				Add(float64(len(response.GetResources()) + len(response.GetRemovedResources())))
		}
	}
}

// next takes the next response from the stream's queue, or nil when there is nothing to send or too much is
// unanswered.
func (s *Server) next(st *stream) *discovery.DeltaDiscoveryResponse {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.inflight) >= window {
		return nil
	}
	for typeURL, sub := range st.subscriptions {
		if sub.owed {
			sub.owed = false
			return st.respond(delivery{typeURL: typeURL})
		}
	}
	for len(st.queue) > 0 {
		d := delivery{typeURL: st.queue[0].Type}
		for len(st.queue) > 0 && s.take(st, &d, st.queue[0]) {
			st.dequeue()
		}
		if len(d.resources)+len(d.removed) > 0 {
			return st.respond(d)
		}
	}
	return nil
}

// take adds the resource to the delivery; it reports false when that must wait for a response of its own.
func (s *Server) take(st *stream, d *delivery, key Key) bool {
	if key.Type != d.typeURL {
		return false
	}
	sub := st.subscriptions[key.Type]
	if !sub.wants(key.Name) {
		return true
	}
	resource := s.lookup(st, key)
	switch {
	case resource == nil:
		if len(d.resources) > 0 {
			return false
		}
		d.removed = append(d.removed, key.Name)
	case sub.refused[key.Name].version == resource.Version:
		// Parked: the client has refused this very version.
	case len(d.removed) > 0 || len(d.resources) > 0 && s.types[key.Type].Single:
		return false
	default:
		d.resources = append(d.resources, resource)
	}
	return true
}

func (st *stream) respond(d delivery) *discovery.DeltaDiscoveryResponse {
	response := &discovery.DeltaDiscoveryResponse{TypeUrl: d.typeURL, RemovedResources: d.removed, Nonce: st.fly(d)}
	for _, r := range d.resources {
		response.Resources = append(response.Resources, st.body(r))
	}
	return response
}

func (s *Server) label(typeURL string) string {
	if t, ok := s.types[typeURL]; ok {
		return t.Label
	}
	return "other"
}
