package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// What an edit is measured among.
const (
	editTenants = 10_000
	editModules = 1_000
	// neighbours are tenants whose requests are watched while others are edited; every second has a module of its own.
	neighbours = 16
)

// edits measures how long an edit takes to change answers among many tenants, what their requests feel of it, and memory.
func (e *environment) edits(ctx context.Context) error {
	signer, err := newIssuer()
	if err != nil {
		return err
	}
	token, err := signer.token("alice")
	if err != nil {
		return err
	}
	modules := map[string]string{"tenants/bench/own.rego": openModule, "policies/own.rego": openPlatform}
	for n := range editModules - 1 {
		modules["tenants/"+otherTenant(n)+"/own.rego"] = openModule
	}
	config, err := e.configuration("edit", signer, editTenants-1, modules)
	if err != nil {
		return err
	}
	fmt.Printf("\nEdits among %d tenants, %d with modules of their own\n", editTenants, editModules)
	began := time.Now()
	f, err := e.fleet(ctx, config)
	if err != nil {
		return err
	}
	defer f.stop()
	last, err := neighbourCall(f.gateway, editTenants-2)
	if err != nil {
		return err
	}
	if _, err := until(ctx, last, http.StatusOK); err != nil {
		return err
	}
	e.add("edit/first start to the last tenant's answer", float64(time.Since(began).Milliseconds()), "ms wall", "")
	s := &editSeries{environment: e, config: config, fleet: f, own: call{method: http.MethodPost, url: f.gateway + "/things", host: benchHost, token: token, body: "{}"}}
	for n := range neighbours {
		// Those with a module are the first.
		if n%2 == 1 {
			n += editTenants / 2
		}
		c, err := neighbourCall(f.gateway, n)
		if err != nil {
			return err
		}
		s.neighbours = append(s.neighbours, c)
	}
	if err := e.memory(f, "after the start"); err != nil {
		return err
	}
	if err := s.run(ctx); err != nil {
		return fmt.Errorf("%w\n%s\n%s", err, f.control.log.String(), f.authz.log.String())
	}
	return e.memory(f, "after the edits")
}

func (e *environment) memory(f *fleet, when string) error {
	for _, name := range []string{"control plane", "extauthz", "Envoy"} {
		now, most, err := residentMemory(f.processes()[name])
		if err != nil {
			return err
		}
		e.add("edit/memory "+when+", "+name, now/1e6, "MB", "")
		e.add("edit/memory "+when+", "+name+", at most", most/1e6, "MB", "")
	}
	return nil
}

// Files that are edited: each has two texts, and a request shows which is live.
const (
	openModule   = "package tenant\n\ndeny contains \"closed\" if input.request.method == \"TRACE\"\n"
	closedModule = "package tenant\n\ndeny contains \"closed\" if input.request.method == \"POST\"\n"
	openPlatform = "package platform.own\n\ndeny if input.request.method == \"TRACE\"\n"
	closed       = "package platform.own\n\ndeny if input.request.method == \"GET\"\n"
)

// editSeries edits files of a running fleet.
type editSeries struct {
	*environment
	fleet  *fleet
	config string
	// own is a request of the tenant that is edited, neighbours are some of others.
	own        call
	neighbours []call
}

// edit is one way to edit a file back and forth.
type edit struct {
	name, file string
	texts      [2]string
	// status is what requests get by which text.
	status [2]int
	// all says that the neighbours show the edit, and not the tenant's own request.
	all bool
}

func (s *editSeries) run(ctx context.Context) error {
	const file = "tenants/bench.yaml"
	raw, err := os.ReadFile(filepath.Join(s.config, filepath.FromSlash(file)))
	if err != nil {
		return fmt.Errorf("tenant file: %w", err)
	}
	was := string(raw)
	with := func(old, replacement string) [2]string {
		return [2]string{strings.Replace(was, old, replacement, 1), was}
	}
	own := []edit{
		{name: "a role", file: file, texts: with("spec:\n", "spec:\n  roles: {editor: {permissions: [read]}}\n"), status: [2]int{403, 200}},
		{name: "a module", file: "tenants/bench/own.rego", texts: [2]string{closedModule, openModule}, status: [2]int{403, 200}},
		{name: "a route", file: file, texts: with("prefix: /}", "prefix: /elsewhere}"), status: [2]int{404, 200}},
	}
	shared := []edit{
		{name: "a platform module", file: "policies/own.rego", texts: [2]string{closed, openPlatform}, status: [2]int{403, 200}, all: true},
	}
	for _, kind := range own {
		if err := s.live(ctx, kind, s.count(40)); err != nil {
			return err
		}
	}
	if err := s.neighbourhood(ctx, own); err != nil {
		return err
	}
	for _, kind := range shared {
		if err := s.live(ctx, kind, 6); err != nil {
			return err
		}
	}
	return nil
}

