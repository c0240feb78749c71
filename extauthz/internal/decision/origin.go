package decision

import (
	"net/http"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// originAllowed reports whether a page that a browser names in Origin may make the request. CORS keeps pages from reading answers; this
// keeps those of other origins from writing where the tenant has CORS, and from opening WebSockets, which CORS does not cover. What is no
// browser sends no Origin. A page of the tenant's own host may, whatever its port; "null" is an origin that no list has.
func originAllowed(in *policy.RequestInput, cors *tenant.CORS) bool {
	origin := headerOf(in, "origin")
	if origin == "" || sameHost(origin, in.Host) || cors != nil && (cors.Origins[0] == "*" || slices.Contains(cors.Origins, strings.ToLower(origin))) {
		return true
	}
	if strings.EqualFold(headerOf(in, "upgrade"), "websocket") {
		return false
	}
	return cors == nil || in.Method == http.MethodGet || in.Method == http.MethodHead || in.Method == http.MethodOptions
}

// sameHost reports whether an origin is of a host, which is in lower case and has no port.
func sameHost(origin, host string) bool {
	_, authority, ok := strings.Cut(origin, "://")
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	return ok && host != "" && strings.EqualFold(authority, host)
}

func headerOf(in *policy.RequestInput, name string) string {
	for i := range in.Headers {
		if in.Headers[i].Name == name {
			return in.Headers[i].Value
		}
	}
	return ""
}
