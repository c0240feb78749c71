package decision

import (
	"net/netip"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/extauthz/internal/conditions"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// access is what a route says about who may use it, prepared for requests.
type access struct {
	// accepts are the permissions that suffice, by method; of the resource as it is written.
	accepts map[string][]string
	// needs are the permissions that methods demand, for a resource with parameters.
	needs    map[string]string
	resource string
	// template is the path with parameters, one element a segment; nil without.
	template []templateSegment
	owner    *tenant.Owner
}

// templateSegment is a segment that must be the same, or a parameter.
type templateSegment struct {
	text  string
	param bool
}

// accessMethods are all that a permission can belong to.
var accessMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func newAccess(r *tenant.Route) access {
	a := access{accepts: map[string][]string{}, needs: map[string]string{}, owner: r.Owner, resource: r.Resource}
	for _, method := range accessMethods {
		if need := r.Need(method); need != "" {
			a.needs[method], a.accepts[method] = need, tenant.Accepted(r.Resource, need)
		}
	}
	if r.Params == "" {
		return a
	}
	for segment := range strings.SplitSeq(r.Params[1:], "/") {
		name, isParam := tenant.ParamName(segment)
		if !isParam {
			name = segment
		}
		a.template = append(a.template, templateSegment{name, isParam})
	}
	return a
}

// describe fills in what follows from a version of the tenant: the facts of the route, what is granted, and the conditions that do
// not hold.
func (t *tenantState) describe(in *policy.Input, route *routeState, segments func() []string) {
	extensions := in.Route.Extensions
	in.Tenant, in.Route = t.value, route.input
	in.Route.Extensions = extensions
	in.Identity.Granted = t.granted(&in.Identity, in.Time)
	route.access.describe(&in.Route, in.Request.Method, segments, &in.Identity, in.Identity.Tenant == t.Name)
	if len(in.Source.Threats) > 0 && !route.ignoreThreats {
		in.Route.Unmet = append(in.Route.Unmet, string(reason.ThreatListed))
	}
	if !originAllowed(&in.Request, t.Spec.CORS) {
		in.Route.Unmet = append(in.Route.Unmet, string(reason.OriginNotAllowed))
	}
	if t.conditions == nil && route.conditions == nil {
		return
	}
	f := conditions.Facts{Now: in.Time, DeviceTrusted: in.Source.DeviceTrusted, Risk: in.Source.Risk}
	f.Address, _ = netip.ParseAddr(in.Source.IP)
	in.Route.Unmet = route.conditions.Unmet(t.conditions.Unmet(in.Route.Unmet, &f), &f)
}

// granted are the roles that a principal of another tenant has here.
func (t *tenantState) granted(who *policy.IdentityInput, now time.Time) []string {
	if who.Kind == policy.KindAnonymous || who.Tenant == t.Name {
		return nil
	}
	return policy.Granted(t.Spec.Grants, who.Tenant, who.Subject, now)
}

// describe fills in what the request makes of a route: its resource, its owner, and the permissions that suffice.
func (a *access) describe(in *policy.RouteInput, method string, segments func() []string, who *policy.IdentityInput, own bool) {
	in.Resource, in.Accepts = a.resource, a.accepts[method]
	if a.template == nil {
		return
	}
	in.Params = a.match(segments())
	if strings.Contains(a.resource, "{") {
		in.Accepts = nil
		var ok bool
		if in.Resource, ok = fill(a.resource, in.Params); ok && a.needs[method] != "" {
			in.Accepts = tenant.Accepted(in.Resource, a.needs[method])
		}
	}
	if in.Owned = own && a.owned(in.Params, who); in.Owned {
		in.Accepts = withOwn(in.Accepts)
	}
}

// match returns the parameters of a path, none when it is another one or too short.
func (a *access) match(segments []string) map[string]string {
	if len(segments) < len(a.template) {
		return nil
	}
	params := make(map[string]string, len(a.template))
	for i, t := range a.template {
		switch {
		case t.param:
			params[t.text] = segments[i]
		case t.text != segments[i]:
			return nil
		}
	}
	return params
}

// fill puts parameters into a resource; ok is false when one is missing or could be read as a permission of another kind.
func fill(resource string, params map[string]string) (filled string, ok bool) {
	parts := strings.Split(resource, "/")
	for i, part := range parts {
		if name, isParam := tenant.ParamName(part); isParam {
			parts[i] = params[name]
			if !plain(parts[i]) {
				return "", false
			}
		}
	}
	return strings.Join(parts, "/"), true
}

// maxResource bounds a parameter in a resource; names in permissions are shorter.
const maxResource = 128

// plain reports whether a path's segment may stand in a permission: without its separators, its wildcard and control characters.
func plain(segment string) bool {
	return segment != "" && len(segment) <= maxResource && !strings.ContainsFunc(segment, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(":*/", r)
	})
}

// owned reports whether the parameter that names the owner is the principal. What is empty or absent is nobody's.
func (a *access) owned(params map[string]string, who *policy.IdentityInput) bool {
	if a.owner == nil || who.Kind == policy.KindAnonymous {
		return false
	}
	name := who.Subject
	if a.owner.Claim != "" {
		text, _ := claimAt(who.Claims, a.owner.Claim).(ast.String)
		name = string(text)
	}
	return name != "" && params[a.owner.Param] == name
}

// wantedScope is the narrowest of the permissions that suffice which is of a whole resource: no issuer has scopes for single ones.
func wantedScope(accepts []string) string {
	for _, permission := range accepts {
		if !strings.Contains(permission, "/") {
			return permission
		}
	}
	return ""
}

func withOwn(accepts []string) []string {
	list := make([]string, 0, 2*len(accepts))
	list = append(list, accepts...)
	for _, permission := range accepts {
		list = append(list, permission+tenant.OwnSuffix)
	}
	return list
}

// claimAt is a claim by its whole name, or else by a path into objects; nil when there is none.
func claimAt(claims ast.Value, path string) ast.Value {
	object, ok := claims.(ast.Object)
	if !ok {
		return nil
	}
	if term := object.Get(ast.StringTerm(path)); term != nil {
		return term.Value
	}
	first, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return nil
	}
	if term := object.Get(ast.StringTerm(first)); term != nil {
		return claimAt(term.Value, rest)
	}
	return nil
}
