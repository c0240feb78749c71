package standalone

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func TestReadinessAsksForEveryHostOfEveryTenant(t *testing.T) {
	t.Parallel()
	of := func(hosts ...string) *plane.Tenant { return &plane.Tenant{Spec: tenant.TenantSpec{Hosts: hosts}} }
	c := &chain{snapshot: &config.Snapshot{Tenants: map[string]*plane.Tenant{"b": of("b.example"), "a": of("a1.example", "a2.example")}}}
	if got, want := c.hosts(), []string{"a1.example", "a2.example", "b.example"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAHostIsReadyOnceItsTenantDecides(t *testing.T) {
	t.Parallel()
	answer := func(r reason.Reason) (int, string) {
		a := r.Answer()
		return a.Status, `{"error":{"code":"` + string(a.Code) + `","message":"` + a.Message + `"}}`
	}
	answers := map[string]reason.Reason{
		"missing.example": reason.CredentialMissing, "denied.example": reason.PermissionDenied, "noroute.example": reason.RouteUnknown,
		"unknown.example": reason.TenantUnknown, "notready.example": reason.NotReady,
	}
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := answer(answers[r.Host])
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(gateway.Close)
	c := &chain{gateway: strings.TrimPrefix(gateway.URL, "http://")}
	for host, want := range map[string]bool{
		"missing.example": true, "denied.example": true, "noroute.example": true,
		"unknown.example": false, "notready.example": false,
	} {
		if got := c.decided(t.Context(), gateway.Client(), host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if !c.accepts(t.Context(), gateway.Client()) {
		t.Error("a gateway that answers does not count as one")
	}
	gateway.Close()
	if c.decided(t.Context(), gateway.Client(), "missing.example") || c.accepts(t.Context(), gateway.Client()) {
		t.Error("a gateway that is gone counts as ready")
	}
}
