// Package publish brings a configuration snapshot to the clients in an order in which no request meets half of
// it: scan policies and tenants reach extauthz before Envoy routes to them, and leave it after. It knows neither
// files nor connections.
package publish

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/shape"
)

const (
	// orderWait bounds how long one publication waits for answers of one kind of client. After it the rest is
	// published all the same, with a warning: one stuck client must not freeze the configuration of all tenants.
	orderWait = 3 * time.Second
	// retention is how long a scan policy that nobody refers to stays fetchable: requests in flight and filters
	// that evicted it may still ask.
	retention = 10 * time.Minute
)

// directories are the places of a configuration directory, as a problem of the whole place names them.
var directories = []string{".", "tenants", "upstreams", "scanpolicies", "policies"}

// Types are what an ads.Server must serve for a Publisher.
func Types() []ads.Type {
	return []ads.Type{
		{URL: resource.ListenerType, Label: "lds", Visible: ads.Envoy},
		{URL: resource.ClusterType, Label: "cds", Visible: ads.Envoy},
		{URL: resource.ExtensionConfigType, Label: "ecds", Visible: ads.Envoy},
		{URL: resource.SecretType, Label: "sds", Visible: ads.Envoy},
		{URL: resource.ScopedRouteType, Label: "srds", Visible: ads.Envoy, Single: true},
		{URL: plane.TypePlatform, Label: "platform", Visible: ads.Extauthz},
		{URL: plane.TypeScanPolicy, Label: "scan_policy", Visible: ads.Extauthz, Single: true},
		{URL: plane.TypeTenant, Label: "tenant", Visible: ads.Extauthz, Single: true},
	}
}

// Publisher owns the content of an ads.Server. It is not safe for concurrent use.
type Publisher struct {
	server     *ads.Server
	translator *translator
	logger     *slog.Logger
	metrics    *metrics

	// retired are the scan policies that nobody refers to any more, by hash, and when they go.
	retired map[string]time.Time
	// routed are the tenants as Envoy's routes were last made from them, by name; waiting are those whose newest are not, because
	// extauthz refuses them.
	routed  map[string]*plane.Tenant
	waiting map[string]bool
	// scopes are those that are published, by the tenant and by the host.
	scopes scopes
	// started is set once a gateway was published; before it nothing is taken from anybody.
	started bool
}

// New returns a Publisher that publishes to server.
func New(server *ads.Server, shapes *shape.Translator, logger *slog.Logger, registry prometheus.Registerer) *Publisher {
	return &Publisher{
		server: server, translator: newTranslator(shapes), logger: logger, metrics: newMetrics(registry),
		retired: map[string]time.Time{}, routed: map[string]*plane.Tenant{}, waiting: map[string]bool{}, scopes: newScopes(),
	}
}

// Outcome says what of a snapshot could not be published.
type Outcome struct {
	// Problems are objects that cannot be told to Envoy; their last good version stays.
	Problems []config.Problem
	// HeldBack are the tenants whose scopes wait because an extauthz replica refuses the tenant. Apply the
	// snapshot again when clients have answered.
	HeldBack []string
	// Changed counts the resources that were published or taken away.
	Changed int
}

// Apply publishes the snapshot, and returns when its last step is handed to the streams. problems are those of the
// loader: objects that have one and are missing from the snapshot were never good since this process started, so
// clients that hold them from before keep them.
func (p *Publisher) Apply(ctx context.Context, snapshot *config.Snapshot, problems []config.Problem) Outcome {
	p.started = p.started || len(snapshot.Gateway.Listeners) > 0
	p.server.Hold(p.heldRule(snapshot, problems))

	want, refused := p.translator.translate(snapshot)
	outcome := Outcome{Problems: refused}
	if !p.server.Has(platformKey) && slices.ContainsFunc(problems, func(q config.Problem) bool { return q.Object == "platform" }) {
		want.platform = nil
	}

	active := p.active(want)
	bridges := p.bridges(active)
	toExtauthz := p.server.Set(slices.Concat(want.shared(), documents(active, bridges))...)
	if len(toExtauthz) > 0 && p.differs(shapes(want, active)) {
		p.await(ctx, ads.Extauthz, toExtauthz)
	}
	moved := p.server.Remove(p.scopes.moved(active)...)
	var toEnvoy []ads.Key
	if want.newGateway {
		toEnvoy = p.server.Set(want.gateway...)
	}
	scopes, heldBack := p.route(active)
	outcome.HeldBack = heldBack
	toExtauthz = append(toExtauthz, p.cross(ctx, active, bridges, scopes)...)
	removed := p.remove(ctx, want, active)
	outcome.Changed = len(toExtauthz) + len(moved) + len(toEnvoy) + len(scopes) + removed
	return outcome
}

// active are the tenants that something may have to be published of: those that changed, and those that wait.
func (p *Publisher) active(want *wanted) map[string]*translated {
	for _, name := range want.gone {
		delete(p.waiting, name)
		delete(p.routed, name)
	}
	active := maps.Clone(want.tenants)
	for name := range p.waiting {
		active[name] = p.translator.tenants[name]
	}
	return active
}

// shapes lists what Envoy may get that is new.
func shapes(want *wanted, active map[string]*translated) (list []*ads.Resource) {
	if want.newGateway {
		list = slices.Clone(want.gateway)
	}
	for _, t := range active {
		list = append(list, t.scopes...)
	}
	return list
}

