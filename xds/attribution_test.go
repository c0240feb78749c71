package xds_test

import (
	"testing"

	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/meshwarden/meshwarden/xds"
	"github.com/meshwarden/meshwarden/xds/internal/adstest"
)

func TestARefusalNamesTheFieldThatItIsAbout(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	f.write("tenants/acme.yaml", `apiVersion: meshwarden.io/v1alpha1
kind: Tenant
metadata: {name: acme}
spec:
  hosts: [acme.example.com, shop.example.com]
  routes:
    - {name: first, match: {prefix: /api}, upstream: api}
    - {name: second, match: {regex: "/items/[0-9]{1,9}x"}, upstream: api}
`)
	s := start(t, f)
	for message, field := range map[string]string{
		"regex '/items/[0-9]{1,9}x' RE2 program size of 2702 > max program size of 1000":                                "spec.routes[1].match.regex",
		"invalid repetition size: {1,9}":                                                                                "spec.routes[1].match.regex",
		"Proto constraint validation failed (VirtualHostValidationError.Routes[0]: embedded message failed validation)": "spec.routes[0]",
		"Proto constraint validation failed (VirtualHostValidationError.Routes[7]: embedded message failed validation)": "",
		"scope key conflict found for scope acme/shop.example.com":                                                      "spec.hosts[1]",
		"spec.quotas[0].limit: too large":                                                                               "spec.quotas[0].limit",
		"something else":                                                                                                "",
		"":                                                                                                              "",
		"ends with a colon: ":                                                                                           "",
	} {
		envoy := adstest.Connect(t, s.Address(), "envoy-1", "gateway")
		envoy.Subscribe(resource.ScopedRouteType, nil)
		envoy.Nack(next(envoy, "acme/acme.example.com"), message)
		var nacks []xds.NackStatus
		adstest.Eventually(t, "a refusal", func() bool {
			for _, c := range s.Status().Clients {
				nacks = c.Nacks
			}
			return len(nacks) == 1
		})
		if got := nacks[0]; got.Field != field || got.Tenant != "acme" || got.Object != "tenant/acme" {
			t.Errorf("%q: attributed to %+v", message, got)
		}
		envoy.Close()
		adstest.Eventually(t, "no client", func() bool { return len(s.Status().Clients) == 0 })
	}
}
