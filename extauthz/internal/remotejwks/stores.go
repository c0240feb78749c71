package remotejwks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"go.etcd.io/bbolt"
)

// bucket and keyPrefix are where the documents are in either store.
const (
	bucket    = "jwks"
	keyPrefix = "mw:jwks:"
)

type boltStore struct{ db *bbolt.DB }

// NewBoltStore keeps documents in a bucket of a database. Those that are too old to serve are removed now.
func NewBoltStore(db *bbolt.DB) (Store, error) {
	now := time.Now()
	err := db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		var old [][]byte
		err = b.ForEach(func(name, document []byte) error {
			if _, young := readStored(document, now); !young {
				old = append(old, name)
			}
			return nil
		})
		for _, name := range old {
			err = errors.Join(err, b.Delete(name))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return boltStore{db}, nil
}

func (s boltStore) Load(_ context.Context, name string) (document []byte, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		document = append(document, tx.Bucket([]byte(bucket)).Get([]byte(name))...) // what Get returns is the transaction's
		return nil
	})
	return document, err
}

func (s boltStore) Save(_ context.Context, name string, document []byte) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucket)).Put([]byte(name), document)
	})
}

type redisStore struct{ client redis.UniversalClient }

// NewRedisStore keeps documents in Redis until they are too old to serve.
func NewRedisStore(client redis.UniversalClient) Store { return redisStore{client} }

func (s redisStore) Load(ctx context.Context, name string) ([]byte, error) {
	document, err := s.client.Get(ctx, keyPrefix+name).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return document, err
}

func (s redisStore) Save(ctx context.Context, name string, document []byte) error {
	return s.client.Set(ctx, keyPrefix+name, document, maxStale).Err()
}
