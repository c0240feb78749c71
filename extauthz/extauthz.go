// Package extauthz is the ext_authz server: it decides every request that Envoy asks about and serves the
// scan policies that its decisions name. It does not import the control plane, and serves the last good
// configuration when that is away.
package extauthz

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"go.etcd.io/bbolt"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/extauthz/internal/scandocs"
	"github.com/meshwarden/meshwarden/extauthz/internal/shadow"
	"github.com/meshwarden/meshwarden/extauthz/internal/threats"
	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/internal/transport"
)

// Options of a Server.
type Options struct {
	// Listen is the address of Check and of the gRPC health service, HTTPListen that of the scan policies
	// (default 127.0.0.1:0 each).
	Listen, HTTPListen string
	// XDS is the control plane's address; empty reads Config directly.
	XDS string
	// Config is the configuration directory of a server without a control plane.
	Config string
	// Snapshot is the file that keeps the control plane's last configuration over a restart; empty for none.
	Snapshot string
	// KeyFile holds the API keys (default keys.json below Config; none without either).
	KeyFile string
	// Redis holds the quotas and what replicas share, host:port or a redis:// URL; empty keeps quotas in memory.
	Redis string
	// StateDir keeps what must outlive the process, of a server that shares nothing; excludes Redis.
	StateDir string
	// AdminAPI is the address of the admin API; empty for none. It needs Redis or StateDir.
	AdminAPI string
	// AdminTokens is the file of the tokens that the admin API accepts; without it only client certificates count.
	AdminTokens string
	// Node is how the control plane calls this replica (default extauthz).
	Node string
	// FetchAllow are networks beside the public ones that key sets may be fetched from (default none).
	FetchAllow []netip.Prefix
	// TLS is of both listeners and of the connection to the control plane.
	TLS transport.Options
	// DrainTimeout bounds how long calls in flight may take at the end (default 10s).
	DrainTimeout time.Duration
	// ThreatLists are NAME=FILE or NAME=URI, read again each ThreatRefresh (default 1m).
	ThreatLists   []string
	ThreatRefresh time.Duration
	// DecisionLog is a file that decisions are appended to as lines of JSON, with the input of the policies; empty for none.
	// DecisionSample says how many: kinds and shares, as in allowed=0.01,denied=1,undecided=1 (the default).
	DecisionLog, DecisionSample string
	// Logger takes logs and the decision records (default: none), Registry the metrics (default: not shown).
	Logger   *slog.Logger
	Registry *prometheus.Registry
	// Admin, when set, learns of readiness.
	Admin *telemetry.Admin
}

