package extauthz_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// recorded serves requests with a decision log and returns what it wrote.
func recorded(t *testing.T, files map[string]string, asks ...ask) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "decisions.jsonl")
	s := start(t, extauthz.Options{Config: writeConfig(t, files), DecisionLog: path, DecisionSample: "allowed=1"}).ready()
	for _, a := range asks {
		s.status(a)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func candidate(t *testing.T, files map[string]string) *extauthz.Candidate {
	t.Helper()
	c, err := extauthz.LoadCandidate(writeConfig(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAReplayFindsWhoWouldBeDecidedOtherwise(t *testing.T) {
	t.Parallel()
	viewer, editor := acmeToken(t, "vera", "viewer"), acmeToken(t, "edith", "editor")
	log := recorded(t, twoTenants(),
		ask{tenant: "acme", token: viewer}, ask{tenant: "acme", token: viewer}, ask{tenant: "acme", token: editor},
		ask{tenant: "acme", token: viewer, method: "POST"}, ask{tenant: "acme", token: editor, method: "POST"},
		ask{tenant: "acme"}, ask{tenant: "acme", route: "nowhere", token: viewer}, ask{tenant: "acme", token: "none"})
	if strings.Contains(log, viewer) || strings.Contains(log, "Bearer") {
		t.Errorf("a token is in the log: %s", log)
	}
	same, err := candidate(t, twoTenants()).Replay(t.Context(), strings.NewReader(log))
	// No route and no good credential: policies were not asked.
	if err != nil || same.Records != 8 || same.Skipped != 2 || same.Same != 6 || len(same.Differences) != 0 {
		t.Errorf("%+v, %v; want the same decisions", same, err)
	}
	files := twoTenants()
	files["tenants/acme/own.rego"] = "package tenant\n\ndeny contains \"no editors\" if \"editor\" in input.identity.roles\n"
	files["tenants/acme.yaml"] += "  roles: {viewer: {permissions: [read, write]}}\n"
	replay, err := candidate(t, files).Replay(t.Context(), strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	for i := range replay.Differences {
		replay.Differences[i].Example = ""
	}
	want := []extauthz.Difference{
		{
			Tenant: "acme", Route: "api", Roles: "editor", Was: reason.Allowed, Would: reason.PolicyDenied,
			Rule: "data.tenant.deny", Place: "tenants/acme/own.rego:3", Requests: 2, Method: "GET", Path: "/notes",
		},
		{
			Tenant: "acme", Route: "api", Roles: "viewer", Was: reason.PermissionDenied, Would: reason.Allowed,
			Requests: 1, Method: "POST", Path: "/notes",
		},
	}
	if diff := cmp.Diff(want, replay.Differences); diff != "" || replay.Same != 3 {
		t.Errorf("%d the same\n%s", replay.Same, diff)
	}
}

// A limit, a credential that the route does not take: neither is the policies' doing, nor a candidate's.
func TestWhatDeniedBesideThePoliciesIsNoDifference(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["tenants/globex.yaml"] = tenantYAML("globex", globexSecret, "  quotas: [{name: hour, algorithm: sliding_window, limit: 1, window: 1h}]\n") +
		"  on_store_failure: deny\n"
	files["tenants/globex.yaml"] = strings.Replace(files["tenants/globex.yaml"], "match: {prefix: /vault}", "match: {prefix: /vault}, auth: [api_key]", 1)
	gus := globexToken(t, "gus", "viewer")
	log := recorded(t, files, ask{tenant: "globex", token: gus}, ask{tenant: "globex", token: gus}, ask{tenant: "globex", route: "vault", path: "/vault", token: gus})
	for _, why := range []string{"quota_exceeded", "credential_not_accepted"} {
		if !strings.Contains(log, `"reason":"`+why+`"`) {
			t.Errorf("nothing was denied for %s: %s", why, log)
		}
	}
	replay, err := candidate(t, files).Replay(t.Context(), strings.NewReader(log))
	if err != nil || replay.Same != 2 || replay.Skipped != 1 || len(replay.Differences) != 0 {
		t.Errorf("%+v, %v", replay, err)
	}
}

func TestARecordedRequestIsExplained(t *testing.T) {
	t.Parallel()
	log := recorded(t, twoTenants(), ask{tenant: "acme", token: acmeToken(t, "vera", "viewer"), method: "POST"})
	c := candidate(t, twoTenants())
	err := extauthz.ReadRecords(strings.NewReader(log), func(line *extauthz.Line) error {
		e, err := c.ExplainRecord(t.Context(), line)
		if err != nil || e.Reason != reason.PermissionDenied || e.Rule != "data.meshwarden.rbac.allow" || len(e.Facts) == 0 {
			t.Errorf("%+v, %v", e, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := extauthz.ReadRecords(strings.NewReader("{}\nnot json\n"), func(*extauthz.Line) error { return nil }); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken line: %v", err)
	}
}

// Explain must say what a server does.
func TestAnExplanationIsWhatAServerAnswers(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["policies/hours.rego"] = "package platform.hours\n\ndeny contains \"closed\" if input.request.path == \"/closed\"\n"
	s, dir := direct(t, files)
	c, err := extauthz.LoadCandidate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		ask  ask
		url  string
		who  *policy.IdentityInput
		rule string
	}{
		"a viewer reads":      {ask{token: acmeToken(t, "vera", "viewer")}, "http://acme.localhost/orders", &policy.IdentityInput{Kind: policy.KindJWT, Subject: "vera", Roles: []string{"viewer"}}, ""},
		"a viewer writes":     {ask{token: acmeToken(t, "vera", "viewer"), method: "POST"}, "http://acme.localhost/orders", &policy.IdentityInput{Kind: policy.KindJWT, Subject: "vera", Roles: []string{"viewer"}}, "data.meshwarden.rbac.allow"},
		"nobody":              {ask{}, "http://acme.localhost/orders", nil, ""},
		"the public route":    {ask{route: "site", path: "/site"}, "http://acme.localhost/site", nil, ""},
		"a closed path":       {ask{token: acmeToken(t, "edith", "editor"), path: "/closed"}, "http://acme.localhost/closed", &policy.IdentityInput{Kind: policy.KindJWT, Subject: "edith", Roles: []string{"editor"}}, "data.platform.hours.deny"},
		"an ambiguous path":   {ask{path: "//orders"}, "http://acme.localhost//orders", nil, ""},
		"the restricted area": {ask{route: "vault", path: "/vault/x", token: acmeToken(t, "ada", "admin")}, "http://acme.localhost/vault/x", &policy.IdentityInput{Kind: policy.KindJWT, Subject: "ada", Roles: []string{"admin"}}, "data.meshwarden.classification.authenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			test.ask.tenant = "acme"
			want := s.status(test.ask)
			e, err := c.Explain(t.Context(), extauthz.TypedRequest{Method: test.ask.method, URL: test.url, Identity: test.who})
			if err != nil || e.Status != want || e.Allow != (want == 200) {
				t.Errorf("%+v, %v; a server answers %d", e, err, want)
			}
			if e != nil && test.rule != "" && (e.Rule != test.rule || e.Place == "" || e.Source == "") {
				t.Errorf("rule %s at %q: %q", e.Rule, e.Place, e.Source)
			}
		})
	}
}

func TestACandidateWithProblemsIsRefusedWithTheirPlaces(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["tenants/acme/own.rego"] = "package tenant\n\ndeny if {\n"
	_, err := extauthz.LoadCandidate(writeConfig(t, files))
	if err == nil || !strings.Contains(err.Error(), "tenants/acme/own.rego:") {
		t.Errorf("%v", err)
	}
}
