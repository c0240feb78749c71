package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// procStat is what the tests read of /proc/PID/stat.
type procStat struct{ pid, parent int }

// processes lists what runs on this machine. A process that ends meanwhile is left out.
func processes(t testing.TB) []procStat {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var stats []procStat
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// The second field is the name in parentheses and may hold anything.
		_, rest, ok := strings.Cut(string(raw), ") ")
		var s procStat
		var state string
		if _, err := fmt.Sscan(filepath.Base(filepath.Dir(file)), &s.pid); !ok || err != nil {
			continue
		}
		if _, err := fmt.Sscan(rest, &state, &s.parent); err == nil {
			stats = append(stats, s)
		}
	}
	return stats
}

// resident is the resident memory of a process in bytes.
func resident(t testing.TB, pid int) int64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil {
		t.Fatalf("statm %q: %v", raw, err)
	}
	return pages * int64(os.Getpagesize())
}
