package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/xds"
)

func newXDSCommand() *cobra.Command {
	var (
		common  serverFlags
		options xds.Options
		admin   string
	)
	cmd := &cobra.Command{
		Use:   "xds --config DIR --extauthz ADDR --scan-policies ADDR",
		Short: "Run the control plane",
		Long: `Run the control plane: it watches a configuration directory and distributes it over delta ADS to Envoys and
extauthz replicas. A file that is refused leaves its object at the last good version and stands, with line and
reason, in the log and in 'meshwarden status'.`,
		Example: `  meshwarden xds --config examples/quickstart --extauthz 127.0.0.1:9001 --scan-policies 127.0.0.1:9002`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			logger, err := common.load(cmd)
			if err != nil {
				return err
			}
			if err := require(cmd, "config", "extauthz", "scan-policies"); err != nil {
				return err
			}
			if options.Scanner, err = scannerPath(options.Scanner); err != nil {
				return err
			}
			options.TLS, options.Logger = common.tls, logger
			return serve(cmd.Context(), admin, common.readyFile, xdsServer(options))
		},
	}
	common.add(cmd)
	common.addTLS(cmd)
	addConfigFlag(cmd, &options.Config, "configuration directory")
	flags := cmd.Flags()
	flags.StringVar(&options.Listen, "listen", "127.0.0.1:18000", "address of the delta ADS server")
	flags.StringSliceVar(&options.ExtauthzAddresses, "extauthz", nil, "where Envoy reaches extauthz for Check, host:port; repeat for replicas")
	flags.StringSliceVar(&options.ScanPolicyAddresses, "scan-policies", nil, "where Envoy reaches extauthz for scan policies, host:port; repeat for replicas")
	flags.StringVar(&options.GatewayAddress, "gateway", "", "address of the first listener, instead of that of gateway.yaml")
	flags.StringVar(&options.EchoAddress, "echo", "", "where upstreams with builtin: echo go, host:port")
	flags.StringVar(&options.Scanner, "scanner", "", "scanner.wasm, sent to every Envoy (default beside the executable, then bin/)")
	flags.BoolVar(&options.AccessLog, "access-log", false, "make Envoys write a JSON line a request to their standard output")
	flags.StringVar(&admin, "admin", "127.0.0.1:18001", "address of status, metrics, liveness and readiness")
	return cmd
}

func xdsServer(options xds.Options) func(*prometheus.Registry, *telemetry.Admin) (server, map[string]string, error) {
	return func(registry *prometheus.Registry, admin *telemetry.Admin) (server, map[string]string, error) {
		options.Registry, options.Admin = registry, admin
		s, err := xds.New(options)
		if err != nil {
			return nil, nil, err
		}
		return s, map[string]string{"xds": s.Address()}, nil
	}
}
