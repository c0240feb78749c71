package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
)

// checks measures the ext_authz server alone: Check calls without an Envoy in between.
func (e *environment) checks(ctx context.Context) error {
	noopChild, noopAddress, err := e.noopServer(ctx)
	if err != nil {
		return err
	}
	defer noopChild.stop()
	signer, err := newIssuer()
	if err != nil {
		return err
	}
	authz, address, err := e.extauthz(ctx, "authz", signer, nil)
	if err != nil {
		return err
	}
	defer authz.stop()
	token, err := signer.token("alice")
	if err != nil {
		return err
	}
	fmt.Printf("\nCheck over gRPC: a token of %d bytes, 20 headers, RBAC, tenancy, two embedded quotas\n", len(token))
	for _, callers := range []int{1, 8, 64} {
		n := e.count(20000)
		known := func(int) *authv3.CheckRequest { return checkRequest(token, benchPath) }
		base, err := checkLoad(ctx, noopAddress, noopChild, callers, n, known)
		if err != nil {
			return err
		}
		ours, err := checkLoad(ctx, address, authz, callers, n, known)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("check/%d callers", callers)
		e.add(name+"/no-op", micros(base.total()), "us CPU", "")
		e.add(name+"/meshwarden", micros(ours.total()), "us CPU", name+"/no-op")
		e.add(name+"/no-op p50", micros(base.p50), "us wall", "")
		e.add(name+"/meshwarden p50", micros(ours.p50), "us wall", name+"/no-op p50")
	}
	if err := e.allocations(ctx); err != nil {
		return err
	}
	if err := e.newTokens(ctx, signer, authz, address); err != nil {
		return err
	}
	if err := e.newResources(ctx, token, authz, address); err != nil {
		return err
	}
	return e.newDecisions(ctx, signer, token)
}

// newResources measures requests of a known token for resources that were not asked for before: their route's permission is about the
// parameter in the path.
func (e *environment) newResources(ctx context.Context, token string, authz *child, address string) error {
	result, err := checkLoad(ctx, address, authz, 8, e.count(20000), func(i int) *authv3.CheckRequest {
		r := checkRequest(token, fmt.Sprintf("/orders/%d", i))
		r.Attributes.ContextExtensions["route"] = "orders"
		return r
	})
	if err != nil {
		return err
	}
	e.add("check/8 callers/meshwarden, new resource of a route", micros(result.total()), "us CPU", "check/8 callers/no-op")
	return nil
}

var allocationLine = regexp.MustCompile(`(of a decoded message|from bytes to bytes): (\d+) allocations`)

// allocations are those of a warm Check without grpc-go's own, which only a test in the server's process can count.
func (e *environment) allocations(ctx context.Context) error {
	raw, err := exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-run", "TestAKnownQuestion", "./extauthz").CombinedOutput()
	if err != nil {
		return fmt.Errorf("allocations: %w\n%s", err, raw)
	}
	for _, match := range allocationLine.FindAllStringSubmatch(string(raw), -1) {
		n, err := strconv.ParseFloat(match[2], 64)
		if err != nil {
			return fmt.Errorf("allocations: %w", err)
		}
		e.add("check/allocations, "+match[1], n, "", "")
	}
	return nil
}

// newDecisions measures requests of a known token that policies have to be evaluated for: a module reads the path, and no path comes
// twice.
func (e *environment) newDecisions(ctx context.Context, signer *issuer, token string) error {
	for _, c := range []struct{ name, file, source string }{
		{"a tenant's module", "tenants/bench/paths.rego", "package tenant\n\ndeny if input.request.path == \"/never\"\n"},
		{"a platform module", "policies/paths.rego", "package platform.paths\n\ndeny if input.request.path == \"/never\"\n"},
	} {
		authz, address, err := e.extauthz(ctx, "new-"+filepath.Base(filepath.Dir(c.file)), signer, map[string]string{c.file: c.source})
		if err != nil {
			return err
		}
		result, err := checkLoad(ctx, address, authz, 8, e.count(5000), func(i int) *authv3.CheckRequest {
			return checkRequest(token, fmt.Sprintf("/things/%d", i))
		})
		authz.stop()
		if err != nil {
			return err
		}
		e.add("check/8 callers/meshwarden, new decision of "+c.name, micros(result.total()), "us CPU", "check/8 callers/no-op")
	}
	return nil
}

