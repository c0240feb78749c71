package lockout_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func limits(t *testing.T, edit func(*tenant.Lockout)) *lockout.Limits {
	t.Helper()
	spec := tenant.Lockout{}
	if edit != nil {
		edit(&spec)
	}
	parsed, err := lockout.ParseLimits(spec)
	if err != nil {
		t.Fatal(err)
	}
	return &parsed
}

func run(t *testing.T, options lockout.Options) *lockout.Guard {
	t.Helper()
	g := lockout.New(options)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		g.Close()
	})
	return g
}

// shared is a guard over a Redis.
func shared(t *testing.T, url string) *lockout.Guard {
	t.Helper()
	client, err := redisconn.Open(url, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	g := run(t, lockout.Options{Store: sharedset.NewRedisStore(client, lockout.Name), Counter: lockout.NewRedisCounter(client)})
	g.Await(t.Context())
	return g
}

func attempt(limits *lockout.Limits, address, subject string) lockout.Attempt {
	return lockout.Attempt{Limits: limits, Tenant: "acme", Address: netip.MustParseAddr(address), Subject: subject}
}

func fail(g *lockout.Guard, a lockout.Attempt, times int) {
	for i := range times {
		g.Failed(a, reason.CredentialInvalid, fmt.Sprint(i))
	}
}

func locked(g *lockout.Guard, a lockout.Attempt) bool {
	_, locked := g.Locked(a, time.Now())
	return locked
}

// settles fails the test when a does not come to be locked out, or not, as wanted. Failures with a marker that locks
// out tell when everything before them was counted.
func settles(t *testing.T, g *lockout.Guard, a lockout.Attempt, want bool) {
	t.Helper()
	marker := attempt(&lockout.Limits{Enabled: true, Principal: 1, Address: 1, Window: time.Minute, Duration: time.Minute}, "198.51.100.99", "")
	marker.Tenant = "marker"
	g.Failed(marker, reason.CredentialInvalid, "")
	await(t, "the marker is counted", func() bool { return locked(g, marker) })
	for _, l := range g.Locks("marker") {
		if err := g.Clear(t.Context(), "marker", l.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := locked(g, a); got != want {
		t.Errorf("%s from %s locked out: %v", a.Subject, a.Address, got)
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
	}
}

func TestFailuresLockOutAnAddressAndAPrincipalThere(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	for name, g := range map[string]*lockout.Guard{"memory": run(t, lockout.Options{}), "redis": shared(t, url)} {
		t.Run(name, func(t *testing.T) {
			l := limits(t, nil)
			alice := attempt(l, "192.0.2.1", "alice")
			fail(g, alice, 4)
			settles(t, g, alice, false)
			fail(g, alice, 1)
			settles(t, g, alice, true)
			settles(t, g, attempt(l, "192.0.2.2", "alice"), false) // who names a victim does not lock it out elsewhere
			settles(t, g, attempt(l, "192.0.2.1", "bob"), false)
			settles(t, g, attempt(l, "192.0.2.1", ""), false)
			other := alice
			other.Tenant = "globex"
			settles(t, g, other, false)

			fail(g, attempt(l, "192.0.2.1", "bob"), 4)
			settles(t, g, attempt(l, "192.0.2.1", ""), false)
			fail(g, attempt(l, "192.0.2.1", ""), 1) // the tenth
			settles(t, g, attempt(l, "192.0.2.1", ""), true)
			settles(t, g, attempt(l, "::ffff:192.0.2.1", "carol"), true)
			settles(t, g, attempt(l, "192.0.2.2", ""), false)

			six := attempt(l, "2001:db8::1", "")
			for i := range 10 { // one subscriber with many addresses
				fail(g, attempt(l, fmt.Sprintf("2001:db8::%x", i+1), ""), 1)
			}
			settles(t, g, six, true)
			settles(t, g, attempt(l, "2001:db8:0:1::1", ""), false)

			if locks := g.Locks("acme"); len(locks) != 3 || len(g.Locks("globex")) != 0 {
				t.Errorf("%+v", locks)
			}
			for _, lock := range g.Locks("acme") {
				if err := g.Clear(t.Context(), "globex", lock.ID); !errors.Is(err, lockout.ErrNotFound) {
					t.Errorf("another tenant clears it: %v", err)
				}
				if err := g.Clear(t.Context(), "acme", lock.ID); err != nil {
					t.Error(err)
				}
			}
			settles(t, g, alice, false)
			fail(g, alice, 1) // what led to the lockout is forgotten with it
			settles(t, g, alice, false)
		})
	}
}

func TestOnlyGuessesCount(t *testing.T) {
	t.Parallel()
	g := run(t, lockout.Options{})
	l := limits(t, func(s *tenant.Lockout) { s.AddressFailures = 2 })
	for i, why := range []reason.Reason{
		reason.Allowed, reason.CredentialMissing, reason.CredentialExpired, reason.KeysUnavailable, reason.NotReady, reason.LockedOut, reason.TenantMismatch, reason.StepUpRequired,
	} {
		a := attempt(l, fmt.Sprint("192.0.2.", i), "alice")
		for range 20 {
			g.Failed(a, why, "")
		}
		settles(t, g, a, false)
	}
	revoked := attempt(l, "192.0.2.100", "alice")
	for range 20 {
		g.Failed(revoked, reason.CredentialRevoked, "one")
	}
	settles(t, g, revoked, false)
	g.Failed(revoked, reason.CredentialRevoked, "two")
	settles(t, g, revoked, true)
	conflict := attempt(l, "192.0.2.101", "")
	g.Failed(conflict, reason.CredentialConflict, "")
	g.Failed(conflict, reason.CredentialConflict, "")
	settles(t, g, conflict, true)
}

func TestATenantChoosesWhoIsNeverLockedOut(t *testing.T) {
	t.Parallel()
	g := run(t, lockout.Options{})
	off := limits(t, func(s *tenant.Lockout) { s.Enabled = new(bool) })
	fail(g, attempt(off, "192.0.2.1", ""), 100)
	settles(t, g, attempt(off, "192.0.2.1", ""), false)
	on := limits(t, func(s *tenant.Lockout) { s.Exempt = []string{"192.0.2.1", "2001:db8::/32"} })
	for _, address := range []string{"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"} {
		fail(g, attempt(on, address, "alice"), 100)
		settles(t, g, attempt(on, address, "alice"), false)
	}
	strict := limits(t, nil)
	fail(g, attempt(strict, "192.0.2.1", ""), 10)
	settles(t, g, attempt(strict, "192.0.2.1", ""), true)
	settles(t, g, attempt(on, "192.0.2.1", ""), false)  // exempt since
	settles(t, g, attempt(off, "192.0.2.1", ""), false) // turned off since
	nobody := lockout.Attempt{Limits: strict, Tenant: "acme"}
	fail(g, nobody, 100)
	settles(t, g, nobody, false)
}

func TestALockoutEndsByItself(t *testing.T) {
	t.Parallel()
	g := run(t, lockout.Options{})
	l := limits(t, func(s *tenant.Lockout) { s.Duration = "20s" })
	a := attempt(l, "192.0.2.1", "")
	fail(g, a, 10)
	settles(t, g, a, true)
	until, _ := g.Locked(a, time.Now())
	if d := time.Until(until); d < 10*time.Second || d > 20*time.Second {
		t.Errorf("it ends in %v", d)
	}
	if _, still := g.Locked(a, until); still {
		t.Error("it has no end")
	}
}

func TestFailuresOutsideTheWindowAreForgotten(t *testing.T) {
	t.Parallel()
	client := redistest.Client(t, redistest.Start(t).URL)
	counter := lockout.NewRedisCounter(client)
	a := attempt(&lockout.Limits{Enabled: true, Principal: 2, Address: 2, Window: time.Microsecond, Duration: time.Minute}, "192.0.2.1", "")
	for range 3 {
		if full, err := counter.Count(t.Context(), []lockout.Count{{Kind: lockout.OfAddress, Attempt: a}}); err != nil || len(full) > 0 {
			t.Errorf("%v, %v", full, err)
		}
	}
	a = attempt(&lockout.Limits{Enabled: true, Principal: 2, Address: 2, Window: time.Hour, Duration: time.Minute}, "192.0.2.2", "")
	full, err := counter.Count(t.Context(), []lockout.Count{{Kind: lockout.OfAddress, Attempt: a}, {Kind: lockout.OfAddress, Attempt: a}, {Kind: lockout.OfAddress, Attempt: a}})
	if err != nil || len(full) != 1 || full[0] != 1 {
		t.Errorf("%v, %v", full, err)
	}
	for _, key := range client.Keys(t.Context(), "mw:lockout:*").Val() {
		if ttl := client.PTTL(t.Context(), key).Val(); ttl == -1 {
			t.Error("a count never expires")
		}
	}
}

func TestReplicasCountTogetherAndLockOutTogether(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	one, two := shared(t, url), shared(t, url)
	l := limits(t, nil)
	a := attempt(l, "192.0.2.1", "alice")
	fail(one, a, 3)
	fail(two, a, 2)
	for _, g := range []*lockout.Guard{one, two} {
		await(t, "both replicas lock alice out", func() bool { return locked(g, a) })
	}
	if err := two.Clear(t.Context(), "acme", two.Locks("acme")[0].ID); err != nil {
		t.Fatal(err)
	}
	await(t, "the other replica lets her in again", func() bool { return !locked(one, a) })
}

func TestWithoutItsRedisAReplicaCountsAlone(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	g := shared(t, server.URL)
	server.Kill(t)
	a := attempt(limits(t, nil), "192.0.2.1", "")
	fail(g, a, 10)
	await(t, "the replica locks out alone", func() bool { return locked(g, a) })
	server.Restart(t)
	other := shared(t, server.URL)
	await(t, "the others learn of it", func() bool { return locked(other, a) })
}

// lines collects a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func TestALockoutIsLoggedAndCounted(t *testing.T) {
	t.Parallel()
	log, registry := &lines{}, prometheus.NewRegistry()
	g := run(t, lockout.Options{Logger: slog.New(slog.NewTextHandler(log, nil)), Registerer: registry})
	a := attempt(limits(t, nil), "192.0.2.1", "ali\nce")
	fail(g, a, 5)
	settles(t, g, a, true)
	if !strings.Contains(log.String(), `level=WARN msg="locked out" tenant=acme kind=principal address=192.0.2.1 subject="ali\nce" failures=5 window=5m0s`) {
		t.Error(log)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if c := m.GetCounter(); c != nil {
				got[f.GetName()] += c.GetValue()
			}
		}
	}
	if got["meshwarden_extauthz_lockouts_total"] != 2 || got["meshwarden_extauthz_failed_authentications_total"] != 6 { // with the marker's
		t.Errorf("%v", got)
	}
}

func TestTheQueueIsBounded(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	g := lockout.New(lockout.Options{Registerer: registry}) // and nobody counts
	defer g.Close()
	fail(g, attempt(limits(t, nil), "192.0.2.1", ""), 5000)
	families, _ := registry.Gather()
	for _, f := range families {
		if f.GetName() == "meshwarden_extauthz_failed_authentications_dropped_total" {
			if n := f.GetMetric()[0].GetCounter().GetValue(); n != 5000-4096 {
				t.Errorf("%v are dropped", n)
			}
		}
	}
}

func TestLockedAllocatesNothing(t *testing.T) {
	g := run(t, lockout.Options{})
	a := attempt(limits(t, nil), "192.0.2.1", "alice")
	fail(g, a, 5)
	settles(t, g, a, true)
	now, other := time.Now(), attempt(a.Limits, "192.0.2.2", "alice")
	if n := testing.AllocsPerRun(100, func() { g.Locked(a, now); g.Locked(other, now) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLimitsThatAreWrongAreRefused(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]tenant.Lockout{
		"failures": {PrincipalFailures: 101}, "window": {Window: "1s"}, "duration": {Duration: "48h"}, "exempt": {Exempt: []string{"192.0.2.1/24"}},
	} {
		if _, err := lockout.ParseLimits(spec); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
