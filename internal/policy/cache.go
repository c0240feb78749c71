package policy

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
)

// DefaultCacheEntries is the size of a decision cache that is not told otherwise.
const DefaultCacheEntries = 65_536

// Bounds of what one cached decision takes: longer keys are evaluated each time. A weight of 1 stands for
// entryUnit bytes, so a cache of n entries holds at most n times entryUnit bytes of keys and texts.
const (
	maxKey    = 8 << 10
	entryUnit = 512
)

// Cache answers repeated questions without evaluating. It is safe for concurrent use.
//
// Otter's W-TinyLFU is what keeps tenants apart: one tenant's flood of requests that never repeat does not
// push out what others ask all the time (RATIONALE.md).
type Cache struct {
	decisions *otter.Cache[string, Decision]
	counts    [Stages]struct{ hits, misses, uncached atomic.Uint64 }
}

// Stage is one of those that decide one after the other, each of which has its own entries in the cache.
type Stage int

// Stages in their order: the packs, the platform owner's modules, the tenant's.
const (
	StagePacks Stage = iota
	StagePlatform
	StageTenant
	// Stages is how many there are.
	Stages
)

// String is the stage's name in metrics.
func (s Stage) String() string { return [...]string{"packs", "platform", "tenant"}[s] }

// Counts are how often a stage was asked for: what the cache knew (Hits), what it did not know (Misses), and what it does not keep,
// because of a non-deterministic built-in or a very long key (Uncached). A stage is only asked for when the one after it did not know
// the answer, or is not there.
type Counts struct{ Hits, Misses, Uncached uint64 }

// Counts of one stage since the start.
func (c *Cache) Counts(s Stage) Counts {
	n := &c.counts[s]
	return Counts{n.hits.Load(), n.misses.Load(), n.uncached.Load()}
}

// NewCache returns a cache of at most entries decisions (default 65,536 when 0); a decision with a long key
// counts as several.
func NewCache(entries int) *Cache {
	if entries <= 0 {
		entries = DefaultCacheEntries
	}
	return &Cache{decisions: otter.Must(&otter.Options[string, Decision]{
		MaximumWeight: uint64(entries),
		Weigher:       func(key string, d Decision) uint32 { return uint32(1 + (len(key)+textSize(d))/entryUnit) },
	})}
}

// textSize is about how many bytes the texts of d take.
func textSize(d Decision) int {
	n := len(d.Message)
	for _, headers := range []map[string]string{d.Headers, d.ResponseHeaders} {
		for name, value := range headers {
			n += len(name) + len(value)
		}
	}
	for _, list := range [][]string{d.RemoveHeaders, d.Quotas, d.StepUp.ACRValues} {
		for _, s := range list {
			n += len(s)
		}
	}
	return n
}

var keyBuffers = sync.Pool{New: func() any { return new([]byte) }}

// Decide runs all stages, or answers from the cache: the packs, the platform owner's modules, the tenant's, which may be nil. Results
// are as those of Platform.Decide; errors are never cached, and neither is a stage that uses non-deterministic built-ins.
//
// The key of a stage holds the values of exactly those input fields that it and the stages before it read, their versions, and the
// tenant's. It begins with the key of the stage before, so that a module that reads what differs from request to request does not
// have what comes before it evaluated each time.
func (c *Cache) Decide(ctx context.Context, p *Platform, m *TenantModule, in *Input) (Decision, error) {
	q := question{ctx: ctx, in: in}
	q.stages[StagePacks] = p.packs
	if p.modules != nil {
		q.stages[StagePlatform] = p.modules
	}
	if m != nil {
		q.stages[StageTenant] = m
	}
	if in.Tenant != nil {
		buffer := keyBuffers.Get().(*[]byte)
		defer keyBuffers.Put(buffer)
		q.key = appendString((*buffer)[:0], in.Tenant.version)
		q.appendKeys()
		*buffer = q.key
	}
	return q.decide(c, StageTenant)
}

// judge is one of the stages.
type judge interface {
	readSet() *readSet
	// Narrow is what the stage makes of the decision of those before it.
	Narrow(context.Context, *Input, Decision) (Decision, error)
}

// question is one on its way through the stages, of which those that the request does not have are nil.
type question struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call
	in     *Input
	stages [Stages]judge
	// key is of all stages that can be cached; ends is where that of each one ends, 0 for those that cannot.
	key  []byte
	ends [Stages]int
}

// appendKeys adds the keys of the stages, up to the first that cannot be cached.
func (q *question) appendKeys() {
	for i, stage := range q.stages {
		if stage == nil {
			continue
		}
		reads := stage.readSet()
		if !reads.deterministic {
			return
		}
		q.key = reads.appendKey(q.key, q.in)
		q.ends[i] = len(q.key)
	}
}

// decide is the decision of the stages up to last.
func (q *question) decide(c *Cache, last Stage) (Decision, error) {
	for last >= 0 && q.stages[last] == nil {
		last--
	}
	if last < 0 {
		return Decision{}, nil
	}
	key := q.key[:q.ends[last]]
	cached := len(key) > 0 && len(key) <= maxKey
	var text string
	if cached {
		text = string(key)
		if d, ok := c.decisions.GetIfPresent(text); ok {
			c.counts[last].hits.Add(1)
			return d, nil
		}
		c.counts[last].misses.Add(1)
	} else {
		c.counts[last].uncached.Add(1)
	}
	d, err := q.decide(c, last-1)
	if err == nil {
		d, err = q.stages[last].Narrow(q.ctx, q.in, d)
	}
	if err == nil && cached && !d.Unplaced {
		c.decisions.Set(text, d)
	}
	return d, err
}

func (r *readSet) appendKey(b []byte, in *Input) []byte {
	b = appendString(b, r.version)
	for i := range inputFields {
		if r.shape.fields[i] {
			b = inputFields[i].key(b, in, &r.shape)
		}
	}
	return b
}
