// Package xds is the control plane: it reads the configuration directory, translates it, and distributes it
// over delta ADS to Envoys (shape plane) and extauthz replicas (tenant plane). It knows nothing of requests.
package xds

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/internal/transport"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

const (
	// maxRequest bounds one request of a client: a reconnecting Envoy lists every resource it holds, and gRPC's
	// default of 4 MiB is reached at some ten thousand tenants.
	maxRequest = 64 << 20
	// maxScanner bounds the module, which every Envoy holds in memory and receives in one message.
	maxScanner = 32 << 20
)

// Options of a control plane.
type Options struct {
	// Config is the configuration directory.
	Config string
	// Listen is the host:port of the delta ADS server; port 0 for a free one.
	Listen string
	// Listener, when set, is used instead of Listen: for a caller that must know the address in advance.
	Listener net.Listener
	// ExtauthzAddresses and ScanPolicyAddresses are where Envoy reaches extauthz: gRPC Check, and scan policies over
	// HTTP. At least one of each.
	ExtauthzAddresses, ScanPolicyAddresses []string
	// GatewayAddress overrides the address of the gateway's first listener.
	GatewayAddress string
	// EchoAddress is where upstreams with `builtin: echo` go.
	EchoAddress string
	// Scanner is the path of scanner.wasm; it is sent to Envoy, which need not have the file.
	Scanner string
	// AccessLog makes Envoys write a JSON line a request to their standard output.
	AccessLog bool
	// TLS serves ADS with client certificates, and makes Envoys speak TLS to extauthz with those of their bootstrap.
	TLS transport.Options
	// Logger and Registry default to none. Admin, when set, gets GET /status and a readiness check; whoever made it
	// runs it.
	Logger   *slog.Logger
	Registry *prometheus.Registry
	Admin    *telemetry.Admin
}

// Server is a control plane.
type Server struct {
	options   Options
	listener  net.Listener
	grpc      *grpc.Server
	streams   *ads.Server
	publisher *publish.Publisher
	metrics   *serverMetrics
	// answered is signalled when a client accepted or refused something.
	answered chan struct{}
	// state is what was published last; nil before the first time.
	state atomic.Pointer[state]
}

// New reads the scanner module and binds the listener.
func New(options Options) (*Server, error) {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.Registry == nil {
		options.Registry = prometheus.NewRegistry()
	}
	if len(options.ExtauthzAddresses) == 0 || len(options.ScanPolicyAddresses) == 0 {
		return nil, errors.New("control plane: the addresses of extauthz are missing: Envoy would refuse every request")
	}
	if err := config.CheckDir(options.Config); err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	scanner, err := readScanner(options.Scanner)
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	shapes, err := shape.New(shape.Options{
		ExtauthzAddresses: options.ExtauthzAddresses, ScanPolicyAddresses: options.ScanPolicyAddresses,
		GatewayAddress: options.GatewayAddress, EchoAddress: options.EchoAddress,
		Secure: options.TLS.Enabled(), AccessLog: options.AccessLog, Scanner: scanner,
	})
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	s := &Server{options: options, metrics: newServerMetrics(options.Registry), answered: make(chan struct{}, 1)}
	s.streams = ads.New(ads.Options{
		Types: publish.Types(), Logger: options.Logger, Registry: options.Registry,
		Authorize: authorize, Answered: s.clientAnswered, Refused: s.clientRefused,
	})
	s.publisher = publish.New(s.streams, shapes, options.Logger, options.Registry)
	if err := s.bind(); err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	if options.Admin != nil {
		options.Admin.Handle("GET /status", http.HandlerFunc(s.serveStatus))
		options.Admin.Ready("xds", s.Ready)
	}
	return s, nil
}

func readScanner(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("scanner module: %w", err)
	}
	if info.Size() > maxScanner {
		return nil, fmt.Errorf("scanner module %s has %d bytes, more than %d", path, info.Size(), maxScanner)
	}
	module, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("scanner module: %w", err)
	}
	return module, nil
}

func (s *Server) bind() error {
	if s.options.Listener != nil {
		s.options.Listen = s.options.Listener.Addr().String()
	}
	tlsConfig, err := s.options.TLS.Server(s.options.Listen)
	if err != nil {
		return err
	}
	grpcOptions := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxRequest),
		// A client that vanished is noticed, so that status and ordering do not count it.
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 20 * time.Second, Timeout: 10 * time.Second}),
		// Envoy's own keepalive of the bootstrap must not be taken for abuse.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	}
	if tlsConfig != nil {
		grpcOptions = append(grpcOptions, grpc.Creds(credentials.NewTLS(tlsConfig)))
	}
	if s.listener = s.options.Listener; s.listener == nil {
		if s.listener, err = net.Listen("tcp", s.options.Listen); err != nil {
			return err
		}
	}
	s.grpc = grpc.NewServer(grpcOptions...)
	discovery.RegisterAggregatedDiscoveryServiceServer(s.grpc, s.streams)
	return nil
}

// Address is the bound host:port of the ADS server.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Ready returns nil once a configuration with a gateway is published.
func (s *Server) Ready() error {
	switch published := s.state.Load(); {
	case published == nil:
		return errors.New("the configuration is not loaded yet")
	case !published.gateway:
		return errors.New("there is no valid gateway.yaml")
	}
	return nil
}
