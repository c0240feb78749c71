package sharedset

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Record is one version of a record in a store.
type Record struct {
	Key string
	// Value is JSON.
	Value []byte
	// Expires is when the record is forgotten, deleted or not; in whole milliseconds.
	Expires time.Time
	// Written orders the versions of a record: microseconds since 1970 by the writer's clock.
	Written int64
	Deleted bool
}

// Position is how far a store was read; the zero value is its beginning.
type Position struct {
	// Epoch names the life of the store: another one when it was emptied.
	Epoch string
	// Sequence counts its writes.
	Sequence int64
}

// Changes are what was written after a position.
type Changes struct {
	Records []Record
	// Next is the position after Records, Last that of the store's last write.
	Next, Last Position
}

// lost reports whether a store whose last write is last has lost what another position knows of: it was emptied,
// or another server has taken over that did not have all writes yet.
func (p Position) lost(last Position) bool {
	return p != Position{} && (p.Epoch != last.Epoch || last.Sequence < p.Sequence)
}

// Store keeps the records of one set.
type Store interface {
	// Write stores versions of records, at most max of them, in so far as it has no later ones, and returns the position
	// of the last write. later is the time of the latest version that it has kept instead, 0 without one. ErrFull and
	// ErrUnavailable are its errors.
	Write(ctx context.Context, max int, records []Record) (at Position, later int64, err error)
	// Changes returns at most limit records that changed after a position, in the order of their last change.
	Changes(ctx context.Context, after Position, limit int) (Changes, error)
	// Purge removes what has expired.
	Purge(ctx context.Context, now time.Time) error
	// Shared reports whether others may write to it.
	Shared() bool
}

// text is a version in both stores: written, expiry in milliseconds, d for deleted or p, and the value.
func (r *Record) text() string {
	state := "p"
	if r.Deleted {
		state = "d"
	}
	return fmt.Sprintf("%d %d %s %s", r.Written, r.Expires.UnixMilli(), state, r.Value)
}

var errRecord = errors.New("not a record")

func parseRecord(key, text string) (Record, error) {
	parts := strings.SplitN(text, " ", 4)
	if len(parts) != 4 {
		return Record{}, errRecord
	}
	written, err1 := strconv.ParseInt(parts[0], 10, 64)
	expires, err2 := strconv.ParseInt(parts[1], 10, 64)
	if err1 != nil || err2 != nil {
		return Record{}, errRecord
	}
	return Record{Key: key, Value: []byte(parts[3]), Expires: time.UnixMilli(expires), Written: written, Deleted: parts[2] == "d"}, nil
}
