package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/meshwarden/meshwarden/xds"
)

func newBootstrapCommand() *cobra.Command {
	var (
		server  serverFlags
		options xds.BootstrapOptions
		output  string
	)
	cmd := &cobra.Command{
		Use:   "bootstrap --xds ADDR",
		Short: "Print the bootstrap of an Envoy that takes everything from the control plane",
		Long: `Print an Envoy bootstrap: the node, delta ADS from the control plane, the admin interface, the tags of the
scanner's metrics and a bound on connections. docs/install-envoy.md says what to take over into an existing one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(options.XDS) == 0 {
				return usageError{errors.New("--xds is missing")}
			}
			options.TLS = server.tls
			raw, err := xds.Bootstrap(options)
			if err != nil {
				return usageError{err}
			}
			switch output {
			case "yaml":
				if raw, err = jsonToYAML(raw); err != nil {
					return err
				}
			case "json":
			default:
				return usageError{fmt.Errorf("--output is yaml or json, not %q", output)}
			}
			_, err = cmd.OutOrStdout().Write(raw)
			return err
		},
	}
	server.addTLS(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&options.XDS, "xds", nil, "address of the control plane, host:port; repeat for replicas")
	flags.StringVar(&options.Node, "node", "envoy", "id of this Envoy")
	flags.StringVar(&options.Cluster, "cluster", "gateway", "group of this Envoy")
	flags.StringVar(&options.AdminAddress, "admin-address", "127.0.0.1:9901", "where Envoy's own admin interface listens; it has no authentication")
	flags.StringVar(&output, "output", "yaml", "yaml or json")
	return cmd
}

func jsonToYAML(raw []byte) ([]byte, error) {
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	out, err := yaml.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	return out, nil
}
