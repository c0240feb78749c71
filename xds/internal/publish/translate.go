package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

var platformKey = ads.Key{Type: plane.TypePlatform, Name: plane.PlatformName}

// Object names the configuration object that a resource comes from, as config.Problem does.
func Object(key ads.Key) string {
	owner, _, _ := strings.Cut(key.Name, "/")
	switch key.Type {
	case resource.ScopedRouteType, plane.TypeTenant:
		return "tenant/" + owner
	case plane.TypeScanPolicy:
		return "scanpolicy/" + key.Name
	case plane.TypePlatform:
		return "platform"
	case resource.ClusterType:
		if owner == "upstream" {
			return key.Name
		}
	}
	return "gateway"
}

// wanted is a snapshot as resources, of the tenants only what changed.
type wanted struct {
	platform     *ads.Resource
	scanPolicies []*ads.Resource
	gateway      []*ads.Resource
	// newGateway says that the gateway is not the one of the snapshot before.
	newGateway bool
	// tenants are new or changed, gone those of the snapshot before that are not in this one.
	tenants map[string]*translated
	gone    []string
}

// translated is one version of one tenant.
type translated struct {
	source   *plane.Tenant
	document *ads.Resource
	scopes   []*ads.Resource
}

// shared lists what extauthz gets besides tenants, in the order in which it is needed.
func (w *wanted) shared() []*ads.Resource {
	if w.platform == nil {
		return w.scanPolicies
	}
	return append([]*ads.Resource{w.platform}, w.scanPolicies...)
}

// translator remembers the translations of the last snapshot, so that an edit costs what changed: unchanged
// tenants keep their pointers.
type translator struct {
	shapes *shape.Translator
	// last and edge are what tenants were translated from at last; refused are those that could not be.
	last    *config.Snapshot
	edge    shape.Edge
	tenants map[string]*translated
	refused map[string]config.Problem

	scanPolicies map[string]*ads.Resource
	// platform is the resource of modules.
	platform *ads.Resource
	modules  []plane.Module
	// gateway are the resources of gatewaySource.
	gateway       []*ads.Resource
	gatewaySource gatewaySource
}

type gatewaySource struct {
	spec      tenant.GatewaySpec
	upstreams map[string]tenant.UpstreamSpec
}

func newTranslator(shapes *shape.Translator) *translator {
	return &translator{
		shapes: shapes, tenants: map[string]*translated{}, refused: map[string]config.Problem{}, scanPolicies: map[string]*ads.Resource{},
	}
}

// translate never fails: an object that cannot be translated keeps its last translation and is a problem.
func (t *translator) translate(snapshot *config.Snapshot) (*wanted, []config.Problem) {
	var problems []config.Problem
	refuse := func(object string, err error) {
		problems = append(problems, config.Problem{Object: object, Reason: err.Error()})
	}
	w := &wanted{tenants: map[string]*translated{}}
	var err error
	if w.platform, err = t.translatePlatform(snapshot.Platform); err != nil {
		refuse("platform", err)
	}
	if w.newGateway, err = t.translateGateway(snapshot); err != nil {
		refuse("gateway", err)
	}
	w.gateway = t.gateway

	scanPolicies := make(map[string]*ads.Resource, len(snapshot.ScanPolicies))
	for name, policy := range snapshot.ScanPolicies {
		r, err := t.scanPolicy(policy.ScanPolicy)
		if err != nil {
			refuse("scanpolicy/"+name, err)
			continue
		}
		scanPolicies[policy.Hash] = r
		w.scanPolicies = append(w.scanPolicies, r)
	}
	t.scanPolicies = scanPolicies
	t.translateTenants(snapshot, w)
	for _, name := range slices.Sorted(maps.Keys(t.refused)) {
		problems = append(problems, t.refused[name])
	}
	return w, problems
}

// translateTenants translates those that changed, or all for another edge.
func (t *translator) translateTenants(snapshot *config.Snapshot, w *wanted) {
	changed, gone := snapshot.TenantsSince(t.last)
	edge := shape.EdgeOf(snapshot.Gateway)
	if edge != t.edge {
		changed = slices.Collect(maps.Values(snapshot.Tenants))
	}
	t.last, t.edge, w.gone = snapshot, edge, gone
	for _, name := range gone {
		delete(t.tenants, name)
		delete(t.refused, name)
	}
	for _, source := range changed {
		translation, err := t.tenant(source)
		if err != nil {
			t.refused[source.Name] = config.Problem{Object: "tenant/" + source.Name, Reason: err.Error()}
			continue
		}
		delete(t.refused, source.Name)
		t.tenants[source.Name], w.tenants[source.Name] = translation, translation
	}
}

// translatePlatform returns nil for one that cannot be translated.
func (t *translator) translatePlatform(platform plane.Platform) (*ads.Resource, error) {
	if t.platform != nil && slices.Equal(t.modules, platform.Modules) {
		return t.platform, nil
	}
	document, version, err := plane.Encode(plane.TypePlatform, platform)
	if err != nil {
		return nil, err
	}
	t.platform, t.modules = &ads.Resource{Key: platformKey, Version: version, Body: document}, platform.Modules
	return t.platform, nil
}

// translateGateway does nothing for an equal gateway: hashing the scanner module would be most of an edit's cost.
func (t *translator) translateGateway(snapshot *config.Snapshot) (changed bool, err error) {
	source := gatewaySource{snapshot.Gateway, snapshot.Upstreams}
	if t.gateway != nil && reflect.DeepEqual(source, t.gatewaySource) {
		return false, nil
	}
	resources, err := t.shapes.Platform(source.spec, source.upstreams)
	if err != nil {
		return false, err
	}
	t.gateway, t.gatewaySource = versioned(resources), source
	return true, nil
}

func (t *translator) scanPolicy(policy plane.ScanPolicy) (*ads.Resource, error) {
	if known := t.scanPolicies[policy.Hash]; known != nil {
		return known, nil
	}
	body, version, err := plane.Encode(plane.TypeScanPolicy, policy)
	if err != nil {
		return nil, err
	}
	return &ads.Resource{Key: ads.Key{Type: plane.TypeScanPolicy, Name: policy.Hash}, Version: version, Body: body}, nil
}

func (t *translator) tenant(source *plane.Tenant) (*translated, error) {
	document, err := document(source)
	if err != nil {
		return nil, err
	}
	scopes, err := t.shapes.Tenant(source.Name, source.Spec, t.edge)
	if err != nil {
		return nil, err
	}
	return &translated{source: source, document: document, scopes: versioned(scopes)}, nil
}

// versioned hashes resources. The nonce of a renewed one is no part of its version: it means the same.
func versioned(resources []shape.Resource) []*ads.Resource {
	list := make([]*ads.Resource, 0, len(resources))
	for _, r := range resources {
		sum := sha256.Sum256(r.Body.GetValue())
		list = append(list, &ads.Resource{
			Key:     ads.Key{Type: r.Type, Name: r.Name},
			Version: hex.EncodeToString(sum[:16]),
			Body:    r.Body,
			Renew:   r.Renew,
		})
	}
	return list
}
