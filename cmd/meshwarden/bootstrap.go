package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/meshwarden/meshwarden/xds"
)

func newBootstrapCommand() *cobra.Command {
	var (
		common  serverFlags
		options xds.BootstrapOptions
		output  outputFlag
	)
	cmd := &cobra.Command{
		Use:   "bootstrap --xds ADDR",
		Short: "Print the bootstrap of an Envoy that takes everything from the control plane",
		Long: `Print an Envoy bootstrap: the node, delta ADS from the control plane, the admin interface, the tags of the
scanner's metrics and a bound on connections. docs/install-envoy.md says what to take over into an existing one.`,
		Example: `  meshwarden bootstrap --xds 127.0.0.1:18000
  meshwarden bootstrap --xds xds.example.com:18000 --node edge-1 --tls-cert tls.crt --tls-key tls.key --tls-client-ca ca.crt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := require(cmd, "xds"); err != nil {
				return err
			}
			options.TLS = common.tls
			raw, err := xds.Bootstrap(options)
			if err != nil {
				return usageError{err}
			}
			if !output.json() {
				if raw, err = jsonToYAML(raw); err != nil {
					return err
				}
			}
			_, err = cmd.OutOrStdout().Write(raw)
			return err
		},
	}
	common.addTLS(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&options.XDS, "xds", nil, "address of the control plane, host:port; repeat for replicas")
	flags.StringVar(&options.Node, "node", "envoy", "id of this Envoy")
	flags.StringVar(&options.Cluster, "cluster", "gateway", "group of this Envoy")
	flags.StringVar(&options.AdminAddress, "admin-address", "127.0.0.1:9901", "where Envoy's own admin interface listens; it has no authentication")
	output.add(cmd, "yaml", "json")
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
