package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

func newKeysCreateCommand() *cobra.Command {
	var f keysFlags
	var ask admin.CreateKey
	var expires string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Create an API key and show it, once",
		Example: `  meshwarden keys create --server http://127.0.0.1:9004 --token-file ops.token --tenant globex --name ci --role viewer
  meshwarden keys create --config examples/quickstart --tenant globex --name batch --scope orders:read --expires 12h --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			required := []string{"tenant", "name"}
			if !f.server.given() {
				required = []string{"config", "tenant", "name"}
			}
			if err := require(cmd, required...); err != nil {
				return err
			}
			if ask.Lifetime, err = spanText("expires", expires, false); err != nil {
				return err
			}
			keys, err := f.open(cmd)
			if err != nil {
				return err
			}
			made, err := keys.create(cmd.Context(), f.tenant, ask)
			if err != nil {
				return err
			}
			return printSecret(cmd, f.output.json(), made)
		},
	}
	flags := f.add(cmd).Flags()
	flags.StringVar(&ask.Name, "name", "", "what the key is for")
	flags.StringVar(&ask.Subject, "subject", "", "the principal that it acts as (default the name)")
	flags.StringArrayVar(&ask.Roles, "role", nil, "a role; may be repeated")
	flags.StringArrayVar(&ask.Scopes, "scope", nil, "a scope; may be repeated")
	flags.StringVar(&expires, "expires", "90d", "how long the key lives, as 90d or 12h; at most 365d")
	return cmd
}

// printSecret writes the secret alone to stdout, so that it can go straight into a secret store.
func printSecret(cmd *cobra.Command, asJSON bool, made admin.NewSecret) error {
	if asJSON {
		return printJSON(cmd.OutOrStdout(), made)
	}
	if _, err := fmt.Fprintln(cmd.OutOrStdout(), made.Key); err != nil {
		return err
	}
	text := fmt.Sprintf("API key %s of tenant %s, valid until %s. It is not shown again.", made.ID, made.Tenant, made.Expires.Format(time.DateOnly))
	if made.PreviousExpires != nil {
		text += " The secret before it is good until " + made.PreviousExpires.Format(time.RFC3339) + "."
	}
	_, err := fmt.Fprintln(cmd.ErrOrStderr(), text)
	return err
}

func newKeysListCommand() *cobra.Command {
	var f keysFlags
	var state string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List API keys, without the keys themselves",
		Example: `  meshwarden keys list --server http://127.0.0.1:9004 --token-file ops.token --tenant globex --state active
  meshwarden keys list --config examples/quickstart --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch state {
			case "", apikeys.Active, apikeys.Expired, apikeys.Revoked:
			default:
				return usageError{fmt.Errorf("--state is active, expired or revoked, not %q", state)}
			}
			keys, err := f.open(cmd)
			if err != nil {
				return err
			}
			list, err := keys.list(cmd.Context(), f.tenant, state)
			if err != nil {
				return err
			}
			return f.output.print(cmd, list, func() error { return printKeys(cmd, list) })
		},
	}
	f.add(cmd).Flags().StringVar(&state, "state", "", "only keys that are active, expired or revoked")
	return cmd
}

func printKeys(cmd *cobra.Command, keys []admin.APIKey) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tTENANT\tNAME\tSUBJECT\tROLES\tSCOPES\tEXPIRES\tSTATE")
	for _, k := range keys {
		fmt.Fprintln(w, strings.Join([]string{
			k.ID, k.Tenant, k.Name, k.Subject, joined(k.Roles), joined(k.Scopes), k.Expires.Format(time.DateOnly), k.State,
		}, "\t"))
	}
	return w.Flush()
}

func joined(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ",")
}

