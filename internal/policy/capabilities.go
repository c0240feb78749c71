package policy

import (
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// withheld are the built-ins that a tenant's modules do without, each with why. Those that are not bounded
// do not ask the evaluation's Cancel, and were measured to run for seconds, or without end, on an argument
// that takes microseconds to make.
var withheld = map[string]string{
	"http.send":                 "it reaches the network",
	"net.lookup_ip_addr":        "it reaches the network",
	"json.match_schema":         "it fetches remote references",
	"json.verify_schema":        "it fetches remote references",
	"opa.runtime":               "it shows the server's environment",
	"rego.parse_module":         unbounded,
	"bits.lsh":                  unbounded,
	"strings.render_template":   unbounded,
	"graph.reachable":           unbounded,
	"graph.reachable_paths":     unbounded,
	"net.cidr_contains_matches": unbounded,
	"regex.template_match":      unbounded,
	"regex.globs_match":         unbounded,
	"graphql.is_valid":          unbounded,
	"graphql.parse":             unbounded,
	"graphql.parse_and_verify":  unbounded,
	"graphql.parse_query":       unbounded,
	"graphql.parse_schema":      unbounded,
	"graphql.schema_is_valid":   unbounded,
}

const unbounded = "its work is not bounded by the deadline"

// tenantCapabilities are the language without what reaches outside of the evaluation or cannot be stopped.
var tenantCapabilities = sync.OnceValue(func() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool { return withheld[b.Name] != "" })
	c.AllowNet = []string{}
	return c
})

// explainWithheld says why a built-in is missing where the compiler only says that it is undefined.
func explainWithheld(problems []Problem) []Problem {
	for i, p := range problems {
		_, name, ok := strings.Cut(p.Reason, "undefined function ")
		if why := withheld[name]; ok && why != "" {
			problems[i].Reason = name + " is not available to a tenant's modules: " + why
		}
	}
	return problems
}
