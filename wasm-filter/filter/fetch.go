package filter

import (
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/scan/digest"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

const (
	// fetchTimeout bounds how long a request waits for its policy, in milliseconds.
	fetchTimeout = 1000
	// maxFlights bounds the concurrent fetches of one VM, well below Envoy's default of 1,024 requests a
	// cluster, which all VMs share.
	maxFlights = 128
	// failureMemory is how long a failed fetch answers for its hash, so that an extauthz that is away
	// costs one call per hash and second instead of one per request.
	failureMemory = int64(1e9) // nanoseconds
	maxFailures   = 1024
)

// flight is one fetch under way and the streams that are held for it.
type flight struct{ waiters []*Stream }

// policyFor returns the policy of that hash; pending means that the stream waits and resolve will be called
// with it. A policy that cannot be had is the strict one.
func (p *Plugin) policyFor(s *Stream, hash string) (policy *scan.Policy, pending bool) {
	vm := p.vm
	if cached := vm.cache.get(hash); cached != nil {
		vm.counters.policies[policyCached].Add(1)
		return cached, false
	}
	if f, flying := p.flights[hash]; flying {
		f.waiters = append(f.waiters, s)
		return nil, true
	}
	switch {
	case !isHash(hash):
		return p.fallback(policyInvalid), false
	case p.failedRecently(hash):
		return p.fallback(policyRecentlyFailed), false
	case p.config.Cluster == "" || len(p.flights) >= maxFlights || p.fetch(s, hash) != abi.OK:
		return p.failed(hash, policyUnavailable), false
	}
	p.flights[hash] = &flight{waiters: []*Stream{s}}
	return nil, true
}

// isHash also keeps what reached us in metadata from becoming any other path.
func isHash(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 64
}

func (p *Plugin) fetch(s *Stream, hash string) abi.Status {
	// A call belongs to the root context: the stream may be gone before its answer, and others wait too.
	abi.Effective(p.id)
	status := abi.Dispatch(p.id, abi.Call{
		Cluster: p.config.Cluster,
		Headers: []abi.Header{
			{":method", "GET"}, {":path", "/scan-policies/" + hash}, {":authority", p.config.Cluster},
		},
		TimeoutMillis: fetchTimeout,
		Done:          func(size int) { p.fetched(hash, size) },
	})
	abi.Effective(s.id)
	return status
}

// fetched answers every stream that waits for the policy and still lives.
func (p *Plugin) fetched(hash string, size int) {
	f := p.flights[hash]
	delete(p.flights, hash)
	policy, result := p.received(hash, size)
	if result == policyFetched {
		p.vm.counters.policies[policyFetched].Add(1)
	} else {
		policy = p.failed(hash, result)
	}
	if f == nil {
		return
	}
	for _, s := range f.waiters {
		if !s.done {
			abi.Resume(s.id, func() { s.resolve(policy) })
		}
	}
	abi.Effective(p.id)
}

func (p *Plugin) received(hash string, size int) (*scan.Policy, policyResult) {
	switch p.callStatus() {
	case "200":
	case "404":
		return nil, policyNotFound
	default:
		return nil, policyUnavailable
	}
	if size <= 0 || size > scan.MaxDocumentBytes {
		return nil, policyInvalid
	}
	raw, status := abi.Bytes(abi.CallBody, 0, size)
	if status != abi.OK {
		return nil, policyUnavailable
	}
	document := append([]byte(nil), raw...)
	if digest.Hex256(document) != hash {
		return nil, policyMismatch
	}
	policy, err := p.vm.engine.ParsePolicy(document)
	if err != nil {
		return nil, policyInvalid
	}
	p.vm.cache.put(hash, policy, len(document))
	return policy, policyFetched
}

func (p *Plugin) callStatus() string {
	headers, _ := abi.Headers(abi.CallHeaders, nil)
	for _, h := range headers {
		if h[0] == ":status" {
			return h[1]
		}
	}
	return ""
}

// failed remembers and reports a failure, and returns the policy that stands in.
func (p *Plugin) failed(hash string, result policyResult) *scan.Policy {
	if p.failures == nil || len(p.failures) >= maxFailures {
		p.failures = map[string]int64{}
	}
	p.failures[hash] = abi.Now()
	abi.Log(abi.Warn, "meshwarden_scan policy="+short(hash)+" result="+policyResults[result]+" using=strict")
	return p.fallback(result)
}

func (p *Plugin) fallback(result policyResult) *scan.Policy {
	p.vm.counters.policies[result].Add(1)
	return p.vm.strict
}

func (p *Plugin) failedRecently(hash string) bool {
	when, known := p.failures[hash]
	if known && abi.Now()-when >= failureMemory {
		delete(p.failures, hash)
		known = false
	}
	return known
}
