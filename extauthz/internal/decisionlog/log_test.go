package decisionlog_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/decisionlog"
	"github.com/meshwarden/meshwarden/internal/reason"
)

func logAt(level slog.Level) (*decisionlog.Log, *bytes.Buffer, *prometheus.Registry) {
	var out bytes.Buffer
	registry := prometheus.NewRegistry()
	l, err := decisionlog.New(decisionlog.Options{
		Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level})), Registerer: registry,
	})
	if err != nil {
		panic(err) // there is no file to open
	}
	return l, &out, registry
}

func wants(l *decisionlog.Log, r reason.Reason) bool {
	logged, _ := l.Wants(r, false)
	return logged
}

// finish writes what is queued.
func finish(l *decisionlog.Log) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l.Run(ctx)
}

func TestARecordSaysWhoWhatAndWhy(t *testing.T) {
	t.Parallel()
	l, out, _ := logAt(slog.LevelInfo)
	l.Add(decisionlog.Record{
		Tenant: "acme", Subject: "gus", SubjectTenant: "globex", Route: "api", Method: "POST", Path: "/a" + strings.Repeat("b", 1000),
		Reason: reason.PermissionDenied, Rule: "rbac", RequestID: "r-1", Version: "v", Status: 403, Duration: time.Millisecond,
	})
	finish(l)
	for _, part := range []string{
		"level=INFO", "msg=decision", "tenant=acme", "subject=gus", "subject_tenant=globex", "route=api", "method=POST", "path=/abb",
		"reason=permission_denied", "rule=rbac", "status=403", "request_id=r-1", "policy_version=v", "duration=1ms",
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %s in %s", part, out)
		}
	}
	if len(out.String()) > 1000 {
		t.Errorf("a path of any length is written: %d bytes", len(out.String()))
	}
}

func TestAdmissionsAreWrittenAtDebugAndFailuresAsWarnings(t *testing.T) {
	t.Parallel()
	l, out, _ := logAt(slog.LevelInfo)
	if wants(l, reason.Allowed) || !wants(l, reason.TenantMismatch) {
		t.Error("at info, admissions are wanted or denials are not")
	}
	l.Add(decisionlog.Record{Reason: reason.Allowed})
	l.Add(decisionlog.Record{Reason: reason.PolicyError, Err: errors.New("undefined")})
	finish(l)
	if strings.Contains(out.String(), "allowed") || !strings.Contains(out.String(), "level=WARN") || !strings.Contains(out.String(), "error=undefined") {
		t.Error(out)
	}
	if l, _, _ := logAt(slog.LevelDebug); !wants(l, reason.Allowed) {
		t.Error("at debug, admissions are not wanted")
	}
}

func TestAFullQueueDropsAndCounts(t *testing.T) {
	t.Parallel()
	l, out, registry := logAt(slog.LevelInfo)
	for range decisionlog.Size + 3 {
		l.Add(decisionlog.Record{Reason: reason.TenantMismatch})
	}
	families, err := registry.Gather()
	if err != nil || len(families) != 1 {
		t.Fatalf("%v, %v", families, err)
	}
	if got := families[0].GetMetric()[0].GetCounter().GetValue(); got != 3 {
		t.Errorf("%v records are counted as dropped", got)
	}
	finish(l)
	if n := strings.Count(out.String(), "\n"); n != decisionlog.Size {
		t.Errorf("%d records were written", n)
	}
}
