package tenant

import (
	"regexp"
	"slices"
	"strings"
)

// Matches reports whether Envoy would take a request for this match: method and path as they stand in the request, the path
// without its query. It compiles a regular expression on each call; a bad one matches nothing.
func (m *Match) Matches(method, path string) bool {
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, method) {
		return false
	}
	switch {
	case m.Path != "":
		return path == m.Path
	case m.Regex != "":
		expression, err := regexp.Compile(`\A(?:` + m.Regex + `)\z`)
		return err == nil && expression.MatchString(path)
	case strings.HasSuffix(m.Prefix, "/"):
		return strings.HasPrefix(path, m.Prefix)
	case m.Prefix != "":
		return below(path, m.Prefix)
	}
	return false
}
