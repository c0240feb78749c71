package main

import (
	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/policy/policytest"
)

func newTestCommand() *cobra.Command {
	var output outputFlag
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the Rego tests of a configuration directory and of the packs",
		Long: `Run the Rego tests (files ending in _test.rego) as opa test would: those of the
packs, those below DIR/policies together with the packs and the platform's own
modules, and those below DIR/tenants/NAME with that tenant's modules alone.`,
		Example: `  meshwarden test examples/quickstart
  meshwarden test --verbose --output json examples/quickstart`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := policytest.Run(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if output.json() {
				err = report.WriteJSON(cmd.OutOrStdout())
			} else {
				err = report.WriteText(cmd.OutOrStdout(), verbose)
			}
			if err != nil {
				return err
			}
			return report.Err()
		},
	}
	output.add(cmd, "text", "json")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print tests that pass too, and the traces of those that fail")
	return cmd
}
