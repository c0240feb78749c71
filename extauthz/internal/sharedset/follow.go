package sharedset

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

const (
	// pollInterval is how often the store is asked for changes: with the way there and back, a change is on every
	// replica within a second.
	pollInterval = 400 * time.Millisecond
	// fullInterval is how often everything is read, which finds what a store that lost writes has forgotten.
	fullInterval  = 5 * time.Minute
	sweepInterval = time.Minute
	// readTimeout bounds one read.
	readTimeout = 2 * time.Second
	// batch is how many records one read, or one write of what the store has lost, moves.
	batch = 500
)

// Load reads the store once, to its end.
func (s *Set[V]) Load(ctx context.Context) error {
	_, err := s.follow(ctx, Position{})
	return err
}

// Run follows the store until ctx ends. While it is away, what is in memory counts.
func (s *Set[V]) Run(ctx context.Context) error {
	var at Position
	if s.options.Store == nil || !s.options.Store.Shared() {
		return s.sweeping(ctx)
	}
	poll, full, sweep := time.NewTicker(pollInterval), time.NewTicker(fullInterval), time.NewTicker(sweepInterval)
	defer poll.Stop()
	defer full.Stop()
	defer sweep.Stop()
	failing := false
	for {
		next, err := s.follow(ctx, at)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil && failing:
			s.log.Info("shared set is read again", "set", s.options.Name)
		case err != nil && !failing:
			s.log.Error("shared set cannot be read, what is in memory counts", "set", s.options.Name, "error", err)
		}
		if failing = err != nil; failing {
			s.metrics.errors.Inc()
		} else {
			at = next
		}
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
		case <-full.C:
			at = Position{}
		case <-sweep.C:
			s.sweep()
			s.purge(ctx)
		}
	}
}

// sweeping is Run without anything to follow.
func (s *Set[V]) sweeping(ctx context.Context) error {
	sweep := time.NewTicker(sweepInterval)
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sweep.C:
			s.sweep()
			s.purge(ctx)
		}
	}
}

func (s *Set[V]) purge(ctx context.Context) {
	if s.options.Store == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	if err := s.options.Store.Purge(ctx, time.Now()); err != nil && ctx.Err() == nil {
		s.log.Warn("expired records of a shared set not removed", "set", s.options.Name, "error", err)
	}
}

// errLost ends a reading that began anew and did not come to its end: the store contradicts itself, or loses as we read.
var errLost = errors.New("the shared set lost writes again while it was read")

// follow reads the changes after a position, and returns the position after them. A store that begins anew, by
// its own account or because everything is asked for, gets back what it has lost.
func (s *Set[V]) follow(ctx context.Context, at Position) (Position, error) {
	defer s.ask()
	var seen map[string]int64
	again := false
	for {
		if at == (Position{}) {
			seen = map[string]int64{}
		}
		s.mu.RLock()
		wrote := s.wrote
		s.mu.RUnlock()
		read, cancel := context.WithTimeout(ctx, readTimeout)
		changes, err := s.options.Store.Changes(read, at, batch)
		cancel()
		if err != nil {
			return at, err
		}
		if at.lost(changes.Last) || wrote.lost(changes.Last) {
			if again {
				return Position{}, errLost
			}
			at, again = Position{}, true
			s.forget(wrote)
			continue
		}
		s.apply(changes.Records)
		if seen != nil {
			for _, r := range changes.Records {
				seen[r.Key] = r.Written
			}
		}
		at = changes.Next
		if len(changes.Records) < batch {
			break
		}
	}
	s.read.Store(time.Now().UnixNano())
	s.loaded.Store(true)
	if seen != nil {
		s.giveBack(ctx, seen)
	}
	return at, nil
}

// forget is called when the store has lost a write, which is then made again: it is waited for once.
func (s *Set[V]) forget(wrote Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wrote == wrote {
		s.wrote = Position{}
	}
}

// giveBack writes records that are here and not in the store, which has lost them: it was emptied, or another
// server has taken over that did not have them yet. It is best effort, and repeated with the next full read.
func (s *Set[V]) giveBack(ctx context.Context, seen map[string]int64) {
	var lost []Record
	s.mu.RLock()
	now := time.Now()
	for key, h := range s.records {
		if written, there := seen[key]; !there || written < h.record.Written {
			if now.Before(h.record.Expires) {
				lost = append(lost, s.encode(h))
			}
		}
	}
	s.mu.RUnlock()
	for len(lost) > 0 {
		n := min(batch, len(lost))
		write, cancel := context.WithTimeout(ctx, readTimeout)
		_, _, err := s.options.Store.Write(write, s.options.Max, lost[:n])
		cancel()
		if err != nil {
			s.log.Warn("records that the store has lost not given back", "set", s.options.Name, "error", err)
			return
		}
		lost = lost[n:]
	}
}

// encode is a record as it was written.
func (s *Set[V]) encode(h held[V]) Record {
	r := h.record
	r.Value, _ = json.Marshal(h.value) // it was made of JSON
	return r
}
