// Package standalone runs the whole chain as `meshwarden up` does: the control plane, extauthz and an echo
// upstream in this process, and a real Envoy as its child. It wires the same constructors that the
// separate commands use and decides nothing of its own.
package standalone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/echo"
	"github.com/meshwarden/meshwarden/internal/envoyproc"
	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/xds"
)

// loopback is where every part but the gateway listens; usualAdmin is the default of `meshwarden status`.
const (
	loopback   = "127.0.0.1:0"
	usualAdmin = "127.0.0.1:18001"
)

// Options of a whole chain.
type Options struct {
	// Config is the configuration directory.
	Config string
	// Listen is the gateway's address, host:port; empty takes that of gateway.yaml. Port 0 is a free one.
	Listen string
	// Admin is the address of the admin server; empty takes the port that `meshwarden status` asks, or a free
	// one when that is taken.
	Admin string
	// Redis holds the quotas and what the admin API changes; empty keeps the quotas in memory.
	Redis string
	// StateDir, AdminAPI and AdminTokens are extauthz's.
	StateDir, AdminAPI, AdminTokens string
	// DecisionLog is extauthz's, with every decision: one machine has few.
	DecisionLog string
	// KeyFile holds the API keys (default keys.json below Config).
	KeyFile string
	// Envoy is the binary; empty looks for one (see envoyproc.Find).
	Envoy string
	// EnvoyLogLevel is Envoy's own (default warning); Concurrency its number of workers, 0 for one a core.
	EnvoyLogLevel string
	Concurrency   int
	// Scanner is the path of scanner.wasm; empty looks for it beside the executable.
	Scanner string
	Logger  *slog.Logger
	// Ready, when set, is called once, as soon as a first request would succeed.
	Ready func(Addresses)
}

// Addresses are what a ready chain can be reached under; the field names are those of the ready file.
type Addresses struct {
	Gateway    string `json:"gateway"`
	EnvoyAdmin string `json:"envoy_admin"`
	XDS        string `json:"xds"`
	Extauthz   string `json:"extauthz"`
	Admin      string `json:"admin"`
	// AdminAPI is empty without one.
	AdminAPI string `json:"admin_api,omitempty"`
}

// chain is the parts of one run; release undoes what construction took.
type chain struct {
	options  Options
	snapshot *config.Snapshot
	gateway  string
	admin    *telemetry.Admin
	authz    *extauthz.Server
	control  *xds.Server
	echo     net.Listener
	envoy    *envoyproc.Process
	release  []func()
}

// Run builds the chain and runs it until ctx ends or a part fails. It leaves nothing behind.
func Run(ctx context.Context, options Options) error {
	c := &chain{options: options}
	defer func() {
		for _, release := range c.release {
			release()
		}
	}()
	if err := c.build(); err != nil {
		return err
	}
	return c.run(ctx)
}

func (c *chain) build() error {
	var err error
	if c.options.Envoy, err = envoyproc.Find(c.options.Envoy); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "meshwarden-up-")
	if err != nil {
		return fmt.Errorf("working directory: %w", err)
	}
	c.release = append(c.release, func() { _ = os.RemoveAll(dir) })
	if err := c.load(); err != nil {
		return err
	}
	if err := c.listen(); err != nil {
		return err
	}
	if err := c.servers(dir); err != nil {
		return err
	}
	return c.supervise(dir)
}

// load reads the configuration once, for the gateway's address and for the hosts that readiness is tried
// on. What is wrong in it is reported by the control plane and does not stop the chain.
func (c *chain) load() error {
	if err := config.CheckDir(c.options.Config); err != nil {
		return err
	}
	var problems []config.Problem
	c.snapshot, problems = config.NewLoader(c.options.Config).Load()
	if len(c.snapshot.Gateway.Listeners) == 0 {
		errs := []error{fmt.Errorf("%s has no usable gateway.yaml: there is nothing to listen on", c.options.Config)}
		for _, p := range problems {
			errs = append(errs, errors.New(p.String()))
		}
		return errors.Join(errs...)
	}
	return nil
}

