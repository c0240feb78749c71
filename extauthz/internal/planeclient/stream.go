package planeclient

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
)

// maxDetail bounds the text of a refusal.
const maxDetail = 8 << 10

// stream is one connection's worth of the protocol.
type stream struct {
	client    *Client
	grpc      discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	responses chan *discovery.DeltaDiscoveryResponse
	ended     chan error
	answered  bool
	// types are those that were answered, or that we hold from before.
	types map[string]bool
}

// receive is the only reader of the stream.
func (s *stream) receive(ctx context.Context) {
	defer close(s.responses)
	for {
		response, err := s.grpc.Recv()
		if err != nil {
			s.ended <- err
			return
		}
		select {
		case s.responses <- response:
		case <-ctx.Done():
			s.ended <- ctx.Err()
			return
		}
	}
}

// subscribe asks for everything of each type and says what is already here.
func (s *stream) subscribe() error {
	s.types = map[string]bool{}
	node := &core.Node{
		Id: s.client.options.Node, Cluster: s.client.options.Cluster,
		UserAgentName: "meshwarden-extauthz",
	}
	for _, typeURL := range s.client.options.Types {
		versions := map[string]string{}
		for key, r := range s.client.held {
			if key.Type == typeURL {
				versions[key.Name] = r.Version
			}
		}
		request := &discovery.DeltaDiscoveryRequest{
			Node: node, TypeUrl: typeURL,
			ResourceNamesSubscribe:  []string{"*"},
			InitialResourceVersions: versions,
		}
		if err := s.grpc.Send(request); err != nil {
			return fmt.Errorf("subscribe to %s: %w", typeURL, err)
		}
		// Nothing is sent for what is held in its current version.
		s.types[typeURL] = len(versions) > 0
		node = nil
	}
	return nil
}

// loop applies and acknowledges until the stream ends.
func (s *stream) loop(ctx context.Context) error {
	silence := time.NewTimer(s.silence())
	defer silence.Stop()
	save := time.NewTicker(saveEvery)
	defer save.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case response, ok := <-s.responses:
			if !ok {
				return <-s.ended
			}
			if err := s.handle(s.batch(response)); err != nil {
				return err
			}
			silence.Reset(s.silence())
		case <-silence.C:
			if s.client.holds(s.client.options.Essential) {
				s.client.complete()
			}
		case <-save.C:
			s.client.saveBehind()
		}
	}
}

// silence is how long nothing must come before what is here counts as complete.
func (s *stream) silence() time.Duration {
	for _, typeURL := range s.client.options.Types {
		if !s.types[typeURL] {
			return patience
		}
	}
	return quiet
}

// maxBatch bounds how many responses are applied at once.
const maxBatch = 256

// batch takes what else has already arrived: a first load comes as one response a resource, and one new state
// for all of them costs no more than one for the first.
func (s *stream) batch(first *discovery.DeltaDiscoveryResponse) []*discovery.DeltaDiscoveryResponse {
	batch := []*discovery.DeltaDiscoveryResponse{first}
	for len(batch) < maxBatch {
		select {
		case response, ok := <-s.responses:
			if !ok {
				return batch
			}
			batch = append(batch, response)
		default:
			return batch
		}
	}
	return batch
}

// handle applies a batch and answers each of its responses.
func (s *stream) handle(batch []*discovery.DeltaDiscoveryResponse) error {
	s.answered = true
	refused := s.client.apply(merge(batch))
	for _, response := range batch {
		s.types[response.GetTypeUrl()] = true
		request := &discovery.DeltaDiscoveryRequest{
			TypeUrl: response.GetTypeUrl(), ResponseNonce: response.GetNonce(), ErrorDetail: detail(response, refused),
		}
		if request.ErrorDetail != nil {
			s.client.options.Logger.Warn("configuration refused", "type", response.GetTypeUrl(), "error", request.ErrorDetail.GetMessage())
		}
		if err := s.grpc.Send(request); err != nil {
			return fmt.Errorf("acknowledge: %w", err)
		}
	}
	return nil
}

// merge makes one update of several responses; of each resource the last word counts.
func merge(batch []*discovery.DeltaDiscoveryResponse) Update {
	changed := map[Key]*Resource{}
	var order []Key
	for _, response := range batch {
		for _, name := range response.GetRemovedResources() {
			key := Key{response.GetTypeUrl(), name}
			changed[key] = nil
			order = append(order, key)
		}
		for _, r := range response.GetResources() {
			key := Key{response.GetTypeUrl(), r.GetName()}
			changed[key] = &Resource{Key: key, Version: r.GetVersion(), Body: r.GetResource()}
			order = append(order, key)
		}
	}
	var update Update
	for _, key := range order {
		r, pending := changed[key]
		switch {
		case !pending:
			continue
		case r == nil:
			update.Removed = append(update.Removed, key)
		default:
			update.Changed = append(update.Changed, *r)
		}
		delete(changed, key)
	}
	return update
}

// detail is the refusal of a response, naming every resource of it that was refused, or nil.
func detail(response *discovery.DeltaDiscoveryResponse, refused map[Key]error) *spb.Status {
	var texts []string
	for _, r := range response.GetResources() {
		if err := refused[Key{response.GetTypeUrl(), r.GetName()}]; err != nil {
			texts = append(texts, err.Error())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	slices.Sort(texts)
	text := strings.Join(texts, "\n")
	return &spb.Status{Code: int32(codes.InvalidArgument), Message: strings.ToValidUTF8(text[:min(len(text), maxDetail)], "")}
}
