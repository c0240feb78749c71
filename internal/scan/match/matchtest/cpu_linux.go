package matchtest

import (
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// threadCPU is CLOCK_THREAD_CPUTIME_ID of clock_gettime(2).
const threadCPU = 3

// cpuTime is what this thread has used, which others' work on the machine does not change. The times of getrusage are too
// coarse on some kernels.
func cpuTime(tb testing.TB) time.Duration {
	var used syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadCPU, uintptr(unsafe.Pointer(&used)), 0); errno != 0 {
		tb.Fatal(errno)
	}
	return time.Duration(used.Nano())
}
