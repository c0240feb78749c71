package xds

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
)

// Status is what GET /status answers.
type Status struct {
	Config  ConfigStatus   `json:"config"`
	Clients []ClientStatus `json:"clients"`
	// Tenants are sorted by name.
	Tenants []TenantStatus `json:"tenants"`
}

// ConfigStatus is the configuration that is published.
type ConfigStatus struct {
	// Version is a hash: equal on all control planes that publish the same.
	Version string    `json:"version"`
	Loaded  time.Time `json:"loaded"`
	// Problems are why objects are not at the version of their files.
	Problems []config.Problem `json:"problems"`
	// Warnings are of what is published and may have another effect than its author believes.
	Warnings []config.Problem `json:"warnings,omitempty"`
}

// ClientStatus is one connected client.
type ClientStatus struct {
	Node           string    `json:"node"`
	Type           string    `json:"type"`
	Address        string    `json:"address"`
	ConnectedSince time.Time `json:"connected_since"`
	// Resources are counts by type: lds, cds, ecds, sds, srds; platform, scan_policy, tenant.
	Resources map[string]ads.Counts `json:"resources"`
	Nacks     []NackStatus          `json:"nacks"`
}

// NackStatus is one resource that a client refuses.
type NackStatus struct {
	Type    string    `json:"type"`
	Name    string    `json:"name"`
	Version string    `json:"version"`
	Tenant  string    `json:"tenant,omitempty"`
	Object  string    `json:"object"`
	Field   string    `json:"field,omitempty"`
	Message string    `json:"message"`
	Since   time.Time `json:"since"`
}

// States of a tenant.
const (
	// StateLive: all connected clients have accepted its current version.
	StateLive = "live"
	// StatePending: a client has yet to answer, or no client of one kind is connected.
	StatePending = "pending"
	// StateRejected: its files or one of its resources are refused; what was good before still serves.
	StateRejected = "rejected"
)

// TenantStatus is what has become of a tenant's configuration.
type TenantStatus struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
}

// Status takes the account of this moment.
func (s *Server) Status() Status {
	current := s.state.Load()
	if current == nil {
		current = &state{snapshot: &config.Snapshot{}}
	}
	clients := s.streams.Clients()
	status := Status{
		Config:  ConfigStatus{Version: current.version, Loaded: current.loaded, Problems: current.problems(), Warnings: current.snapshot.Warnings},
		Clients: []ClientStatus{},
		Tenants: s.tenantStatus(current, clients),
	}
	for _, c := range clients {
		client := ClientStatus{
			Node: c.Node, Type: string(c.Role), Address: c.Address, ConnectedSince: c.Since,
			Resources: c.Types, Nacks: []NackStatus{},
		}
		for _, r := range c.Refusals {
			a := attribute(r.Nack, current.snapshot)
			client.Nacks = append(client.Nacks, NackStatus{
				Type: r.Type, Name: r.Name, Version: r.Version,
				Tenant: a.Tenant, Object: a.Object, Field: a.Field, Message: a.Message, Since: r.Since,
			})
		}
		status.Clients = append(status.Clients, client)
	}
	return status
}

// tenantStatus gathers from the clients' accounts what is not live; the usual case costs nothing per client.
func (s *Server) tenantStatus(current *state, clients []ads.Client) []TenantStatus {
	states := map[string]*TenantStatus{}
	for name := range current.snapshot.Tenants {
		t := &TenantStatus{Name: name, State: StateLive}
		if r := s.streams.Get(ads.Key{Type: plane.TypeTenant, Name: name}); r != nil {
			t.Version = r.Version
		}
		states["tenant/"+name] = t
	}
	worsen := func(object, state, reason string) {
		// Called from the mildest to the worst.
		if t := states[object]; t != nil {
			t.State, t.Reason = state, reason
		}
	}
	for _, missing := range missingRoles(clients) {
		for object := range states {
			worsen(object, StatePending, "no "+missing+" is connected")
		}
	}
	for _, c := range clients {
		for _, key := range c.Outstanding {
			worsen(publish.Object(key), StatePending, "waits for "+string(c.Role)+" "+c.Node)
		}
	}
	for _, name := range current.outcome.HeldBack {
		worsen("tenant/"+name, StatePending, "its routes wait for extauthz")
	}
	for _, c := range clients {
		for _, r := range c.Refusals {
			if published := s.streams.Get(r.Key); published == nil || published.Version != r.Version {
				continue
			}
			a := attribute(r.Nack, current.snapshot)
			worsen(a.Object, StateRejected, string(c.Role)+" "+c.Node+" refuses "+r.Name+": "+a.Message)
		}
	}
	for _, p := range slices.Backward(current.problems()) {
		if name, isTenant := strings.CutPrefix(p.Object, "tenant/"); isTenant && states[p.Object] == nil {
			states[p.Object] = &TenantStatus{Name: name}
		}
		worsen(p.Object, StateRejected, p.String())
	}
	list := make([]TenantStatus, 0, len(states))
	for _, object := range slices.Sorted(maps.Keys(states)) {
		list = append(list, *states[object])
	}
	return list
}

func missingRoles(clients []ads.Client) []string {
	missing := []string{}
	for _, role := range []ads.Role{ads.Extauthz, ads.Envoy} {
		if !slices.ContainsFunc(clients, func(c ads.Client) bool { return c.Role == role }) {
			missing = append(missing, string(role))
		}
	}
	return missing
}

func (s *Server) serveStatus(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.Status())
}
