package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryCommandShowsExamplesThatParse reads each line of each Example as the shell would, without quoting.
func TestEveryCommandShowsExamplesThatParse(t *testing.T) {
	t.Parallel()
	eachCommand(newRootCommand(), func(cmd *cobra.Command) {
		if cmd.HasSubCommands() && cmd.HasParent() {
			return
		}
		if cmd.Example == "" || cmd.Short == "" {
			t.Errorf("%s has no example or no short text", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			line, _, _ = strings.Cut(strings.ReplaceAll(line, "'", ""), " < ")
			words := strings.Fields(line)
			// A command of its own, since parsing sets its flags.
			found, rest, err := newRootCommand().Find(words[1:])
			if err != nil || words[0] != "meshwarden" || cmd.HasParent() && found.CommandPath() != cmd.CommandPath() {
				t.Errorf("%q is no example of %s: %v", line, cmd.CommandPath(), err)
				continue
			}
			if err := found.ParseFlags(rest); err != nil {
				t.Errorf("%q: %v", line, err)
				continue
			}
			if err := found.ValidateArgs(found.Flags().Args()); err != nil {
				t.Errorf("%q: %v", line, err)
			}
		}
	})
}

func eachCommand(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, f)
	}
}
