package main

import (
	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/admin"
)

// adminFlags are how a command reaches the admin API of an ext_authz server.
type adminFlags struct {
	options admin.Options
	command *cobra.Command
}

func (f *adminFlags) add(cmd *cobra.Command) {
	f.command = cmd
	flags := cmd.Flags()
	flags.StringVar(&f.options.Server, "server", "", "admin API of an ext_authz server, as http://127.0.0.1:9004")
	flags.StringVar(&f.options.TokenFile, "token-file", "", "file that holds the admin token")
	tls := &f.options.TLS
	flags.StringVar(&tls.CertFile, "tls-cert", "", "PEM file of a client certificate")
	flags.StringVar(&tls.KeyFile, "tls-key", "", "PEM file of its private key")
	flags.StringVar(&tls.CAFile, "tls-ca", "", "PEM file of the authority that signs the server's certificate")
	flags.BoolVar(&tls.Insecure, "insecure", false, "permit plaintext to addresses other than loopback")
}

// given reports whether the command is to call a server; --server with an empty variable is a mistake, and not a file.
func (f *adminFlags) given() bool { return f.command.Flag("server").Changed }

// client is that of the server.
func (f *adminFlags) client() (*admin.Client, error) {
	c, err := admin.NewClient(f.options)
	if err != nil {
		return nil, usageError{err}
	}
	return c, nil
}
