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
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	// A closed terminal hangs up: `up` has to take its files along. Under nohup it does not.
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(usageError)):
		fmt.Fprintf(stderr, "error: %v (see '%s --help')\n", err, cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(stderr, "error: %v\n", err)
	return exitFailure
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "meshwarden",
		Short: "A security layer for multi-tenant APIs and LLM platforms behind Envoy or Istio",
		Long: `A security layer for multi-tenant APIs and LLM platforms behind Envoy or Istio: who may do what, how often,
and what may be in the bodies.

What a command prints goes to standard output, errors and logs to standard error. Exit codes: 0 when it did what
it was asked, 1 when it failed or found problems, 2 when it was called wrongly.`,
		Example: `  meshwarden up --config examples/quickstart
  meshwarden validate examples/quickstart`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	addGroup(root, "run", "Run:", newUpCommand(), newXDSCommand(), newExtauthzCommand())
	addGroup(root, "configure", "Configure:", newValidateCommand(), newTestCommand(), newKeysCommand(), newTokenCommand(), newBootstrapCommand())
	addGroup(root, "respond", "Respond:", newRevokeCommand(), newRevocationsCommand(), newLockoutsCommand())
	addGroup(root, "look", "Look:", newStatusCommand(), newExplainCommand(), newReplayCommand(), newShadowCommand(), newScanCommand(), newVersionCommand())
	markUsageErrors(root)
	return root
}

// addGroup adds commands that stand together in the help.
func addGroup(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, command := range commands {
		command.GroupID = id
		root.AddCommand(command)
	}
}

// knownCommand is the Args of a command that only has subcommands.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("unknown command %q; did you mean %q?", args[0], near[0])
	}
	return fmt.Errorf("unknown command %q", args[0])
}

// markUsageErrors makes wrong positional arguments exit like wrong flags.
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
