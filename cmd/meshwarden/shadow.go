package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/extauthz"
)

func newShadowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shadow",
		Short: "Look at tenants' candidates",
		Long: `Look at tenants' candidates: versions below candidates/ that are asked about the same requests as the enforced ones and
decide none of them.`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newShadowDiffCommand())
	return cmd
}

func newShadowDiffCommand() *cobra.Command {
	var (
		admins  []string
		tenant  string
		strict  bool
		output  outputFlag
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show what tenants' candidates would decide otherwise",
		Long: `Ask extauthz replicas what the candidates of their tenants would have decided otherwise since they came: who would be
newly denied or allowed, by route and role, and which requests cannot be compared because what a candidate reads of them
(the body) is not kept for it. Requests that were not asked about, because the queue was full, are
counted in meshwarden_extauthz_shadow_dropped_total.`,
		Example: `  meshwarden shadow diff
  meshwarden shadow diff --admin http://10.0.0.7:9003 --admin http://10.0.0.8:9003 --tenant acme --fail`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			if !cmd.Flag("admin").Changed {
				admins = defaultAdmins
			}
			reports, err := fetchShadows(ctx, admins, tenant, !cmd.Flag("admin").Changed)
			if err != nil {
				return err
			}
			if output.json() {
				err = printJSON(cmd.OutOrStdout(), reports)
			} else {
				err = printShadow(cmd.OutOrStdout(), reports)
			}
			changed, unknown := 0, 0
			for i := range reports {
				changed += reports[i].Requests - reports[i].Same - reports[i].NotCompared
				unknown += reports[i].NotCompared
			}
			if err == nil && strict {
				err = refusal(changed, unknown)
			}
			return err
		},
	}
	output.add(cmd, "text", "json")
	flags := cmd.Flags()
	flags.StringArrayVar(&admins, "admin", nil, "admin address of a replica; may be repeated (default http://127.0.0.1:9003 of extauthz, else http://127.0.0.1:18001 of up)")
	flags.StringVar(&tenant, "tenant", "", "only this tenant's candidate")
	flags.BoolVar(&strict, "fail", false, "exit with 1 when anything would be decided otherwise, could not be, or cannot be compared")
	flags.DurationVar(&timeout, "timeout", 5*time.Second, "how long to wait for the answers")
	return cmd
}

// defaultAdmins are where `meshwarden extauthz` and `meshwarden up` answer unless they are told otherwise.
var defaultAdmins = []string{"http://127.0.0.1:9003", "http://127.0.0.1:18001"}

// fetchShadows asks all servers, or, with first, those of a list until one answers.
func fetchShadows(ctx context.Context, admins []string, tenant string, first bool) ([]extauthz.ShadowReport, error) {
	reports := []extauthz.ShadowReport{}
	var failed []error
	for _, admin := range admins {
		list, err := fetchShadow(ctx, admin, tenant)
		switch {
		case err == nil && first:
			return append(reports, list...), nil
		case err == nil:
			reports = append(reports, list...)
		case !first:
			return nil, err
		default:
			failed = append(failed, err)
		}
	}
	return reports, errors.Join(failed...)
}

func fetchShadow(ctx context.Context, admin, tenant string) (reports []extauthz.ShadowReport, err error) {
	path := "/shadow"
	if tenant != "" {
		path += "?tenant=" + url.QueryEscape(tenant)
	}
	err = fetchAdmin(ctx, "extauthz", admin, path, &reports)
	return reports, err
}

func printShadow(out io.Writer, reports []extauthz.ShadowReport) error {
	if len(reports) == 0 {
		_, err := fmt.Fprintln(out, "no candidate was asked about a request")
		return err
	}
	for i := range reports {
		r := &reports[i]
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s since %s: %s, %d decided the same, %d not compared, %d errors\n",
			r.Tenant, r.Since.Format(time.RFC3339), count(r.Requests, "request"), r.Same, r.NotCompared, r.Errors)
		if len(r.Differences) == 0 {
			continue
		}
		if err := printDifferences(out, r.Differences); err != nil {
			return err
		}
	}
	return nil
}
