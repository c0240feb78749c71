package policy

import (
	"context"
	"sync"

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

// Decide runs both stages, or answers from the cache. The key holds the values of exactly those input
// fields that the policies read, their versions, and the tenant's. m may be nil. Results are as those of
// Platform.Decide; errors are never cached, and neither are policies that use non-deterministic built-ins.
func (c *Cache) Decide(ctx context.Context, p *Platform, m *TenantModule, in *Input) (Decision, error) {
	version, ok := TenantVersion(in.Tenant)
	if !ok || !p.query.deterministic || m != nil && !m.query.deterministic {
		return decide(ctx, p, m, in)
	}
	buffer := keyBuffers.Get().(*[]byte)
	*buffer = appendKey((*buffer)[:0], version, p, m, in)
	key, cacheable := "", len(*buffer) <= maxKey
	if cacheable {
		key = string(*buffer)
		keyBuffers.Put(buffer)
		if d, ok := c.decisions.GetIfPresent(key); ok {
			return d, nil
		}
	}
	d, err := decide(ctx, p, m, in)
	if err == nil && cacheable {
		c.decisions.Set(key, d)
	}
	return d, err
}

func decide(ctx context.Context, p *Platform, m *TenantModule, in *Input) (Decision, error) {
	d, err := p.Decide(ctx, in)
	if err != nil {
		return d, err
	}
	return m.Narrow(ctx, in, d)
}

// appendKey writes everything that the two stages' result follows from. Each part says its own length, so
// different questions never give equal keys.
func appendKey(b []byte, tenantVersion string, p *Platform, m *TenantModule, in *Input) []byte {
	b = appendString(b, tenantVersion)
	b = p.query.appendKey(b, in)
	if m != nil {
		b = m.query.appendKey(b, in)
	}
	return b
}

func (q *query) appendKey(b []byte, in *Input) []byte {
	b = appendString(b, q.version)
	for i := range inputFields {
		if q.shape.fields[i] {
			b = inputFields[i].key(b, in, &q.shape)
		}
	}
	return b
}
