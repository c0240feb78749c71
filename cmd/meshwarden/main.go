// Command meshwarden is the security layer's one binary: the ext_authz server, the xDS control plane,
// and the tools that platform engineers use on their configuration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes: 1 for a command that failed, 2 for one that was called wrongly.
const (
	exitFailure = 1
	exitUsage   = 2
)

// usageError marks an error of how the command was called; main exits with exitUsage for it.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return exitCode(root.ExecuteContext(ctx), stderr)
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "error: "+err.Error())
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailure
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "meshwarden",
		Short:         "A security layer for multi-tenant APIs and LLM platforms behind Envoy or Istio",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (see '%s --help')", err, cmd.CommandPath())}
	})
	root.AddCommand(
		newExtauthzCommand(),
		newUpCommand(),
		newXDSCommand(), newStatusCommand(), newBootstrapCommand(),
		newTestCommand(),
		newValidateCommand(),
		newScanCommand(),
		newKeysCommand(),
		newTokenCommand(),
		newVersionCommand(),
	)
	for _, command := range root.Commands() {
		markUsageErrors(command)
	}
	return root
}

// markUsageErrors makes wrong positional arguments exit like wrong flags; an unknown subcommand
// reaches its parent's Args.
func markUsageErrors(command *cobra.Command) {
	if check := command.Args; check != nil {
		command.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, sub := range command.Commands() {
		markUsageErrors(sub)
	}
}
