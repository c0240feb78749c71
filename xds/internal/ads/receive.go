package ads

import (
	"maps"
	"slices"
	"strings"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	everything = "*"
	// maxTypes bounds what one client can make the server remember; Envoy has about a dozen types.
	maxTypes = 32
)

// receive takes one request: an answer to a response, a change of what is subscribed, or both.
func (s *Server) receive(st *stream, request *discovery.DeltaDiscoveryRequest) error {
	answered := request.GetResponseNonce() != ""
	if answered {
		s.settle(st, request)
	}
	s.mu.RLock()
	st.mu.Lock()
	sub := st.subscriptions[request.GetTypeUrl()]
	tooMany := sub == nil && len(st.subscriptions) >= maxTypes
	switch {
	case tooMany:
	case sub == nil:
		s.subscribe(st, request)
	default:
		s.resubscribe(st, sub, request)
	}
	st.mu.Unlock()
	s.mu.RUnlock()
	if tooMany {
		return status.Error(codes.ResourceExhausted, "too many resource types on one stream")
	}
	st.signal()
	if answered {
		s.answered()
	}
	return nil
}

// subscribe handles the first request of a type on a stream. The versions that the client holds from before are
// compared here and then forgotten: kept, they would be most of a client's memory.
func (s *Server) subscribe(st *stream, request *discovery.DeltaDiscoveryRequest) {
	typeURL, names, holds := request.GetTypeUrl(), request.GetResourceNamesSubscribe(), request.GetInitialResourceVersions()
	sub := &subscription{
		// Nothing named means everything, but only in the first request of a type.
		wildcard: len(names) == 0 || slices.Contains(names, everything),
		names:    map[string]struct{}{},
		refused:  map[string]refusal{},
	}
	st.subscriptions[typeURL] = sub
	st.held = st.held || len(holds) > 0
	for _, name := range names {
		if name != everything {
			sub.names[name] = struct{}{}
		}
	}
	before := len(st.queue)
	var present []Key
	for _, name := range s.candidates(st, typeURL, sub, holds) {
		key := Key{typeURL, name}
		version, holding := holds[name]
		switch resource := s.lookup(st, key); {
		case resource != nil && resource.Version != version:
			present = append(present, key)
		case resource == nil && holding && s.held(key):
			st.keep(key)
		case resource == nil:
			// Removals come first: a host that moved to another tenant is one key, and both scopes would collide.
			st.enqueue(key)
		}
	}
	for _, key := range present {
		st.enqueue(key)
	}
	sub.owed = sub.wildcard && len(holds) == 0 && len(st.queue) == before
}

// candidates are all resources that the client named, holds, or gets by a wildcard, sorted.
func (s *Server) candidates(st *stream, typeURL string, sub *subscription, holds map[string]string) []string {
	set := maps.Clone(sub.names)
	for name := range holds {
		if sub.wants(name) {
			set[name] = struct{}{}
		}
	}
	if sub.wildcard && s.types[typeURL].Visible == st.role {
		for name := range s.store[typeURL] {
			set[name] = struct{}{}
		}
	}
	return sortedNames(set)
}

// resubscribe changes what is wanted. A name that is subscribed again is sent again, refused or not: the client
// asks because it waits for it.
func (s *Server) resubscribe(st *stream, sub *subscription, request *discovery.DeltaDiscoveryRequest) {
	for _, name := range request.GetResourceNamesUnsubscribe() {
		delete(sub.names, name)
		delete(sub.refused, name)
		if name == everything {
			sub.wildcard = false
		}
	}
	for _, name := range request.GetResourceNamesSubscribe() {
		if name == everything {
			sub.wildcard = true
			for _, name := range s.candidates(st, request.GetTypeUrl(), sub, nil) {
				st.enqueue(Key{request.GetTypeUrl(), name})
			}
			continue
		}
		sub.names[name] = struct{}{}
		delete(sub.refused, name)
		st.enqueue(Key{request.GetTypeUrl(), name})
	}
}

// settle books the answer to a response.
func (s *Server) settle(st *stream, request *discovery.DeltaDiscoveryRequest) {
	st.mu.Lock()
	d, ok := st.land(request.GetResponseNonce())
	if !ok {
		st.mu.Unlock()
		return
	}
	var nacks []Nack
	sub := st.subscriptions[d.typeURL]
	message := request.GetErrorDetail().GetMessage()
	guilty := d.resources
	if request.GetErrorDetail() == nil {
		guilty = nil
	} else if named := blame(message, d.resources); len(named) > 0 {
		guilty = named
	}
	for _, r := range d.resources {
		if !slices.Contains(guilty, r) {
			delete(sub.refused, r.Name)
			continue
		}
		sub.refused[r.Name] = refusal{version: r.Version, message: message, since: time.Now()}
		nacks = append(nacks, Nack{Key: r.Key, Version: r.Version, Message: message})
	}
	for _, name := range d.removed {
		delete(sub.refused, name)
	}
	st.mu.Unlock()

	label := s.label(d.typeURL)
	s.metrics.answerTime.WithLabelValues(label).Observe(time.Since(d.sent).Seconds())
	s.metrics.nacks.WithLabelValues(label).Add(float64(len(nacks)))
	s.metrics.acks.WithLabelValues(label).Add(float64(len(d.resources) + len(d.removed) - len(nacks)))
	if s.options.Refused != nil {
		for _, nack := range nacks {
			s.options.Refused(st.node, nack)
		}
	}
}

// blame finds which resources of a response a refusal means. Envoy names them for listeners and clusters, as
// "Error adding/updating listener(s) NAME: reason", and has taken the others; for most types it names none.
func blame(message string, resources []*Resource) []*Resource {
	var guilty []*Resource
	for _, r := range resources {
		if strings.Contains(" "+message, " "+r.Name+": ") {
			guilty = append(guilty, r)
		}
	}
	return guilty
}
