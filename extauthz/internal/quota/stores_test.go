package quota_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
)

var epoch = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// clocked is a store whose clock the test sets.
type clocked struct {
	quota.Store
	set func(time.Time)
}

// clockedStores are all implementations, each new and at epoch.
var clockedStores = map[string]func(testing.TB) clocked{
	"memory": func(t testing.TB) clocked {
		var now atomic.Int64
		return finish(t, clocked{
			quota.NewMemory(quota.Options{Now: func() time.Time { return time.UnixMicro(now.Load()) }}),
			func(at time.Time) { now.Store(at.UnixMicro()) },
		})
	},
	"miniredis": func(t testing.TB) clocked {
		server := miniredis.RunT(t)
		return finish(t, clocked{open(t, quota.NewRedis, server.Addr()), server.SetTime})
	},
	"redis": func(t testing.TB) clocked {
		url := startRedis(t).url
		raw := rawClient(t, url)
		return finish(t, clocked{open(t, quota.NewRedisByClock, url), func(at time.Time) {
			if err := raw.Set(context.Background(), quota.ClockKey, strconv.FormatInt(at.UnixMicro(), 10), 0).Err(); err != nil {
				t.Fatal(err)
			}
		}})
	},
}

func finish(t testing.TB, s clocked) clocked {
	t.Cleanup(func() { _ = s.Close() })
	s.set(epoch)
	return s
}

func open(t testing.TB, build func(quota.RedisOptions) (quota.Store, error), url string) quota.Store {
	t.Helper()
	store, err := build(quota.RedisOptions{URL: url, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func rawClient(t testing.TB, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// server is a real Redis on a socket of its own.
type server struct {
	url, dir string
	process  *exec.Cmd
}

func startRedis(t testing.TB) *server {
	t.Helper()
	// t.TempDir holds the test's name, and the path of a socket has at most 107 bytes.
	dir, err := os.MkdirTemp("", "mw")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{url: "unix://" + filepath.Join(dir, "s"), dir: dir}
	t.Cleanup(func() {
		s.kill(t)
		_ = os.RemoveAll(dir)
	})
	s.start(t)
	return s
}

func (s *server) start(t testing.TB) {
	t.Helper()
	s.process = exec.Command("redis-server", "--port", "0", "--unixsocket", filepath.Join(s.dir, "s"), "--dir", s.dir, "--save", "", "--appendonly", "no")
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	client := rawClient(t, s.url)
	eventually(t, "Redis answers", func() bool { return client.Ping(context.Background()).Err() == nil })
}

func (s *server) kill(t testing.TB) {
	if err := s.process.Process.Kill(); err != nil {
		t.Error(err)
		return
	}
	_ = s.process.Wait()
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func charge(t testing.TB, s quota.Store, charges ...quota.Charge) quota.Result {
	t.Helper()
	result, err := s.Charge(context.Background(), "acme", charges)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func bucket(name string, limit int64, refill float64) quota.Charge {
	return quota.Charge{Name: name, Key: "subject:alice", Algorithm: quota.TokenBucket, Limit: limit, Refill: refill}
}

func window(name string, limit int64, span time.Duration) quota.Charge {
	return quota.Charge{Name: name, Key: "subject:alice", Algorithm: quota.SlidingWindow, Limit: limit, Window: span}
}

// startCluster runs a cluster of one node and returns its address. A cluster needs a port with a number and
// another 10,000 above it, so it is tried until one is free.
func startCluster(t testing.TB) string {
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
		eventually(t, "the cluster's node runs or ends", func() bool {
			up = client.ClusterAddSlotsRange(context.Background(), 0, 16383).Err() == nil
			return up || len(ended) > 0
		})
		if up {
			eventually(t, "the cluster is whole", func() bool {
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
