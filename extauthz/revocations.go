package extauthz

import (
	"context"

	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
)

// sharedStore is where a shared set is kept; nil for memory alone.
func (s *Server) sharedStore(name string) (sharedset.Store, error) {
	switch {
	case s.redis != nil:
		return sharedset.NewRedisStore(s.redis, name), nil
	case s.database != nil:
		return sharedset.NewBoltStore(s.database, name)
	}
	return nil, nil
}

// openRevocations reads them from the database before any request is judged; from Redis they come with Run.
func (s *Server) openRevocations() error {
	store, err := s.sharedStore(revocation.Name)
	if err != nil {
		return err
	}
	s.revocations = revocation.New(revocation.Options{Store: store, Logger: s.options.Logger, Registerer: s.options.Registry})
	if s.database == nil {
		return nil
	}
	return s.revocations.Load(context.Background())
}

// openLockouts does the same for lockouts, and has failures counted where the quotas are.
func (s *Server) openLockouts() error {
	store, err := s.sharedStore(lockout.Name)
	if err != nil {
		return err
	}
	options := lockout.Options{Store: store, Logger: s.options.Logger, Registerer: s.options.Registry}
	if s.redis != nil {
		options.Counter = lockout.NewRedisCounter(s.redis)
	}
	s.lockouts = lockout.New(options)
	if s.database == nil {
		return nil
	}
	return s.lockouts.Load(context.Background())
}

// knowsTenant reports whether a tenant is configured.
func (s *Server) knowsTenant(name string) bool {
	t, _ := s.tenant(name)
	return t != nil
}
