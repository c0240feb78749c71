package extauthz

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/extauthz/internal/request"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/policies"
)

// Candidate is a configuration directory compiled as a server compiles it, to be asked about requests without serving any.
type Candidate struct {
	snapshot *config.Snapshot
	state    *decision.State
}

// LoadCandidate compiles a directory. Any problem in it is an error that names file, line and column: what would be refused
// cannot be asked.
func LoadCandidate(dir string) (*Candidate, error) {
	if err := config.CheckDir(dir); err != nil {
		return nil, err
	}
	snapshot, problems := config.NewLoader(dir).Load()
	var list []error
	for _, p := range problems {
		list = append(list, errors.New(p.String()))
	}
	change := decision.Change{Platform: &plane.Platform{Modules: snapshot.Platform.Modules}}
	for _, t := range snapshot.Tenants {
		change.Tenants = append(change.Tenants, t)
	}
	// No key is fetched: a typed token of an issuer that publishes its keys stays undecided (keys_unavailable).
	builder := decision.Builder{KeySets: remotejwks.New(remotejwks.Options{})}
	state, refused := builder.Apply(change)
	for _, p := range refused {
		list = append(list, errors.New(p.String()))
	}
	if len(list) > 0 {
		return nil, errors.Join(list...)
	}
	return &Candidate{snapshot: snapshot, state: state}, nil
}

// TypedRequest is a request as a person describes it.
type TypedRequest struct {
	// Method (default GET) and URL, with scheme and host.
	Method, URL string
	// Headers may hold Authorization; repeated ones are joined.
	Headers http.Header
	// IP is the client's address.
	IP string
	// Identity is the principal, taken as verified; its tenant is that of the host unless it says another. With none, the credential
	// in Headers is verified; API keys are not, since they are not part of a configuration.
	Identity *policy.IdentityInput
	// Time of the request (default now).
	Time time.Time
}

// read makes a Check of a typed request: the tenant and route are those that Envoy would find.
func (c *Candidate) read(typed *TypedRequest) (*request.Request, error) {
	u, err := url.Parse(typed.URL)
	if err != nil || u.Host == "" || u.Scheme == "" {
		return nil, fmt.Errorf("%q is not a URL with scheme and host, such as https://acme.example/orders", typed.URL)
	}
	_, target, _ := strings.Cut(typed.URL, u.Host)
	target, _, _ = strings.Cut(target, "#")
	r := &request.Request{
		Method: strings.ToUpper(typed.Method), Target: target, Host: u.Host, Scheme: u.Scheme, Size: -1, Time: typed.Time, Peer: typed.IP,
	}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	if r.Target == "" || r.Target[0] == '?' {
		r.Target = "/" + r.Target
	}
	for name, values := range typed.Headers {
		r.Headers = append(r.Headers, policy.Header{Name: strings.ToLower(name), Value: strings.Join(values, ", ")})
	}
	r.Authorization, r.APIKey = typed.Headers.Get("Authorization"), typed.Headers.Get("X-Api-Key")
	t := c.owner(u.Hostname())
	if t == nil {
		return r, nil
	}
	r.Extensions = append(r.Extensions, request.Extension{Name: decision.ExtensionTenant, Value: t.Name})
	path, _, _ := strings.Cut(r.Target, "?")
	for i := range t.Spec.Routes {
		if route := &t.Spec.Routes[i]; route.Match.Matches(r.Method, path) {
			r.Extensions = append(r.Extensions, request.Extension{Name: decision.ExtensionRoute, Value: route.Name})
			break
		}
	}
	return r, nil
}

// owner is the tenant of a host, nil for none.
func (c *Candidate) owner(host string) *plane.Tenant {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, t := range c.snapshot.Tenants {
		if slices.Contains(t.Spec.Hosts, host) {
			return t
		}
	}
	return nil
}

// sourceLines bounds what is shown of a rule.
const sourceLines = 16

// source is the text of the rule at a place, up to the next empty line.
func (c *Candidate) source(tenant string, place policy.Place) string {
	text := c.module(tenant, place.File)
	lines := strings.Split(text, "\n")
	if place.Line == 0 || place.Line > len(lines) {
		return ""
	}
	lines = lines[place.Line-1:]
	end := slices.Index(lines, "")
	if end < 0 {
		end = len(lines)
	}
	return strings.Join(lines[:min(end, sourceLines)], "\n")
}

func (c *Candidate) module(tenant, file string) string {
	if path, ok := strings.CutPrefix(file, policy.PackPrefix); ok {
		raw, _ := fs.ReadFile(policies.Files, path)
		return string(raw)
	}
	modules := c.snapshot.Platform.Modules
	if t := c.snapshot.Tenants[tenant]; t != nil {
		modules = slices.Concat(modules, t.Modules)
	}
	for _, m := range modules {
		if m.Path == file {
			return m.Source
		}
	}
	return ""
}
