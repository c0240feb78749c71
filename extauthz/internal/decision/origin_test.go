package decision_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestPagesOfOtherOriginsNeitherWriteNorOpenSockets(t *testing.T) {
	t.Parallel()
	listed := &tenant.CORS{Origins: []string{"https://app.example.com"}}
	anyone := &tenant.CORS{Origins: []string{"*"}}
	for name, test := range map[string]struct {
		cors    *tenant.CORS
		method  string
		origin  string
		upgrade string
		want    reason.Reason
	}{
		"no browser":                               {listed, "POST", "", "", reason.Allowed},
		"a listed page writes":                     {listed, "POST", "https://app.example.com", "", reason.Allowed},
		"its name in capitals":                     {listed, "POST", "https://APP.example.com", "", reason.Allowed},
		"the tenant's own page":                    {listed, "POST", "http://acme.localhost:10000", "", reason.Allowed},
		"another page writes":                      {listed, "POST", "https://evil.example", "", reason.OriginNotAllowed},
		"another page reads":                       {listed, "GET", "https://evil.example", "", reason.Allowed},
		"a page that begins like a listed one":     {listed, "POST", "https://app.example.com.evil.example", "", reason.OriginNotAllowed},
		"a page that ends like the tenant's host":  {listed, "POST", "https://evil-acme.localhost", "", reason.OriginNotAllowed},
		"another scheme of a listed page":          {listed, "POST", "http://app.example.com", "", reason.OriginNotAllowed},
		"two origins in one":                       {listed, "POST", "https://app.example.com, https://evil.example", "", reason.OriginNotAllowed},
		"a page without an origin of its own":      {listed, "POST", "null", "", reason.OriginNotAllowed},
		"anyone where anyone may":                  {anyone, "POST", "null", "", reason.Allowed},
		"another page writes where CORS is not on": {nil, "POST", "https://evil.example", "", reason.Allowed},
		"another page opens a socket":              {nil, "GET", "https://evil.example", "websocket", reason.OriginNotAllowed},
		"written otherwise":                        {listed, "GET", "https://evil.example", "WebSocket", reason.OriginNotAllowed},
		"the tenant's own page opens one":          {nil, "GET", "https://acme.localhost", "websocket", reason.Allowed},
		"a listed page opens one":                  {listed, "GET", "https://app.example.com", "websocket", reason.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := acme()
			if test.cors != nil {
				own := *test.cors // which defaulted fills in
				changed.Spec.CORS = &own
			}
			r := ask(test.method, "api", "/orders")
			r.Headers = []policy.Header{{Name: "origin", Value: test.origin}}
			if test.upgrade != "" {
				r.Headers = append(r.Headers, policy.Header{Name: "upgrade", Value: test.upgrade})
			}
			d := decider(principal("acme", "ed", "editor"), admitting())
			if out := d.Decide(t.Context(), build(t, nil, defaulted(changed)), r); out.Reason != test.want {
				t.Errorf("%s, want %s", out.Reason, test.want)
			}
		})
	}
}
