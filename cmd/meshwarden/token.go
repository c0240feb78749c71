package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/devtoken"
	"github.com/meshwarden/meshwarden/internal/plane"
)

func newTokenCommand() *cobra.Command {
	var dir, tenantName, output string
	var claims []string
	var request devtoken.Request
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a token signed with a tenant's development key",
		Long: `Print a token signed with a tenant's development key, to try requests with. A
tenant has one when an issuer in its spec.auth.jwt has a secret and development:
true; for every other tenant the command refuses.

A claim's value is taken as JSON when it is JSON, else as text:
--claim amr='["pwd","otp"]' --claim name=Alice`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := wants(output, required{"config", dir}, required{"tenant", tenantName}, required{"subject", request.Subject}); err != nil {
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
			if output == "json" {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]string{"token": token})
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&dir, "config", "", "configuration directory")
	flags.StringVar(&tenantName, "tenant", "", "tenant of the token")
	flags.StringVar(&request.Subject, "subject", "", "the principal's name (sub)")
	flags.StringArrayVar(&request.Roles, "role", nil, "a role; may be repeated")
	flags.DurationVar(&request.Lifetime, "ttl", time.Hour, "how long the token lives")
	flags.StringArrayVar(&claims, "claim", nil, "a claim as NAME=VALUE; may be repeated")
	flags.StringVar(&request.Issuer, "issuer", "", "which of several development issuers")
	flags.StringVar(&output, "output", "text", "text or json")
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

// required is a flag that must be given.
type required struct{ flag, value string }

// wants checks --output and the flags that must be given.
func wants(output string, flags ...required) error {
	for _, f := range flags {
		if f.value == "" {
			return usageError{fmt.Errorf("--%s is required", f.flag)}
		}
	}
	if output != "text" && output != "json" {
		return usageError{fmt.Errorf("--output is text or json, not %q", output)}
	}
	return nil
}

// loadTenant reads one tenant of a configuration directory. Problems of other objects do not matter.
func loadTenant(dir, name string) (*plane.Tenant, error) {
	snapshot, problems := config.NewLoader(dir).Load()
	if t := snapshot.Tenants[name]; t != nil {
		return t, nil
	}
	var own []error
	for _, p := range problems {
		if p.Object == "tenant/"+name || p.File == "." {
			own = append(own, errors.New(p.String()))
		}
	}
	if len(own) > 0 {
		return nil, errors.Join(own...)
	}
	if len(snapshot.Tenants) == 0 {
		return nil, fmt.Errorf("%s has no valid tenant", dir)
	}
	return nil, fmt.Errorf("%s has no tenant %q; there are %s", dir, name, strings.Join(slices.Sorted(maps.Keys(snapshot.Tenants)), ", "))
}
