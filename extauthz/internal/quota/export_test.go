package quota

import (
	"context"
	"strings"
	"time"
)

// ClockKey holds the time in microseconds for NewRedisByClock.
const ClockKey = "clock"

// NewRedisByClock is NewRedis with a script that takes the time from ClockKey, since a real server's clock
// cannot be set, and that lets no state expire, since expiry goes by that clock.
func NewRedisByClock(options RedisOptions) (Store, error) {
	script := source
	for old, by := range map[string]string{
		"local time = redis.call('TIME')\nlocal now = time[1] * 1000000 + time[2]\n": "local now = tonumber(redis.call('GET', '" + ClockKey + "'))\n",
		", 'PX', string.format('%.0f', math.ceil(reset / 1000) + 1))":                ")",
	} {
		if strings.Count(script, old) != 1 {
			panic("script.lua no longer has the line " + old)
		}
		script = strings.Replace(script, old, by, 1)
	}
	return newRedis(options, script)
}

// RedisKey is the key of a charge in Redis.
func RedisKey(tenant string, c Charge) string { return redisKey(tenant, &c) }

// States of the breaker.
const (
	Closed   = stateClosed
	HalfOpen = stateHalfOpen
	Open     = stateOpen
)

// Outcomes of a call.
const (
	Ignored   = ignored
	Succeeded = succeeded
	Failed    = failed
)

// Breaker is the circuit breaker by itself.
type Breaker struct{ b breaker }

// NewBreaker returns a closed breaker.
func NewBreaker(now func() time.Time) *Breaker {
	return &Breaker{breaker{now: now, changed: func(breakerState) {}}}
}

func (b *Breaker) Allow() (uint64, bool)        { return b.b.allow() }
func (b *Breaker) Done(epoch uint64, o outcome) { b.b.done(epoch, o) }
func (b *Breaker) Probed(o outcome) bool        { return b.b.probed(o) }
func (b *Breaker) State() breakerState          { return b.b.state }

// Prober is the background prober by itself.
type Prober struct{ p *prober }

// NewProber returns a prober whose report says whether the breaker is closed.
func NewProber(probe func(context.Context) error, report func(ok bool) bool) Prober {
	return Prober{newProber(time.Now, probe, func(o outcome) bool { return report(o == succeeded) })}
}

func (p Prober) Run(ctx context.Context) { p.p.run(ctx) }
func (p Prober) Start()                  { p.p.start() }
