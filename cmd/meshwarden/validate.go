package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/config"
)

func newValidateCommand() *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:   "validate DIR",
		Short: "Check a configuration directory",
		Long: `Check a configuration directory as the control plane would when it publishes it:
YAML, fields, references between objects, key sets, Rego, routes that hide each
other, and what Envoy would refuse. All problems are printed at once, as
file:line:column: reason; the exit code is 1 when there are any. Warnings are
of what takes effect and may have another one than you believe.`,
		Example: `  meshwarden validate examples/quickstart
  meshwarden validate --output json examples/quickstart`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			snapshot, problems := config.NewLoader(args[0]).Load()
			objects := len(snapshot.Upstreams) + len(snapshot.ScanPolicies) + len(snapshot.Tenants)
			if len(snapshot.Gateway.Listeners) > 0 {
				objects++
			}
			if err := printValidation(cmd, output.json(), objects, problems, snapshot.Warnings); err != nil {
				return err
			}
			if len(problems) > 0 {
				return fmt.Errorf("%s: %s", args[0], count(len(problems), "problem"))
			}
			return nil
		},
	}
	output.add(cmd, "text", "json")
	return cmd
}

// printValidation writes problems as text to stderr, where errors belong, and JSON whole to stdout.
func printValidation(cmd *cobra.Command, asJSON bool, objects int, problems, warnings []config.Problem) error {
	if asJSON {
		if problems == nil {
			problems = []config.Problem{}
		}
		return printJSON(cmd.OutOrStdout(), struct {
			Valid    bool             `json:"valid"`
			Objects  int              `json:"objects"`
			Problems []config.Problem `json:"problems"`
			Warnings []config.Problem `json:"warnings,omitempty"`
		}{len(problems) == 0, objects, problems, warnings})
	}
	for _, w := range warnings {
		if _, err := fmt.Fprintln(cmd.ErrOrStderr(), w.Warning()); err != nil {
			return err
		}
	}
	for _, p := range problems {
		if _, err := fmt.Fprintln(cmd.ErrOrStderr(), p); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return nil
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), count(objects, "object")+" valid")
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
