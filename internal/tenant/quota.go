package tenant

import (
	"fmt"
	"reflect"
)

// The algorithms of a Quota.
const (
	TokenBucket   = "token_bucket"
	SlidingWindow = "sliding_window"
)

// defaultWindow is of a sliding window that does not say; a token bucket has none.
const defaultWindow = "1h"

// Default fills the fields that are left out. It is idempotent.
func (q *Quota) Default() {
	setDefaults(reflect.ValueOf(q).Elem())
	if q.Algorithm == SlidingWindow && q.Window == "" {
		q.Window = defaultWindow
	}
}

// Validate returns what is wrong with a defaulted limit by itself: whether its routes exist is not looked at.
// Paths are relative to it.
func (q *Quota) Validate() []Problem {
	var c checker
	c.fields("quota", reflect.ValueOf(*q))
	c.quota("quota", q)
	return c.relativeTo("quota")
}

// quota checks what the struct tags cannot say.
func (c *checker) quota(path string, q *Quota) {
	c.name(path+".name", q.Name)
	switch q.Algorithm {
	case TokenBucket:
		if q.Refill == 0 {
			c.add(path+".refill", "is required: the tokens a second that come back, such as 10 or 0.5")
		}
		if q.Window != "" {
			c.add(path+".window", "belongs to a sliding_window; a token_bucket has limit and refill")
		}
	case SlidingWindow:
		if q.Window == "" {
			c.add(path+".window", "is required: the span in which requests count, such as 1h")
		}
		if q.Refill != 0 {
			c.add(path+".refill", "belongs to a token_bucket; a sliding_window has limit and window")
		}
	}
}

func (c *checker) quotas(s *TenantSpec) {
	names := map[string]bool{}
	for i := range s.Quotas {
		q, path := &s.Quotas[i], fmt.Sprintf("spec.quotas[%d]", i)
		c.quota(path, q)
		if names[q.Name] && q.Name != "" {
			c.add(path+".name", "%q names two quotas", q.Name)
		}
		names[q.Name] = true
		c.each(path+".routes", q.Routes, s.hasRoute, "the name of a route of this tenant")
	}
}
