// Package redisconn makes Redis clients from the URLs that operators give, bounded in time and without a retry. It
// does not know what is kept there.
package redisconn

import (
	"context"
	"errors"
	"fmt"
	neturl "net/url"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// silence turns off the library's own log, which is one for the process and goes to stderr unstructured. What
// it says of failures reaches us as errors too.
var silence = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// Open makes the client that url asks for: host:port, redis://, rediss:// or unix:// for one server, redis+cluster://
// or rediss+cluster:// for a cluster, redis+sentinel:// or rediss+sentinel:// with ?master_name=NAME for
// sentinels; further addresses as &addr=host:port. Every command is bounded by timeout. Nothing is dialled yet.
func Open(url string, timeout time.Duration) (redis.UniversalClient, error) {
	silence()
	kind, address := "", url
	if scheme, rest, ok := strings.Cut(url, "://"); !ok {
		address = "redis://" + url
	} else if base, k, ok := strings.Cut(scheme, "+"); ok {
		kind, address = k, base+"://"+rest
	}
	switch kind {
	case "":
		return single(address, timeout)
	case "cluster":
		return cluster(address, timeout)
	case "sentinel":
		return sentinel(address, timeout)
	}
	return nil, fmt.Errorf("redis URL: the kind of server after + is cluster or sentinel, not %q", kind)
}

func single(address string, timeout time.Duration) (redis.UniversalClient, error) {
	c, err := redis.ParseURL(address)
	if err != nil {
		return nil, urlError(err)
	}
	limits{&c.DialTimeout, &c.ReadTimeout, &c.WriteTimeout, &c.PoolTimeout, &c.MaxRetries, &c.DialerRetries, &c.ContextTimeoutEnabled}.set(timeout)
	c.MaintNotificationsConfig = noMaintenance()
	return redis.NewClient(c), nil
}

func cluster(address string, timeout time.Duration) (redis.UniversalClient, error) {
	c, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, urlError(err)
	}
	limits{&c.DialTimeout, &c.ReadTimeout, &c.WriteTimeout, &c.PoolTimeout, &c.MaxRetries, &c.DialerRetries, &c.ContextTimeoutEnabled}.set(timeout)
	c.MaintNotificationsConfig = noMaintenance()
	return redis.NewClusterClient(c), nil
}

func sentinel(address string, timeout time.Duration) (redis.UniversalClient, error) {
	c, err := redis.ParseFailoverURL(address)
	if err != nil {
		return nil, urlError(err)
	}
	if c.MasterName == "" {
		return nil, errors.New("redis URL: sentinels need ?master_name=NAME")
	}
	limits{&c.DialTimeout, &c.ReadTimeout, &c.WriteTimeout, &c.PoolTimeout, &c.MaxRetries, &c.DialerRetries, &c.ContextTimeoutEnabled}.set(timeout)
	return redis.NewFailoverClient(c), nil
}

// limits points at the fields that the three kinds of options have in common.
type limits struct {
	dial, read, write, pool *time.Duration
	retries, dials          *int
	byContext               *bool
}

// set bounds every wait. A connection may take longer to make (TLS, a far region) than the command that asks for
// it waits, and then serves the next. There are no retries: a command whose answer was lost may have been
// carried out, and would be twice.
func (l limits) set(timeout time.Duration) {
	*l.read, *l.write, *l.pool = timeout, timeout, timeout
	*l.dial = max(time.Second, timeout)
	*l.retries, *l.dials, *l.byContext = -1, 1, true
}

// noMaintenance turns off a handshake that only Redis Enterprise answers.
func noMaintenance() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// urlError keeps the URL, which may hold a password, out of the message: net/url quotes it.
func urlError(err error) error {
	var parse *neturl.Error
	if errors.As(err, &parse) {
		err = parse.Err
	}
	return fmt.Errorf("redis URL: %w", err)
}
