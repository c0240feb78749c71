package tenant_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestAMatchTakesWhatEnvoyTakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		match        tenant.Match
		method, path string
		want         bool
	}{
		"an exact path":                        {tenant.Match{Path: "/a"}, "GET", "/a", true},
		"nothing below it":                     {tenant.Match{Path: "/a"}, "GET", "/a/b", false},
		"a prefix":                             {tenant.Match{Prefix: "/api"}, "GET", "/api", true},
		"what is below a prefix":               {tenant.Match{Prefix: "/api"}, "GET", "/api/x", true},
		"not a longer word":                    {tenant.Match{Prefix: "/api"}, "GET", "/apix", false},
		"everything":                           {tenant.Match{Prefix: "/"}, "GET", "/x", true},
		"a whole expression":                   {tenant.Match{Regex: "/v[0-9]+"}, "GET", "/v12", true},
		"not a part":                           {tenant.Match{Regex: "/v[0-9]+"}, "GET", "/v12/x", false},
		"alternatives hold together":           {tenant.Match{Regex: "/a|/b"}, "GET", "/ax", false},
		"a method":                             {tenant.Match{Prefix: "/", Methods: []string{"POST"}}, "POST", "/x", true},
		"another method":                       {tenant.Match{Prefix: "/", Methods: []string{"POST"}}, "GET", "/x", false},
		"a match without a path takes nothing": {tenant.Match{}, "GET", "/", false},
	} {
		if got := test.match.Matches(test.method, test.path); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
