package config

import (
	"maps"
	"slices"
	"sync"
)

// Changes gathers what Watch saw until somebody loads it.
type Changes struct {
	mu    sync.Mutex
	all   bool
	files map[string]bool
	ready chan struct{}
}

// NewChanges returns Changes without any.
func NewChanges() *Changes {
	return &Changes{files: map[string]bool{}, ready: make(chan struct{}, 1)}
}

// Add is what Watch calls.
func (c *Changes) Add(files []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = c.all || files == nil
	for _, f := range files {
		c.files[f] = true
	}
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// Ready has a value when there are changes.
func (c *Changes) Ready() <-chan struct{} { return c.ready }

// Take returns the files that changed, sorted, nil when anything may have, and forgets them.
func (c *Changes) Take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	files := slices.AppendSeq([]string{}, maps.Keys(c.files))
	slices.Sort(files)
	if c.all {
		files = nil
	}
	c.all, c.files = false, map[string]bool{}
	return files
}
