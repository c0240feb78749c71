// Package redistest runs real Redis servers for tests. It does not know what is kept there.
package redistest

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a real Redis on a socket of its own, which ends with the test.
type Server struct {
	// URL is for redisconn.Open.
	URL     string
	dir     string
	process *exec.Cmd
}

// Start runs a server that keeps nothing over a restart.
func Start(t testing.TB) *Server {
	t.Helper()
	// t.TempDir holds the test's name, and the path of a socket has at most 107 bytes.
	dir, err := os.MkdirTemp("", "mw")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "unix://" + filepath.Join(dir, "s"), dir: dir}
	t.Cleanup(func() {
		s.Kill(t)
		_ = os.RemoveAll(dir)
	})
	s.Restart(t)
	return s
}

// Restart runs the server again, empty, after Kill.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.process = exec.Command("redis-server", "--port", "0", "--unixsocket", filepath.Join(s.dir, "s"), "--dir", s.dir, "--save", "", "--appendonly", "no")
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	client := Client(t, s.URL)
	await(t, "Redis answers", func() bool { return client.Ping(context.Background()).Err() == nil })
}

// Kill ends the server at once, as a crash would. One that has ended stays so.
func (s *Server) Kill(t testing.TB) {
	if err := s.process.Process.Kill(); errors.Is(err, os.ErrProcessDone) {
		return
	} else if err != nil {
		t.Error(err)
		return
	}
	_ = s.process.Wait()
}

// Pause keeps the server from answering until Resume; what it holds stays.
func (s *Server) Pause(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		t.Error(err)
	}
}

// Client speaks to the server at url, past whatever is tested.
func Client(t testing.TB, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Cluster runs a cluster of one node and returns its address. A cluster needs a port with a number and
// another 10,000 above it, so it is tried until one is free.
func Cluster(t testing.TB) string {
	t.Helper()
	for range 20 {
		port := strconv.Itoa(20_000 + rand.IntN(30_000))
		process := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--cluster-enabled", "yes", "--dir", t.TempDir(), "--save", "")
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- process.Wait() }()
		client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port})
		up := false
		await(t, "the cluster's node runs or ends", func() bool {
			up = client.ClusterAddSlotsRange(context.Background(), 0, 16383).Err() == nil
			return up || len(ended) > 0
		})
		if up {
			await(t, "the cluster is whole", func() bool {
				info, err := client.ClusterInfo(context.Background()).Result()
				return err == nil && strings.Contains(info, "cluster_state:ok")
			})
			t.Cleanup(func() { _ = process.Process.Kill(); <-ended })
			_ = client.Close()
			return "127.0.0.1:" + port
		}
		_ = client.Close()
	}
	t.Fatal("no free port for a cluster")
	return ""
}

func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
