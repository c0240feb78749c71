package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// classifications in ascending order; a clearance reaches its own and those before it.
var classifications = []string{"public", "internal", "confidential", "restricted"}

// defaultClearance is of roles that do not say (tenant.Role).
const defaultClearance = "confidential"

// Tenant is one version of a tenant as policies see it. It is immutable and safe for concurrent use: build it once a version.
type Tenant struct {
	value   ast.Object
	version string
	// permissions are those that any role holds or takes away.
	permissions map[string]struct{}
}

// NewTenant builds input.tenant: version, name, tier, hosts, roles (built-in ones included), grants, routes, quotas, scan_policies
// and data, shaped for lookups (docs/input.md). Credentials and key material are not in it. It fails when Data holds something that
// is not JSON.
func NewTenant(t *plane.Tenant) (*Tenant, error) {
	data, err := ast.InterfaceToValue(jsonObject(t.Spec.Data))
	if err != nil {
		return nil, fmt.Errorf("tenant %s: data: %w", t.Name, err)
	}
	quotas, roles := EffectiveQuotas(t.Spec.Quotas), t.Spec.EffectiveRoles()
	value := ast.NewObject(
		item("name", ast.StringTerm(t.Name)),
		item("tier", stringTerm(t.Spec.Tier)),
		item("hosts", listTerm(t.Spec.Hosts)),
		item("roles", rolesTerm(&t.Spec)),
		item("token_scopes", stringTerm(t.Spec.TokenScopes)),
		item("grants", grantsTerm(t.Spec.Grants)),
		item("routes", routesTerm(t.Spec.Routes, quotas)),
		item("quotas", quotasTerm(quotas)),
		item("scan_policies", setTerm(slices.Sorted(maps.Keys(t.ScanPolicies)))),
		item("data", ast.NewTerm(data)),
	)
	sum := sha256.Sum256([]byte(value.String()))
	version := hex.EncodeToString(sum[:16])
	value.Insert(stringTerm("version"), ast.StringTerm(version))
	return &Tenant{value: value, version: version, permissions: permissionsOf(roles)}, nil
}

// Value is input.tenant.
func (t *Tenant) Value() ast.Value { return t.value }

// Version is the hash of the content, which policies see as input.tenant.version.
func (t *Tenant) Version() string { return t.version }

func permissionsOf(roles map[string]tenant.Role) map[string]struct{} {
	names := map[string]struct{}{}
	for _, role := range roles {
		for _, list := range [][]string{role.Permissions, role.Deny} {
			for _, name := range list {
				names[name] = struct{}{}
			}
		}
	}
	return names
}

// EffectiveQuotas are the declared limits, or defaultQuotas when there are none.
func EffectiveQuotas(declared []tenant.Quota) []tenant.Quota {
	if len(declared) == 0 {
		return defaultQuotas()
	}
	return declared
}

