// Command bench measures the chain in one run: the processor time per request of each process, from the
// operating system's accounting, against baselines measured beside it. See docs/benchmarks.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "noop" {
		exit(serveNoop(os.Args[2]))
	}
	out := flag.String("out", "", "file to write the figures to, as JSON")
	only := flag.String("only", "", "measure only the groups whose name starts with this: scan, check, http, chain, edit")
	scale := flag.Float64("scale", 1, "number of requests relative to the default")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(bench(ctx, *out, *only, *scale))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// environment is what every group of measurements needs.
type environment struct {
	report
	// dir is scratch space; bin, scanner, passthrough and counter are what was built there.
	dir, bin, scanner, passthrough, counter string
	// upstream is the address of a server in this process, whose processor time is nobody's figure.
	upstream string
	scale    float64
}

// count scales a default number of requests.
func (e *environment) count(n int) int { return max(int(float64(n)*e.scale), 50) }

func bench(ctx context.Context, out, only string, scale float64) error {
	dir, err := os.MkdirTemp("", "meshwarden-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	defer upstream.Close()
	e := &environment{dir: dir, scale: scale, upstream: strings.TrimPrefix(upstream.URL, "http://")}
	if err := e.build(ctx); err != nil {
		return err
	}
	for _, group := range []struct {
		name string
		run  func(context.Context) error
	}{{"scan", e.scans}, {"check", e.checks}, {"http", e.filters}, {"chain", e.chains}, {"edit", e.edits}} {
		if !strings.HasPrefix(group.name, only) {
			continue
		}
		if err := group.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", group.name, err)
		}
	}
	return e.write(out)
}

func (e *environment) build(ctx context.Context) error {
	e.bin, e.scanner = filepath.Join(e.dir, "meshwarden"), filepath.Join(e.dir, "scanner.wasm")
	e.passthrough, e.counter = filepath.Join(e.dir, "passthrough.wasm"), filepath.Join(e.dir, "counter.wasm")
	for _, args := range [][]string{
		{"go", "build", "-o", e.bin, "./cmd/meshwarden"},
		{"bash", "scripts/wasm", e.scanner, "./wasm-filter"},
		{"go", "build", "-buildmode=c-shared", "-ldflags=-s -w", "-o", e.passthrough, "./e2e/bench/passthrough"},
		{"go", "build", "-buildmode=c-shared", "-ldflags=-s -w -X main.count=yes", "-o", e.counter, "./e2e/bench/passthrough"},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		if slices.Contains(args, "-buildmode=c-shared") {
			cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
		}
		if raw, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %v: %w\n%s", args, err, raw)
		}
	}
	return nil
}

// noopServer starts the baseline ext_authz server.
func (e *environment) noopServer(ctx context.Context) (*child, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", fmt.Errorf("own executable: %w", err)
	}
	// A loopback address of its own makes a fixed port free.
	const address = "127.83.0.1:9001"
	c, err := spawn(self, "noop", address)
	if err != nil {
		return nil, "", err
	}
	if err := awaitConnect(ctx, address); err != nil {
		c.stop()
		return nil, "", fmt.Errorf("no-op server: %w\n%s", err, c.log.String())
	}
	return c, address, nil
}
