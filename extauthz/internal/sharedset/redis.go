package sharedset

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed write.lua
	writeSource string
	//go:embed changes.lua
	changesSource string
	//go:embed purge.lua
	purgeSource string
)

// purgeBatch bounds what one Purge removes, since Redis does nothing else meanwhile.
const purgeBatch = 1000

// redisStore keeps a set in four keys of one hash slot: the versions by key, the keys by the sequence of their last
// write, the keys by their expiry, and the store's epoch and sequence.
type redisStore struct {
	client                 redis.UniversalClient
	keys                   []string
	write, changes, remove *redis.Script
}

// NewRedisStore keeps the records of the set called name in Redis, for all replicas that do so.
func NewRedisStore(client redis.UniversalClient, name string) Store {
	prefix := "mw:{set-" + name + "}:"
	return &redisStore{
		client: client,
		keys:   []string{prefix + "records", prefix + "log", prefix + "expiry", prefix + "state"},
		write:  redis.NewScript(writeSource), changes: redis.NewScript(changesSource), remove: redis.NewScript(purgeSource),
	}
}

func (s *redisStore) Shared() bool { return true }

func (s *redisStore) Write(ctx context.Context, most int, records []Record) (at Position, later int64, err error) {
	// The name of a new life, should this write begin one.
	args := []any{rand.Text(), most}
	for i := range records {
		r := &records[i]
		args = append(args, r.Key, r.text(), r.Expires.UnixMilli(), r.Written)
	}
	state, err := s.write.Run(ctx, s.client, s.keys, args...).StringSlice()
	switch {
	case redis.HasErrorPrefix(err, "FULL"):
		return Position{}, 0, ErrFull
	case err != nil:
		return Position{}, 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if at, err = readPosition(state); err != nil || len(state) < 3 {
		return at, 0, err
	}
	later, err = strconv.ParseInt(state[2], 10, 64)
	return at, later, err
}

// readPosition reads an epoch and a sequence.
func readPosition(state []string) (Position, error) {
	if len(state) < 2 {
		return Position{}, errors.New("a script of a shared set answered something else")
	}
	sequence, err := strconv.ParseInt(state[1], 10, 64)
	if err != nil {
		return Position{}, fmt.Errorf("sequence of a shared set: %w", err)
	}
	return Position{Epoch: state[0], Sequence: sequence}, nil
}

func (s *redisStore) Changes(ctx context.Context, after Position, limit int) (Changes, error) {
	list, err := s.changes.Run(ctx, s.client, s.keys, after.Sequence, limit).StringSlice()
	if err != nil {
		return Changes{}, err
	}
	return readChanges(list)
}

// readChanges reads the answer of changes.lua: epoch, sequence, and key, sequence and version of each record.
func readChanges(list []string) (changes Changes, err error) {
	if changes.Last, err = readPosition(list); err != nil {
		return Changes{}, err
	}
	changes.Next = changes.Last
	for rest := list[2:]; len(rest) >= 3; rest = rest[3:] {
		r, err := parseRecord(rest[0], rest[2])
		if err != nil {
			return Changes{}, fmt.Errorf("shared set: %q: %w", rest[0], err)
		}
		changes.Records = append(changes.Records, r)
		if changes.Next.Sequence, err = strconv.ParseInt(rest[1], 10, 64); err != nil {
			return Changes{}, fmt.Errorf("sequence of a shared set: %w", err)
		}
	}
	return changes, nil
}

func (s *redisStore) Purge(ctx context.Context, now time.Time) error {
	return s.remove.Run(ctx, s.client, s.keys, now.UnixMilli(), purgeBatch).Err()
}
