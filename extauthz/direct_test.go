package extauthz_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/handoff"
)

func direct(t testing.TB, files map[string]string) (*server, string) {
	t.Helper()
	dir := writeConfig(t, files)
	return start(t, extauthz.Options{Config: dir}).ready(), dir
}

func TestRequestsAreDecidedAsTheTenantsSay(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	viewer, editor := acmeToken(t, "vera", "viewer"), acmeToken(t, "edith", "editor")
	forged := viewer[:len(viewer)-4] + "AAAA"
	for _, c := range []struct {
		name string
		ask  ask
		want int
	}{
		{"no credential", ask{tenant: "acme"}, 401},
		{"viewer reads", ask{tenant: "acme", token: viewer}, 200},
		{"viewer writes", ask{tenant: "acme", token: viewer, method: "POST"}, 403},
		{"editor writes", ask{tenant: "acme", token: editor, method: "POST"}, 200},
		{"another tenant's token", ask{tenant: "globex", token: viewer}, 403},
		{"unknown tenant", ask{tenant: "initech", token: viewer}, 404},
		{"no tenant", ask{token: viewer}, 404},
		{"unknown route", ask{tenant: "acme", route: "nowhere", token: viewer}, 404},
		{"changed signature", ask{tenant: "acme", token: forged}, 401},
		{"public route without a credential", ask{tenant: "acme", route: "site", path: "/site"}, 200},
		{"restricted route without a second factor", ask{tenant: "acme", route: "vault", path: "/vault", token: acmeToken(t, "ada", "admin")}, 401},
		{"restricted route without clearance", ask{tenant: "acme", route: "vault", path: "/vault", token: viewer}, 403},
		{"ambiguous path", ask{tenant: "acme", token: viewer, path: "//admin"}, 400},
		{"encoded slash", ask{tenant: "acme", token: viewer, path: "/a%2Fb"}, 400},
		{"bad escape", ask{tenant: "acme", token: viewer, path: "/%zz"}, 400},
		{"encoded zero byte", ask{tenant: "acme", token: viewer, path: "/%00"}, 400},
		{"method that is none", ask{tenant: "acme", token: viewer, method: "GE T"}, 400},
		{"second credential of the same kind", ask{tenant: "acme", token: viewer, headers: map[string]string{"Authorization": "Bearer x"}}, 400},
	} {
		if got := s.status(c.ask); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestAnAdmittedRequestCarriesIdentityAndHandoff(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	response := s.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer", "auditor"), headers: map[string]string{"x-tenant-id": "globex"}})
	ok := response.GetOkResponse()
	for name, want := range map[string]string{"x-tenant-id": "acme", "x-subject": "vera", "x-roles": "viewer,auditor"} {
		if got := header(ok.GetHeaders(), name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := header(ok.GetResponseHeadersToAdd(), "ratelimit"); !contains(got, `"burst";r=999;t=`) {
		t.Errorf("ratelimit is %q", got)
	}
	if slices.Contains(ok.GetHeadersToRemove(), "authorization") || !slices.Contains(ok.GetHeadersToRemove(), "x-api-key") {
		t.Errorf("removed are %v", ok.GetHeadersToRemove())
	}
	h, parsed := handoff.Parse(response.GetDynamicMetadata().GetFields()[handoff.Key].GetStringValue())
	if !parsed || h.Tenant != "acme" || len(h.ScanPolicy) != 64 || h.RequestID != "req-1" {
		t.Fatalf("handoff %+v", h)
	}
	document, err := http.Get("http://" + s.authz.HTTPAddress() + "/scan-policies/" + h.ScanPolicy)
	if err != nil {
		t.Fatal(err)
	}
	defer document.Body.Close()
	if document.StatusCode != http.StatusOK || document.Header.Get("ETag") != `"`+h.ScanPolicy+`"` {
		t.Errorf("the scan policy of the answer is %s", document.Status)
	}
}

func TestAnAPIKeyOfTheUpstreamsOwnReachesIt(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	token := acmeToken(t, "vera", "viewer")
	own := s.check(ask{tenant: "acme", token: token, headers: map[string]string{"x-api-key": "the-upstreams"}})
	if removed := own.GetOkResponse().GetHeadersToRemove(); own.GetOkResponse() == nil || slices.Contains(removed, "x-api-key") {
		t.Errorf("the upstream's own key is removed: %v", own)
	}
	if got := s.status(ask{tenant: "acme", token: token, headers: map[string]string{"x-api-key": "mw_of-nobody"}}); got != 401 {
		t.Errorf("what has the form of our keys and is none: %d", got)
	}
}

func TestAnExhaustedQuotaIs429AndDeniedRequestsAreNotCharged(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	gus := globexToken(t, "gus", "viewer")
	for range 5 {
		if got := s.status(ask{tenant: "globex", token: gus, method: "DELETE"}); got != 403 {
			t.Fatalf("a viewer's DELETE is %d", got)
		}
	}
	for i := range 3 {
		if got := s.status(ask{tenant: "globex", token: gus}); got != 200 {
			t.Fatalf("request %d is %d", i, got)
		}
	}
	denied := s.check(ask{tenant: "globex", token: gus}).GetDeniedResponse()
	if denied.GetStatus().GetCode() != 429 || header(denied.GetHeaders(), "retry-after") == "" ||
		header(denied.GetHeaders(), "ratelimit-policy") != `"hour";q=3;w=3600` {
		t.Errorf("%v", denied)
	}
	if got := s.status(ask{tenant: "globex", token: globexToken(t, "gina", "viewer")}); got != 200 {
		t.Errorf("another subject is %d", got)
	}
}

func TestEditsAreLiveAndBrokenOnesKeepTheLastGoodVersion(t *testing.T) {
	t.Parallel()
	s, dir := direct(t, twoTenants())
	viewer := ask{tenant: "acme", token: acmeToken(t, "vera", "viewer"), method: "POST"}
	other := ask{tenant: "globex", token: globexToken(t, "gus", "editor"), method: "POST"}

	write(t, dir, "tenants/acme.yaml", tenantYAML("acme", acmeSecret, "  roles: {viewer: {permissions: [read, write]}}\n"))
	await(t, "the edited role", func() bool { return s.status(viewer) == 200 })

	write(t, dir, "tenants/acme.yaml", "spec: [")
	await(t, "the refusal", func() bool { return s.metric("meshwarden_extauthz_config_refused_total") > 0 })
	if got := s.status(viewer); got != 200 {
		t.Errorf("after a broken edit: %d", got)
	}

	write(t, dir, "tenants/globex/own.rego", "package tenant\n\ndeny contains \"closed\" if input.request.method == \"POST\"\n")
	await(t, "another tenant's module", func() bool { return s.status(other) == 403 })

	write(t, dir, "tenants/globex/own.rego", "package tenant\n\ndeny contains \"closed\" if nonsense(input)\n")
	write(t, dir, "policies/hours.rego", "package platform.hours\n\ndeny contains \"frozen\" if input.request.method == \"PATCH\"\n")
	patch := viewer
	patch.method = "PATCH"
	await(t, "the platform's module", func() bool { return s.status(patch) == 403 })
	if got := s.status(other); got != 403 {
		t.Errorf("a broken module let a request through: %d", got)
	}

	if err := os.Remove(filepath.Join(dir, "tenants/acme.yaml")); err != nil {
		t.Fatal(err)
	}
	await(t, "the deletion", func() bool { return s.status(viewer) == 404 })
	write(t, dir, "tenants/initech.yaml", tenantYAML("initech", acmeSecret+"2", ""))
	await(t, "the new tenant", func() bool { return s.status(ask{tenant: "initech"}) == 401 })
}

func TestAServerWithoutPlatformIsNotReadyAndSaysSo(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["policies/broken.rego"] = "package platform.broken\n\ndeny contains nonsense(input)\n"
	dir := writeConfig(t, files)
	s := start(t, extauthz.Options{Config: dir})
	await(t, "the refusal", func() bool { return s.metric("meshwarden_extauthz_config_refused_total") > 0 })
	// Without the platform owner's module its denials would be missing: nothing may be admitted.
	response := s.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")})
	if s.authz.Ready() == nil {
		t.Error("the server is ready")
	}
	if response.GetErrorResponse() == nil || statusOf(response) != 503 || response.GetStatus().GetCode() == 0 {
		t.Errorf("%v", response)
	}
	write(t, dir, "policies/broken.rego", "package platform.broken\n\ndeny contains \"no\" if input.request.method == \"PATCH\"\n")
	s.ready()
}

func TestAMessageThatIsNoCheckRequestIsInvalidArgument(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	// A header map is a message: as such, this string field is malformed.
	err := s.conn.Invoke(t.Context(), auth.Authorization_Check_FullMethodName,
		&core.HeaderValue{Key: "\x22\x7f"}, new(auth.CheckResponse))
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("%v", err)
	}
}

func TestHealthFollowsReadiness(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	response, err := healthpb.NewHealthClient(s.conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: "envoy.service.auth.v3.Authorization"})
	if err != nil || response.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("%v, %v", response, err)
	}
}

func TestAnUnknownScanPolicyIs404WithABody(t *testing.T) {
	t.Parallel()
	s, _ := direct(t, twoTenants())
	response, err := http.Get("http://" + s.authz.HTTPAddress() + "/scan-policies/00")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNotFound || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %v", response.Status, response.Header)
	}
}

// metric is the sum of a family's samples.
func (s *server) metric(name string) float64 {
	s.t.Helper()
	families, err := s.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	var sum float64
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}
