package extauthz_test

import (
	"sync"
	"time"
)

// fact is something that a request's answer follows from. While it changes, from before the change is asked for until every
// replica was seen to heed it, both values may be answered by.
type fact struct {
	mu       sync.Mutex
	value    bool
	changing bool
	changed  time.Time // when the last change was over
}

// may are the values that a request which began at a moment may have been answered by.
func (f *fact) may(began time.Time) (yes, no bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	both := f.changing || f.changed.After(began)
	return f.value || both, !f.value || both
}

// become changes a fact: do makes the change, seen waits until every replica heeds it.
func (f *fact) become(value bool, do, seen func()) {
	f.mu.Lock()
	f.changing = true
	f.mu.Unlock()
	do()
	seen()
	f.mu.Lock()
	f.value, f.changing, f.changed = value, false, time.Now()
	f.mu.Unlock()
}

// soakTenant is the model of one tenant: what must hold for its principals' requests.
type soakTenant struct {
	name, secret string
	// writes: viewers may write. open: the tenant's own module does not deny.
	writes, open fact
	// good are its subjects' tokens and API keys, by number: not revoked.
	subjects [soakSubjects]credential
	keys     [soakSubjects]credential
}

type credential struct {
	good   fact
	mu     sync.Mutex
	secret string
	id     string
}

func (c *credential) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.secret
}

func (c *credential) set(id, secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id, c.secret = id, secret
}
