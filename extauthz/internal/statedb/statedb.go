// Package statedb opens the database in which one server process keeps what must survive its restart. It does not
// know what that is: each part has a bucket of its own.
package statedb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// fileName is the database's, below the state directory.
const fileName = "state.db"

// lockTimeout bounds the wait for a process that is about to end.
const lockTimeout = 2 * time.Second

// Open opens the database in dir, both made when missing and readable by their owner only. The process owns it until it
// is closed: a second one is refused, since each would serve its own memory of what the other changes.
func Open(dir string) (*bbolt.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	path := filepath.Join(dir, fileName)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("state database: %s belongs to another running server", path)
	}
	if err != nil {
		return nil, fmt.Errorf("state database %s: %w", path, err)
	}
	return db, nil
}
