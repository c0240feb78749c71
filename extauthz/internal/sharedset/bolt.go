package sharedset

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// boltStore keeps a set in a bucket. The process owns the database, so that what it has read once it knows.
type boltStore struct {
	db     *bbolt.DB
	bucket []byte
}

// NewBoltStore keeps the records of the set called name in a database.
func NewBoltStore(db *bbolt.DB, name string) (Store, error) {
	s := &boltStore{db, []byte("set-" + name)}
	err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(s.bucket)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", s.bucket, err)
	}
	return s, nil
}

func (s *boltStore) Shared() bool { return false }

// Write returns when the records are on disk.
func (s *boltStore) Write(_ context.Context, _ int, records []Record) (at Position, later int64, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		for i := range records {
			if err := tx.Bucket(s.bucket).Put([]byte(records[i].Key), []byte(records[i].text())); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Position{}, 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return Position{}, 0, nil
}

// Changes returns everything at the beginning, whatever the limit, and then nothing.
func (s *boltStore) Changes(_ context.Context, after Position, _ int) (changes Changes, err error) {
	changes.Next = Position{Sequence: 1}
	changes.Last = changes.Next
	if after == changes.Next {
		return changes, nil
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(s.bucket).ForEach(func(key, text []byte) error {
			r, err := parseRecord(string(key), string(text))
			if err != nil {
				return fmt.Errorf("%s: %q: %w", s.bucket, key, err)
			}
			changes.Records = append(changes.Records, r)
			return nil
		})
	})
	return changes, err
}

func (s *boltStore) Purge(_ context.Context, now time.Time) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(s.bucket)
		var expired [][]byte
		err := bucket.ForEach(func(key, text []byte) error {
			if r, err := parseRecord("", string(text)); err != nil || !now.Before(r.Expires) {
				expired = append(expired, key)
			}
			return nil
		})
		for _, key := range expired {
			err = errors.Join(err, bucket.Delete(key))
		}
		return err
	})
}
