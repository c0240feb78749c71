package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/policy/policytest"
)

func newTestCommand() *cobra.Command {
	var output string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the Rego tests of a configuration directory and of the packs",
		Long: `Run the Rego tests (files ending in _test.rego) as opa test would: those of the
packs, those below DIR/policies together with the packs and the platform's own
modules, and those below DIR/tenants/NAME with that tenant's modules alone.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usageError{fmt.Errorf("--output is text or json, not %q", output)}
			}
			report, err := policytest.Run(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if output == "json" {
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
	cmd.Flags().StringVar(&output, "output", "text", "text or json")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print tests that pass too, and the traces of those that fail")
	return cmd
}
