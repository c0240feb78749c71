package scan_test

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has used. On a shared machine it is steadier than the clock.
func cpuTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
