package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/scanbench"
)

// workers is the number of connections of the HTTP load.
const workers = 8

// namedCall is a request that every configuration of Envoy is measured with.
type namedCall struct {
	name string
	call call
}

func bodies(url string) ([]namedCall, error) {
	benign, err := scanbench.Benign(".")
	if err != nil {
		return nil, err
	}
	get := call{method: http.MethodGet, url: url + "/things/17", host: benchHost, status: http.StatusOK}
	calls := []namedCall{{"GET", get}}
	for _, name := range []string{"api 2k", "api 64k", "chat 64k", "prose 64k", "html 64k"} {
		i := slices.IndexFunc(benign, func(b scanbench.Body) bool { return b.Name == name })
		post := get
		post.method, post.contentType, post.body = http.MethodPost, benign[i].ContentType, string(benign[i].Bytes)
		calls = append(calls, namedCall{"POST " + name, post})
	}
	return calls, nil
}

// filters measures one filter at a time in a static Envoy, against the Envoy without it.
func (e *environment) filters(ctx context.Context) error {
	fmt.Println("\nFilters in a static Envoy with one worker; Envoy's processor time and, for ext_authz, the server's")
	signer, err := newIssuer()
	if err != nil {
		return err
	}
	noopChild, noopAddress, err := e.noopServer(ctx)
	if err != nil {
		return err
	}
	defer noopChild.stop()
	authz, authzAddress, err := e.extauthz(ctx, "authz-chain", signer, nil)
	if err != nil {
		return err
	}
	defer authz.stop()
	token, err := signer.token("alice")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name, baseline string
		envoy          staticEnvoy
		server         *child
	}{
		{"bare", "", staticEnvoy{}, nil},
		{"no-op authz", "bare", staticEnvoy{Authz: noopAddress}, noopChild},
		{"meshwarden authz", "no-op authz", staticEnvoy{Authz: authzAddress, Tenant: "bench", Route: "all"}, authz},
		{"pass-through wasm", "bare", staticEnvoy{Wasm: e.passthrough}, nil},
		{"counting wasm", "pass-through wasm", staticEnvoy{Wasm: e.counter}, nil},
		{"meshwarden scanner", "pass-through wasm", staticEnvoy{Wasm: e.scanner}, nil},
	} {
		if err := e.filter(ctx, c.name, c.baseline, c.envoy, c.server, token); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return e.scanSpeed()
}

func (e *environment) filter(ctx context.Context, name, baseline string, envoy staticEnvoy, server *child, token string) error {
	envoy.Upstream = e.upstream
	c, url, err := envoy.start(ctx, e.dir)
	if err != nil {
		return err
	}
	defer c.stop()
	processes := map[string]int{"envoy": c.pid()}
	if server != nil {
		processes["server"] = server.pid()
	}
	calls, err := bodies(url)
	if err != nil {
		return err
	}
	for _, b := range calls {
		b.call.token = token
		result, err := httpLoad(ctx, processes, workers, e.requests(b.call), b.call)
		if err != nil {
			return err
		}
		against := ""
		if baseline != "" {
			against = "http/" + baseline + "/" + b.name
		}
		e.add("http/"+name+"/"+b.name, micros(result.total()), "us CPU", against)
	}
	return nil
}

func (e *environment) requests(c call) int {
	if len(c.body) > 10<<10 {
		return e.count(1500)
	}
	return e.count(5000)
}

// scanSpeed derives throughputs in V8 from what a body costs over the pass-through filter, a request without one taken off.
func (e *environment) scanSpeed() error {
	calls, err := bodies("")
	if err != nil {
		return err
	}
	for _, b := range calls[1:] {
		for _, filter := range []string{"counting wasm", "meshwarden scanner"} {
			over := func(call string) float64 {
				return e.values["http/"+filter+"/"+call] - e.values["http/pass-through wasm/"+call]
			}
			if cost := over(b.name) - over(calls[0].name); cost > 0 {
				e.add("http/in V8/"+filter+", "+b.name, float64(len(b.call.body))/cost, "MB/s", "http/in V8/counting wasm, "+b.name)
			}
		}
	}
	return nil
}

// chains measures the whole chain as `meshwarden up` runs it: control plane, extauthz, both filters.
func (e *environment) chains(ctx context.Context) error {
	signer, err := newIssuer()
	if err != nil {
		return err
	}
	token, err := signer.token("alice")
	if err != nil {
		return err
	}
	config, err := e.configuration("chain", signer, 0, nil)
	if err != nil {
		return err
	}
	u, err := e.up(ctx, config)
	if err != nil {
		return err
	}
	defer u.stop()
	fmt.Println("\nThe whole chain: Envoy with ext_authz, decompressors and the scanner, and the process of control plane and extauthz")
	calls, err := bodies(u.gateway)
	if err != nil {
		return err
	}
	for _, b := range calls {
		b.call.token = token
		result, err := httpLoad(ctx, map[string]int{"envoy": u.envoy, "meshwarden": u.pid()}, workers, e.requests(b.call), b.call)
		if err != nil {
			return err
		}
		e.add("chain/"+b.name, micros(result.total()), "us CPU", "http/bare/"+b.name)
		e.add("chain/"+b.name+"/envoy", micros(result.cpu["envoy"]), "us CPU", "")
		e.add("chain/"+b.name+"/meshwarden", micros(result.cpu["meshwarden"]), "us CPU", "")
	}
	return nil
}

// upChild is a running `meshwarden up`.
type upChild struct {
	*child
	gateway string
	envoy   int
}

func (e *environment) up(ctx context.Context, config string) (*upChild, error) {
	ready := filepath.Join(e.dir, filepath.Base(config)+"-up.json")
	c, err := spawn(e.bin, "up", "--config", config, "--listen", "127.0.0.1:0", "--ready-file", ready, "--scanner", e.scanner,
		"--concurrency", "1", "--log-level", "warn")
	if err != nil {
		return nil, err
	}
	var addresses struct{ Gateway string }
	if err := awaitReadyFile(ctx, ready, &addresses); err != nil {
		c.stop()
		return nil, fmt.Errorf("up: %w\n%s", err, c.log.String())
	}
	u := &upChild{child: c, gateway: addresses.Gateway}
	if u.envoy, err = onlyChild(c.pid()); err != nil {
		c.stop()
		return nil, err
	}
	return u, nil
}

// onlyChild is the process id of a process's one child.
func onlyChild(pid int) (int, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0, fmt.Errorf("children of %d: %w", pid, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if fields := strings.Fields(string(raw)); len(fields) > 0 {
			return strconv.Atoi(fields[0])
		}
	}
	return 0, fmt.Errorf("process %d has no child", pid)
}