func newKeysShowCommand() *cobra.Command {
	var f keysFlags
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show an API key and how it is used, without the key itself",
		Example: `  meshwarden keys show --server http://127.0.0.1:9004 --token-file ops.token --tenant globex 5f2kQ0aXw1Zt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, err := f.open(cmd)
			if err != nil {
				return err
			}
			key, err := keys.show(cmd.Context(), f.tenant, args[0])
			if err != nil {
				return err
			}
			return f.output.print(cmd, key, func() error { return printKey(cmd, key) })
		},
	}
	return f.add(cmd)
}

func printKey(cmd *cobra.Command, k admin.APIKey) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	row := func(name, value string) { fmt.Fprintln(w, name+"\t"+value) }
	moment := func(name string, at *time.Time) {
		if at != nil {
			row(name, at.Format(time.RFC3339))
		}
	}
	row("id", k.ID)
	row("tenant", k.Tenant)
	row("name", k.Name)
	row("subject", k.Subject)
	row("roles", joined(k.Roles))
	row("scopes", joined(k.Scopes))
	row("state", k.State)
	moment("created", &k.Created)
	moment("rotated", k.Rotated)
	moment("expires", &k.Expires)
	moment("previous until", k.PreviousExpires)
	moment("revoked", k.Revoked)
	if k.Uses != nil {
		row("uses", fmt.Sprint(*k.Uses))
	}
	moment("last used", k.LastUsed)
	return w.Flush()
}

func newKeysRotateCommand() *cobra.Command {
	var f keysFlags
	var expires, grace string
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Give an API key a new secret and show it, once",
		Long: `Give an API key a new secret. The one before stays good for --grace, so that clients can change over one by one.
While an earlier rotation's grace lasts, only --grace 0s is possible, which ends both at once.`,
		Example: `  meshwarden keys rotate --server http://127.0.0.1:9004 --token-file ops.token --tenant globex --grace 2h 5f2kQ0aXw1Zt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			var ask admin.RotateKey
			if ask.Lifetime, err = spanText("expires", expires, false); err != nil {
				return err
			}
			if ask.Grace, err = spanText("grace", grace, true); err != nil {
				return err
			}
			keys, err := f.open(cmd)
			if err != nil {
				return err
			}
			made, err := keys.rotate(cmd.Context(), f.tenant, args[0], ask)
			if err != nil {
				return err
			}
			return printSecret(cmd, f.output.json(), made)
		},
	}
	flags := f.add(cmd).Flags()
	flags.StringVar(&expires, "expires", "90d", "how long the new secret lives, as 90d or 12h; at most 365d")
	flags.StringVar(&grace, "grace", "24h", "how long the one before stays good; at most 30d")
	return cmd
}

func newKeysRevokeCommand() *cobra.Command {
	var f keysFlags
	var previous bool
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke an API key at once",
		Example: `  meshwarden keys revoke --server http://127.0.0.1:9004 --token-file ops.token --tenant globex 5f2kQ0aXw1Zt
  meshwarden keys revoke --config examples/quickstart 5f2kQ0aXw1Zt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keys, err := f.open(cmd)
			if err != nil {
				return err
			}
			ask := admin.RevokeKey{Secret: admin.SecretAll}
			what := "API key"
			if previous {
				ask.Secret, what = admin.SecretPrevious, "The previous secret of API key"
			}
			key, err := keys.revoke(cmd.Context(), f.tenant, args[0], ask)
			if err != nil {
				return err
			}
			return f.output.print(cmd, key, func() error {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s %s (%s of tenant %s) is revoked.\n", what, key.ID, key.Name, key.Tenant)
				return err
			})
		},
	}
	f.add(cmd).Flags().BoolVar(&previous, "previous", false, "only the secret before the last rotation, whose grace lasts")
	return cmd
}

func newKeysImportCommand() *cobra.Command {
	var f keysFlags
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Bring the API keys of a file to a server's store",
		Long: `Bring the API keys of a file to an ext_authz server's store. Secrets stay as they are. Keys that the store has are left
alone; from then on, the store has the last word on every key that it has, whatever the file says.`,
		Example: `  meshwarden keys import --server http://127.0.0.1:9004 --token-file ops.token --config examples/quickstart`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.file == "" {
				if err := require(cmd, "server", "config"); err != nil {
					return err
				}
			}
			if err := require(cmd, "server"); err != nil {
				return err
			}
			return importKeys(cmd, &f)
		},
	}
	return f.add(cmd)
}

func importKeys(cmd *cobra.Command, f *keysFlags) error {
	client, err := f.server.client()
	if err != nil {
		return err
	}
	file, err := apikeys.ReadFile(f.path())
	if err != nil {
		return err
	}
	var some []apikeys.Key
	for _, key := range file.Keys {
		if f.tenant == "" || key.Tenant == f.tenant {
			some = append(some, key)
		}
	}
	total, err := client.ImportKeys(cmd.Context(), some)
	if err != nil {
		return err
	}
	err = f.output.print(cmd, total, func() error {
		for _, refused := range total.Refused {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s of tenant %s: %s\n", refused.ID, refused.Tenant, refused.Reason)
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "%d imported, %d there already, %d refused.\n", total.Imported, total.Unchanged, len(total.Refused))
		return err
	})
	if err == nil && len(total.Refused) > 0 {
		err = errors.New("some API keys were refused")
	}
	return err
}
