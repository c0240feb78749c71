package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/devtoken"
)

func newTokenCommand() *cobra.Command {
	var dir, tenantName string
	var output outputFlag
	var claims []string
	var request devtoken.Request
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a token signed with a tenant's development key",
		Long: `Print a token signed with a tenant's development key, to try requests with. A
tenant has one when an issuer in its spec.auth.jwt has a secret and development:
true; for every other tenant the command refuses.

A claim's value is taken as JSON when it is JSON, else as text.`,
		Example: `  meshwarden token --config examples/quickstart --tenant acme --subject alice --role viewer
  meshwarden token --config examples/quickstart --tenant acme --subject ed --role editor --ttl 10m --claim 'amr=["pwd","otp"]'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := require(cmd, "config", "tenant", "subject"); err != nil {
				return err
			}
			var err error
			if request.Claims, err = parseClaims(claims); err != nil {
				return err
			}
			t, err := loadTenant(dir, tenantName)
			if err != nil {
				return err
			}
			token, err := devtoken.Sign(t, request, time.Now())
			if err != nil {
				return err
			}
			if output.json() {
				return printJSON(cmd.OutOrStdout(), map[string]string{"token": token})
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	addConfigFlag(cmd, &dir, "configuration directory")
	output.add(cmd, "text", "json")
	flags := cmd.Flags()
	flags.StringVar(&tenantName, "tenant", "", "tenant of the token")
	flags.StringVar(&request.Subject, "subject", "", "the principal's name (sub)")
	flags.StringArrayVar(&request.Roles, "role", nil, "a role; may be repeated")
	flags.DurationVar(&request.Lifetime, "ttl", time.Hour, "how long the token lives")
	flags.StringArrayVar(&claims, "claim", nil, "a claim as NAME=VALUE; may be repeated")
	flags.StringVar(&request.Issuer, "issuer", "", "which of several development issuers")
	return cmd
}

func parseClaims(list []string) (map[string]any, error) {
	claims := map[string]any{}
	for _, c := range list {
		name, text, ok := strings.Cut(c, "=")
		if !ok || name == "" {
			return nil, usageError{fmt.Errorf("--claim is NAME=VALUE, not %q", c)}
		}
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value = text
		}
		claims[name] = value
	}
	return claims, nil
}
