package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/standalone"
)

func newUpCommand() *cobra.Command {
	var (
		common  serverFlags
		options standalone.Options
	)
	cmd := &cobra.Command{
		Use:   "up --config DIR",
		Short: "Run the whole chain on this machine with a real Envoy",
		Long: `Runs the control plane, the ext_authz server and an echo upstream in this process and a real Envoy as its
child, until interrupted. Envoy gets everything over xDS, as in production; edits of the configuration
directory are live at once. Quotas are kept in memory unless --redis is given.`,
		Example: `  meshwarden up --config examples/quickstart
  meshwarden up --config examples/quickstart --listen 127.0.0.1:0 --ready-file ready.json --redis 127.0.0.1:6379`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if options.Logger, err = common.load(cmd); err != nil {
				return err
			}
			if err := require(cmd, "config"); err != nil {
				return err
			}
			if options.Scanner, err = scannerPath(options.Scanner); err != nil {
				return err
			}
			return runUp(cmd, common.readyFile, options)
		},
	}
	common.add(cmd)
	addConfigFlag(cmd, &options.Config, "configuration directory")
	addKeyFileFlag(cmd, &options.KeyFile)
	flags := cmd.Flags()
	flags.StringVar(&options.Listen, "listen", "", "address of the gateway, port 0 for a free one (default that of gateway.yaml)")
	flags.StringVar(&options.Admin, "admin", "", "address of metrics, status, liveness and readiness (default 127.0.0.1:18001, where status asks, or a free port when that is taken)")
	flags.StringVar(&options.Redis, "redis", "", "Redis for quotas and what the admin API changes, host:port or URL (default quotas in memory)")
	flags.StringVar(&options.StateDir, "state-dir", "", "directory of what the admin API changes, without Redis")
	flags.StringVar(&options.AdminAPI, "admin-api", "", "address of the admin API, e.g. 127.0.0.1:9004 (default none)")
	flags.StringVar(&options.AdminTokens, "admin-tokens", "", "YAML file of the tokens that the admin API accepts")
	flags.StringVar(&options.DecisionLog, "decision-log", "", "file that gets every decision as a line of JSON, for explain and replay")
	flags.StringVar(&options.Envoy, "envoy", "", "Envoy binary (default $ENVOY, PATH, .tools/envoy/envoy)")
	flags.StringVar(&options.EnvoyLogLevel, "envoy-log-level", "warning", "Envoy's log level")
	flags.IntVar(&options.Concurrency, "concurrency", 0, "Envoy's worker threads (default one a core)")
	flags.StringVar(&options.Scanner, "scanner", "", "scanner.wasm (default beside the executable)")
	return cmd
}

// runUp runs the chain; a ready file that cannot be written ends it.
func runUp(cmd *cobra.Command, readyFile string, options standalone.Options) error {
	removeReadyFile(readyFile)
	defer removeReadyFile(readyFile)
	ctx, cancel := context.WithCancelCause(cmd.Context())
	defer cancel(nil)
	options.Ready = func(addresses standalone.Addresses) {
		if err := writeReadyFile(readyFile, addresses); err != nil {
			cancel(err)
			return
		}
		fmt.Fprint(cmd.OutOrStdout(), upGreeting(addresses, options.Config))
	}
	if err := standalone.Run(ctx, options); err != nil {
		return err
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
