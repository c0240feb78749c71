package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/meshwarden/meshwarden/internal/telemetry"
	"github.com/meshwarden/meshwarden/internal/transport"
)

// serverFlags are the flags that every long-running command shares.
type serverFlags struct {
	file, readyFile     string
	logLevel, logFormat string
	tls                 transport.Options
}

func (f *serverFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "", "YAML file of flag names and values; flags given on the command line win")
	flags.StringVar(&f.readyFile, "ready-file", "", "file to write, as JSON, once ready")
	flags.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&f.logFormat, "log-format", "text", "text or json")
}

// addTLS adds the flags of a command whose ports may leave loopback.
func (f *serverFlags) addTLS(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.tls.CertFile, "tls-cert", "", "PEM file of this side's certificate")
	flags.StringVar(&f.tls.KeyFile, "tls-key", "", "PEM file of its private key")
	flags.StringVar(&f.tls.CAFile, "tls-client-ca", "", "PEM file of the authority that signs the other sides' certificates")
	flags.BoolVar(&f.tls.Insecure, "insecure", false, "permit plaintext on addresses other than loopback")
}

// load takes flags that were not given from --file and returns the logger.
func (f *serverFlags) load(cmd *cobra.Command) (*slog.Logger, error) {
	if f.file != "" {
		if err := readFlagFile(f.file, cmd.Flags()); err != nil {
			return nil, usageError{err}
		}
	}
	logger, err := telemetry.NewLogger(cmd.ErrOrStderr(), f.logLevel, f.logFormat)
	if err != nil {
		return nil, usageError{err}
	}
	return logger, nil
}

// readFlagFile sets the flags that a YAML mapping names, unless the command line did.
func readFlagFile(path string, flags *pflag.FlagSet) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read --file: %w", err)
	}
	var values map[string]any
	if err := yaml.Unmarshal(raw, &values); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for name, value := range values {
		flag := flags.Lookup(name)
		if flag == nil || name == "file" {
			return fmt.Errorf("%s: unknown flag %q", path, name)
		}
		if flag.Changed {
			continue
		}
		for _, text := range flagTexts(value) {
			if err := flags.Set(name, text); err != nil {
				return fmt.Errorf("%s: %s: %w", path, name, err)
			}
		}
	}
	return nil
}

// flagTexts are the texts that a YAML value stands for: a list sets a repeatable flag several times.
func flagTexts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{fmt.Sprint(value)}
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = fmt.Sprint(v)
	}
	return texts
}

// removeReadyFile takes away a ready file of this run, or of one before that was killed: a reader would believe
// addresses where nobody listens. Not to be able to is left to writeReadyFile to tell.
func removeReadyFile(path string) {
	if path != "" {
		_ = os.Remove(path)
	}
}

// writeReadyFile writes v as JSON under a temporary name and renames it, so that a reader never sees half.
func writeReadyFile(path string, v any) error {
	if path == "" {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	_, err = temporary.Write(append(raw, '\n'))
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
		return fmt.Errorf("ready file: %w", err)
	}
	return nil
}

// scannerPath is given, or where the build leaves the scanner module: beside the executable or below bin.
func scannerPath(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	executable, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("scanner module: %w", err)
	}
	for _, path := range []string{filepath.Join(filepath.Dir(executable), "scanner.wasm"), filepath.Join("bin", "scanner.wasm")} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("scanner.wasm is not beside %s: build it with `make build`, or name it with --scanner", executable)
}
