package main

import (
	"time"

	"github.com/spf13/cobra"
)

func newLockoutsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lockouts",
		Short: "List who is locked out after failed authentications, and let them in again",
		Args:  knownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLockoutsListCommand(), newLockoutsClearCommand())
	return cmd
}

func newLockoutsListCommand() *cobra.Command {
	var f securityFlags
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List who is locked out of a tenant's hosts, the newest first",
		Example: `  meshwarden lockouts list --server http://127.0.0.1:9004 --token-file ops.token --tenant acme`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := f.client(cmd)
			if err != nil {
				return err
			}
			list, err := client.Lockouts(cmd.Context(), f.tenant)
			if err != nil {
				return err
			}
			return f.output.print(cmd, list, func() error {
				rows := make([][]string, len(list))
				for i, l := range list {
					rows[i] = []string{l.ID, l.Kind, l.Address, shownText(l.Subject), l.Since.Format(time.RFC3339), l.Until.Format(time.RFC3339)}
				}
				return printTable(cmd, []string{"ID", "KIND", "ADDRESS", "SUBJECT", "SINCE", "UNTIL"}, rows)
			})
		},
	}
	return f.add(cmd)
}

func newLockoutsClearCommand() *cobra.Command {
	var f securityFlags
	cmd := &cobra.Command{
		Use:     "clear ID",
		Short:   "End a lockout before its time, on every replica",
		Example: `  meshwarden lockouts clear --server http://127.0.0.1:9004 --token-file ops.token --tenant acme 5c1d0f2a9b7e4d3c8a6f1b20`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := f.client(cmd)
			if err != nil {
				return err
			}
			return client.ClearLockout(cmd.Context(), f.tenant, args[0])
		},
	}
	return f.add(cmd)
}
