package quota

import (
	"strings"
	"time"
)

// ClockKey holds the time in microseconds for NewRedisByClock.
const ClockKey = "clock"

// NewRedisByClock is NewRedis with a script that takes the time from ClockKey, since a real server's clock
// cannot be set. Nothing else of the script changes.
func NewRedisByClock(options RedisOptions) (Store, error) {
	const serverTime = "local time = redis.call('TIME')\nlocal now = time[1] * 1000000 + time[2]\n"
	if strings.Count(source, serverTime) != 1 {
		panic("script.lua takes the time in another way")
	}
	return newRedis(options, strings.Replace(source, serverTime, "local now = tonumber(redis.call('GET', '"+ClockKey+"'))\n", 1))
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
