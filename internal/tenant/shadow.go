package tenant

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// shadowed reports routes that can never match, because an earlier one takes all their requests. It finds
// what a single earlier route hides; routes hidden only by several together, or by a regular expression that
// is not the same, pass.
func (c *checker) shadowed(routes []Route) {
	matchers := make([]*regexp.Regexp, len(routes))
	for i := range routes {
		m := &routes[i].Match
		if m.Regex != "" && badRegex(m.Regex) == "" {
			matchers[i] = regexp.MustCompile(`\A(?:` + m.Regex + `)\z`)
		}
		for j := range i {
			if covers(&routes[j].Match, matchers[j], m, matchers[i]) {
				c.add(fmt.Sprintf("spec.routes[%d].match", i), "never matches: the earlier route %q takes all its requests", routes[j].Name)
				break
			}
		}
	}
}

// covers reports whether every request that b matches is matched by a.
func covers(a *Match, aRegex *regexp.Regexp, b *Match, bRegex *regexp.Regexp) bool {
	return coversMethods(a.Methods, b.Methods) && coversPaths(a, aRegex, b, bRegex)
}

func coversMethods(a, b []string) bool {
	if len(a) == 0 {
		return true
	}
	if len(b) == 0 {
		b = methods
	}
	return !slices.ContainsFunc(b, func(m string) bool { return !slices.Contains(a, m) })
}

func coversPaths(a *Match, aRegex *regexp.Regexp, b *Match, bRegex *regexp.Regexp) bool {
	switch {
	case a.Path != "":
		return a.Path == b.Path
	case a.Prefix != "":
		return coversPrefix(a.Prefix, b, bRegex)
	case aRegex == nil:
		return false
	case b.Path != "":
		return aRegex.MatchString(b.Path)
	}
	return a.Regex == b.Regex || a.Regex == ".*" || a.Regex == "/.*"
}

func coversPrefix(prefix string, b *Match, bRegex *regexp.Regexp) bool {
	switch {
	case prefix == "/":
		// Every path starts with it.
		return b.Path != "" || b.Prefix != "" || bRegex != nil
	case b.Path != "":
		return below(b.Path, prefix)
	case b.Prefix != "":
		return below(b.Prefix, prefix)
	case bRegex != nil:
		literal, complete := bRegex.LiteralPrefix()
		return strings.HasPrefix(literal, prefix+"/") || complete && literal == prefix
	}
	return false
}

// below reports whether path is prefix or under it, by whole segments.
func below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}
