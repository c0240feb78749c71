package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// addConfigFlag adds --config.
func addConfigFlag(cmd *cobra.Command, dir *string, usage string) {
	cmd.Flags().StringVar(dir, "config", "", usage)
	if err := cmd.MarkFlagDirname("config"); err != nil {
		panic(err) // the flag was registered the line before
	}
}

// addKeyFileFlag adds --key-file.
func addKeyFileFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "key-file", "", "file of API keys (default "+apikeys.FileName+" below --config)")
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
