package envoyproc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// TestMain makes the test binary a stand-in for Envoy when it is called like one. The bootstrap file says what
// it does.
func TestMain(m *testing.M) {
	if i := slices.Index(os.Args, "--admin-address-path"); i > 0 {
		os.Exit(pretend(os.Args[slices.Index(os.Args, "-c")+1], os.Args[i+1]))
	}
	m.Run()
}

func pretend(bootstrap, adminFile string) int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	wish, err := os.ReadFile(bootstrap)
	if err != nil || string(wish) == "exit" {
		fmt.Print("last ", "words")
		return 3
	}
	if string(wish) == "never ready" {
		select {}
	}
	fmt.Fprintf(os.Stderr, "arguments %q\n\n  spaced  \n", os.Args[1:])
	if err := os.WriteFile(adminFile, []byte("127.0.0.1:9901\n"), 0o600); err != nil {
		return 4
	}
	if string(wish) == "deaf" {
		select {}
	}
	<-stop
	return 0
}

// supervised is a Process that runs, and what it shows.
type supervised struct {
	*envoyproc.Process
	t         *testing.T
	bootstrap string
	starts    chan int
	logs      *syncBuffer
	stop      context.CancelFunc
	ended     chan error
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func supervise(t *testing.T, wish string, edit func(*envoyproc.Options)) *supervised {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &supervised{t: t, bootstrap: filepath.Join(dir, "bootstrap"), starts: make(chan int, 100), logs: &syncBuffer{}, ended: make(chan error, 1)}
	s.wish(wish)
	options := envoyproc.Options{
		Path: self, Bootstrap: s.bootstrap, Dir: dir,
		Logger: slog.New(slog.NewTextHandler(s.logs, nil)), Started: func(pid int) { s.starts <- pid },
	}
	if edit != nil {
		edit(&options)
	}
	if s.Process, err = envoyproc.New(options); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.ended <- s.Run(ctx) }()
	t.Cleanup(stop)
	return s
}

func (s *supervised) wish(wish string) {
	s.t.Helper()
	if err := os.WriteFile(s.bootstrap, []byte(wish), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *supervised) started() int {
	s.t.Helper()
	select {
	case pid := <-s.starts:
		return pid
	case <-time.After(20 * time.Second):
		s.t.Fatal("not started")
		return 0
	}
}

func (s *supervised) await(what string, true func() bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); !true(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%s: waited in vain; logs:\n%s", what, s.logs)
		}
	}
}

func (s *supervised) awaitAdmin() {
	s.t.Helper()
	s.await("the admin address", func() bool {
		address, err := s.AdminAddress()
		return err == nil && address == "127.0.0.1:9901"
	})
}

func (s *supervised) end() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatal("Run does not end")
		return nil
	}
}

func TestAKilledEnvoyIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := supervise(t, "run", nil)
	first := s.started()
	s.awaitAdmin()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second := s.started()
	s.awaitAdmin()
	if first == second || !strings.Contains(s.logs.String(), `msg="envoy exited, restarting" error="signal: killed" backoff=100ms`) {
		t.Errorf("%d, %d; logs:\n%s", first, second, s.logs)
	}
	s.stop()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(second, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the child still runs: %v", err)
	}
}

func TestAnEnvoyThatExitsIsStartedAgainLessAndLessOften(t *testing.T) {
	t.Parallel()
	s := supervise(t, "exit", nil)
	s.started()
	last := time.Now()
	for _, atLeast := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond} {
		s.started()
		// Less a little: the previous time was taken after its start.
		if waited := time.Since(last); waited < atLeast-20*time.Millisecond {
			t.Errorf("started again after %v, want %v", waited, atLeast)
		}
		last = time.Now()
	}
	if _, err := s.AdminAddress(); err == nil {
		t.Error("an Envoy that is not up has an admin address")
	}
	s.wish("run")
	s.awaitAdmin()
	for _, want := range []string{`error="exit status 3" backoff=400ms`, `msg=envoy line="last words"`} {
		if !strings.Contains(s.logs.String(), want) {
			t.Errorf("no %s in\n%s", want, s.logs)
		}
	}
}

func TestOutputIsLoggedByLine(t *testing.T) {
	t.Parallel()
	s := supervise(t, "run", func(o *envoyproc.Options) { o.Concurrency, o.LogLevel = 2, "debug" })
	s.awaitAdmin()
	s.await("the last line", func() bool { return strings.Contains(s.logs.String(), "msg=envoy line=spaced\n") })
	logs := s.logs.String()
	if n := strings.Count(logs, "msg=envoy"); n != 2 {
		t.Errorf("%d records, want 2:\n%s", n, logs)
	}
	for _, argument := range []string{"--disable-hot-restart", `--log-level\\\" \\\"debug`, `--concurrency\\\" \\\"2`} {
		if !strings.Contains(strings.ReplaceAll(logs, `\"`, `\\\"`), argument) {
			t.Errorf("no %s in\n%s", argument, logs)
		}
	}
}

func TestAnEnvoyThatReadsNoSignalsIsStoppedSoon(t *testing.T) {
	t.Parallel()
	for wish, within := range map[string]time.Duration{
		// Less than the grace of one that is up.
		"never ready": 900 * time.Millisecond,
		"deaf":        3 * time.Second,
	} {
		t.Run(wish, func(t *testing.T) {
			t.Parallel()
			s := supervise(t, wish, nil)
			pid := s.started()
			if wish == "deaf" {
				s.awaitAdmin()
			}
			asked := time.Now()
			s.stop()
			if err := s.end(); err != nil {
				t.Error(err)
			}
			if took := time.Since(asked); took > within {
				t.Errorf("stopping took %v", took)
			}
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the child still runs: %v", err)
			}
		})
	}
}

func TestAnEnvoyThatCannotBeStartedIsAnError(t *testing.T) {
	t.Parallel()
	s := supervise(t, "run", func(o *envoyproc.Options) { o.Path = o.Bootstrap })
	if err := s.end(); err == nil || !strings.HasPrefix(err.Error(), "start envoy: ") || !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
	if len(s.starts) > 0 {
		t.Error("it counts as started")
	}
}

func TestARunThatIsOverBeforeItStartsIsNoError(t *testing.T) {
	t.Parallel()
	process, err := envoyproc.New(envoyproc.Options{Path: "x", Bootstrap: "x", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := process.Run(ctx); err != nil {
		t.Error(err)
	}
	if _, err := envoyproc.New(envoyproc.Options{Path: "x", Dir: "x"}); err == nil {
		t.Error("an Envoy without a bootstrap is accepted")
	}
}