// listen takes the gateway's port before Envoy binds it, and the echo upstream's.
func (c *chain) listen() error {
	address := c.options.Listen
	if address == "" {
		address = c.snapshot.Gateway.Listeners[0].Address
	}
	gateway, release, err := envoyproc.Reserve(address)
	if err != nil {
		return err
	}
	c.gateway, c.release = gateway, append(c.release, release)
	if c.echo, err = net.Listen("tcp", loopback); err != nil {
		return fmt.Errorf("echo upstream: %w", err)
	}
	c.release = append(c.release, func() { _ = c.echo.Close() })
	return nil
}

func (c *chain) servers(dir string) error {
	registry := telemetry.NewRegistry()
	var err error
	if c.admin, err = c.newAdmin(registry); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", loopback)
	if err != nil {
		return fmt.Errorf("control plane: %w", err)
	}
	if c.authz, err = c.newAuthz(dir, listener.Addr().String(), registry); err != nil {
		_ = listener.Close()
		return err
	}
	c.control, err = xds.New(xds.Options{
		Config:              c.options.Config,
		Listener:            listener,
		ExtauthzAddresses:   []string{c.authz.Address()},
		ScanPolicyAddresses: []string{c.authz.HTTPAddress()},
		GatewayAddress:      c.gateway,
		EchoAddress:         c.echo.Addr().String(),
		Scanner:             c.options.Scanner,
		Logger:              c.options.Logger.With("component", "xds"),
		Registry:            registry,
		Admin:               c.admin,
	})
	return err
}

func (c *chain) newAdmin(registry *prometheus.Registry) (*telemetry.Admin, error) {
	if c.options.Admin != "" {
		return telemetry.NewAdmin(c.options.Admin, registry)
	}
	if admin, err := telemetry.NewAdmin(usualAdmin, registry); err == nil {
		return admin, nil
	}
	return telemetry.NewAdmin(loopback, registry)
}

func (c *chain) newAuthz(dir, control string, registry *prometheus.Registry) (*extauthz.Server, error) {
	keyFile := c.options.KeyFile
	if keyFile == "" {
		keyFile = filepath.Join(c.options.Config, "keys.json")
	}
	return extauthz.New(extauthz.Options{
		Listen:     loopback,
		HTTPListen: loopback,
		XDS:        control,
		Snapshot:   filepath.Join(dir, "tenant-plane"),
		KeyFile:    keyFile,
		Redis:      c.options.Redis,
		StateDir:   c.options.StateDir,
		AdminAPI:   c.options.AdminAPI, AdminTokens: c.options.AdminTokens,
		DecisionLog: c.options.DecisionLog, DecisionSample: "allowed=1,denied=1,undecided=1",
		Node: "extauthz-up",
		// Everything is on this machine, and so may an identity provider to try be.
		FetchAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		Logger:     c.options.Logger.With("component", "extauthz"),
		Registry:   registry,
		Admin:      c.admin,
	})
}

func (c *chain) supervise(dir string) error {
	bootstrap := filepath.Join(dir, "bootstrap.yaml")
	raw, err := xds.Bootstrap(xds.BootstrapOptions{XDS: []string{c.control.Address()}, Node: "envoy-up", AdminAddress: loopback})
	if err != nil {
		return err
	}
	if err := os.WriteFile(bootstrap, raw, 0o600); err != nil {
		return fmt.Errorf("write bootstrap: %w", err)
	}
	c.envoy, err = envoyproc.New(envoyproc.Options{
		Path: c.options.Envoy, Bootstrap: bootstrap, Dir: dir,
		Concurrency: c.options.Concurrency, LogLevel: c.options.EnvoyLogLevel,
		// The scanner logs its findings there.
		ComponentLogLevel: "wasm:info",
		Logger:            c.options.Logger.With("component", "envoy"),
	})
	return err
}

// run starts everything and stops Envoy before what it depends on.
func (c *chain) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	servers, stopServers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServers()
	group.Go(func() error { return c.admin.Run(servers) })
	group.Go(func() error { return c.control.Run(servers) })
	group.Go(func() error { return c.authz.Run(servers) })
	group.Go(func() error { return serveEcho(servers, c.echo) })
	group.Go(func() error {
		defer stopServers()
		return c.envoy.Run(ctx)
	})
	group.Go(func() error { return c.awaitReady(ctx) })
	return group.Wait()
}

func serveEcho(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: echo.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("echo upstream: %w", err)
	}
	return nil
}
