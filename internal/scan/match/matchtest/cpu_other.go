//go:build !linux

package matchtest

import (
	"testing"
	"time"
)

var started = time.Now()

// cpuTime is the clock where there is no better measure.
func cpuTime(testing.TB) time.Duration { return time.Since(started) }