// count scales a number of edits; an even one leaves files as they were.
func (s *editSeries) count(n int) int { return max(2*int(float64(n)*s.scale/2), 6) }

// live measures from the rename of a file over the old one until an answer changes.
func (s *editSeries) live(ctx context.Context, kind edit, n int) error {
	took := make([]time.Duration, n)
	for i := range n {
		var err error
		if took[i], err = s.once(ctx, kind, i); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	s.add("edit/"+kind.name+" to answer changed, median", float64(quantile(took, 0.5).Microseconds())/1000, "ms wall", "")
	s.add("edit/"+kind.name+" to answer changed, slowest", float64(quantile(took, 1).Microseconds())/1000, "ms wall", "")
	return nil
}

func (s *editSeries) once(ctx context.Context, kind edit, i int) (time.Duration, error) {
	file := filepath.Join(s.config, filepath.FromSlash(kind.file))
	if err := os.WriteFile(file+".new", []byte(kind.texts[i%2]), 0o600); err != nil {
		return 0, fmt.Errorf("edit: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return 0, fmt.Errorf("edit: %w", err)
	}
	began := time.Now()
	calls := []call{s.own}
	if kind.all {
		calls = s.neighbours
	}
	for _, c := range calls {
		if _, err := until(ctx, c, kind.status[i%2]); err != nil {
			return 0, fmt.Errorf("the edit took no effect: %w", err)
		}
	}
	return time.Since(began), nil
}

// neighbourhood compares the latencies of other tenants while one is edited without end with those of moments without edits, in turns.
func (s *editSeries) neighbourhood(ctx context.Context, kinds []edit) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	var still, moving []time.Duration
	edits := 0
	for turn := range 2 * rounds {
		stop := make(chan struct{})
		var edited sync.WaitGroup
		var failed error
		if turn%2 == 1 {
			edited.Go(func() { edits, failed = s.endless(ctx, kinds, edits, stop) })
		}
		latencies, err := s.watch(ctx, client, s.environment.count(1200)/2)
		close(stop)
		edited.Wait()
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		switch {
		case turn == 0: // Warms up.
		case turn%2 == 1:
			moving = append(moving, latencies...)
		default:
			still = append(still, latencies...)
		}
	}
	for _, q := range []struct {
		name string
		of   float64
	}{{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}} {
		base := "edit/neighbours without edits " + q.name
		s.add(base, micros(quantile(still, q.of)), "us wall", "")
		s.add(fmt.Sprintf("edit/neighbours during %d edits %s", edits, q.name), micros(quantile(moving, q.of)), "us wall", base)
	}
	return nil
}

// endless edits one file after another, each back again, until stop is closed.
func (s *editSeries) endless(ctx context.Context, kinds []edit, edits int, stop <-chan struct{}) (int, error) {
	for i := 0; ; i++ {
		if i%2 == 0 {
			select {
			case <-stop:
				return edits, nil
			default:
			}
		}
		if _, err := s.once(ctx, kinds[i/2%len(kinds)], i); err != nil {
			return edits, err
		}
		edits++
	}
}

// pause is between two requests of the neighbours, so that what they wait for is not each other.
const pause = 2 * time.Millisecond

// watch asks for one neighbour after the other.
func (s *editSeries) watch(ctx context.Context, client *http.Client, n int) ([]time.Duration, error) {
	latencies := make([]time.Duration, 0, n)
	for i := range n {
		began := time.Now()
		if err := s.neighbours[i%len(s.neighbours)].send(ctx, client); err != nil {
			return nil, err
		}
		latencies = append(latencies, time.Since(began))
		time.Sleep(pause)
	}
	return slices.Clip(latencies), nil
}

func neighbourCall(gateway string, n int) (call, error) {
	name := otherTenant(n)
	token, err := otherToken(name)
	if err != nil {
		return call{}, err
	}
	return call{method: http.MethodGet, url: gateway + "/things/17", host: name + ".localhost", token: token, status: http.StatusOK}, nil
}

// until asks until the answer has the status.
func until(ctx context.Context, c call, status int) (time.Duration, error) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	c.status = status
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		err := c.send(ctx, client)
		if err == nil {
			return time.Since(began), nil
		}
		if ctx.Err() != nil {
			return 0, err
		}
		time.Sleep(time.Millisecond)
	}
}
