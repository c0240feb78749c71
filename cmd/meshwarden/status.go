package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/xds"
)

// maxStatus bounds what is read of an answer: ten thousand tenants are about 2 MiB.
const maxStatus = 256 << 20

func newStatusCommand() *cobra.Command {
	var (
		admin   string
		output  outputFlag
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what the control plane's clients have accepted and refused",
		Long: `Ask a running control plane for its clients, what each has accepted or refused, the tenants and whether their
newest version is live, and the problems of the configuration directory.`,
		Example: `  meshwarden status
  meshwarden status --admin http://127.0.0.1:18001 --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			status, err := fetchStatus(ctx, admin)
			if err != nil {
				return err
			}
			if output.json() {
				return printJSON(cmd.OutOrStdout(), status)
			}
			return printStatus(cmd.OutOrStdout(), status, time.Now())
		},
	}
	output.add(cmd, "text", "json")
	cmd.Flags().StringVar(&admin, "admin", "http://127.0.0.1:18001", "admin address of the control plane")
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Second, "how long to wait for the answer")
	return cmd
}

func fetchStatus(ctx context.Context, admin string) (*xds.Status, error) {
	var status xds.Status
	return &status, fetchAdmin(ctx, "the control plane", admin, "/status", &status)
}

// fetchAdmin reads what a server answers, as JSON, at a path of its admin address.
func fetchAdmin(ctx context.Context, who, admin, path string, into any) error {
	if !strings.Contains(admin, "://") {
		admin = "http://" + admin
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(admin, "/")+path, nil)
	if err != nil {
		return usageError{fmt.Errorf("--admin: %w", err)}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask %s: %w", who, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: %s answers %s", who, request.URL, response.Status)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxStatus)).Decode(into); err != nil {
		return fmt.Errorf("read the answer of %s: %w", who, err)
	}
	return nil
}

func printStatus(out io.Writer, status *xds.Status, now time.Time) error {
	fmt.Fprintf(out, "configuration %s, loaded %s ago\n\n", orDash(status.Config.Version), age(now, status.Config.Loaded))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLIENT\tTYPE\tADDRESS\tCONNECTED\tACKED\tPENDING\tREFUSED")
	for _, c := range status.Clients {
		var acked, pending, nacked int
		for _, n := range c.Resources {
			acked, pending, nacked = acked+n.Acked, pending+n.Pending, nacked+n.Nacked
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%d\n", c.Node, c.Type, c.Address, age(now, c.ConnectedSince), acked, pending, nacked)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(table, "\nTENANT\tVERSION\tSTATE\tREASON")
	for _, t := range status.Tenants {
		fmt.Fprintf(table, "%s\t%.12s\t%s\t%s\n", t.Name, orDash(t.Version), t.State, oneLine(t.Reason))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range status.Clients {
		for _, nack := range c.Nacks {
			fmt.Fprintf(out, "\nrefused by %s: %s%s: %s\n", c.Node, nack.Object, spaced(nack.Field), oneLine(nack.Message))
		}
	}
	for _, p := range status.Config.Problems {
		fmt.Fprintf(out, "\nproblem: %s\n", oneLine(p.String()))
	}
	for _, w := range status.Config.Warnings {
		fmt.Fprintf(out, "\n%s\n", oneLine(w.Warning()))
	}
	return nil
}

func age(now, then time.Time) string {
	if then.IsZero() {
		return "-"
	}
	return now.Sub(then).Round(time.Second).String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// oneLine keeps a client's text from breaking the table or reaching the terminal as control sequences.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
