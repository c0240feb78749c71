package keyring

import (
	"context"
	"sync/atomic"
	"time"
)

// How uses are written and watched.
const (
	// flushEvery is how much of the uses a crash can lose; a regular end writes them all.
	flushEvery = 10 * time.Second
	// flushTimeout bounds the last writing.
	flushTimeout = 2 * time.Second
	// maxBatch is the most keys of one batch.
	maxBatch = 1000
	// A key is used unusually when its uses within an hour are more than jumpFloor and jumpFactor times its usual hour.
	jumpFloor  = 1000
	jumpFactor = 10
	// usualWeight is that of the last hour in the moving average of hours.
	usualWeight = 0.1
)

// Uses is how often a key was used, and when last.
type Uses struct {
	Count uint64
	Last  time.Time
}

// KeyUses are uses of one key that are not written yet.
type KeyUses struct {
	Tenant, ID string
	Uses
}

// Batch is some uses of one writer. Its number tells it from the writer's other batches, and grows.
type Batch struct {
	Writer string
	Number uint64
	Uses   []KeyUses
}

// uses of one key by this process.
type uses struct {
	// pending were not collected for writing yet.
	pending atomic.Uint64
	// last is in Unix seconds.
	last atomic.Int64
	// The others belong to upkeep: uses within this hour, the average of earlier hours (partHour or noHour before one is
	// over), and the day on which the key's end was announced.
	hour, usual float32
	warned      int32
}

// What stands for the average of hours of a key that has none yet: the present hour had begun before the key came, or is
// its first whole one.
const (
	partHour = -2
	noHour   = -1
)

// Used implements identity.UseCounter.
func (u *uses) Used(at time.Time) {
	u.pending.Add(1)
	u.last.Store(at.Unix())
}

// flush writes what was counted. What the store did not confirm is written again, as the same batches; newer uses wait in
// their counters meanwhile, so that nothing grows.
func (r *Ring) flush(ctx context.Context) {
	if len(r.unsent) == 0 {
		r.collect()
	}
	for len(r.unsent) > 0 {
		if err := r.store.AddUses(ctx, r.unsent[0]); err != nil {
			r.metrics.usesFailed.Inc()
			return
		}
		r.unsent = r.unsent[1:]
	}
}

func (r *Ring) collect() {
	r.unsent = nil
	r.each(func(e *entry) {
		n := e.uses.pending.Swap(0)
		if n == 0 {
			return
		}
		last := len(r.unsent) - 1
		if last < 0 || len(r.unsent[last].Uses) == maxBatch {
			r.number++
			r.unsent = append(r.unsent, Batch{Writer: r.writer, Number: r.number})
			last++
		}
		batch := &r.unsent[last]
		batch.Uses = append(batch.Uses, KeyUses{e.grant.tenant, e.id, Uses{n, time.Unix(e.uses.last.Load(), 0).UTC()}})
		r.watch(e, n)
	})
}

// watch reports a key whose uses have jumped, once an hour.
func (r *Ring) watch(e *entry, n uint64) {
	u := e.uses
	limit := max(jumpFloor, jumpFactor*u.usual)
	before := u.hour
	u.hour += float32(n)
	if u.usual >= 0 && before <= limit && u.hour > limit {
		r.metrics.jumps.Inc()
		r.log.Warn("api key is used unusually often", "tenant", e.grant.tenant, "key_id", e.id, "subject", e.subject,
			"uses_this_hour", int64(u.hour), "usual_hour", int64(u.usual))
	}
}

// endHour takes the hour that is over into what is usual.
func (r *Ring) endHour() {
	r.each(func(e *entry) {
		u := e.uses
		switch u.usual {
		case partHour:
			u.usual = noHour
		case noHour:
			u.usual = u.hour
		default:
			u.usual += usualWeight * (u.hour - u.usual)
		}
		u.hour = 0
	})
}
