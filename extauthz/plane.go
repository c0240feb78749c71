package extauthz

import (
	"context"
	"errors"
	"fmt"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/planeclient"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// clusterName is the node.cluster by which the control plane knows extauthz replicas.
const clusterName = "extauthz"

// planeSource takes the configuration from a control plane.
type planeSource struct {
	server *Server
	client *planeclient.Client
}

func newPlaneSource(s *Server) (*planeSource, error) {
	tls, err := s.options.TLS.Client(s.options.XDS)
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	p := &planeSource{server: s}
	p.client, err = planeclient.New(planeclient.Options{
		Address: s.options.XDS, TLS: tls, Node: s.options.Node, Cluster: clusterName,
		// Scan policies come before the tenants that name them.
		Types:     []string{plane.TypePlatform, plane.TypeScanPolicy, plane.TypeTenant},
		Essential: plane.TypePlatform,
		Snapshot:  s.options.Snapshot,
		Apply:     p.apply,
		Synced:    s.publish,
		Connected: func(connected bool) {
			s.metrics.connected.Set(0)
			if connected {
				s.metrics.connected.Set(1)
				s.options.Logger.Info("control plane connected", "address", s.options.XDS)
			}
		},
		Logger: s.options.Logger,
	})
	return p, err
}

func (p *planeSource) run(ctx context.Context) error { return p.client.Run(ctx) }

// apply decodes an update and puts it into effect as one state.
func (p *planeSource) apply(update planeclient.Update) map[planeclient.Key]error {
	refused := map[planeclient.Key]error{}
	var change decision.Change
	for _, r := range update.Changed {
		if err := p.decode(r, &change); err != nil {
			refused[r.Key] = err
			p.server.metrics.refused.WithLabelValues(kindOf(r.Type)).Inc()
		}
	}
	for _, key := range update.Removed {
		if key.Type == plane.TypeTenant {
			change.Removed = append(change.Removed, key.Name)
		}
	}
	for _, problem := range p.server.apply(change) {
		key := planeclient.Key{Type: plane.TypePlatform, Name: plane.PlatformName}
		if problem.Tenant != "" {
			key = planeclient.Key{Type: plane.TypeTenant, Name: problem.Tenant}
		}
		refused[key] = errors.New(problem.String())
	}
	for _, key := range update.Removed {
		if key.Type == plane.TypeScanPolicy {
			p.server.docs.Remove(key.Name)
		}
	}
	return refused
}

// decode adds one resource to the change; scan policies take effect at once, since nothing refers to them yet.
func (p *planeSource) decode(r planeclient.Resource, change *decision.Change) error {
	switch r.Type {
	case plane.TypePlatform:
		platform := new(plane.Platform)
		if err := plane.Decode(r.Body, platform); err != nil {
			return fmt.Errorf("platform: %w", err)
		}
		change.Platform = platform
	case plane.TypeTenant:
		t := new(plane.Tenant)
		if err := plane.Decode(r.Body, t); err != nil {
			return fmt.Errorf("tenant/%s: %w", r.Name, err)
		}
		if t.Name != r.Name {
			return fmt.Errorf("tenant/%s: the resource holds tenant %q", r.Name, t.Name)
		}
		change.Tenants = append(change.Tenants, t)
	case plane.TypeScanPolicy:
		var policy plane.ScanPolicy
		if err := plane.Decode(r.Body, &policy); err != nil {
			return fmt.Errorf("scanpolicy/%s: %w", r.Name, err)
		}
		if policy.Hash != r.Name {
			return fmt.Errorf("scanpolicy/%s: the resource holds %q", r.Name, policy.Hash)
		}
		return p.server.docs.Add(policy.Hash, policy.Document)
	default:
		return fmt.Errorf("%s: unknown type %s", r.Name, r.Type)
	}
	return nil
}

func kindOf(typeURL string) string {
	switch typeURL {
	case plane.TypePlatform:
		return "platform"
	case plane.TypeScanPolicy:
		return "scanpolicy"
	}
	return "tenant"
}
