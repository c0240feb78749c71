package quota

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

const defaultMaxKeys = 1_000_000

// memory keeps a ledger for each tenant. One lock for each makes a request's charges one atomic step, and
// keeps a tenant that is flooded from slowing or filling up the others. Tenants come from the
// configuration, so their number needs no bound here.
type memory struct {
	ledgers sync.Map // tenant name -> *ledger
	maxKeys int
	now     func() time.Time
	start   time.Time
	seeds   [2]maphash.Seed
	keys    atomic.Int64
	full    prometheus.Counter
}

// ledger is the limits of one tenant that are in use.
type ledger struct {
	mu      sync.Mutex
	buckets table[bucket]
	windows table[window]
}

// NewMemory returns a store in this process.
func NewMemory(options Options) Store {
	if options.MaxKeys <= 0 {
		options.MaxKeys = defaultMaxKeys
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	m := &memory{
		maxKeys: options.MaxKeys,
		now:     options.Now,
		start:   options.Now(),
		seeds:   [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		full:    storeErrors(options.Registerer, "memory").WithLabelValues("full"),
	}
	promauto.With(options.Registerer).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_quota_keys",
		Help: "Limits in use in the memory store.",
	}, func() float64 { return float64(m.keys.Load()) })
	return m
}

func (m *memory) Close() error { return nil }

// micros is the time in microseconds since 1970, from the monotonic clock where there is one.
func (m *memory) micros() int64 {
	return m.start.UnixMicro() + m.now().Sub(m.start).Microseconds()
}

// id stands for a limit and what shares it. It is a keyed hash of 128 bits, so that clients can neither make the
// table larger with long keys nor steer two keys together.
type id [2]uint64

func (m *memory) id(c *Charge) id {
	type full struct{ name, key string }
	k := full{c.Name, c.Key}
	return id{maphash.Comparable(m.seeds[0], k), maphash.Comparable(m.seeds[1], k)}
}

func (m *memory) ledger(tenant string) *ledger {
	if l, ok := m.ledgers.Load(tenant); ok {
		return l.(*ledger)
	}
	l, _ := m.ledgers.LoadOrStore(tenant, &ledger{})
	return l.(*ledger)
}

// Charge implements Store.
func (m *memory) Charge(_ context.Context, tenant string, charges []Charge) (Result, error) {
	if err := check(charges); err != nil {
		return Result{}, err
	}
	if len(charges) == 0 {
		return Result{Admitted: true}, nil
	}
	result := Result{Statuses: make([]Status, len(charges))}
	var scratch [8]id
	ids := append(scratch[:0], make([]id, len(charges))...)
	for i := range charges {
		ids[i] = m.id(&charges[i])
	}
	l := m.ledger(tenant)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := m.micros()
	before := l.len()
	err := l.charge(charges, ids, now, m.maxKeys, &result)
	m.keys.Add(int64(l.len() - before))
	if err != nil {
		m.full.Inc()
		return Result{}, err
	}
	return result, nil
}

func (l *ledger) len() int { return l.buckets.len() + l.windows.len() }

// charge looks at every limit first and touches none unless all admit the request.
func (l *ledger) charge(charges []Charge, ids []id, now int64, maxKeys int, result *Result) error {
	fresh := 0
	result.Admitted = true
	for i := range charges {
		known, retry := l.look(&charges[i], ids[i], now, &result.Statuses[i])
		if !known {
			fresh++
		}
		if result.Statuses[i].Exceeded {
			result.Admitted = false
			result.RetryAfter = max(result.RetryAfter, duration(retry))
		}
	}
	if !result.Admitted {
		return nil
	}
	if !l.room(fresh, maxKeys, now) {
		return fmt.Errorf("%w: all of the tenant's %d limits in memory are in use", ErrUnavailable, maxKeys)
	}
	for i := range charges {
		if !repeated(charges, ids, i) {
			l.take(&charges[i], ids[i], now, &result.Statuses[i])
		} else {
			result.Statuses[i] = result.Statuses[first(charges, ids, i)]
		}
	}
	return nil
}

// first is the index of the first charge to the same limit as charge i.
func first(charges []Charge, ids []id, i int) int {
	for j := range i {
		if ids[j] == ids[i] && charges[j].Algorithm == charges[i].Algorithm {
			return j
		}
	}
	return i
}

func repeated(charges []Charge, ids []id, i int) bool { return first(charges, ids, i) != i }

// look fills in the status as it is before the charge, and how many microseconds a refused request has to wait.
func (l *ledger) look(c *Charge, key id, now int64, s *Status) (known bool, retry float64) {
	*s = Status{Name: c.Name, Limit: c.Limit, Window: c.period()}
	if c.Algorithm == TokenBucket {
		b := newBucket(c, now)
		held := l.buckets.find(key)
		if held != nil {
			b = held.state.advance(c, now)
		}
		s.Remaining, s.Reset, s.Exceeded = b.remaining(), duration(b.reset(c, now)), !b.admits()
		return held != nil, b.retry(c, now)
	}
	held := l.windows.find(key)
	if held == nil {
		s.Remaining = c.Limit
		return false, 0
	}
	w := held.state // a copy: a refused request leaves every state as it is
	w.advance(c, now)
	s.Remaining, s.Reset = max(0, c.Limit-w.sum()), duration(w.reset(now))
	s.Exceeded = s.Remaining == 0
	return true, w.retry(c, now)
}

// take charges one limit that look found to admit the request.
func (l *ledger) take(c *Charge, key id, now int64, s *Status) {
	s.Remaining--
	if c.Algorithm == TokenBucket {
		held := l.buckets.find(key)
		b := newBucket(c, now)
		if held == nil {
			held = l.buckets.insert(key)
		} else {
			b = held.state.advance(c, now)
		}
		held.state = b.charged()
		s.Reset = duration(held.state.reset(c, now))
		held.idleAt = now + int64(held.state.reset(c, now))
		return
	}
	held := l.windows.find(key)
	if held == nil {
		held = l.windows.insert(key)
		held.state = newWindow(c, now)
	} else {
		held.state.advance(c, now)
	}
	held.state.charge()
	held.idleAt = held.state.end(held.state.newest)
	s.Reset = duration(held.state.reset(now))
}

// room makes place for so many new limits. Only states that equal a fresh one are dropped, so forgetting
// never grants anything; when there are none of them, the store is full.
func (l *ledger) room(fresh, maxKeys int, now int64) bool {
	for range fresh {
		l.buckets.sweep(now)
		l.windows.sweep(now)
	}
	for tries := 0; l.len()+fresh > maxKeys; tries++ {
		if tries == sweepTries {
			return false
		}
		l.buckets.sweep(now)
		l.windows.sweep(now)
	}
	return true
}
