package standalone

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// probeEvery is how often readiness is tried; probeTimeout bounds one try.
const (
	probeEvery   = 25 * time.Millisecond
	probeTimeout = 2 * time.Second
)

// awaitReady calls Ready once a first request to each host would be decided by extauthz.
func (c *chain) awaitReady(ctx context.Context) error {
	client := &http.Client{Timeout: probeTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	hosts := c.hosts()
	for {
		if c.authz.Ready() == nil && c.control.Ready() == nil {
			for len(hosts) > 0 && c.decided(ctx, client, hosts[0]) {
				hosts = hosts[1:]
			}
			if admin, err := c.envoy.AdminAddress(); err == nil && len(hosts) == 0 && c.accepts(ctx, client) {
				c.announce(admin)
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(probeEvery):
		}
	}
}

func (c *chain) announce(admin string) {
	if c.options.Ready == nil {
		return
	}
	addresses := Addresses{
		Gateway:    "http://" + c.gateway,
		EnvoyAdmin: "http://" + admin,
		XDS:        c.control.Address(),
		Extauthz:   c.authz.Address(),
		Admin:      "http://" + c.admin.Address(),
	}
	if api := c.authz.AdminAPIAddress(); api != "" {
		addresses.AdminAPI = "http://" + api
	}
	c.options.Ready(addresses)
}

func (c *chain) hosts() []string {
	var hosts []string
	for _, name := range slices.Sorted(maps.Keys(c.snapshot.Tenants)) {
		hosts = append(hosts, c.snapshot.Tenants[name].Spec.Hosts...)
	}
	return hosts
}

// decided reports whether a request without credentials to host is answered by anything but an outage or
// an unknown host. A host whose tenant has no route for / answers 404 with a message of its own.
func (c *chain) decided(ctx context.Context, client *http.Client, host string) bool {
	status, message, err := c.probe(ctx, client, host)
	switch {
	case err != nil, status == http.StatusServiceUnavailable:
		return false
	case status == http.StatusNotFound:
		return message == reason.RouteUnknown.Answer().Message
	}
	return true
}

// accepts reports whether the gateway answers at all; without tenants it is all that can be asked.
func (c *chain) accepts(ctx context.Context, client *http.Client) bool {
	_, _, err := c.probe(ctx, client, "ready.invalid")
	return err == nil
}

func (c *chain) probe(ctx context.Context, client *http.Client, host string) (status int, message string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.gateway+"/", nil)
	if err != nil {
		return 0, "", fmt.Errorf("probe the gateway: %w", err)
	}
	request.Host = host
	response, err := client.Do(request)
	if err != nil {
		return 0, "", fmt.Errorf("probe the gateway: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var body struct{ Error struct{ Message string } }
	_ = json.NewDecoder(response.Body).Decode(&body)
	return response.StatusCode, body.Error.Message, nil
}
