package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/admin"
)

// securityFlags are what the commands share that answer security events: the server, the tenant, the format.
type securityFlags struct {
	server adminFlags
	tenant string
	output outputFlag
}

func (f *securityFlags) add(cmd *cobra.Command) *cobra.Command {
	f.server.add(cmd)
	cmd.Flags().StringVar(&f.tenant, "tenant", "", "the tenant")
	f.output.add(cmd, "text", "json")
	return cmd
}

func (f *securityFlags) client(cmd *cobra.Command) (*admin.Client, error) {
	if err := require(cmd, "server", "tenant"); err != nil {
		return nil, err
	}
	return f.server.client()
}

// again are the flags that were given and that a further command needs as well, as a shell takes them.
func (f *securityFlags) again(cmd *cobra.Command) string {
	var b strings.Builder
	for _, name := range []string{"server", "token-file", "tls-cert", "tls-key", "tls-ca", "insecure", "tenant"} {
		if flag := cmd.Flag(name); flag.Changed {
			value := flag.Value.String()
			if strings.ContainsFunc(value, func(r rune) bool { return !strings.ContainsRune(shellSafe, r) }) {
				value = "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
			}
			b.WriteString(" --" + name + "=" + value)
		}
	}
	return b.String()
}

// shellSafe are the characters that mean nothing to a shell.
const shellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,[]"

func newRevokeCommand() *cobra.Command {
	var f securityFlags
	var jti, subject, before, reason string
	var all bool
	cmd := &cobra.Command{
		Use:   "revoke",
		Short: "Refuse tokens before they expire",
		Long: `Refuse tokens before they expire: one by its jti, all of a subject, or all of the tenant, issued until now or until --before.
Every replica heeds it within a second. API keys are not tokens: see meshwarden keys revoke.`,
		Example: `  meshwarden revoke --server http://127.0.0.1:9004 --token-file ops.token --tenant acme --subject alice --reason stolen
  meshwarden revoke --server http://127.0.0.1:9004 --token-file ops.token --tenant acme --jti 8b1f
  meshwarden revoke --server http://127.0.0.1:9004 --token-file ops.token --tenant acme --all`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ask, err := revokeWhat(cmd, jti, subject, all)
			if err != nil {
				return err
			}
			if ask.Reason = reason; before != "" {
				if ask.Before, err = time.Parse(time.RFC3339, before); err != nil {
					return usageError{fmt.Errorf("--before is a time as 2026-11-25T08:00:00Z, not %q", before)}
				}
			}
			client, err := f.client(cmd)
			if err != nil {
				return err
			}
			made, err := client.Revoke(cmd.Context(), f.tenant, ask)
			if err != nil {
				return err
			}
			return f.output.print(cmd, made, func() error {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "Revoked: %s. Take it back with: meshwarden revocations remove%s %s\n", revoked(made), f.again(cmd), made.ID)
				return err
			})
		},
	}
	flags := f.add(cmd).Flags()
	flags.StringVar(&jti, "jti", "", "the token with this id")
	flags.StringVar(&subject, "subject", "", "all tokens of this principal")
	flags.BoolVar(&all, "all", false, "all tokens of the tenant")
	flags.StringVar(&before, "before", "", "those issued until then, as 2026-11-25T08:00:00Z (default now)")
	flags.StringVar(&reason, "reason", "", "why, for people")
	return cmd
}

// revokeWhat demands one of three flags; an empty value is none, since a script's variable may be unset.
func revokeWhat(cmd *cobra.Command, jti, subject string, all bool) (admin.Revoke, error) {
	var list []admin.Revoke
	if cmd.Flag("jti").Changed {
		list = append(list, admin.Revoke{Kind: admin.RevokeJTI, Value: jti})
	}
	if cmd.Flag("subject").Changed {
		list = append(list, admin.Revoke{Kind: admin.RevokeSubject, Value: subject})
	}
	if all {
		list = append(list, admin.Revoke{Kind: admin.RevokeTenant})
	}
	if len(list) != 1 || list[0].Value == "" && !all {
		return admin.Revoke{}, usageError{errors.New("one of --jti, --subject and --all is required")}
	}
	return list[0], nil
}

// revoked says what a revocation is about.
func revoked(r admin.Revocation) string {
	switch r.Kind {
	case admin.RevokeJTI:
		return fmt.Sprintf("the token %q of %s", r.Value, r.Tenant)
	case admin.RevokeSubject:
		return fmt.Sprintf("the tokens of %q of %s until %s", r.Value, r.Tenant, r.Before.Format(time.RFC3339))
	}
	return fmt.Sprintf("all tokens of %s until %s", r.Tenant, r.Before.Format(time.RFC3339))
}

func newRevocationsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revocations",
		Short: "List revocations of tokens, and take them back",
		Args:  knownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRevocationsListCommand(), newRevocationsRemoveCommand())
	return cmd
}

func newRevocationsListCommand() *cobra.Command {
	var f securityFlags
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List a tenant's revocations, the newest first",
		Example: `  meshwarden revocations list --server http://127.0.0.1:9004 --token-file ops.token --tenant acme`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := f.client(cmd)
			if err != nil {
				return err
			}
			list, err := client.Revocations(cmd.Context(), f.tenant)
			if err != nil {
				return err
			}
			return f.output.print(cmd, list, func() error { return printRevocations(cmd, list) })
		},
	}
	return f.add(cmd)
}

func printRevocations(cmd *cobra.Command, list []admin.Revocation) error {
	rows := make([][]string, len(list))
	for i, r := range list {
		before := "-"
		if !r.Before.IsZero() {
			before = r.Before.Format(time.RFC3339)
		}
		rows[i] = []string{r.ID, r.Kind, shownText(r.Value), before, r.Expires.Format(time.RFC3339), shownText(r.By), shownText(r.Reason)}
	}
	return printTable(cmd, []string{"ID", "KIND", "VALUE", "BEFORE", "EXPIRES", "BY", "REASON"}, rows)
}

func newRevocationsRemoveCommand() *cobra.Command {
	var f securityFlags
	cmd := &cobra.Command{
		Use:     "remove ID",
		Short:   "Take a revocation back: tokens that have not expired are accepted again",
		Example: `  meshwarden revocations remove --server http://127.0.0.1:9004 --token-file ops.token --tenant acme 5c1d0f2a9b7e4d3c8a6f1b20`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := f.client(cmd)
			if err != nil {
				return err
			}
			return client.RemoveRevocation(cmd.Context(), f.tenant, args[0])
		},
	}
	return f.add(cmd)
}

// shownText keeps what others wrote from moving columns or the terminal's cursor.
func shownText(s string) string {
	if s == "" {
		return "-"
	}
	return strings.Trim(fmt.Sprintf("%+q", s), `"`)
}

func printTable(cmd *cobra.Command, head []string, rows [][]string) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}
