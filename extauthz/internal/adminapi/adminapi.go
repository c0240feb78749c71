// Package adminapi is the listener that operators and their tools change state through: it authenticates, bounds,
// logs and answers in one shape. It does not know what there is to change; other packages mount that.
package adminapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/internal/transport"
)

// Bounds of the listener.
const (
	// maxBody of a request.
	maxBody = 1 << 20
	// maxInFlight requests are worked on at a time; others are answered 503.
	maxInFlight = 64
	// drainTimeout bounds how long requests in flight may take at the end.
	drainTimeout = 5 * time.Second
)

// Options configure a Server.
type Options struct {
	// Address is the listener's, host:port.
	Address string
	// TLS, when its files are set, makes the listener HTTPS. A client certificate that is for "admin" (see
	// transport.Certifies) is a caller of every tenant. Without it the address must be a loopback one, or TLS.Insecure set.
	TLS transport.Options
	// TokenFile lists the tokens that are accepted (docs/operations-extauthz.md); it is read again when it changes. It
	// or TLS is required. With it, clients may come without a certificate.
	TokenFile string
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Logger takes a line for each change and each refused credential (default: none).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// Server is the listener. Handlers are mounted before Run.
type Server struct {
	mux      *http.ServeMux
	listener net.Listener
	http     *http.Server
	gate     *gate
	// origin refuses what a web page sends: a browser that holds a client certificate shows it for any site's script.
	origin   *http.CrossOriginProtection
	log      *slog.Logger
	now      func() time.Time
	inFlight chan struct{}
	requests *prometheus.CounterVec
	patterns []string
}

// New binds the address.
func New(options Options) (*Server, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		mux: http.NewServeMux(), log: options.Logger, now: options.Now, inFlight: make(chan struct{}, maxInFlight),
		origin: http.NewCrossOriginProtection(),
		requests: promauto.With(options.Registerer).NewCounterVec(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_admin_requests_total",
			Help: "Requests of the admin API, by result: ok, refused (4xx), failed (5xx), unauthenticated, throttled.",
		}, []string{"result"}),
	}
	for _, result := range []string{resultOK, resultRefused, resultFailed, resultUnauthenticated, resultThrottled} {
		s.requests.WithLabelValues(result)
	}
	var err error
	if s.gate, err = newGate(options); err != nil {
		return nil, fmt.Errorf("admin API: %w", err)
	}
	if err := s.listen(options); err != nil {
		return nil, fmt.Errorf("admin API: %w", err)
	}
	return s, nil
}

func (s *Server) listen(options Options) error {
	config, err := options.TLS.Server(options.Address)
	if err != nil {
		return err
	}
	if s.listener, err = net.Listen("tcp", options.Address); err != nil {
		return err
	}
	if config != nil {
		config.NextProtos = []string{"h2", "http/1.1"}
		if options.TokenFile != "" {
			config.ClientAuth = tls.VerifyClientCertIfGiven
		}
		s.listener = tls.NewListener(s.listener, config)
	}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		// What a handshake or a handler's panic says of itself is not for stderr.
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	return nil
}

// Address is the bound host:port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Handle mounts a handler under an http.ServeMux pattern with a method, behind authentication. In a pattern with
// {tenant} the caller is one of that tenant; any other pattern is for callers of all tenants. Call it before Run.
func (s *Server) Handle(pattern string, handler http.Handler) {
	s.patterns = append(s.patterns, pattern)
	perTenant := strings.Contains(pattern, "{tenant}")
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		caller := CallerOf(r.Context())
		if perTenant && !caller.Reaches(r.PathValue("tenant")) || !perTenant && !caller.everywhere {
			forbid(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// HandleAny mounts a handler for every authenticated caller: of what belongs to no tenant and says nothing about any.
func (s *Server) HandleAny(pattern string, handler http.Handler) {
	s.patterns = append(s.patterns, pattern)
	s.mux.Handle(pattern, handler)
}

// Patterns are those that were mounted, in order.
func (s *Server) Patterns() []string { return s.patterns }

// Close gives the address back, of a server that does not run.
func (s *Server) Close() { _ = s.listener.Close() }

// Run serves until ctx ends, and finishes the requests in flight.
func (s *Server) Run(ctx context.Context) error {
	drained := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(drained)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		_ = s.http.Shutdown(ctx)
	})
	err := s.http.Serve(s.listener)
	if !stop() {
		<-drained
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("admin API: %w", err)
	}
	return nil
}