// Granted lists the roles that grants give to a principal of another tenant now, in order, without repetition.
// A grant without subjects is for all of that tenant's principals.
func Granted(grants []tenant.Grant, principalTenant, subject string, now time.Time) []string {
	var roles []string
	for _, g := range grants {
		if g.Tenant != principalTenant || len(g.Subjects) > 0 && !slices.Contains(g.Subjects, subject) || ended(g, now) {
			continue
		}
		for _, role := range g.Roles {
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
	}
	return roles
}

// ended reports whether a grant is over. A time that cannot be read is.
func ended(g tenant.Grant, now time.Time) bool {
	if g.Expires == "" {
		return false
	}
	expires, err := time.Parse(time.RFC3339, g.Expires)
	return err != nil || !now.Before(expires)
}

func jsonObject(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// rolesTerm maps a role to what it may do.
func rolesTerm(spec *tenant.TenantSpec) *ast.Term {
	var items [][2]*ast.Term
	for name, role := range spec.EffectiveRoles() {
		term := builtinRoles()[name]
		if _, own := spec.Roles[name]; own {
			term = roleTerm(role)
		}
		items = append(items, ast.Item(stringTerm(name), term))
	}
	return ast.ObjectTerm(items...)
}

// builtinRoles are shared by all tenants that do not replace them.
var builtinRoles = sync.OnceValue(func() map[string]*ast.Term {
	terms := map[string]*ast.Term{}
	for name, role := range (&tenant.TenantSpec{}).EffectiveRoles() {
		terms[name] = roleTerm(role)
	}
	return terms
})

// roleTerm holds a role's permissions and the classifications it reaches, both as sets. A role that denies something has that as a set
// too.
func roleTerm(role tenant.Role) *ast.Term {
	object := ast.NewObject(
		item("permissions", setTerm(role.Permissions)),
		item("reaches", setTerm(reached(role.Clearance))),
	)
	if len(role.Deny) > 0 {
		object.Insert(stringTerm("deny"), setTerm(role.Deny))
	}
	for list, patterns := range map[string][]string{"tools": role.Tools, "models": role.Models, "methods": role.Methods} {
		if len(patterns) > 0 {
			object.Insert(stringTerm(list), patternsTerm(patterns))
		}
	}
	if len(role.Methods) == 0 {
		object.Insert(stringTerm("methods"), sessionMethods())
	}
	return ast.NewTerm(object)
}

// sessionMethods are shared by all roles that list none.
var sessionMethods = sync.OnceValue(func() *ast.Term { return patternsTerm((&tenant.Role{}).EffectiveMethods()) })

func patternsTerm(patterns []string) *ast.Term {
	names, prefixes := tenant.CutPrefixes(patterns)
	return ast.ObjectTerm(
		item("names", setTerm(names)),
		item("prefixes", listTerm(prefixes)),
	)
}

// reached lists the classifications that a clearance reaches; one that is not known reaches none.
func reached(clearance string) []string {
	if clearance == "" {
		clearance = defaultClearance
	}
	return classifications[:slices.Index(classifications, clearance)+1]
}

func grantsTerm(grants []tenant.Grant) *ast.Term {
	terms := make([]*ast.Term, len(grants))
	for i, g := range grants {
		terms[i] = ast.ObjectTerm(
			item("tenant", stringTerm(g.Tenant)),
			item("subjects", listTerm(g.Subjects)),
			item("roles", listTerm(g.Roles)),
			item("expires", ast.StringTerm(g.Expires)),
		)
	}
	return ast.ArrayTerm(terms...)
}

// routesTerm maps a route to its facts and to the names of the limits that apply to it.
func routesTerm(routes []tenant.Route, quotas []tenant.Quota) *ast.Term {
	items := make([][2]*ast.Term, 0, len(routes))
	for _, r := range routes {
		items = append(items, ast.Item(ast.StringTerm(r.Name), ast.ObjectTerm(
			item("upstream", stringTerm(r.Upstream)),
			item("classification", stringTerm(r.Classification)),
			item("anonymous", ast.BooleanTerm(r.Anonymous)),
			item("permission", stringTerm(r.Permission)),
			item("quotas", listTerm(quotasOf(r.Name, quotas))),
		)))
	}
	return ast.ObjectTerm(items...)
}

func quotasOf(route string, quotas []tenant.Quota) []string {
	var names []string
	for _, q := range quotas {
		if len(q.Routes) == 0 || slices.Contains(q.Routes, route) {
			names = append(names, q.Name)
		}
	}
	return names
}

func quotasTerm(quotas []tenant.Quota) *ast.Term {
	items := make([][2]*ast.Term, 0, len(quotas))
	for _, q := range quotas {
		items = append(items, ast.Item(ast.StringTerm(q.Name), ast.ObjectTerm(
			item("algorithm", stringTerm(q.Algorithm)),
			item("limit", ast.NumberTerm(json.Number(strconv.FormatInt(q.Limit, 10)))),
			item("refill", ast.NumberTerm(json.Number(strconv.FormatFloat(q.Refill, 'f', -1, 64)))),
			item("window", stringTerm(q.Window)),
			item("per", stringTerm(q.Per)),
			item("routes", listTerm(q.Routes)),
		)))
	}
	return ast.ObjectTerm(items...)
}

func setTerm(values []string) *ast.Term {
	terms := make([]*ast.Term, len(values))
	for i, v := range values {
		terms[i] = stringTerm(v)
	}
	return ast.SetTerm(terms...)
}
