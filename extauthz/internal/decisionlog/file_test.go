package decisionlog_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func fileLog(t *testing.T, path string, sample decisionlog.Sample) *decisionlog.Log {
	t.Helper()
	l, err := decisionlog.New(decisionlog.Options{
		Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(), File: path, Sample: sample,
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheFileHoldsWhatPoliciesSawButNoCredential(t *testing.T) {
	t.Parallel()
	secret := strings.Join([]string{"s3", "cr3t"}, "")
	claims, err := policy.ClaimsValue(map[string]any{"plan": "gold", "nested": map[string]any{"refresh_token": secret}, "auth_time": 7})
	if err != nil {
		t.Fatal(err)
	}
	acme, err := policy.NewTenant(&plane.Tenant{Name: "acme", Spec: tenant.TenantSpec{Data: map[string]any{"key": secret}}})
	if err != nil {
		t.Fatal(err)
	}
	in := &policy.Input{
		Request: policy.RequestInput{
			Method: "GET", Path: "/orders", Segments: []string{"orders"}, Query: map[string][]string{"page": {"1"}, "access_token": {secret, secret}},
			Headers: []policy.Header{{Name: "authorization", Value: "Bearer " + secret}, {Name: "cookie", Value: "a=" + secret}, {Name: "x-team", Value: "blue"}},
		},
		Identity: policy.IdentityInput{Kind: policy.KindJWT, Subject: "vera", Tenant: "acme", Claims: claims},
		Route:    policy.RouteInput{Name: "orders"},
		Tenant:   acme,
	}
	path := filepath.Join(t.TempDir(), "decisions")
	l := fileLog(t, path, decisionlog.DefaultSample)
	l.Add(decisionlog.Record{Tenant: "acme", Reason: reason.PolicyDenied, Status: 403, Time: time.Unix(1, 0), Filed: true, Input: in})
	l.Add(decisionlog.Record{Tenant: "globex", Reason: reason.CredentialMissing, Filed: true})
	finish(l)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte(secret)) {
		t.Errorf("a credential is written: %s", raw)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var line decisionlog.Line
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Input.Route() != "orders" || line.Input.Principal().Subject != "vera" || line.Reason != reason.PolicyDenied {
		t.Errorf("%+v", line)
	}
	for _, part := range []string{`"x-team":"blue"`, `"plan":"gold"`, `"auth_time":7`, `"page":["1"]`} {
		if !strings.Contains(lines[0], part) {
			t.Errorf("no %s in %s", part, lines[0])
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestDecisionsAreSampledByKind(t *testing.T) {
	t.Parallel()
	sample, err := decisionlog.ParseSample("allowed=0,denied=1")
	if err != nil {
		t.Fatal(err)
	}
	l := fileLog(t, filepath.Join(t.TempDir(), "decisions"), sample)
	for _, test := range []struct {
		reason reason.Reason
		failed bool
		want   bool
	}{{reason.Allowed, false, false}, {reason.QuotaExceeded, false, true}, {reason.Allowed, true, true}, {reason.PolicyError, true, true}} {
		if _, filed := l.Wants(test.reason, test.failed); filed != test.want {
			t.Errorf("%s, failed %t: filed %t", test.reason, test.failed, filed)
		}
	}
	for _, bad := range []string{"allowed", "allowed=2", "denied=-1", "denied=NaN", "other=1"} {
		if _, err := decisionlog.ParseSample(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestAFileThatCannotBeOpenedIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	_, err := decisionlog.New(decisionlog.Options{
		Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(), File: filepath.Join(t.TempDir(), "none", "decisions"),
	})
	if err == nil {
		t.Error("no error")
	}
}
