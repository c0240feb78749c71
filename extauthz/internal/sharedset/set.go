// Package sharedset keeps sets of records that expire: in memory, where requests look, the same on all replicas
// that share a Redis within a second, or over restarts in a database. It does not know what the records mean.
package sharedset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Bounds of one record in bytes.
const (
	MaxKey   = 2048
	MaxValue = 16 << 10
)

// Errors of Put and Delete.
var (
	// ErrFull says that the set, or a group of it, has its most records.
	ErrFull = errors.New("the set is full")
	// ErrUnavailable says that the store is away: nothing was changed, or it is unknown whether it was.
	ErrUnavailable = errors.New("the store is unavailable")
)

// Options configure a Set.
type Options struct {
	// Name is the set's in stores, metrics and logs; of a closed set of words.
	Name string
	// Store keeps the records; nil keeps them in memory alone.
	Store Store
	// Max bounds the records (default 100,000).
	Max int
	// Group tells whose a record is by its key, and MaxGroup bounds those of each, so that none uses up what is there for all;
	// nil means that all records are of one group.
	Group    func(key string) string
	MaxGroup int
	// Logger takes failures of the store (default: nothing is logged).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// SecondPart is a Group for keys of parts with NULs between.
func SecondPart(key string) string {
	_, rest, _ := strings.Cut(key, "\x00")
	part, _, _ := strings.Cut(rest, "\x00")
	return part
}

const defaultMax = 100_000

// Item is a record as a caller sees it.
type Item[V any] struct {
	Key     string
	Value   V
	Expires time.Time
}

// Set holds values of one type, which must survive encoding/json. It is safe for concurrent use.
type Set[V any] struct {
	options Options
	log     *slog.Logger
	metrics *metrics

	// size is how many records there are, expired ones included until they are swept; version grows with each change.
	size    atomic.Int64
	version atomic.Uint64
	// read is when the store was last read, in nanoseconds since 1970; zero before the first time.
	read   atomic.Int64
	loaded atomic.Bool
	// asked is closed, by ask, when the store was read or failed to be for the first time.
	asked chan struct{}
	ask   func()

	mu      sync.RWMutex
	records map[string]held[V]
	// groups are the numbers of their records.
	groups map[string]int
	// written is the newest time stamp of a record here, wrote the position after the last write from here.
	written int64
	wrote   Position
}

// held is a record in memory. A deleted one stays until it would have expired, so that nothing brings it back.
type held[V any] struct {
	value   V
	record  Record
	deleted bool
}

// New returns a set that is empty until Run, or Load, has read the store.
func New[V any](options Options) *Set[V] {
	if options.Max <= 0 {
		options.Max = defaultMax
	}
	if options.Group == nil {
		options.Group, options.MaxGroup = func(string) string { return "" }, options.Max
	}
	s := &Set[V]{options: options, log: options.Logger, records: map[string]held[V]{}, groups: map[string]int{}, asked: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.ask = sync.OnceFunc(func() { close(s.asked) })
	if options.Store == nil {
		s.loaded.Store(true)
		s.ask()
	}
	s.metrics = newMetrics(options, s.count, s.age)
	return s
}

// Version changes whenever a record does: what was not found at a version is not there until it changes.
func (s *Set[V]) Version() uint64 { return s.version.Load() }

// Empty reports whether there is nothing to look up, at the cost of one load.
func (s *Set[V]) Empty() bool { return s.size.Load() == 0 }

// Loaded reports whether the store was read once, so that what is missing is not there.
func (s *Set[V]) Loaded() bool { return s.loaded.Load() }

// Await waits until the store was asked once, whatever it said, or the end of ctx.
func (s *Set[V]) Await(ctx context.Context) {
	select {
	case <-s.asked:
	case <-ctx.Done():
	}
}

// Lookup returns the item with this key that has not expired at now. It allocates nothing.
func (s *Set[V]) Lookup(key []byte, now time.Time) (item Item[V], ok bool) {
	if s.Empty() {
		return item, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, ok := s.records[string(key)]
	if !ok || h.deleted || !now.Before(h.record.Expires) {
		return item, false
	}
	return Item[V]{h.record.Key, h.value, h.record.Expires}, true
}

// Values are those of Items.
func (s *Set[V]) Values(group string) []V {
	items := s.Items(group)
	values := make([]V, len(items))
	for i := range items {
		values[i] = items[i].Value
	}
	return values
}

// Items returns what of a group has not expired, by key.
func (s *Set[V]) Items(group string) []Item[V] {
	now := time.Now()
	s.mu.RLock()
	items := make([]Item[V], 0, s.groups[group])
	for key, h := range s.records {
		if !h.deleted && now.Before(h.record.Expires) && s.options.Group(key) == group {
			items = append(items, Item[V]{key, h.value, h.record.Expires})
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(items, func(a, b Item[V]) int { return strings.Compare(a.Key, b.Key) })
	return items
}

// Put adds or replaces a record. When it returns, the store has it, and so has this replica.
func (s *Set[V]) Put(ctx context.Context, item Item[V]) error {
	value, err := json.Marshal(item.Value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", s.options.Name, err)
	}
	if len(item.Key) > MaxKey || len(value) > MaxValue {
		return fmt.Errorf("a record of %s is too long: at most %d bytes of key and %d of value", s.options.Name, MaxKey, MaxValue)
	}
	if s.full(item.Key) {
		return ErrFull
	}
	return s.write(ctx, Record{Key: item.Key, Value: value, Expires: item.Expires.Truncate(time.Millisecond)})
}

// Keep is Put in memory alone, for what must hold here although the store is away. That is given the record with the
// next full reading.
func (s *Set[V]) Keep(item Item[V]) error {
	value, err := json.Marshal(item.Value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", s.options.Name, err)
	}
	if s.full(item.Key) {
		return ErrFull
	}
	s.apply([]Record{{Key: item.Key, Value: value, Expires: item.Expires.Truncate(time.Millisecond), Written: s.stamp()}})
	return nil
}

// Delete takes a record away; one that is not there is no error.
func (s *Set[V]) Delete(ctx context.Context, key string) error {
	s.mu.RLock()
	h, ok := s.records[key]
	s.mu.RUnlock()
	if !ok || h.deleted {
		return nil
	}
	return s.write(ctx, Record{Key: key, Value: []byte("null"), Expires: h.record.Expires, Deleted: true})
}

func (s *Set[V]) full(key string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, there := s.records[key]
	return !there && (len(s.records) >= s.options.Max || s.groups[s.options.Group(key)] >= s.options.MaxGroup)
}

// maxWrites bounds how often a record is written again because another replica's clock is ahead.
const maxWrites = 4

func (s *Set[V]) write(ctx context.Context, r Record) error {
	if s.options.Store == nil {
		r.Written = s.stamp()
		s.apply([]Record{r})
		return nil
	}
	for range maxWrites {
		r.Written = s.stamp()
		at, later, err := s.options.Store.Write(ctx, s.options.Max, []Record{r})
		if err != nil {
			return err
		}
		s.wroteAt(at, later)
		if later < r.Written {
			s.apply([]Record{r})
			return nil
		}
	}
	return fmt.Errorf("%w: others write the record all the time", ErrUnavailable)
}

// wroteAt takes note of a write, and of a time stamp that the next one must be later than: what a replica has written whose
// clock is ahead, and this one has not read yet, would otherwise undo a write that was confirmed.
func (s *Set[V]) wroteAt(at Position, later int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote, s.written = at, max(s.written, later)
}

// stamp is a time that no record here had before: of two versions of a record, the later one counts.
func (s *Set[V]) stamp() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = max(s.written+1, time.Now().UnixMicro())
	return s.written
}

// apply takes records in, from wherever they come. Older versions of what is here change nothing.
func (s *Set[V]) apply(records []Record) {
	now := time.Now()
	s.mu.Lock()
	changed := false
	for _, r := range records {
		if h, ok := s.records[r.Key]; ok && h.record.Written >= r.Written || !now.Before(r.Expires) {
			continue
		}
		h := held[V]{record: r, deleted: r.Deleted}
		if err := json.Unmarshal(r.Value, &h.value); err != nil && !r.Deleted {
			s.log.Error("record of a shared set not understood", "set", s.options.Name, "error", err)
			continue
		}
		h.record.Value = nil // can be made again
		if _, there := s.records[r.Key]; !there {
			s.groups[s.options.Group(r.Key)]++
		}
		s.records[r.Key] = h
		s.written = max(s.written, r.Written)
		changed = true
	}
	s.size.Store(int64(len(s.records)))
	s.mu.Unlock()
	if changed {
		s.version.Add(1)
	}
}

// sweep forgets what has expired.
func (s *Set[V]) sweep() {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, h := range s.records {
		if !now.Before(h.record.Expires) {
			delete(s.records, key)
			group := s.options.Group(key)
			if s.groups[group]--; s.groups[group] == 0 {
				delete(s.groups, group)
			}
		}
	}
	s.size.Store(int64(len(s.records)))
}

func (s *Set[V]) count() float64 { return float64(s.size.Load()) }

// age is how long ago the store was last read, in seconds.
func (s *Set[V]) age() float64 {
	read := s.read.Load()
	if read == 0 {
		return 0
	}
	return time.Since(time.Unix(0, read)).Seconds()
}