func (o *Options) setDefaults() {
	for _, address := range []*string{&o.Listen, &o.HTTPListen} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	if o.KeyFile == "" && o.Config != "" {
		o.KeyFile = filepath.Join(o.Config, "keys.json")
	}
	if o.Node == "" {
		o.Node = "extauthz"
	}
	if o.DrainTimeout == 0 {
		o.DrainTimeout = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
}

// candidateCache is how many decisions of tenants' candidates are kept.
const candidateCache = 8192

// source brings configuration until ctx ends.
type source interface {
	run(ctx context.Context) error
}

// Server is one replica.
type Server struct {
	options Options
	metrics *metrics
	log     *decisionlog.Log
	shadow  *shadow.Runner
	// threats is nil without lists.
	threats *threats.Store
	docs    *scandocs.Store
	keyFile *keyring.File
	keys    *keyring.Ring
	quotas  quota.Store
	// redis is what replicas share, database what this server alone keeps; at most one is set.
	redis    redis.UniversalClient
	database *bbolt.DB
	// verifier is the decider's, to be closed.
	verifier *identity.Verifier
	decider  decision.Decider
	source   source

	// builder belongs to the source's goroutine. built is its newest state; state is what requests are decided
	// by: nil until the first complete one.
	builder   decision.Builder
	built     *decision.State
	published bool
	state     atomic.Pointer[decision.State]

	revocations *revocation.List
	lockouts    *lockout.Guard
	repeats     *webhook.Repeats
	keySets     *remotejwks.Fetcher
	// first is closed when there is a state; settled says that its key sets were fetched, or tried, after that.
	first   chan struct{}
	settled atomic.Bool

	grpcListener, httpListener net.Listener
	grpc                       *grpc.Server
	http                       *http.Server
	health                     *health.Server
	adminAPI                   *adminapi.Server
}

// New binds both listeners and opens what the server needs; it neither serves nor waits for anything.
func New(options Options) (*Server, error) {
	options.setDefaults()
	if options.XDS == "" && options.Config == "" {
		return nil, errors.New("extauthz: neither a control plane nor a configuration directory is given")
	}
	s := &Server{
		options: options,
		metrics: newMetrics(options.Registry),
		docs:    scandocs.New(nil),
		first:   make(chan struct{}),
	}
	if err := s.open(); err != nil {
		s.close()
		return nil, fmt.Errorf("extauthz: %w", err)
	}
	return s, nil
}

func (s *Server) open() (err error) {
	sample, err := decisionlog.ParseSample(s.options.DecisionSample)
	if err != nil {
		return fmt.Errorf("decision sample: %w", err)
	}
	s.log, err = decisionlog.New(decisionlog.Options{
		Logger: s.options.Logger, Registerer: s.options.Registry, File: s.options.DecisionLog, Sample: sample,
	})
	if err != nil {
		return err
	}
	if s.options.XDS == "" {
		if err := config.CheckDir(s.options.Config); err != nil {
			return err
		}
	}
	if err := s.openStores(); err != nil {
		return err
	}
	if err := s.openKeySets(); err != nil {
		return err
	}
	if err := s.openRevocations(); err != nil {
		return err
	}
	if err := s.openLockouts(); err != nil {
		return err
	}
	s.verifier = identity.NewVerifier(identity.Options{Keys: s.keyStore(), Revocations: s.revocations, Registerer: s.options.Registry})
	s.repeats = webhook.NewRepeats(s.redis, nil)
	s.decider = decision.Decider{
		Identity:    s.verifier,
		Policies:    policy.NewCache(0),
		Quotas:      s.quotas,
		Revocations: s.revocations,
		Lockouts:    s.lockouts,
		Repeats:     s.repeats,
		Candidates:  policy.NewCache(candidateCache),
	}
	showCache(s.options.Registry, s.decider.Policies)
	showRepeats(s.options.Registry, s.repeats)
	if len(s.options.ThreatLists) > 0 {
		s.threats, err = threats.New(context.Background(), threats.Options{
			Sources: s.options.ThreatLists, Refresh: s.options.ThreatRefresh, Logger: s.options.Logger, Registerer: s.options.Registry,
		})
		if err != nil {
			return err
		}
		s.decider.Threats = s.threats
	}
	s.shadow = shadow.New(s.options.Registry)
	if err := s.openSource(); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	if err := s.openAdminAPI(); err != nil {
		return err
	}
	if s.options.Admin != nil {
		s.options.Admin.Ready("extauthz", s.Ready)
		s.options.Admin.Handle("GET /shadow", s.shadow)
	}
	return nil
}

func (s *Server) openSource() (err error) {
	if s.options.XDS == "" {
		s.source = newFileSource(s)
		return nil
	}
	s.source, err = newPlaneSource(s)
	return err
}

// close releases what New opened.
func (s *Server) close() {
	if s.quotas != nil {
		_ = s.quotas.Close()
	}
	if s.verifier != nil {
		s.verifier.Close()
	}
	if s.lockouts != nil {
		s.lockouts.Close()
	}
	if s.redis != nil {
		_ = s.redis.Close()
	}
	if s.database != nil {
		_ = s.database.Close()
	}
	if s.adminAPI != nil {
		s.adminAPI.Close()
	}
	for _, listener := range []net.Listener{s.grpcListener, s.httpListener} {
		if listener != nil {
			_ = listener.Close()
		}
	}
}

// Address is the bound address of Check, HTTPAddress that of the scan policies.
func (s *Server) Address() string { return s.grpcListener.Addr().String() }

// HTTPAddress is the bound address of the scan policies.
func (s *Server) HTTPAddress() string { return s.httpListener.Addr().String() }

// AdminAPIAddress is the bound address of the admin API, empty without one.
func (s *Server) AdminAPIAddress() string {
	if s.adminAPI == nil {
		return ""
	}
	return s.adminAPI.Address()
}

// errNotReady is why requests are answered 503.
var errNotReady = errors.New("no complete configuration yet")

// Ready reports why requests cannot be decided, nil when they can.
func (s *Server) Ready() error {
	switch {
	case s.state.Load() == nil:
		return errNotReady
	case !s.settled.Load():
		return errUnsettled
	case s.keys != nil:
		return s.keys.Ready()
	}
	return nil
}

// apply compiles a change and, once a first complete state was published, puts it into effect. It belongs to
// the source's goroutine.
func (s *Server) apply(change decision.Change) []decision.Problem {
	if change.Platform == nil && len(change.Tenants)+len(change.Removed) == 0 {
		return nil
	}
	state, problems := s.builder.Apply(change)
	for _, p := range problems {
		s.metrics.refused.WithLabelValues(p.Kind()).Inc()
	}
	s.built = state
	if state != nil {
		s.keySets.Keep(state.KeySources())
	}
	if s.published {
		s.publish()
	}
	return problems
}

// publish puts the newest state into effect, and every later one as it is built.
func (s *Server) publish() {
	s.published = true
	if s.built == nil || s.built == s.state.Load() {
		return
	}
	if s.state.Swap(s.built) == nil {
		close(s.first)
	}
	s.shadow.Keep(func(tenant string) shadow.Candidate {
		if c, ok := s.decider.CandidateOf(s.built, tenant); ok {
			return c
		}
		return nil
	})
	s.metrics.applied.Inc()
	s.metrics.tenants.Set(float64(s.built.Tenants()))
	s.metrics.changed.SetToCurrentTime()
	s.options.Logger.Info("configuration applied", "tenants", s.built.Tenants())
}
