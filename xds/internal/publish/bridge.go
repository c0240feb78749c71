package publish

import (
	"context"
	"slices"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

// bridges makes, for each tenant that lost or renamed a route, a document with the new routes and the lost ones:
// until Envoy has the new scopes it asks about routes by their old names, and those requests are not errors.
func (p *Publisher) bridges(active map[string]*translated) map[string]*ads.Resource {
	bridges := map[string]*ads.Resource{}
	for name, t := range active {
		routed := p.routed[name]
		if routed == nil || routed == t.source {
			continue
		}
		lost := lostRoutes(routed.Spec.Routes, t.source.Spec.Routes)
		if len(lost) == 0 {
			continue
		}
		bridge := *t.source
		bridge.Spec.Routes = slices.Concat(t.source.Spec.Routes, lost)
		if r, err := document(&bridge); err == nil { // An error here is one of the tenant's own document too.
			bridges[name] = r
		}
	}
	return bridges
}

func lostRoutes(before, after []tenant.Route) []tenant.Route {
	var lost []tenant.Route
	for _, route := range before {
		if !slices.ContainsFunc(after, func(r tenant.Route) bool { return r.Name == route.Name }) {
			lost = append(lost, route)
		}
	}
	return lost
}

// cross replaces bridges by the tenants' own documents once the Envoys have answered for the scopes.
func (p *Publisher) cross(ctx context.Context, active map[string]*translated, bridges map[string]*ads.Resource, scopes []ads.Key) []ads.Key {
	var final []*ads.Resource
	for name := range bridges {
		// One that extauthz refuses stays: its routes stay too.
		if t := active[name]; p.routed[name] == t.source {
			final = append(final, t.document)
		}
	}
	if len(final) == 0 {
		return nil
	}
	p.await(ctx, ads.Envoy, scopes)
	return p.server.Set(final...)
}

func document(source *plane.Tenant) (*ads.Resource, error) {
	body, version, err := plane.Encode(plane.TypeTenant, source)
	if err != nil {
		return nil, err
	}
	return &ads.Resource{Key: ads.Key{Type: plane.TypeTenant, Name: source.Name}, Version: version, Body: body}, nil
}
