package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// tick is the unit of /proc/PID/stat: USER_HZ is 100 on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpuTime is the processor time that a process has used, in user and kernel mode together.
func cpuTime(pid int) (time.Duration, error) {
	// schedstat counts nanoseconds but only of one thread; summed over the threads it is finer than stat, as
	// long as no thread ended, which a long-lived server's do not.
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return 0, fmt.Errorf("processor time of %d: %w", pid, err)
	}
	var sum time.Duration
	for _, task := range tasks {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, task.Name()))
		if err != nil {
			return cpuTicks(pid)
		}
		var running int64
		if _, err := fmt.Sscan(string(raw), &running); err != nil {
			return 0, fmt.Errorf("schedstat %q: %w", raw, err)
		}
		sum += time.Duration(running)
	}
	return sum, nil
}

// cpuTicks is cpuTime for kernels without schedstat.
func cpuTicks(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("processor time of %d: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("stat %q: too short", raw)
	}
	var user, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0, fmt.Errorf("stat %q: %w", raw, err)
	}
	return time.Duration(user+system) * tick, nil
}
