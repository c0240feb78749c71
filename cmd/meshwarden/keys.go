package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// keysFlags are what the subcommands of keys share.
type keysFlags struct {
	dir, file string
	output    outputFlag
}

func (f *keysFlags) add(cmd *cobra.Command) *cobra.Command {
	addConfigFlag(cmd, &f.dir, "configuration directory")
	addKeyFileFlag(cmd, &f.file)
	f.output.add(cmd, "text", "json")
	return cmd
}

// where refuses a call that names neither the directory nor the file.
func (f *keysFlags) where(cmd *cobra.Command) error {
	if f.file != "" {
		return nil
	}
	return require(cmd, "config")
}

func (f *keysFlags) path() string {
	if f.file != "" {
		return f.file
	}
	return filepath.Join(f.dir, apikeys.FileName)
}

func newKeysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Create, list and revoke API keys",
		Long: `Create, list and revoke API keys. The file holds the SHA-256 of each key and not
the key; running ext_authz servers follow it at once.`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeysCreateCommand(), newKeysListCommand(), newKeysRevokeCommand())
	return cmd
}

func newKeysCreateCommand() *cobra.Command {
	var f keysFlags
	var request apikeys.Request
	var expires string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Create an API key and show it, once",
		Example: `  meshwarden keys create --config examples/quickstart --tenant globex --name ci --role viewer
  meshwarden keys create --config examples/quickstart --tenant globex --name batch --scope orders:read --expires 12h --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := require(cmd, "config", "tenant", "name"); err != nil {
				return err
			}
			if request.Lifetime, err = parseLifetime(expires); err != nil {
				return err
			}
			t, err := loadTenant(f.dir, request.Tenant)
			if err != nil {
				return err
			}
			if err := acceptsKey(t, request.Roles); err != nil {
				return err
			}
			var secret string
			var key apikeys.Key
			if err := apikeys.Update(f.path(), func(file *apikeys.File) (err error) {
				secret, key, err = file.Create(request, time.Now())
				return err
			}); err != nil {
				return err
			}
			return printCreated(cmd, f.output.json(), secret, key)
		},
	}
	flags := f.add(cmd).Flags()
	flags.StringVar(&request.Tenant, "tenant", "", "tenant that the key belongs to")
	flags.StringVar(&request.Name, "name", "", "what the key is for")
	flags.StringVar(&request.Subject, "subject", "", "the principal that it acts as (default the name)")
	flags.StringArrayVar(&request.Roles, "role", nil, "a role; may be repeated")
	flags.StringArrayVar(&request.Scopes, "scope", nil, "a scope; may be repeated")
	flags.StringVar(&expires, "expires", "90d", "how long the key lives, as 90d or 12h; at most 365d")
	return cmd
}

// acceptsKey refuses a key that could never be used.
func acceptsKey(t *plane.Tenant, roles []string) error {
	if t.Spec.Auth.APIKeys == nil || !t.Spec.Auth.APIKeys.Enabled {
		return fmt.Errorf("tenant %s does not accept API keys: set spec.auth.api_keys.enabled", t.Name)
	}
	for _, role := range roles {
		if !t.Spec.HasRole(role) {
			return fmt.Errorf("tenant %s has no role %q", t.Name, role)
		}
	}
	return nil
}

// printCreated writes the key alone to stdout, so that it can go straight into a secret store.
func printCreated(cmd *cobra.Command, asJSON bool, secret string, key apikeys.Key) error {
	if asJSON {
		return printJSON(cmd.OutOrStdout(), struct {
			Key string `json:"key"`
			listedKey
		}{secret, listed(key, key.Created)})
	}
	if _, err := fmt.Fprintln(cmd.OutOrStdout(), secret); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "API key %s of tenant %s, valid until %s. It is not shown again.\n", key.ID, key.Tenant, key.Expires.Format(time.DateOnly))
	return err
}

// listedKey is what the commands show of a key: neither the key nor its hash.
type listedKey struct {
	ID      string     `json:"id"`
	Tenant  string     `json:"tenant"`
	Name    string     `json:"name"`
	Subject string     `json:"subject"`
	Roles   []string   `json:"roles"`
	Scopes  []string   `json:"scopes"`
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Revoked *time.Time `json:"revoked,omitempty"`
	// State is active, expired or revoked.
	State string `json:"state"`
}

func listed(k apikeys.Key, now time.Time) listedKey {
	l := listedKey{
		ID: k.ID, Tenant: k.Tenant, Name: k.Name, Subject: k.Subject, Roles: append([]string{}, k.Roles...), Scopes: append([]string{}, k.Scopes...),
		Created: k.Created, Expires: k.Expires, State: "active",
	}
	switch {
	case !k.Revoked.IsZero():
		l.State, l.Revoked = "revoked", &k.Revoked
	case !now.Before(k.Expires):
		l.State = "expired"
	}
	return l
}

func newKeysListCommand() *cobra.Command {
	var f keysFlags
	var tenantName string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List API keys, without the keys themselves",
		Example: `  meshwarden keys list --config examples/quickstart
  meshwarden keys list --config examples/quickstart --tenant globex --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.where(cmd); err != nil {
				return err
			}
			file, err := apikeys.ReadFile(f.path())
			if errors.Is(err, fs.ErrNotExist) {
				file = apikeys.NewFile()
			} else if err != nil {
				return err
			}
			keys := []listedKey{}
			for _, k := range file.Keys {
				if tenantName == "" || k.Tenant == tenantName {
					keys = append(keys, listed(k, time.Now()))
				}
			}
			slices.SortStableFunc(keys, func(a, b listedKey) int { return strings.Compare(a.Tenant, b.Tenant) })
			if f.output.json() {
				return printJSON(cmd.OutOrStdout(), keys)
			}
			return printKeys(cmd, keys)
		},
	}
	f.add(cmd).Flags().StringVar(&tenantName, "tenant", "", "only the keys of this tenant")
	return cmd
}

func printKeys(cmd *cobra.Command, keys []listedKey) error {
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

func newKeysRevokeCommand() *cobra.Command {
	var f keysFlags
	cmd := &cobra.Command{
		Use:     "revoke ID",
		Short:   "Revoke an API key at once",
		Example: `  meshwarden keys revoke --config examples/quickstart 5f2kQ0aXw1Zt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.where(cmd); err != nil {
				return err
			}
			var key apikeys.Key
			if err := apikeys.Update(f.path(), func(file *apikeys.File) (err error) {
				key, err = file.Change(args[0], func(k *apikeys.Key) error {
					k.Revoke(time.Now())
					return nil
				})
				return err
			}); err != nil {
				return err
			}
			if f.output.json() {
				return printJSON(cmd.OutOrStdout(), listed(key, time.Now()))
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "API key %s (%s of tenant %s) is revoked.\n", key.ID, key.Name, key.Tenant)
			return err
		},
	}
	return f.add(cmd)
}

// parseLifetime reads a duration that may be given in days.
func parseLifetime(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil && n > 0 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, usageError{fmt.Errorf("--expires is a time as 90d or 12h, not %q", text)}
}
