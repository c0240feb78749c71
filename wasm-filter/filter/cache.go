package filter

import (
	"container/list"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// Bounds of the policies that a VM keeps. Bytes are those of the documents; a compiled policy is of the
// same order.
const (
	maxPolicies    = 512
	maxPolicyBytes = 8 << 20
)

// policyCache holds compiled policies by the SHA-256 of their documents, the least recently used leaving
// first. They are immutable, so an entry never has to be refreshed.
type policyCache struct {
	entries map[string]*list.Element
	order   list.List
	bytes   int
}

type cachedPolicy struct {
	hash   string
	policy *scan.Policy
	bytes  int
}

func (c *policyCache) get(hash string) *scan.Policy {
	e, known := c.entries[hash]
	if !known {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cachedPolicy).policy
}

func (c *policyCache) put(hash string, policy *scan.Policy, bytes int) {
	if c.entries == nil {
		c.entries = map[string]*list.Element{}
	}
	if _, known := c.entries[hash]; known {
		return
	}
	c.entries[hash] = c.order.PushFront(&cachedPolicy{hash, policy, bytes})
	c.bytes += bytes
	for len(c.entries) > maxPolicies || (c.bytes > maxPolicyBytes && len(c.entries) > 1) {
		oldest := c.order.Remove(c.order.Back()).(*cachedPolicy)
		delete(c.entries, oldest.hash)
		c.bytes -= oldest.bytes
	}
}
