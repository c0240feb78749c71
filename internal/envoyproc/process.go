package envoyproc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Restart back-off: doubled from the first to the second after each exit, and back to the first once an
// Envoy has run for steadyRun.
const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 5 * time.Second
	steadyRun    = 10 * time.Second
	// stopGrace is ample for an Envoy that reads its signals: it does not drain on SIGTERM. One that compiles a
	// wasm module reads none for seconds, and holds nothing that is worth waiting for.
	stopGrace = time.Second
)

// Options of a supervised Envoy.
type Options struct {
	// Path is the binary, Bootstrap its configuration file, Dir an existing directory for its own files.
	Path, Bootstrap, Dir string
	// Concurrency is the number of worker threads; 0 lets Envoy choose.
	Concurrency int
	// LogLevel is Envoy's own: trace, debug, info, warning, error, critical, off (default warning).
	LogLevel string
	// ComponentLogLevel raises or lowers single loggers, such as "wasm:info,http:debug"; empty for none.
	ComponentLogLevel string
	Logger            *slog.Logger
	// Started, when set, is called with the process id after each start.
	Started func(pid int)
}

// Process supervises one Envoy.
type Process struct {
	options Options
	// adminFile is where Envoy writes its admin address.
	adminFile string
}

// New checks the options; nothing runs before Run.
func New(options Options) (*Process, error) {
	if options.Path == "" || options.Bootstrap == "" || options.Dir == "" {
		return nil, errors.New("envoy needs a path, a bootstrap and a directory")
	}
	if options.LogLevel == "" {
		options.LogLevel = "warning"
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	return &Process{options: options, adminFile: filepath.Join(options.Dir, "admin-address")}, nil
}

// AdminAddress is the host:port that the running Envoy's admin interface listens on, or an error
// before it is up.
func (p *Process) AdminAddress() (string, error) {
	raw, err := os.ReadFile(p.adminFile)
	if err != nil {
		return "", fmt.Errorf("read envoy admin address: %w", err)
	}
	address := strings.TrimSpace(string(raw))
	if address == "" {
		return "", errors.New("read envoy admin address: not written yet")
	}
	return address, nil
}

// Run keeps an Envoy running until ctx ends, then stops it and returns nil. An Envoy that exits is started
// again with back-off; only one that cannot be started at all is an error.
func (p *Process) Run(ctx context.Context) error {
	for backoff := firstBackoff; ctx.Err() == nil; backoff = min(2*backoff, lastBackoff) {
		started := time.Now()
		err := p.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if errors.As(err, new(*startError)) {
			return err
		}
		if time.Since(started) > steadyRun {
			backoff = firstBackoff
		}
		p.options.Logger.Error("envoy exited, restarting", "error", err, "backoff", backoff)
		select {
		case <-ctx.Done():
		case <-time.After(backoff):
		}
	}
	return nil //nolint:nilerr // an Envoy that was stopped has not failed
}

// startError is an Envoy that never ran: a wrong path or a binary of another machine.
type startError struct{ err error }

func (e *startError) Error() string { return "start envoy: " + e.err.Error() }
func (e *startError) Unwrap() error { return e.err }

func (p *Process) once(ctx context.Context) error {
	// The kernel ties a parent-death signal to the thread that forked, so that thread waits for the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = os.Remove(p.adminFile)
	cmd := exec.CommandContext(ctx, p.options.Path, p.arguments()...)
	cmd.Dir = p.options.Dir
	output := &lineLogger{logger: p.options.Logger}
	defer output.flush()
	cmd.Stderr, cmd.Stdout = output, output
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return p.stop(cmd.Process) }
	cmd.WaitDelay = stopGrace
	if err := cmd.Start(); err != nil {
		return &startError{err}
	}
	if p.options.Started != nil {
		p.options.Started(cmd.Process.Pid)
	}
	return cmd.Wait()
}

// stop ends an Envoy that is up by SIGTERM, and one that is not, which serves nobody, at once: it may not read
// signals yet.
func (p *Process) stop(envoy *os.Process) error {
	if _, err := p.AdminAddress(); err != nil {
		return envoy.Kill()
	}
	return envoy.Signal(syscall.SIGTERM)
}

func (p *Process) arguments() []string {
	arguments := []string{
		"-c", p.options.Bootstrap,
		"--admin-address-path", p.adminFile,
		"--log-level", p.options.LogLevel,
		// Without it Envoy keeps shared memory files that outlive a kill.
		"--disable-hot-restart",
	}
	if p.options.ComponentLogLevel != "" {
		arguments = append(arguments, "--component-log-level", p.options.ComponentLogLevel)
	}
	if p.options.Concurrency > 0 {
		arguments = append(arguments, "--concurrency", fmt.Sprint(p.options.Concurrency))
	}
	return arguments
}
