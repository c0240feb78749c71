package ads

import (
	"strconv"
	"sync"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// window bounds the responses of one stream that are not yet answered; more would only fill buffers of a slow
// client while newer versions could still replace them in the queue.
const window = 64

// stream is one connected client. Only what differs from "holds everything that is in the store" is remembered:
// a client that is up to date costs nothing per resource.
type stream struct {
	node, address string
	role          Role
	since         time.Time
	// wake tells the sender that there may be something to send.
	wake chan struct{}

	mu            sync.Mutex
	subscriptions map[string]*subscription
	// queue is what is to be sent, in the order of publication; queued is the same as a set.
	queue  []Key
	queued map[Key]struct{}
	// inflight are responses without an answer, by nonce; flying counts their resources.
	inflight map[string]delivery
	flying   map[Key]int
	nonce    uint64
	// held is set once the client has reported any version: it ran before this stream and may have refused bytes
	// that we do not know of.
	held bool
	// renewed are the resources with Renew that were sent on this stream.
	renewed map[Key]struct{}
	// kept are resources that the client holds and the store does not, left alone by the rule of Hold.
	kept map[Key]struct{}
	// late is set when somebody waited for this client in vain, until it has caught up.
	late bool
}

// delivery is one response in flight.
type delivery struct {
	typeURL   string
	resources []*Resource
	removed   []string
	sent      time.Time
}

// subscription is what a stream wants of one type.
type subscription struct {
	wildcard bool
	names    map[string]struct{}
	// refused are the versions that the client does not take; they are not sent again.
	refused map[string]refusal
	// owed asks for an empty response: Envoy waits for the first one of a type.
	owed bool
}

type refusal struct {
	version, message string
	since            time.Time
}

func newStream(role Role, node, address string) *stream {
	return &stream{
		role: role, node: node, address: address, since: time.Now(),
		wake:          make(chan struct{}, 1),
		subscriptions: map[string]*subscription{},
		inflight:      map[string]delivery{},
	}
}

func (s *subscription) wants(name string) bool {
	if s.wildcard {
		return true
	}
	_, ok := s.names[name]
	return ok
}

// enqueue marks a resource as to be sent. The caller holds mu.
func (st *stream) enqueue(key Key) {
	if _, ok := st.queued[key]; ok {
		return
	}
	if st.queued == nil {
		st.queued = map[Key]struct{}{}
	}
	st.queued[key] = struct{}{}
	st.queue = append(st.queue, key)
}

func (st *stream) keep(key Key) {
	if st.kept == nil {
		st.kept = map[Key]struct{}{}
	}
	st.kept[key] = struct{}{}
}

// dequeue drops the head of the queue; the map is let go with the last one, because maps never shrink.
func (st *stream) dequeue() {
	delete(st.queued, st.queue[0])
	st.queue = st.queue[1:]
	if len(st.queue) == 0 {
		st.queue, st.queued = nil, nil
	}
}

// outstanding reports whether the client has yet to answer for key. The caller holds mu.
func (st *stream) outstanding(key Key) bool {
	_, queued := st.queued[key]
	return queued || st.flying[key] > 0
}

// fly registers a response as sent and gives it its nonce. The caller holds mu.
func (st *stream) fly(d delivery) string {
	st.nonce++
	nonce := strconv.FormatUint(st.nonce, 10)
	d.sent = time.Now()
	st.inflight[nonce] = d
	if st.flying == nil {
		st.flying = map[Key]int{}
	}
	for _, key := range d.keys() {
		st.flying[key]++
	}
	return nonce
}

// land takes an answered response out of the account; ok is false for a nonce that is not in flight.
// The caller holds mu.
func (st *stream) land(nonce string) (d delivery, ok bool) {
	d, ok = st.inflight[nonce]
	if !ok {
		return d, false
	}
	delete(st.inflight, nonce)
	for _, key := range d.keys() {
		if st.flying[key]--; st.flying[key] == 0 {
			delete(st.flying, key)
		}
	}
	if len(st.inflight) == 0 {
		st.flying = nil
		st.late = st.late && len(st.queue) > 0
	}
	return d, true
}

func (d delivery) keys() []Key {
	keys := make([]Key, 0, len(d.resources)+len(d.removed))
	for _, r := range d.resources {
		keys = append(keys, r.Key)
	}
	for _, name := range d.removed {
		keys = append(keys, Key{d.typeURL, name})
	}
	return keys
}

func (st *stream) signal() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

// body chooses the bytes to send of r. The caller holds mu.
func (st *stream) body(r *Resource) *discovery.Resource {
	out := &discovery.Resource{Name: r.Name, Version: r.Version, Resource: r.Body}
	if r.Renew == nil {
		return out
	}
	_, again := st.renewed[r.Key]
	if st.held || again {
		out.Resource = r.Renew(uint64(time.Now().UnixNano()))
	}
	if st.renewed == nil {
		st.renewed = map[Key]struct{}{}
	}
	st.renewed[r.Key] = struct{}{}
	return out
}
