package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// version is set by the build (-ldflags "-X main.version=..."); a plain `go install` falls back to the
// module version.
var version string

func newVersionCommand() *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  meshwarden version
  meshwarden version --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output.json() {
				return printJSON(cmd.OutOrStdout(), map[string]string{
					"version": buildVersion(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
					"prompt_injection": scan.Versions(),
				})
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "meshwarden %s (%s, %s/%s)\nprompt injection: %s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, scan.Versions())
			return err
		},
	}
	output.add(cmd, "text", "json")
	return cmd
}

func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
