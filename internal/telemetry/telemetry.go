// Package telemetry holds what every process of Meshwarden shows of itself: structured logs and an admin
// server with metrics, liveness and readiness. It knows nothing of what the process does.
package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewLogger returns a logger that writes to w. Level is debug, info, warn or error; format is text or json.
func NewLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log level is debug, info, warn or error, not %q", level)
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, fmt.Errorf("log format is text or json, not %q", format)
}

// NewRegistry returns a registry with the Go runtime's and the process's own metrics.
func NewRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// Check reports whether one dependency is usable; nil means it is. It must return at once.
type Check func() error

// Admin serves /metrics, /healthz (the process runs) and /readyz (every Check passes), and what is added
// with Handle. It has no authentication: bind it to loopback or a private network.
type Admin struct {
	mux      *http.ServeMux
	listener net.Listener
	mu       sync.Mutex
	checks   map[string]Check
}

// NewAdmin binds address (host:port, port 0 for a free one).
func NewAdmin(address string, gatherer prometheus.Gatherer) (*Admin, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("admin server: %w", err)
	}
	a := &Admin{mux: http.NewServeMux(), listener: listener, checks: map[string]Check{}}
	a.mux.Handle("GET /metrics", promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{}))
	a.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	a.mux.HandleFunc("GET /readyz", a.ready)
	return a, nil
}

// Address is the bound host:port.
func (a *Admin) Address() string { return a.listener.Addr().String() }

// Handle adds a handler under an http.ServeMux pattern. Call it before Run.
func (a *Admin) Handle(pattern string, handler http.Handler) { a.mux.Handle(pattern, handler) }

// Ready adds a dependency that /readyz asks about.
func (a *Admin) Ready(name string, check Check) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.checks[name] = check
}

func (a *Admin) ready(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	states := make(map[string]string, len(a.checks))
	status := http.StatusOK
	for name, check := range a.checks {
		states[name] = "healthy"
		if err := check(); err != nil {
			states[name] = "unhealthy: " + err.Error()
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(states)
}

// Run serves until ctx ends.
func (a *Admin) Run(ctx context.Context) error {
	server := &http.Server{Handler: a.mux, ReadHeaderTimeout: 5 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("admin server: %w", err)
	}
	return nil
}