// newTokens measures first requests: every call carries a token that was not seen before.
func (e *environment) newTokens(ctx context.Context, signer *issuer, authz *child, address string) error {
	n := e.count(500)
	tokens := make([]string, n*(rounds+1))
	for i := range tokens {
		var err error
		if tokens[i], err = signer.token(fmt.Sprintf("user-%d", i)); err != nil {
			return err
		}
	}
	fresh, err := checkLoad(ctx, address, authz, 8, n, func(i int) *authv3.CheckRequest {
		return checkRequest(tokens[i%len(tokens)], benchPath)
	})
	if err != nil {
		return err
	}
	e.add("check/8 callers/meshwarden, new RS256 token", micros(fresh.total()), "us CPU", "check/8 callers/no-op")
	return nil
}

// extauthz starts one server on the files of a directory and more, without a control plane.
func (e *environment) extauthz(ctx context.Context, name string, signer *issuer, more map[string]string) (*child, string, error) {
	config, err := e.configuration(name, signer, 0, more)
	if err != nil {
		return nil, "", err
	}
	ready := filepath.Join(e.dir, name+".json")
	c, err := spawn(e.bin, "extauthz", "--config", config, "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0",
		"--admin", "127.0.0.1:0", "--ready-file", ready, "--log-level", "warn")
	if err != nil {
		return nil, "", err
	}
	var addresses struct{ Extauthz string }
	if err := awaitReadyFile(ctx, ready, &addresses); err != nil {
		c.stop()
		return nil, "", fmt.Errorf("extauthz: %w\n%s", err, c.log.String())
	}
	return c, addresses.Extauthz, nil
}

func awaitReadyFile(ctx context.Context, file string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		raw, err := os.ReadFile(file)
		if err == nil {
			return json.Unmarshal(raw, into)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("not ready in time")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func checkLoad(ctx context.Context, address string, server *child, callers, n int, request func(i int) *authv3.CheckRequest) (loadResult, error) {
	// Envoy keeps one connection a worker thread; so does this.
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return loadResult{}, fmt.Errorf("dial: %w", err)
	}
	defer conn.Close()
	client := authv3.NewAuthorizationClient(conn)
	requests := make(chan int, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case requests <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return measure(ctx, map[string]int{"server": server.pid()}, callers, n, func(ctx context.Context) error {
		answer, err := client.Check(ctx, request(<-requests))
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if code := codes.Code(answer.GetStatus().GetCode()); code != codes.OK {
			return fmt.Errorf("check: denied: %v", answer)
		}
		return nil
	})
}

const benchPath = "/things/17?page=2"

// checkRequest is what Envoy sends for a browser's request: 20 headers and a token.
func checkRequest(token, path string) *authv3.CheckRequest {
	headers := map[string]string{
		":authority": benchHost, ":method": "GET", ":path": path, ":scheme": "http",
		"authorization": "Bearer " + token, "accept": "application/json, text/plain, */*", "accept-language": "en-GB,en;q=0.9",
		"accept-encoding": "gzip, deflate, br, zstd", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
		"referer": "https://app.bench.example/things", "origin": "https://app.bench.example", "sec-fetch-dest": "empty", "sec-fetch-mode": "cors",
		"sec-fetch-site": "same-site", "cache-control": "no-cache", "pragma": "no-cache", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "http",
		"x-request-id": "8a9f5e7c-7b1d-4c56-9c5b-1a2b3c4d5e6f", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
	return &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Source: &authv3.AttributeContext_Peer{Address: &corev3.Address{Address: &corev3.Address_SocketAddress{
			SocketAddress: &corev3.SocketAddress{Address: "203.0.113.9", PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: 51234}},
		}}},
		ContextExtensions: map[string]string{"tenant": "bench", "route": "all"},
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Id: "1234567890", Method: "GET", Path: path, Host: benchHost, Scheme: "http", Protocol: "HTTP/1.1", Size: -1, Headers: headers,
		}},
	}}
}
