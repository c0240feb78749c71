package publish

import (
	"crypto/sha256"
	"encoding/hex"
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

// wanted is a snapshot as resources.
type wanted struct {
	platform     *ads.Resource
	scanPolicies []*ads.Resource
	gateway      []*ads.Resource
	tenants      map[string]*translated
}

// translated is one version of one tenant.
type translated struct {
	source   *plane.Tenant
	edge     shape.Edge
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

// shape lists what Envoy gets.
func (w *wanted) shape() []*ads.Resource {
	list := slices.Clone(w.gateway)
	for _, t := range w.tenants {
		list = append(list, t.scopes...)
	}
	return list
}

func (w *wanted) keys() map[ads.Key]struct{} {
	keys := map[ads.Key]struct{}{}
	for _, r := range slices.Concat(w.shared(), w.shape()) {
		keys[r.Key] = struct{}{}
	}
	for _, t := range w.tenants {
		keys[t.document.Key] = struct{}{}
	}
	return keys
}

// translator remembers the translations of the last snapshot, so that an edit costs what changed: unchanged
// tenants keep their pointers.
type translator struct {
	shapes       *shape.Translator
	tenants      map[string]*translated
	scanPolicies map[string]*ads.Resource
	// gateway are the resources of gatewaySource.
	gateway       []*ads.Resource
	gatewaySource gatewaySource
}

type gatewaySource struct {
	spec      tenant.GatewaySpec
	upstreams map[string]tenant.UpstreamSpec
}

func newTranslator(shapes *shape.Translator) *translator {
	return &translator{shapes: shapes, tenants: map[string]*translated{}, scanPolicies: map[string]*ads.Resource{}}
}

// translate never fails: an object that cannot be translated keeps its last translation and is a problem.
func (t *translator) translate(snapshot *config.Snapshot) (*wanted, []config.Problem) {
	var problems []config.Problem
	refuse := func(object string, err error) {
		problems = append(problems, config.Problem{Object: object, Reason: err.Error()})
	}
	w := &wanted{tenants: make(map[string]*translated, len(snapshot.Tenants))}

	document, version, err := plane.Encode(plane.TypePlatform, snapshot.Platform)
	if err != nil {
		refuse("platform", err)
	} else {
		w.platform = &ads.Resource{Key: platformKey, Version: version, Body: document}
	}

	if err := t.translateGateway(snapshot); err != nil {
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

	edge := shape.EdgeOf(snapshot.Gateway)
	for name, source := range snapshot.Tenants {
		translation, err := t.tenant(source, edge)
		if err != nil {
			refuse("tenant/"+name, err)
			translation = t.tenants[name]
		}
		if translation != nil {
			w.tenants[name] = translation
		}
	}
	t.tenants = w.tenants
	return w, problems
}

// translateGateway does nothing for an equal gateway: hashing the scanner module would be most of an edit's cost.
func (t *translator) translateGateway(snapshot *config.Snapshot) error {
	source := gatewaySource{snapshot.Gateway, snapshot.Upstreams}
	if t.gateway != nil && reflect.DeepEqual(source, t.gatewaySource) {
		return nil
	}
	resources, err := t.shapes.Platform(source.spec, source.upstreams)
	if err != nil {
		return err
	}
	t.gateway, t.gatewaySource = versioned(resources), source
	return nil
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

func (t *translator) tenant(source *plane.Tenant, edge shape.Edge) (*translated, error) {
	if known := t.tenants[source.Name]; known != nil && known.source == source && known.edge == edge {
		return known, nil
	}
	document, err := document(source)
	if err != nil {
		return nil, err
	}
	scopes, err := t.shapes.Tenant(source.Name, source.Spec, edge)
	if err != nil {
		return nil, err
	}
	return &translated{source: source, edge: edge, document: document, scopes: versioned(scopes)}, nil
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
