package extauthz_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/planetest"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// published is a control plane that serves the two tenants.
func published(t *testing.T) *planetest.Server {
	t.Helper()
	snapshot, problems := config.NewLoader(writeConfig(t, twoTenants())).Load()
	for _, p := range problems {
		t.Fatal(p)
	}
	s := planetest.New(t)
	s.Set(plane.TypePlatform, plane.PlatformName, snapshot.Platform)
	for _, p := range snapshot.ScanPolicies {
		s.Set(plane.TypeScanPolicy, p.Hash, p.ScanPolicy)
	}
	for name, tenant := range snapshot.Tenants {
		s.Set(plane.TypeTenant, name, tenant)
	}
	return s
}

func loaded(t *testing.T, files map[string]string) *config.Snapshot {
	t.Helper()
	snapshot, problems := config.NewLoader(writeConfig(t, files)).Load()
	for _, p := range problems {
		t.Fatal(p)
	}
	return snapshot
}

func TestAControlPlanesTenantsAreServedAndEditedLive(t *testing.T) {
	t.Parallel()
	control := published(t)
	s := start(t, extauthz.Options{XDS: control.Address(), Node: "replica-7"}).ready()
	viewer := ask{tenant: "acme", token: acmeToken(t, "vera", "viewer"), method: "POST"}
	if got := s.status(viewer); got != 403 {
		t.Errorf("a viewer's POST is %d", got)
	}
	if node := control.Node(); node.GetId() != "replica-7" || node.GetCluster() != "extauthz" {
		t.Errorf("node %v", node)
	}

	files := twoTenants()
	files["tenants/acme.yaml"] = tenantYAML("acme", acmeSecret, "  roles: {viewer: {permissions: [read, write]}}\n")
	control.Set(plane.TypeTenant, "acme", loaded(t, files).Tenants["acme"])
	await(t, "the edit", func() bool { return s.status(viewer) == 200 })

	control.Remove(plane.TypeTenant, "acme")
	await(t, "the removal", func() bool { return s.status(viewer) == 404 })
}

func TestATenantThatDoesNotCompileIsRefusedByNameAndLine(t *testing.T) {
	t.Parallel()
	control := published(t)
	s := start(t, extauthz.Options{XDS: control.Address()}).ready()
	bad := *loaded(t, twoTenants()).Tenants["acme"]
	bad.Modules = []plane.Module{{Path: "tenants/acme/own.rego", Source: "package tenant\n\ndeny contains nonsense(1)\n"}}
	control.Set(plane.TypeTenant, "acme", bad)
	detail := ""
	control.Await("the refusal", func() bool {
		for _, a := range control.Answers() {
			if a.Detail != "" {
				detail = a.Detail
			}
		}
		return detail != ""
	})
	if !contains(detail, "tenant/acme: tenants/acme/own.rego:3:") {
		t.Errorf("detail %q", detail)
	}
	if got := s.status(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")}); got != 200 {
		t.Errorf("the last good version answers %d", got)
	}
	control.Set(plane.TypeTenant, "stranger", loaded(t, twoTenants()).Tenants["globex"])
	control.Await("the refusal of a wrong name", func() bool {
		answers := control.Answers()
		return contains(answers[len(answers)-1].Detail, "tenant/stranger")
	})
}

func TestARemovedScanPolicyCanStillBeFetched(t *testing.T) {
	t.Parallel()
	control := published(t)
	s := start(t, extauthz.Options{XDS: control.Address()}).ready()
	document := []byte("name later\n")
	sum := sha256.Sum256(document)
	hash := hex.EncodeToString(sum[:])
	fetch := func() int {
		response, err := http.Get("http://" + s.authz.HTTPAddress() + "/scan-policies/" + hash)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	control.Set(plane.TypeScanPolicy, hash, plane.ScanPolicy{Hash: hash, Document: document})
	await(t, "the document", func() bool { return fetch() == 200 })
	answered := len(control.Answers())
	control.Remove(plane.TypeScanPolicy, hash)
	control.Await("the removal", func() bool { return len(control.Answers()) > answered })
	if got := fetch(); got != 200 {
		t.Errorf("after its removal: %d", got)
	}
	control.Set(plane.TypeScanPolicy, "00", plane.ScanPolicy{Hash: "00", Document: document})
	control.Await("the refusal of a wrong hash", func() bool {
		answers := control.Answers()
		return contains(answers[len(answers)-1].Detail, "SHA-256")
	})
}

func TestTheLastGoodConfigurationSurvivesRestarts(t *testing.T) {
	t.Parallel()
	control := published(t)
	options := extauthz.Options{XDS: control.Address(), Snapshot: filepath.Join(t.TempDir(), "snapshot")}
	viewer := ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")}
	first := start(t, options).ready()
	control.Stop()
	if got := first.status(viewer); got != 200 {
		t.Errorf("without the control plane: %d", got)
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, options).ready()
	if got := second.status(viewer); got != 200 {
		t.Errorf("after a restart without the control plane: %d", got)
	}
	control.Start()
	control.Remove(plane.TypeTenant, "acme")
	await(t, "the removal after the control plane's return", func() bool { return second.status(viewer) == 404 })
}

func TestNothingIsAdmittedBeforeTheFirstConfiguration(t *testing.T) {
	t.Parallel()
	control := planetest.New(t)
	s := start(t, extauthz.Options{XDS: control.Address()})
	response := s.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")})
	if response.GetErrorResponse() == nil || response.GetStatus().GetCode() == 0 || statusOf(response) != 503 {
		t.Errorf("%v", response)
	}
	if header(response.GetErrorResponse().GetHeaders(), "retry-after") == "" {
		t.Error("no Retry-After")
	}
}
