package extauthz_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// identifier is an Identify of a test.
type identifier func(ctx context.Context, c identity.Credentials) (*identity.Identity, reason.Reason)

func (f identifier) Identify(ctx context.Context, _ *identity.Index, _ string, c identity.Credentials) (*identity.Identity, reason.Reason) {
	return f(ctx, c)
}

func somebody() *identity.Identity {
	return &identity.Identity{IdentityInput: policy.IdentityInput{Kind: policy.KindJWT, Tenant: "acme", Subject: "vera", Roles: []string{"viewer"}}}
}

func TestAPanicIsAnInternalErrorOfItsRequestAlone(t *testing.T) {
	t.Parallel()
	s := startWith(t, extauthz.Options{Config: writeConfig(t, twoTenants())}, func(authz *extauthz.Server) {
		authz.Identify(identifier(func(_ context.Context, c identity.Credentials) (*identity.Identity, reason.Reason) {
			if c.APIKey == "panic" {
				panic("secret detail")
			}
			return somebody(), reason.Allowed
		}))
	}).ready()
	response := s.check(ask{tenant: "acme", headers: map[string]string{"x-api-key": "panic"}})
	if statusOf(response) != 500 || response.GetDeniedResponse() == nil {
		t.Errorf("%v", response)
	}
	if contains(response.String(), "secret detail") {
		t.Error("the panic's text reaches the client")
	}
	if got := s.metric("meshwarden_extauthz_panics_total"); got != 1 {
		t.Errorf("%v panics are counted", got)
	}
	if got := s.status(ask{tenant: "acme"}); got != 200 {
		t.Errorf("the next request is %d", got)
	}
}

func TestCallsInFlightAreAnsweredWhenTheServerStops(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := startWith(t, extauthz.Options{Config: writeConfig(t, twoTenants())}, func(authz *extauthz.Server) {
		authz.Identify(identifier(func(context.Context, identity.Credentials) (*identity.Identity, reason.Reason) {
			close(entered)
			<-leave
			return somebody(), reason.Allowed
		}))
	}).ready()
	got := make(chan int, 1)
	go func() { got <- s.status(ask{tenant: "acme"}) }()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	// The port is closed first: a call on a new connection finds nobody.
	await(t, "the end of accepting", func() bool {
		_, err := s.client.Check(t.Context(), ask{tenant: "acme", method: "GET", path: "/"}.message())
		return status.Code(err) == codes.Unavailable
	})
	close(leave)
	if status := <-got; status != 200 {
		t.Errorf("the call in flight is %d", status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestACallThatDoesNotEndIsCutOffAtTheDrainTimeout(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := startWith(t, extauthz.Options{Config: writeConfig(t, twoTenants()), DrainTimeout: 50 * time.Millisecond}, func(authz *extauthz.Server) {
		authz.Identify(identifier(func(ctx context.Context, _ identity.Credentials) (*identity.Identity, reason.Reason) {
			close(entered)
			<-ctx.Done()
			close(leave)
			return nil, reason.CredentialInvalid
		}))
	}).ready()
	go func() {
		_, _ = s.client.Check(context.Background(), ask{tenant: "acme", method: "GET", path: "/", route: "api"}.message())
	}()
	<-entered
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	<-leave
}

func TestAThreeQuartersBudgetIsLeftForTheDecision(t *testing.T) {
	t.Parallel()
	budgets := make(chan time.Duration, 1)
	s := startWith(t, extauthz.Options{Config: writeConfig(t, twoTenants())}, func(authz *extauthz.Server) {
		authz.Identify(identifier(func(ctx context.Context, _ identity.Credentials) (*identity.Identity, reason.Reason) {
			deadline, ok := ctx.Deadline()
			if !ok {
				t.Error("no deadline")
			}
			budgets <- time.Until(deadline)
			return somebody(), reason.Allowed
		}))
	}).ready()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	if _, err := s.client.Check(ctx, ask{tenant: "acme", method: "GET", path: "/", route: "api"}.message()); err != nil {
		t.Fatal(err)
	}
	if got := <-budgets; got < 60*time.Second || got > 75*time.Second {
		t.Errorf("%v of 100s", got)
	}
}

func TestAQuotaStoreThatIsAwayIsLoggedAndCounted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	redis := redistest.Start(t)
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), Redis: redis.URL, Logger: slog.New(slog.NewTextHandler(&out, nil))}).ready()
	token := acmeToken(t, "vera", "viewer")
	redis.Kill(t)
	// Five failures open the circuit breaker, which is when it is said.
	for range 6 {
		if got := s.status(ask{tenant: "acme", token: token}); got != 503 {
			t.Fatalf("without a store: %d", got)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), `msg="quota store is away, charges fail at once"`); got != 1 {
		t.Errorf("logged %d times:\n%s", got, &out)
	}
}

func TestWhileItIsUnknownWhatWasRevokedTheTenantDecides(t *testing.T) {
	t.Parallel()
	files := twoTenants()
	files["tenants/globex.yaml"] += "  on_store_failure: allow\n"
	s := start(t, extauthz.Options{Config: writeConfig(t, files), Redis: "unix://" + filepath.Join(t.TempDir(), "redis.sock")}).ready()
	response := s.check(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer")})
	if statusOf(response) != 503 || response.GetDeniedResponse() == nil {
		t.Errorf("on_store_failure: deny: %v", response)
	}
	if got := s.status(ask{tenant: "globex", token: globexToken(t, "vera", "viewer")}); got != 200 {
		t.Errorf("on_store_failure: allow: %d", got)
	}
	if got := s.status(ask{tenant: "acme", token: acmeToken(t, "vera", "viewer") + "x"}); got != 401 {
		t.Errorf("a bad token: %d", got)
	}
}

func TestTheDecisionLogHoldsDenialsAndNoCredential(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := start(t, extauthz.Options{Config: writeConfig(t, twoTenants()), Logger: logger}).ready()
	token := acmeToken(t, "vera", "viewer")
	s.check(ask{tenant: "acme", token: token, path: "/notes?secret=query"})
	s.check(ask{tenant: "acme", token: token, method: "DELETE", headers: map[string]string{"x-api-key": "another-secret"}})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	log := out.String()
	for _, part := range []string{"reason=permission_denied", "reason=allowed", "subject=vera", "path=/notes ", "request_id=req-1", "status=403"} {
		if !strings.Contains(log, part) {
			t.Errorf("no %s in %s", part, log)
		}
	}
	for _, part := range []string{token, "another-secret", "secret=query", acmeSecret} {
		if strings.Contains(log, part) {
			t.Errorf("%s is logged", part)
		}
	}
}
