package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/extauthz"
)

func newReplayCommand() *cobra.Command {
	var dir string
	var output outputFlag
	var strict bool
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Run a decision log against a configuration and print what it would decide otherwise",
		Long: `Run the records of decision logs (meshwarden extauthz --decision-log) against a configuration directory and print
the requests that it would newly deny or allow, grouped by tenant, route and role. Credentials are taken as verified and
routes as matched when the record was made; limits are not charged. Records hold neither bodies nor credentials: a request
whose decision could depend on one is not_compared, and listed with what is unknown of it. "-" is standard input.`,
		Example: `  meshwarden replay --config candidate decisions.jsonl.1 decisions.jsonl
  meshwarden replay --config candidate --fail --output json decisions.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := require(cmd, "config"); err != nil {
				return err
			}
			candidate, err := extauthz.LoadCandidate(dir)
			if err != nil {
				return err
			}
			replay, err := replayFiles(cmd, candidate, files)
			if err != nil {
				return err
			}
			if output.json() {
				err = printJSON(cmd.OutOrStdout(), replay)
			} else {
				err = printReplay(cmd.OutOrStdout(), replay)
			}
			if err == nil && strict {
				err = refusal(replay.Changed(), replay.NotCompared)
			}
			return err
		},
	}
	addConfigFlag(cmd, &dir, "configuration directory to replay against")
	output.add(cmd, "text", "json")
	cmd.Flags().BoolVar(&strict, "fail", false, "exit with 1 when anything would be decided otherwise, or cannot be compared")
	return cmd
}

// refusal is the error of --fail; nil when there is nothing to fail for.
func refusal(changed, unknown int) error {
	switch {
	case changed+unknown == 0:
		return nil
	case unknown == 0:
		return fmt.Errorf("%s would be decided otherwise", count(changed, "request"))
	}
	return fmt.Errorf("%s would be decided otherwise, %d cannot be compared", count(changed, "request"), unknown)
}

func replayFiles(cmd *cobra.Command, candidate *extauthz.Candidate, files []string) (*extauthz.Replay, error) {
	inputs := make([]io.Reader, len(files))
	for i, name := range files {
		if name == "-" {
			inputs[i] = cmd.InOrStdin()
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		inputs[i] = file
	}
	return candidate.Replay(cmd.Context(), io.MultiReader(inputs...))
}

func printReplay(out io.Writer, r *extauthz.Replay) error {
	fmt.Fprintf(out, "%s: %d decided the same, %d not compared, %d not decided by policies, %d errors\n", count(r.Records, "record"), r.Same, r.NotCompared, r.Skipped, r.Errors)
	if r.Unvalidated > 0 {
		fmt.Fprintf(out, "%s would come to rules of their routes for the input (validate, tool_arguments), which need the body\n", count(r.Unvalidated, "request"))
	}
	if len(r.Differences) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	return printDifferences(out, r.Differences)
}

func printDifferences(out io.Writer, list []extauthz.Difference) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CHANGE\tREQUESTS\tTENANT\tROUTE\tROLES\tWAS\tWOULD BE\tPLACE\tEXAMPLE")
	for _, d := range list {
		would := string(d.Would)
		if d.Unknown != "" {
			would = "unknown: " + string(d.Unknown)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Change(), d.Requests, d.Tenant, d.Route, orDash(oneLine(d.Roles)), d.Was, would,
			orDash(d.Place), oneLine(d.Method+" "+d.Path+spaced(d.Example)))
	}
	return table.Flush()
}
