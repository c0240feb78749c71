package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/xds"
)

func newXDSCommand() *cobra.Command {
	var (
		server  serverFlags
		options xds.Options
		admin   string
	)
	cmd := &cobra.Command{
		Use:   "xds --config DIR --extauthz ADDR --scan-policies ADDR",
		Short: "Run the control plane",
		Long: `Run the control plane: it watches a configuration directory and distributes it over delta ADS to Envoys and
extauthz replicas. A file that is refused leaves its object at the last good version and stands, with line and
reason, in the log and in 'meshwarden status'.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			logger, err := server.load(cmd)
			if err != nil {
				return err
			}
			if options.Config == "" || len(options.ExtauthzAddresses) == 0 || len(options.ScanPolicyAddresses) == 0 {
				return usageError{errors.New("--config, --extauthz and --scan-policies are needed")}
			}
			if options.Scanner, err = scannerPath(options.Scanner); err != nil {
				return err
			}
			options.TLS, options.Logger = server.tls, logger
			return runXDS(cmd.Context(), options, admin, server.readyFile)
		},
	}
	server.add(cmd)
	server.addTLS(cmd)
	flags := cmd.Flags()
	flags.StringVar(&options.Config, "config", "", "configuration directory")
	flags.StringVar(&options.Listen, "listen", "127.0.0.1:18000", "address of the delta ADS server")
	flags.StringSliceVar(&options.ExtauthzAddresses, "extauthz", nil, "where Envoy reaches extauthz for Check, host:port; repeat for replicas")
	flags.StringSliceVar(&options.ScanPolicyAddresses, "scan-policies", nil, "where Envoy reaches extauthz for scan policies, host:port; repeat for replicas")
	flags.StringVar(&options.GatewayAddress, "gateway", "", "address of the first listener, instead of that of gateway.yaml")
	flags.StringVar(&options.EchoAddress, "echo", "", "where upstreams with `builtin: echo` go, host:port")
	flags.StringVar(&options.Scanner, "scanner", "", "scanner.wasm, sent to every Envoy (default beside the executable, then bin/)")
	flags.BoolVar(&options.AccessLog, "access-log", false, "make Envoys write a JSON line a request to their standard output")
	flags.StringVar(&admin, "admin", "127.0.0.1:18001", "address of status, metrics, liveness and readiness")
	return cmd
}

func runXDS(ctx context.Context, options xds.Options, adminAddress, readyFile string) error {
	options.Registry = telemetry.NewRegistry()
	admin, err := telemetry.NewAdmin(adminAddress, options.Registry)
	if err != nil {
		return err
	}
	options.Admin = admin
	server, err := xds.New(options)
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
			"xds":   server.Address(),
			"admin": "http://" + admin.Address(),
		})
	})
	return group.Wait()
}
