package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// maxClaims are in doubt at a time.
	maxClaims = 1024
	// A claim is taken back for the first time after claimAge, when a Redis that was slow has it, and for the last after claimGone.
	claimAge  = time.Second
	claimGone = 30 * time.Second
)

// claim is what one attempt may have written in Redis.
type claim struct {
	name, value string
	since       time.Time
}

func (r *Repeats) claim(tenant string, key [sha256.Size]byte, attempt uint64) claim {
	return claim{
		name:  "mw:hook:{" + tenant + "}:" + base64.RawURLEncoding.EncodeToString(key[:]),
		value: r.name + strconv.FormatUint(attempt, 36), since: time.Now(),
	}
}

// takeBack removes a claim unless somebody else has made it since.
var takeBack = redis.NewScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// Run takes back what Forget was called for, until ctx ends. What it does not come to is forgotten with its time.
func (r *Repeats) Run(ctx context.Context) error {
	tick := time.NewTicker(claimAge)
	defer tick.Stop()
	var claims []claim
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-r.takeBack:
			if len(claims) < maxClaims {
				claims = append(claims, c)
			}
		case <-tick.C:
			claims = r.takeAllBack(ctx, claims)
		}
	}
}

// takeAllBack returns the claims that are left.
func (r *Repeats) takeAllBack(ctx context.Context, claims []claim) []claim {
	away := false
	return slices.DeleteFunc(claims, func(c claim) bool {
		age := time.Since(c.since)
		if away || age < claimAge {
			return age > claimGone
		}
		bounded, cancel := context.WithTimeout(ctx, redisTimeout)
		defer cancel()
		err := takeBack.Run(bounded, r.redis, []string{c.name}, c.value).Err()
		away = err != nil
		return err == nil || age > claimGone
	})
}
