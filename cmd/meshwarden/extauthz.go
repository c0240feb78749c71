package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/telemetry"
)

func newExtauthzCommand() *cobra.Command {
	var (
		server  serverFlags
		options extauthz.Options
		admin   string
	)
	cmd := &cobra.Command{
		Use:   "extauthz (--xds ADDR | --config DIR)",
		Short: "Run the ext_authz server",
		Long: `Run the ext_authz server: it decides every request that Envoy asks about and serves scan policies to the
wasm filter. Its configuration comes from a control plane (--xds), or directly from a directory (--config).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			logger, err := server.load(cmd)
			if err != nil {
				return err
			}
			if (options.XDS == "") == (options.Config == "") {
				return usageError{errors.New("either --xds or --config is needed")}
			}
			options.TLS, options.Logger = server.tls, logger
			return runExtauthz(cmd.Context(), options, admin, server.readyFile)
		},
	}
	server.add(cmd)
	server.addTLS(cmd)
	flags := cmd.Flags()
	flags.StringVar(&options.Listen, "listen", "127.0.0.1:9001", "address of the gRPC Check and health services")
	flags.StringVar(&options.HTTPListen, "http-listen", "127.0.0.1:9002", "address that scan policies are fetched from")
	flags.StringVar(&options.XDS, "xds", "", "address of the control plane")
	flags.StringVar(&options.Config, "config", "", "configuration directory, instead of a control plane")
	flags.StringVar(&options.Snapshot, "snapshot", "", "file that keeps the control plane's last configuration over a restart")
	flags.StringVar(&options.KeyFile, "key-file", "", "file of API keys (default keys.json below --config)")
	flags.StringVar(&options.Redis, "redis", "", "Redis for quotas, host:port or URL (default: in memory)")
	flags.StringVar(&options.Node, "node", "extauthz", "name of this replica at the control plane")
	flags.DurationVar(&options.DrainTimeout, "drain-timeout", 10*time.Second, "how long calls in flight may take when the server stops")
	flags.StringVar(&admin, "admin", "127.0.0.1:9003", "address of metrics, liveness and readiness")
	return cmd
}

func runExtauthz(ctx context.Context, options extauthz.Options, adminAddress, readyFile string) error {
	options.Registry = telemetry.NewRegistry()
	admin, err := telemetry.NewAdmin(adminAddress, options.Registry)
	if err != nil {
		return err
	}
	options.Admin = admin
	server, err := extauthz.New(options)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return admin.Run(ctx) })
	group.Go(func() error { return server.Run(ctx) })
	group.Go(func() error {
		if !awaitReady(ctx, server.Ready) {
			return nil
		}
		return writeReadyFile(readyFile, map[string]string{
			"extauthz":      server.Address(),
			"scan_policies": server.HTTPAddress(),
			"admin":         "http://" + admin.Address(),
		})
	})
	return group.Wait()
}

// awaitReady polls ready until it is nil; it reports false when ctx ended first.
func awaitReady(ctx context.Context, ready func() error) bool {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for ready() != nil {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return true
}
