package telemetry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/telemetry"
)

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func TestAdminShowsMetricsLivenessAndReadiness(t *testing.T) {
	t.Parallel()
	admin, err := telemetry.NewAdmin("127.0.0.1:0", telemetry.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	store := errors.New("connection refused")
	admin.Ready("policy", func() error { return nil })
	admin.Ready("store", func() error { return store })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- admin.Run(ctx) }()
	base := "http://" + admin.Address()

	if status, body := get(t, base+"/metrics"); status != 200 || !strings.Contains(body, "go_goroutines") {
		t.Errorf("/metrics: %d %.80s", status, body)
	}
	if status, _ := get(t, base+"/healthz"); status != 200 {
		t.Errorf("/healthz: %d", status)
	}
	if status, body := get(t, base+"/readyz"); status != 503 || !strings.Contains(body, `"store":"unhealthy: connection refused"`) || !strings.Contains(body, `"policy":"healthy"`) {
		t.Errorf("/readyz: %d %s", status, body)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestLoggerRefusesUnknownSettings(t *testing.T) {
	t.Parallel()
	if _, err := telemetry.NewLogger(io.Discard, "loud", "text"); err == nil {
		t.Error("level loud was accepted")
	}
	if _, err := telemetry.NewLogger(io.Discard, "info", "xml"); err == nil {
		t.Error("format xml was accepted")
	}
}
