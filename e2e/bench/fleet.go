package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// fleet is the chain as it runs in production: a control plane, an extauthz and an Envoy, each a process of its own.
type fleet struct {
	control, authz, envoy *child
	gateway               string
}

func (f *fleet) stop() {
	for _, c := range []*child{f.envoy, f.authz, f.control} {
		if c != nil {
			c.stop()
		}
	}
}

// processes are the fleet's, by the names that figures have.
func (f *fleet) processes() map[string]int {
	return map[string]int{"control plane": f.control.pid(), "extauthz": f.authz.pid(), "Envoy": f.envoy.pid()}
}

// fleet starts one on a configuration directory and waits until extauthz has it.
func (e *environment) fleet(ctx context.Context, config string) (f *fleet, err error) {
	envoy, err := envoyproc.Find("")
	if err != nil {
		return nil, err
	}
	gateway, release, err := envoyproc.Reserve("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer release()
	f = &fleet{gateway: "http://" + gateway}
	defer func() {
		if err != nil {
			f.stop()
		}
	}()
	// A loopback address of this process's own makes fixed ports free.
	pid := os.Getpid()
	host := fmt.Sprintf("127.84.%d.%d:", pid>>8&255, pid&255)
	ready := filepath.Join(e.dir, "fleet-extauthz.json")
	if f.control, err = spawn(e.bin, "xds", "--config", config, "--listen", host+"18000", "--admin", host+"18001", "--gateway", gateway,
		"--extauthz", host+"9001", "--scan-policies", host+"9002", "--scanner", e.scanner, "--log-level", "warn"); err != nil {
		return nil, err
	}
	if f.authz, err = spawn(e.bin, "extauthz", "--xds", host+"18000", "--listen", host+"9001", "--http-listen", host+"9002",
		"--admin", host+"9003", "--ready-file", ready, "--log-level", "warn"); err != nil {
		return nil, err
	}
	bootstrap := filepath.Join(e.dir, "fleet-bootstrap.yaml")
	raw, err := exec.CommandContext(ctx, e.bin, "bootstrap", "--xds", host+"18000", "--admin-address", "127.0.0.1:0").Output()
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	if err := os.WriteFile(bootstrap, raw, 0o600); err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	if f.envoy, err = spawn(envoy, "-c", bootstrap, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"); err != nil {
		return nil, err
	}
	var addresses struct{ Extauthz string }
	if err := awaitReadyFile(ctx, ready, &addresses); err != nil {
		return nil, fmt.Errorf("extauthz: %w\n%s\n%s", err, f.authz.log.String(), f.control.log.String())
	}
	if err := awaitConnect(ctx, gateway); err != nil {
		return nil, fmt.Errorf("envoy: %w\n%s", err, f.envoy.log.String())
	}
	return f, nil
}

// residentMemory is what a process has in memory now and had at most, in bytes.
func residentMemory(pid int) (now, most float64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("memory of %d: %w", pid, err)
	}
	for line := range bytes.Lines(raw) {
		name, value, _ := strings.Cut(string(line), ":")
		if name != "VmRSS" && name != "VmHWM" {
			continue
		}
		kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		if err != nil {
			return 0, 0, fmt.Errorf("memory of %d: %q", pid, line)
		}
		if name == "VmRSS" {
			now = kb * 1024
		} else {
			most = kb * 1024
		}
	}
	return now, most, nil
}
