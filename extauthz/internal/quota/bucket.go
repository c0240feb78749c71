package quota

import (
	"math"
	"time"
)

// bucket is the state of a TokenBucket limit. Time is in microseconds, and the arithmetic is that of
// script.lua, operation by operation, in float64 as Lua's numbers are.
type bucket struct {
	tokens float64
	// at is when tokens was true.
	at int64
}

// slack makes up for rounding: after exactly 1/Refill seconds there is a token, although the sum may be a
// few units of the last place below one. It is not gained again with each request, since what a request
// takes beyond zero is owed.
const slack = 1e-6

func newBucket(c *Charge, now int64) bucket { return bucket{tokens: float64(c.Limit), at: now} }

// advance refills the bucket up to now. A clock that steps back holds it still until the clock catches up;
// one that steps back by more than a full refill takes it along, so that nobody waits for a time that was never true.
func (b bucket) advance(c *Charge, now int64) bucket {
	limit := float64(c.Limit)
	b.tokens = min(b.tokens, limit)
	switch {
	case now >= b.at:
		b.tokens = min(limit, b.tokens+float64(now-b.at)*c.Refill/1e6)
		b.at = now
	case float64(b.at-now) > refillTime(limit, c.Refill):
		b.at = now
	}
	return b
}

func (b bucket) admits() bool { return b.tokens >= 1-slack }

func (b bucket) charged() bucket {
	b.tokens--
	return b
}

func (b bucket) remaining() int64 { return int64(math.Floor(max(0, b.tokens+slack))) }

// retry is microseconds from now until there is a token.
func (b bucket) retry(c *Charge, now int64) float64 {
	return float64(b.at-now) + refillTime(1-b.tokens, c.Refill)
}

// reset is microseconds from now until the bucket is full.
func (b bucket) reset(c *Charge, now int64) float64 {
	return float64(b.at-now) + refillTime(float64(c.Limit)-b.tokens, c.Refill)
}

// refillTime is the whole microseconds, rounded up but for a nanosecond, in which so many tokens come.
func refillTime(tokens, refill float64) float64 {
	return min(maxMicros, math.Ceil(max(0, tokens)*1e6/refill-1e-3))
}

func duration(micros float64) time.Duration { return time.Duration(micros) * time.Microsecond }