// documents are the tenants for extauthz, those that need one by their bridge.
func documents(active map[string]*translated, bridges map[string]*ads.Resource) []*ads.Resource {
	list := make([]*ads.Resource, 0, len(active))
	for name, t := range active {
		if bridge := bridges[name]; bridge != nil {
			list = append(list, bridge)
		} else {
			list = append(list, t.document)
		}
	}
	return list
}

// route publishes the scopes of the tenants that extauthz takes.
func (p *Publisher) route(active map[string]*translated) (changed []ads.Key, heldBack []string) {
	refused := p.server.Refused(plane.TypeTenant)
	for _, name := range slices.Sorted(maps.Keys(active)) {
		t := active[name]
		if _, held := refused[name]; held {
			p.waiting[name] = true
			if p.differs(t.scopes) {
				heldBack = append(heldBack, name)
			}
			continue
		}
		delete(p.waiting, name)
		changed = append(changed, p.server.Set(t.scopes...)...)
		p.scopes.add(name, t.scopes)
		p.routed[name] = t.source
	}
	return changed, heldBack
}

// remove takes away what is no longer wanted, in the opposite order of adding.
func (p *Publisher) remove(ctx context.Context, want *wanted, active map[string]*translated) int {
	scopes := p.server.Remove(p.scopes.lost(want.gone, active)...)
	tenants := make([]ads.Key, 0, len(want.gone))
	for _, name := range want.gone {
		tenants = append(tenants, ads.Key{Type: plane.TypeTenant, Name: name})
	}
	var rest []ads.Key
	if want.newGateway {
		keys := keysOf(want.gateway)
		rest = slices.Concat(p.surplus(resource.ListenerType, keys), p.surplus(resource.ClusterType, keys))
	}
	if len(scopes) > 0 && len(tenants)+len(rest) > 0 {
		p.await(ctx, ads.Envoy, scopes)
	}
	removed := len(scopes) + len(p.server.Remove(rest...)) + len(p.server.Remove(tenants...))
	return removed + p.retire(keysOf(want.scanPolicies))
}

func keysOf(resources []*ads.Resource) map[ads.Key]struct{} {
	keys := make(map[ads.Key]struct{}, len(resources))
	for _, r := range resources {
		keys[r.Key] = struct{}{}
	}
	return keys
}

// surplus is what is published of a type and not wanted.
func (p *Publisher) surplus(typeURL string, want map[ads.Key]struct{}) []ads.Key {
	var keys []ads.Key
	for _, name := range p.server.Names(typeURL) {
		if _, ok := want[ads.Key{Type: typeURL, Name: name}]; !ok {
			keys = append(keys, ads.Key{Type: typeURL, Name: name})
		}
	}
	return keys
}

// retire lets scan policies go after their retention.
func (p *Publisher) retire(want map[ads.Key]struct{}) int {
	surplus := map[string]struct{}{}
	var due []ads.Key
	for _, key := range p.surplus(plane.TypeScanPolicy, want) {
		surplus[key.Name] = struct{}{}
		if _, known := p.retired[key.Name]; !known {
			p.retired[key.Name] = time.Now().Add(retention)
		}
		if !p.retired[key.Name].After(time.Now()) {
			due = append(due, key)
		}
	}
	maps.DeleteFunc(p.retired, func(hash string, _ time.Time) bool {
		_, still := surplus[hash]
		return !still
	})
	return len(p.server.Remove(due...))
}

// differs reports whether any of the resources is not what is published.
func (p *Publisher) differs(resources []*ads.Resource) bool {
	return slices.ContainsFunc(resources, func(r *ads.Resource) bool {
		published := p.server.Get(r.Key)
		return published == nil || published.Version != r.Version
	})
}

func (p *Publisher) await(ctx context.Context, role ads.Role, keys []ads.Key) {
	ctx, cancel := context.WithTimeout(ctx, orderWait)
	defer cancel()
	started := time.Now()
	late := p.server.Await(ctx, role, keys)
	p.metrics.orderWait.WithLabelValues(string(role)).Observe(time.Since(started).Seconds())
	if len(late) > 0 {
		p.metrics.orderTimeouts.WithLabelValues(string(role)).Inc()
		p.logger.Warn("published without waiting longer for clients", "role", role, "clients", late, "waited", orderWait)
	}
}

// heldRule says what a reconnecting client may keep although the store does not have it.
func (p *Publisher) heldRule(snapshot *config.Snapshot, problems []config.Problem) func(ads.Key) bool {
	if !p.started {
		return func(ads.Key) bool { return true }
	}
	never := map[string]bool{}
	for _, problem := range problems {
		if problem.Object == "" && slices.Contains(directories, problem.File) {
			// It cannot be read: nobody knows what stands in it.
			return func(ads.Key) bool { return true }
		}
		kind, name, _ := strings.Cut(problem.Object, "/")
		missing := false
		switch kind {
		case "tenant":
			missing = snapshot.Tenants[name] == nil
		case "upstream":
			_, ok := snapshot.Upstreams[name]
			missing = !ok
		case "scanpolicy":
			_, ok := snapshot.ScanPolicies[name]
			missing = !ok
		}
		if missing {
			never[problem.Object] = true
		}
	}
	return func(key ads.Key) bool {
		if key.Type == plane.TypeScanPolicy {
			// Whose it was cannot be seen from its hash.
			return len(never) > 0
		}
		return never[Object(key)]
	}
}
