package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

func newKeysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Create, list, rotate and revoke API keys",
		Long: `Create, list, rotate and revoke API keys: of an ext_authz server, through its admin API (--server), or of a file
(--config or --key-file) that servers read. Only the SHA-256 of a key is kept. Changes take effect at once.`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeysCreateCommand(), newKeysListCommand(), newKeysShowCommand(), newKeysRotateCommand(), newKeysRevokeCommand(), newKeysImportCommand())
	return cmd
}

// keys are what the subcommands work on: an ext_authz server's or a file's.
type keys interface {
	create(ctx context.Context, tenant string, ask admin.CreateKey) (admin.NewSecret, error)
	// list is by tenant and id; an empty state lets every key through.
	list(ctx context.Context, tenant, state string) ([]admin.APIKey, error)
	show(ctx context.Context, tenant, id string) (admin.APIKey, error)
	rotate(ctx context.Context, tenant, id string, ask admin.RotateKey) (admin.NewSecret, error)
	revoke(ctx context.Context, tenant, id string, ask admin.RevokeKey) (admin.APIKey, error)
}

// keysFlags are what the subcommands of keys share.
type keysFlags struct {
	dir, file, tenant string
	server            adminFlags
	output            outputFlag
}

func (f *keysFlags) add(cmd *cobra.Command) *cobra.Command {
	addConfigFlag(cmd, &f.dir, "configuration directory")
	addKeyFileFlag(cmd, &f.file)
	cmd.Flags().StringVar(&f.tenant, "tenant", "", "tenant that the key belongs to; required with --server")
	f.server.add(cmd)
	f.output.add(cmd, "text", "json")
	return cmd
}

// open returns the keys that the flags name, and refuses a call that names none, or two.
func (f *keysFlags) open(cmd *cobra.Command) (keys, error) {
	if !f.server.given() {
		if f.file == "" {
			if err := require(cmd, "config"); err != nil {
				return nil, err
			}
		}
		return fileKeys{f.dir, f.path()}, nil
	}
	if f.dir != "" || f.file != "" {
		return nil, usageError{errors.New("--server does not go with --config and --key-file")}
	}
	if err := require(cmd, "tenant"); err != nil {
		return nil, err
	}
	client, err := f.server.client()
	if err != nil {
		return nil, err
	}
	return serverKeys{client}, nil
}

func (f *keysFlags) path() string {
	if f.file != "" {
		return f.file
	}
	return filepath.Join(f.dir, apikeys.FileName)
}

// parseSpan reads a time that may be given in days, and is above 0 unless zero permits that.
func parseSpan(flag, text string, zero bool) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil && (n > 0 || zero) {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && (d > 0 || zero && d == 0) {
		return d, nil
	}
	return 0, usageError{fmt.Errorf("--%s is a time as 90d or 12h, not %q", flag, text)}
}

// spanText is a span as the admin API reads it.
func spanText(flag, text string, zero bool) (string, error) {
	d, err := parseSpan(flag, text, zero)
	if err != nil {
		return "", err
	}
	if d%time.Second != 0 {
		return "", usageError{fmt.Errorf("--%s is in whole seconds", flag)}
	}
	return admin.FormatDuration(d), nil
}
