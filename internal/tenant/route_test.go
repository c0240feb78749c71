package tenant_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// withRoutes validates a tenant with the given matches, named r0, r1 and so on.
func withRoutes(matches ...tenant.Match) []string {
	return problemsOf(func(v *tenant.Tenant) {
		v.Spec.Routes, v.Spec.Quotas = nil, nil
		for i, m := range matches {
			v.Spec.Routes = append(v.Spec.Routes, tenant.Route{Name: "r" + string(rune('0'+i)), Match: m, Upstream: "echo"})
		}
	})
}

func TestARouteThatNeverMatchesNamesTheOneThatHidesIt(t *testing.T) {
	t.Parallel()
	path := func(p string, methods ...string) tenant.Match { return tenant.Match{Path: p, Methods: methods} }
	prefix := func(p string, methods ...string) tenant.Match { return tenant.Match{Prefix: p, Methods: methods} }
	regex := func(p string, methods ...string) tenant.Match { return tenant.Match{Regex: p, Methods: methods} }
	for name, c := range map[string]struct {
		earlier, later tenant.Match
		hidden         bool
	}{
		"the same path":                       {path("/a"), path("/a"), true},
		"another path":                        {path("/a"), path("/b"), false},
		"a path does not hide a prefix":       {path("/a"), prefix("/a"), false},
		"a prefix hides itself as a path":     {prefix("/a"), path("/a"), true},
		"a prefix hides a path below":         {prefix("/a"), path("/a/b"), true},
		"a prefix takes whole segments":       {prefix("/a"), path("/ab"), false},
		"a prefix hides a longer one":         {prefix("/a"), prefix("/a/b"), true},
		"a longer prefix hides no shorter":    {prefix("/a/b"), prefix("/a"), false},
		"the root hides everything":           {prefix("/"), regex("/x/[a-z]+"), true},
		"a prefix hides a regex below":        {prefix("/a"), regex("/a/[0-9]+"), true},
		"a prefix does not hide a regex":      {prefix("/a"), regex("/a[0-9]+"), false},
		"a regex hides a path":                {regex("/u/[0-9]+"), path("/u/17"), true},
		"a regex matches the whole path":      {regex("/u/[0-9]+"), path("/u/17/x"), false},
		"the same regex":                      {regex("/u/[0-9]+"), regex("/u/[0-9]+"), true},
		"any regex":                           {regex("/.*"), prefix("/a"), true},
		"a narrower method":                   {prefix("/a", "GET"), prefix("/a", "GET", "POST"), false},
		"a wider method":                      {prefix("/a", "GET", "POST"), prefix("/a", "GET"), true},
		"any method is wider":                 {prefix("/a"), prefix("/a", "GET"), true},
		"one method is narrower than any":     {prefix("/a", "GET"), prefix("/a"), false},
		"all methods are as wide as any":      {prefix("/a", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), prefix("/a"), true},
		"alternatives in a regex are a group": {regex("/a|/b"), path("/ab"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := withRoutes(c.earlier, c.later)
			want := `spec.routes[1].match: never matches: the earlier route "r0" takes all its requests`
			if c.hidden != (len(got) == 1 && got[0] == want) || !c.hidden && len(got) > 0 {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestPathsThatNoRequestCanHaveAreRefused(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"a", "/a?b", "/a#b", "/a b", "/a\x00", "/é", `/a\b`, "/a%2fb", "/a%5Cb", "/%00", "/%zz", "/%a", "/a/../b", "/.", "//a", "/a//", "/" + strings.Repeat("a", 1024)} {
		if got := withRoutes(tenant.Match{Path: p}); len(got) != 1 || !strings.HasPrefix(got[0], "spec.routes[0].match.path: ") {
			t.Errorf("%q: %q", p, got)
		}
	}
	for _, p := range []string{"/", "/a", "/a/", "/a.b/..c", "/caf%C3%A9", "/a:b@c"} {
		if got := withRoutes(tenant.Match{Path: p}); got != nil {
			t.Errorf("%q: %q", p, got)
		}
	}
	if got := withRoutes(tenant.Match{Prefix: "/a/"}); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestRegexesThatEnvoyRefusesAreRefused(t *testing.T) {
	t.Parallel()
	for expression, reason := range map[string]string{
		"/a(":                "RE2 refuses it: missing closing ): `/a(`",
		"/(?=a)":             "RE2 refuses it: invalid or unsupported Perl syntax",
		`/(a)\1`:             "RE2 refuses it: invalid escape sequence",
		"/a{1001}":           "RE2 refuses it: invalid repeat count",
		"/é":                 "must be printable ASCII",
		`/[\x{100}-\x{200}]`: `RE2 refuses it: \x{100} is not a byte`,
		"/[^/]{50}":          "compiles to a program of about 105 instructions; Envoy takes at most 100",
	} {
		got := withRoutes(tenant.Match{Regex: expression})
		if len(got) != 1 || !strings.HasPrefix(got[0], "spec.routes[0].match.regex: "+reason) {
			t.Errorf("%s: %q", expression, got)
		}
	}
	for _, expression := range []string{`/\\x\{100}`, `/\xff`, "/v[0-9]+/(users|teams)/[^/]{1,20}"} {
		if got := withRoutes(tenant.Match{Regex: expression}); got != nil {
			t.Errorf("%s: %q", expression, got)
		}
	}
}
