package keyring

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// Buckets of the state database; in each is one of every tenant, with ids as names.
var (
	boltKeys = []byte("api-keys")
	boltUses = []byte("api-key-uses")
)

type bolt struct{ db *bbolt.DB }

// NewBolt returns the store in the state database of this process.
func NewBolt(db *bbolt.DB) (Store, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{boltKeys, boltUses} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("API keys: %w", err)
	}
	return &bolt{db}, nil
}

func (b *bolt) update(change func(*bbolt.Tx) error) error { return away(b.db.Update(change)) }

// away marks errors that are none of ours.
func away(err error) error {
	for _, own := range []error{nil, ErrUnknown, ErrExists, ErrFull} {
		if errors.Is(err, own) {
			return err
		}
	}
	var refused *refusedChange
	if errors.As(err, &refused) {
		return refused.error
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// refusedChange is the error of a caller's change.
type refusedChange struct{ error }

func (b *bolt) Sync(_ context.Context, table *Table) error {
	changes := table.Changes()
	return away(b.db.View(func(tx *bbolt.Tx) error {
		known := map[string]bool{}
		err := tx.Bucket(boltKeys).ForEachBucket(func(name []byte) error {
			tenant := string(name)
			known[tenant] = true
			var keys []apikeys.Key
			err := tx.Bucket(boltKeys).Bucket(name).ForEach(func(id, record []byte) error {
				if key, ok := table.decode(tenant, string(id), record); ok {
					keys = append(keys, key)
				}
				return nil
			})
			table.Replace(tenant, keys, changes)
			return err
		})
		for _, tenant := range table.Tenants() {
			if !known[tenant] {
				table.Replace(tenant, nil, changes)
			}
		}
		return err
	}))
}

// Follow waits for the end: nobody else changes the database.
func (b *bolt) Follow(ctx context.Context, _ *Table) error {
	<-ctx.Done()
	return nil
}

func (b *bolt) Create(_ context.Context, key apikeys.Key) (held apikeys.Key, err error) {
	err = b.update(func(tx *bbolt.Tx) error {
		tenant, err := tx.Bucket(boltKeys).CreateBucketIfNotExists([]byte(key.Tenant))
		if err != nil {
			return err
		}
		if record := tenant.Get([]byte(key.ID)); record != nil {
			if err := json.Unmarshal(record, &held); err != nil {
				return err
			}
			return ErrExists
		}
		n, c := 0, tenant.Cursor()
		for id, _ := c.First(); id != nil; id, _ = c.Next() {
			n++
		}
		if n >= MaxTenantKeys {
			return ErrFull
		}
		return put(tenant, &key)
	})
	return held, err
}

func put(tenant *bbolt.Bucket, key *apikeys.Key) error {
	record, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return tenant.Put([]byte(key.ID), record)
}

func (b *bolt) Change(_ context.Context, tenant, id string, change func(*apikeys.Key) error) (key apikeys.Key, err error) {
	err = b.update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(boltKeys).Bucket([]byte(tenant))
		if bucket == nil {
			return ErrUnknown
		}
		record := bucket.Get([]byte(id))
		if record == nil {
			return ErrUnknown
		}
		key = apikeys.Key{}
		if err := json.Unmarshal(record, &key); err != nil {
			return err
		}
		if err := change(&key); err != nil {
			return &refusedChange{err}
		}
		return put(bucket, &key)
	})
	return key, err
}

func (b *bolt) Remove(_ context.Context, tenant, id string) error {
	return b.update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{boltKeys, boltUses} {
			bucket := tx.Bucket(name).Bucket([]byte(tenant))
			if bucket == nil {
				continue
			}
			if err := bucket.Delete([]byte(id)); err != nil {
				return err
			}
			if first, _ := bucket.Cursor().First(); first == nil {
				if err := tx.Bucket(name).DeleteBucket([]byte(tenant)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// AddUses needs no number: a transaction whose outcome is unknown ends with the process, and its counters with it.
func (b *bolt) AddUses(_ context.Context, batch Batch) error {
	return b.update(func(tx *bbolt.Tx) error {
		for _, u := range batch.Uses {
			keys := tx.Bucket(boltKeys).Bucket([]byte(u.Tenant))
			if keys == nil || keys.Get([]byte(u.ID)) == nil {
				continue // removed meanwhile
			}
			bucket, err := tx.Bucket(boltUses).CreateBucketIfNotExists([]byte(u.Tenant))
			if err != nil {
				return err
			}
			held := decodeUses(bucket.Get([]byte(u.ID)))
			held.Count += u.Count
			if u.Last.After(held.Last) {
				held.Last = u.Last
			}
			record := binary.BigEndian.AppendUint64(nil, held.Count)
			if err := bucket.Put([]byte(u.ID), binary.BigEndian.AppendUint64(record, uint64(held.Last.Unix()))); err != nil {
				return err
			}
		}
		return nil
	})
}

func decodeUses(record []byte) Uses {
	if len(record) != 16 {
		return Uses{}
	}
	return Uses{binary.BigEndian.Uint64(record), time.Unix(int64(binary.BigEndian.Uint64(record[8:])), 0).UTC()}
}

func (b *bolt) Uses(_ context.Context, tenant string, ids []string) ([]Uses, error) {
	list := make([]Uses, len(ids))
	return list, away(b.db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(boltUses).Bucket([]byte(tenant))
		for i, id := range ids {
			if bucket != nil {
				list[i] = decodeUses(bucket.Get([]byte(id)))
			}
		}
		return nil
	}))
}
