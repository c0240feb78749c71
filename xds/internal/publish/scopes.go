package publish

import (
	"slices"
	"strings"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/xds/internal/ads"
)

// scopes is the account of the published scopes, whose names are TENANT/HOST.
type scopes struct {
	byTenant map[string][]string
	byHost   map[string]string
}

func newScopes() scopes { return scopes{byTenant: map[string][]string{}, byHost: map[string]string{}} }

func hostOf(scope string) string {
	_, host, _ := strings.Cut(scope, "/")
	return host
}

// moved are the scopes of hosts that now belong to another tenant. They go first, because Envoy refuses two
// scopes with one key; for the time between the two responses the host answers 404.
func (s *scopes) moved(active map[string]*translated) (keys []ads.Key) {
	for _, t := range active {
		for _, scope := range t.scopes {
			if owner, ok := s.byHost[hostOf(scope.Name)]; ok && owner != scope.Name {
				keys = append(keys, ads.Key{Type: resource.ScopedRouteType, Name: owner})
			}
		}
	}
	return keys
}

// add books the scopes of a tenant as published.
func (s *scopes) add(tenant string, published []*ads.Resource) {
	for _, scope := range published {
		if !slices.Contains(s.byTenant[tenant], scope.Name) {
			s.byTenant[tenant] = append(s.byTenant[tenant], scope.Name)
		}
		s.byHost[hostOf(scope.Name)] = scope.Name
	}
}

// lost takes the scopes that tenants do not have any more out of the account and returns them.
func (s *scopes) lost(gone []string, active map[string]*translated) (keys []ads.Key) {
	drop := func(tenant string, wanted []*ads.Resource) {
		s.byTenant[tenant] = slices.DeleteFunc(s.byTenant[tenant], func(name string) bool {
			if slices.ContainsFunc(wanted, func(r *ads.Resource) bool { return r.Name == name }) {
				return false
			}
			if host := hostOf(name); s.byHost[host] == name {
				delete(s.byHost, host)
			}
			keys = append(keys, ads.Key{Type: resource.ScopedRouteType, Name: name})
			return true
		})
		if len(s.byTenant[tenant]) == 0 {
			delete(s.byTenant, tenant)
		}
	}
	for _, tenant := range gone {
		drop(tenant, nil)
	}
	for tenant, t := range active {
		drop(tenant, t.scopes)
	}
	return keys
}
