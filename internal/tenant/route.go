package tenant

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// methods are those that a permission can be derived from (Route.Permission).
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func isMethod(s string) bool { return slices.Contains(methods, s) }

var methodRule = "a method: " + alternatives(methods) + ", in capitals"

func (c *checker) routes(s *TenantSpec) {
	roles := s.EffectiveRoles()
	names := map[string]bool{}
	for i := range s.Routes {
		r, path := &s.Routes[i], fmt.Sprintf("spec.routes[%d]", i)
		c.name(path+".name", r.Name)
		if names[r.Name] && r.Name != "" {
			c.add(path+".name", "%q names two routes", r.Name)
		}
		names[r.Name] = true
		c.route(path, r, roles)
		c.authentication(path, r, &s.Auth)
	}
	c.shadowed(s.Routes)
}

func (c *checker) route(path string, r *Route, roles map[string]Role) {
	c.match(path+".match", &r.Match)
	c.access(path, r, roles)
	if r.Anonymous && r.Classification != "public" {
		c.add(path+".anonymous", "needs classification: public; this route is %s", r.Classification)
	}
	if r.Websocket && len(r.Match.Methods) > 0 && !slices.Contains(r.Match.Methods, "GET") {
		c.add(path+".websocket", "needs the method GET, with which a WebSocket starts (RFC 6455)")
	}
}

func (c *checker) match(path string, m *Match) {
	c.exactlyOne(path, []alternative{{"path", m.Path}, {"prefix", m.Prefix}, {"regex", m.Regex}})
	if reason := badPath(m.Path); m.Path != "" && reason != "" {
		c.add(path+".path", "%s", reason)
	}
	switch reason := badPath(m.Prefix); {
	case m.Prefix == "":
	case reason != "":
		c.add(path+".prefix", "%s", reason)
	case m.Prefix != "/" && strings.HasSuffix(m.Prefix, "/"):
		c.add(path+".prefix", "ends with /: %q matches it and everything below", strings.TrimRight(m.Prefix, "/"))
	}
	if reason := badRegex(m.Regex); m.Regex != "" && reason != "" {
		c.add(path+".regex", "%s", reason)
	}
	c.each(path+".methods", m.Methods, isMethod, methodRule)
}

// maxPath bounds a path or a regular expression, in bytes.
const maxPath = 1024

// badPath says why no request could have the path, or what makes it ambiguous: Envoy normalises paths and
// refuses escaped slashes before it matches, and queries are no part of a path.
func badPath(p string) string {
	if len(p) > maxPath {
		return fmt.Sprintf("has %d bytes; at most %d are allowed", len(p), maxPath)
	}
	if !strings.HasPrefix(p, "/") {
		return "must start with /"
	}
	if strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`?#\`, r) }) {
		return `must not hold spaces, control characters, ?, # or \; other characters stand escaped, such as %C3%A9`
	}
	if _, err := url.PathUnescape(p); err != nil {
		return "has a bad escape: % needs two hexadecimal digits after it"
	}
	upper := strings.ToUpper(p)
	if strings.Contains(upper, "%2F") || strings.Contains(upper, "%5C") || strings.Contains(upper, "%00") {
		return "has an escaped slash, backslash or NUL, which is refused in requests"
	}
	for _, segment := range strings.Split(p[1:], "/") {
		if segment == "." || segment == ".." {
			return "has a . or .. segment, which is resolved before routes are matched"
		}
	}
	if strings.Contains(p, "//") {
		return "has an empty segment (//), which is refused in requests"
	}
	return ""
}
