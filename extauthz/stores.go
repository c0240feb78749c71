package extauthz

import (
	"errors"
	"fmt"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/statedb"
)

// stateTimeout bounds a command about shared state in Redis; none is on the path of a request.
const stateTimeout = 2 * time.Second

// openStores opens what keeps state beside the configuration: in Redis for all replicas, or in a database of this one.
func (s *Server) openStores() (err error) {
	switch {
	case s.options.Redis != "" && s.options.StateDir != "":
		return errors.New("--redis and --state-dir exclude each other: state is either shared or of one server")
	case s.options.Redis != "":
		if s.redis, err = redisconn.Open(s.options.Redis, stateTimeout); err != nil {
			return err
		}
	case s.options.StateDir != "":
		if s.database, err = statedb.Open(s.options.StateDir); err != nil {
			return err
		}
	}
	if err := s.openKeys(); err != nil {
		return err
	}
	return s.openQuotas()
}

func (s *Server) openKeys() (err error) {
	if s.options.KeyFile != "" {
		s.keyFile, err = keyring.OpenFile(s.options.KeyFile, keyring.FileOptions{Logger: s.options.Logger, Registerer: s.options.Registry})
		if err != nil {
			return fmt.Errorf("API keys: %w", err)
		}
	}
	var store keyring.Store
	switch {
	case s.redis != nil:
		store = keyring.NewRedis(s.redis)
	case s.database != nil:
		if store, err = keyring.NewBolt(s.database); err != nil {
			return err
		}
	default:
		return nil
	}
	s.keys = keyring.New(keyring.Options{Store: store, Logger: s.options.Logger, Registerer: s.options.Registry})
	return nil
}

// keyStore is where requests' API keys are looked up; nil when there are none.
func (s *Server) keyStore() identity.KeyStore {
	switch {
	case s.keys != nil && s.keyFile != nil:
		return keyring.Both{Ring: s.keys, File: s.keyFile}
	case s.keys != nil:
		return s.keys
	case s.keyFile != nil:
		return s.keyFile
	}
	return nil
}

func (s *Server) openQuotas() (err error) {
	if s.options.Redis == "" {
		s.quotas = quota.NewMemory(quota.Options{Registerer: s.options.Registry})
		return nil
	}
	if s.quotas, err = quota.NewRedis(quota.RedisOptions{URL: s.options.Redis, Logger: s.options.Logger, Registerer: s.options.Registry}); err != nil {
		return fmt.Errorf("quota store: %w", err)
	}
	return nil
}
