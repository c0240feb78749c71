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

// Decide runs both stages, or answers from the cache. The keys hold the values of exactly those input fields that the policies
// read, their versions, and the tenant's: the first stage's key is the beginning of the second's, so that a module that reads what
// differs from request to request does not have the packs evaluated each time. m may be nil. Results are as those of
// Platform.Decide; errors are never cached, and neither is a stage that uses non-deterministic built-ins.
func (c *Cache) Decide(ctx context.Context, p *Platform, m *TenantModule, in *Input) (Decision, error) {
	version, ok := TenantVersion(in.Tenant)
	if !ok || !p.query.deterministic {
		d, err := p.Decide(ctx, in)
		if err != nil {
			return d, err
		}
		return m.Narrow(ctx, in, d)
	}
	buffer := keyBuffers.Get().(*[]byte)
	defer keyBuffers.Put(buffer)
	*buffer = p.query.appendKey(appendString((*buffer)[:0], version), in)
	first := len(*buffer)
	if m == nil {
		return c.stage(*buffer, func() (Decision, error) { return p.Decide(ctx, in) })
	}
	platform := func() (Decision, error) {
		return c.stage((*buffer)[:first], func() (Decision, error) { return p.Decide(ctx, in) })
	}
	both := func() (Decision, error) {
		d, err := platform()
		if err != nil {
			return d, err
		}
		return m.Narrow(ctx, in, d)
	}
	if !m.query.deterministic {
		return both()
	}
	*buffer = m.query.appendKey(*buffer, in)
	return c.stage(*buffer, both)
}

// stage answers from the cache, or decides and keeps what was decided.
func (c *Cache) stage(key []byte, decide func() (Decision, error)) (Decision, error) {
	if len(key) > maxKey {
		return decide()
	}
	text := string(key)
	if d, ok := c.decisions.GetIfPresent(text); ok {
		return d, nil
	}
	d, err := decide()
	if err == nil {
		c.decisions.Set(text, d)
	}
	return d, err
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
