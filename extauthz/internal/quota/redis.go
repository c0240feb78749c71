package quota

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/redis/go-redis/v9"

	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
)

//go:embed script.lua
var source string

const defaultTimeout = 100 * time.Millisecond

// probeKey is written to find out whether the server takes writes: a read-only replica answers PING.
const probeKey = "mw:{meshwarden}:probe"

type redisStore struct {
	client  redis.UniversalClient
	script  *redis.Script
	timeout time.Duration
	breaker *breaker
	prober  *prober
	log     *slog.Logger
	// last is the newest error, for the log.
	last    atomic.Pointer[error]
	errors  *prometheus.CounterVec
	state   prometheus.Gauge
	seconds prometheus.Histogram

	stop  context.CancelFunc
	group sync.WaitGroup
}

// NewRedis returns a store in Redis. It does not wait for the server: while that is away, Charge answers
// ErrUnavailable, at once after five failures in a row.
func NewRedis(options RedisOptions) (Store, error) { return newRedis(options, source) }

func newRedis(options RedisOptions, source string) (*redisStore, error) {
	if options.Timeout <= 0 {
		options.Timeout = defaultTimeout
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	client, err := redisconn.Open(options.URL, options.Timeout)
	if err != nil {
		return nil, err
	}
	s := &redisStore{client: client, script: redis.NewScript(source), timeout: options.Timeout, log: options.Logger}
	s.register(options.Registerer)
	s.breaker = &breaker{now: options.Now}
	s.prober = newProber(options.Now, s.probe, s.breaker.probed)
	s.breaker.changed = s.changed
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.group.Go(func() { s.prober.run(ctx) })
	return s, nil
}

// changed follows the breaker.
func (s *redisStore) changed(state breakerState) {
	s.state.Set(float64(state))
	switch state {
	case stateOpen:
		s.prober.start()
		s.log.Error("quota store is away, charges fail at once", "error", s.lastError())
	case stateClosed:
		s.log.Info("quota store is back")
	}
}

func (s *redisStore) lastError() error {
	if err := s.last.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *redisStore) register(registerer prometheus.Registerer) {
	s.errors = storeErrors(registerer, "redis")
	s.state = promauto.With(registerer).NewGauge(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_quota_breaker_state",
		Help: "Circuit breaker of the Redis quota store: 0 closed, 1 half-open, 2 open.",
	})
	s.seconds = promauto.With(registerer).NewHistogram(prometheus.HistogramOpts{
		Name:    "meshwarden_extauthz_quota_redis_seconds",
		Help:    "Round trips to Redis that charge the limits of one request.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25},
	})
}

// Close stops the background work and closes the connections.
func (s *redisStore) Close() error {
	s.stop()
	s.group.Wait()
	return s.client.Close()
}

// Charge implements Store.
func (s *redisStore) Charge(ctx context.Context, tenant string, charges []Charge) (Result, error) {
	if err := check(charges); err != nil {
		return Result{}, err
	}
	if len(charges) == 0 {
		return Result{Admitted: true}, nil
	}
	epoch, ok := s.breaker.allow()
	if !ok {
		s.errors.WithLabelValues("open").Inc()
		return Result{}, fmt.Errorf("%w: the circuit breaker is open", ErrUnavailable)
	}
	start := time.Now()
	answer, err := s.run(ctx, tenant, charges)
	s.breaker.done(epoch, s.judge(ctx, err))
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	s.seconds.Observe(time.Since(start).Seconds())
	return decode(charges, answer)
}

func (s *redisStore) run(ctx context.Context, tenant string, charges []Charge) ([]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	keys := make([]string, len(charges))
	args := make([]any, 0, 3*len(charges))
	for i := range charges {
		c := &charges[i]
		keys[i] = redisKey(tenant, c)
		if c.Algorithm == TokenBucket {
			args = append(args, "b", c.Limit, c.Refill)
		} else {
			args = append(args, "w", c.Limit, partWidth(c.Window))
		}
	}
	return s.script.Run(ctx, s.client, keys, args...).Int64Slice()
}

// judge sorts and counts the ways in which a charge fails. Only those that say that the server is away count
// for the breaker: a request that its caller gave up does not, nor does an error about one tenant's key.
func (s *redisStore) judge(ctx context.Context, err error) outcome {
	if err == nil {
		return succeeded
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ignored
	}
	kind, o := "connection", failed
	var server redis.Error
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &server):
		kind = "server"
		if !away(err) {
			o = succeeded
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, redis.ErrPoolTimeout),
		errors.As(err, &timeout) && timeout.Timeout():
		kind = "timeout"
	}
	s.errors.WithLabelValues(kind).Inc()
	s.last.Store(&err)
	return o
}

// away tells the answers of a server that takes no writes now from those about one command.
func away(err error) bool {
	return redis.IsLoadingError(err) || redis.IsReadOnlyError(err) || redis.IsClusterDownError(err) || redis.IsMasterDownError(err) ||
		redis.IsTryAgainError(err) || redis.IsOOMError(err) || redis.IsMaxClientsError(err) || redis.IsAuthError(err) ||
		redis.IsPermissionError(err) || redis.IsNoReplicasError(err) || redis.HasErrorPrefix(err, "MISCONF") || redis.HasErrorPrefix(err, "BUSY")
}

func (s *redisStore) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.client.Set(ctx, probeKey, 1, time.Second).Err()
}

// decode reads the script's answer, whose shape it describes.
func decode(charges []Charge, answer []int64) (Result, error) {
	if len(answer) != 2+3*len(charges) {
		return Result{}, fmt.Errorf("quota script answered %d numbers for %d limits", len(answer), len(charges))
	}
	result := Result{
		Admitted:   answer[0] == 1,
		RetryAfter: time.Duration(answer[1]) * time.Microsecond,
		Statuses:   make([]Status, len(charges)),
	}
	for i := range charges {
		c, a := &charges[i], answer[2+3*i:]
		result.Statuses[i] = Status{
			Name: c.Name, Limit: c.Limit, Window: c.period(),
			Remaining: a[0], Reset: time.Duration(a[1]) * time.Microsecond, Exceeded: a[2] == 1,
		}
	}
	return result, nil
}
