package extauthz

import (
	"context"
	"errors"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/fetch"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
)

// settleTime is how long a new replica waits for the key sets of its issuers and for the revocations before it counts
// as ready: an issuer that is away costs its own tenant's requests, and everybody only this.
const settleTime = 5 * time.Second

// errUnsettled is why a replica with a configuration is not ready yet.
var errUnsettled = errors.New("key sets of token issuers, or revocations, are being fetched")

func (s *Server) openKeySets() (err error) {
	options := remotejwks.Options{
		Client: fetch.NewClient(s.options.FetchAllow), Logger: s.options.Logger, Registerer: s.options.Registry,
	}
	switch {
	case s.redis != nil:
		options.Store = remotejwks.NewRedisStore(s.redis)
	case s.database != nil:
		if options.Store, err = remotejwks.NewBoltStore(s.database); err != nil {
			return err
		}
	}
	s.keySets = remotejwks.New(options)
	s.builder.KeySets = s.keySets
	return nil
}

// settle makes the server ready once the key sets of its first state are there or were tried.
func (s *Server) settle(ctx context.Context) {
	select {
	case <-s.first:
	case <-ctx.Done():
		return
	}
	bounded, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	s.keySets.Settle(bounded)
	s.revocations.Await(bounded)
	s.lockouts.Await(bounded)
	if ctx.Err() == nil {
		s.settled.Store(true)
		s.serving(true)
	}
}
