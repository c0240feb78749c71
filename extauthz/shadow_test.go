package extauthz_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/telemetry"
)

// reports are those of the server at an admin address, once so many requests of a candidate were asked about.
func reports(t *testing.T, admin string, requests int) []extauthz.ShadowReport {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		response, err := http.Get("http://" + admin + "/shadow?tenant=acme")
		if err != nil {
			t.Fatal(err)
		}
		var list []extauthz.ShadowReport
		err = json.NewDecoder(response.Body).Decode(&list)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if requests == 0 && len(list) == 0 || len(list) == 1 && list[0].Requests >= requests && requests > 0 {
			return list
		}
	}
	t.Fatal("the candidate was not asked")
	return nil
}

// shadowed is a server on files, the address of its reports, and the directory.
func shadowed(t *testing.T, files map[string]string) (s *server, address, dir string) {
	t.Helper()
	admin, err := telemetry.NewAdmin("127.0.0.1:0", prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- admin.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	dir = writeConfig(t, files)
	return start(t, extauthz.Options{Config: dir, Admin: admin}).ready(), admin.Address(), dir
}

func TestACandidateIsAskedAndDecidesNothing(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["candidates/acme/own.rego"] = "package tenant\n\ndeny contains \"no editors\" if \"editor\" in input.identity.roles\n"
	files["candidates/acme.yaml"] = tenantYAML("acme", acmeSecret, "  roles: {viewer: {permissions: [read, write]}}\n")
	s, admin, dir := shadowed(t, files)
	viewer, editor := acmeToken(t, "vera", "viewer"), acmeToken(t, "edith", "editor")
	for _, c := range []struct {
		ask  ask
		want int
	}{
		{ask{tenant: "acme", token: viewer}, 200},
		{ask{tenant: "acme", token: viewer, method: "POST"}, 403},
		{ask{tenant: "acme", token: editor}, 200},
		{ask{tenant: "acme", token: editor}, 200},
		{ask{tenant: "acme"}, 401},
		{ask{tenant: "acme", token: "none"}, 401},
		{ask{tenant: "globex", token: viewer}, 403},
	} {
		if got := s.status(c.ask); got != c.want {
			t.Errorf("%+v: %d, want %d as enforced", c.ask, got, c.want)
		}
	}
	// The credential that is none did not come to the policies.
	report := reports(t, admin, 5)[0]
	if report.Requests != 5 || report.Same != 2 || report.Errors != 0 || len(report.Differences) != 2 {
		t.Fatalf("%+v", report)
	}
	if d := report.Differences[0]; d.Requests != 2 || d.Roles != "editor" || d.Was != reason.Allowed || d.Would != reason.PolicyDenied || d.Place != "candidates/acme/own.rego:3" {
		t.Errorf("%+v", d)
	}
	if d := report.Differences[1]; d.Requests != 1 || d.Roles != "viewer" || d.Change() != "newly_allowed" || d.Method != "POST" {
		t.Errorf("%+v", d)
	}
	// Another version starts anew, and one that is gone is forgotten.
	write(t, dir, "candidates/acme/own.rego", "package tenant\n\ndeny if false\n")
	reports(t, admin, 0)
	if got := s.status(ask{tenant: "acme", token: editor}); got != 200 {
		t.Errorf("%d", got)
	}
	if report := reports(t, admin, 1)[0]; report.Same != 1 || len(report.Differences) != 0 {
		t.Errorf("%+v", report)
	}
}
