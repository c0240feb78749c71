package main

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/telemetry"
)

func newExtauthzCommand() *cobra.Command {
	var (
		common  serverFlags
		options extauthz.Options
		admin   string
	)
	cmd := &cobra.Command{
		Use:   "extauthz (--xds ADDR | --config DIR)",
		Short: "Run the ext_authz server",
		Long: `Run the ext_authz server: it decides every request that Envoy asks about and serves scan policies to the
wasm filter. Its configuration comes from a control plane (--xds), or directly from a directory (--config).`,
		Example: `  meshwarden extauthz --config examples/quickstart
  meshwarden extauthz --xds 127.0.0.1:18000 --snapshot /var/lib/meshwarden/snapshot --redis redis://127.0.0.1:6379/0`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			logger, err := common.load(cmd)
			if err != nil {
				return err
			}
			if (options.XDS == "") == (options.Config == "") {
				return usageError{errors.New("one of --xds and --config is required")}
			}
			options.TLS, options.Logger = common.tls, logger
			return serve(cmd.Context(), admin, common.readyFile, extauthzServer(options))
		},
	}
	common.add(cmd)
	common.addTLS(cmd)
	addConfigFlag(cmd, &options.Config, "configuration directory, instead of a control plane")
	addKeyFileFlag(cmd, &options.KeyFile)
	addFetchAllowFlag(cmd, &options.FetchAllow)
	flags := cmd.Flags()
	flags.StringVar(&options.Listen, "listen", "127.0.0.1:9001", "address of the gRPC Check and health services")
	flags.StringVar(&options.HTTPListen, "http-listen", "127.0.0.1:9002", "address that scan policies are fetched from")
	flags.StringVar(&options.XDS, "xds", "", "address of the control plane")
	flags.StringVar(&options.Snapshot, "snapshot", "", "file that keeps the control plane's last configuration over a restart")
	flags.StringVar(&options.DecisionLog, "decision-log", "", "file that gets decisions as lines of JSON, for explain and replay")
	flags.StringArrayVar(&options.ThreatLists, "threat-list", nil, "threat list NAME=FILE or NAME=URI; may be repeated")
	flags.DurationVar(&options.ThreatRefresh, "threat-refresh", time.Minute, "how often threat lists are read again")
	flags.StringVar(&options.DecisionSample, "decision-sample", "allowed=0.01,denied=1,undecided=1", "share of decisions of each kind that go there")
	flags.StringVar(&options.Redis, "redis", "", "Redis for quotas and what replicas share, host:port or URL (default: quotas in memory)")
	flags.StringVar(&options.StateDir, "state-dir", "", "directory of what must outlive this server, when it shares nothing in Redis")
	flags.StringVar(&options.AdminAPI, "admin-api", "", "address of the admin API, e.g. 127.0.0.1:9004 (default: none)")
	flags.StringVar(&options.AdminTokens, "admin-tokens", "", "YAML file of the tokens that the admin API accepts (default: only client certificates for \"admin\")")
	flags.StringVar(&options.Node, "node", "extauthz", "name of this replica at the control plane")
	flags.DurationVar(&options.DrainTimeout, "drain-timeout", 10*time.Second, "how long calls in flight may take when the server stops")
	flags.StringVar(&admin, "admin", "127.0.0.1:9003", "address of metrics, liveness and readiness")
	return cmd
}

func extauthzServer(options extauthz.Options) func(*prometheus.Registry, *telemetry.Admin) (server, map[string]string, error) {
	return func(registry *prometheus.Registry, admin *telemetry.Admin) (server, map[string]string, error) {
		options.Registry, options.Admin = registry, admin
		s, err := extauthz.New(options)
		if err != nil {
			return nil, nil, err
		}
		addresses := map[string]string{"extauthz": s.Address(), "scan_policies": s.HTTPAddress()}
		if api := s.AdminAPIAddress(); api != "" {
			addresses["admin_api"] = "http://" + api
			if options.TLS.Enabled() {
				addresses["admin_api"] = "https://" + api
			}
		}
		return s, addresses, nil
	}
}
