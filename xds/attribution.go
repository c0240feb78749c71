package xds

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/tenant"
	"github.com/meshwarden/meshwarden/xds/internal/ads"
	"github.com/meshwarden/meshwarden/xds/internal/publish"
)

// maxMessage bounds what is kept of a client's text in logs and status, in bytes.
const maxMessage = 2048

// attribution says what a refusal means to somebody who edits the configuration.
type attribution struct {
	// Tenant is empty for what all tenants share.
	Tenant string
	// Object is that of config.Problem.
	Object string
	// Field is a path in the object or file:line, empty when the message does not give it away.
	Field   string
	Message string
}

func attribute(nack ads.Nack, snapshot *config.Snapshot) attribution {
	a := attribution{Object: publish.Object(nack.Key), Message: strings.TrimSpace(nack.Message)}
	if len(a.Message) > maxMessage {
		a.Message = a.Message[:maxMessage] + "..."
	}
	if snapshot == nil {
		return a
	}
	if name, ok := strings.CutPrefix(a.Object, "tenant/"); ok {
		a.Tenant = name
		if t := snapshot.Tenants[name]; t != nil {
			a.Field = tenantField(nack.Message, t.Spec)
		}
	}
	if hash, ok := strings.CutPrefix(a.Object, "scanpolicy/"); ok {
		for name, policy := range snapshot.ScanPolicies {
			if policy.Hash == hash {
				a.Object = "scanpolicy/" + name
			}
		}
	}
	return a
}

var (
	// fileLine is how Rego errors and our own name a place.
	fileLine = regexp.MustCompile(`[\w./-]+\.(?:rego|ya?ml):\d+(?::\d+)?`)
	specPath = regexp.MustCompile(`\bspec(?:\.\w+(?:\[\d+\])*)+`)
	// routeIndex stands in Envoy's constraint errors: "VirtualHostValidationError.Routes[3]: ...".
	routeIndex = regexp.MustCompile(`\bRoutes\[(\d+)\]`)
)

// tenantField finds the part of a tenant that a client's message is about.
func tenantField(message string, spec tenant.TenantSpec) string {
	for _, place := range []*regexp.Regexp{fileLine, specPath} {
		if found := place.FindString(message); found != "" {
			return found
		}
	}
	if match := routeIndex.FindStringSubmatch(message); match != nil {
		if i, err := strconv.Atoi(match[1]); err == nil && i < len(spec.Routes) {
			return "spec.routes[" + match[1] + "]"
		}
	}
	// Envoy quotes the value that it does not like; of a regex only the part, at the end: "missing ): (x".
	fragment := strings.TrimSpace(message[strings.LastIndex(message, ": ")+1:])
	for i, route := range spec.Routes {
		regex := route.Match.Regex
		if regex != "" && (strings.Contains(message, regex) || fragment != "" && strings.Contains(regex, fragment)) {
			return "spec.routes[" + strconv.Itoa(i) + "].match.regex"
		}
	}
	for i, host := range spec.Hosts {
		if strings.Contains(message, host) {
			return "spec.hosts[" + strconv.Itoa(i) + "]"
		}
	}
	return ""
}

// clientRefused is called once for each refusal.
func (s *Server) clientRefused(client string, nack ads.Nack) {
	var snapshot *config.Snapshot
	if published := s.state.Load(); published != nil {
		snapshot = published.snapshot
	}
	a := attribute(nack, snapshot)
	s.options.Logger.Warn("resource refused by a client", "client", client, "resource", nack.Name, "type", nack.Type,
		"tenant", a.Tenant, "object", a.Object, "field", a.Field, "message", a.Message)
}
