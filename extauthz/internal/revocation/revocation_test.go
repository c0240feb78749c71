package revocation_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
)

func add(t *testing.T, l *revocation.List, e revocation.Entry) revocation.Entry {
	t.Helper()
	added, err := l.Add(t.Context(), e, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestATokenIsRevokedByWhatItIs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	old, fresh := now.Add(-time.Minute), now.Add(time.Hour)
	for name, tc := range map[string]struct {
		entry   revocation.Entry
		revoked []revocation.Token
		not     []revocation.Token
	}{
		"jti": {
			revocation.Entry{Tenant: "acme", Kind: revocation.ByID, Value: "t1"},
			[]revocation.Token{{"acme", "alice", "t1", old}, {"acme", "bob", "t1", fresh}},
			[]revocation.Token{{"acme", "alice", "t2", old}, {"acme", "alice", "", old}, {"globex", "alice", "t1", old}, {"acme", "t1", "", old}},
		},
		"subject": {
			revocation.Entry{Tenant: "acme", Kind: revocation.BySubject, Value: "alice"},
			[]revocation.Token{{"acme", "alice", "", old}, {"acme", "alice", "t1", now.Truncate(time.Second)}},
			[]revocation.Token{{"acme", "alice", "", fresh}, {"acme", "bob", "", old}, {"globex", "alice", "", old}, {"acme", "bob", "alice", old}},
		},
		"tenant": {
			revocation.Entry{Tenant: "acme", Kind: revocation.ByTenant},
			[]revocation.Token{{"acme", "alice", "", old}, {"acme", "bob", "t1", old}},
			[]revocation.Token{{"acme", "alice", "", fresh}, {"globex", "alice", "", old}},
		},
		"until a moment": {
			revocation.Entry{Tenant: "acme", Kind: revocation.BySubject, Value: "alice", Before: now.Add(-time.Hour)},
			[]revocation.Token{{"acme", "alice", "", now.Add(-time.Hour)}},
			[]revocation.Token{{"acme", "alice", "", old}},
		},
		"a subject with the separator in it": {
			revocation.Entry{Tenant: "acme", Kind: revocation.BySubject, Value: strings.Repeat("é", 200)},
			[]revocation.Token{{"acme", strings.Repeat("é", 200), "", old}},
			[]revocation.Token{{"acme", strings.Repeat("é", 199), "", old}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := revocation.New(revocation.Options{})
			before := l.Version()
			e := add(t, l, tc.entry)
			if l.Version() == before {
				t.Error("the version is the old one")
			}
			for _, token := range tc.revoked {
				if !l.Revoked(token, now) {
					t.Errorf("%+v is not revoked", token)
				}
			}
			for _, token := range tc.not {
				if l.Revoked(token, now) {
					t.Errorf("%+v is revoked", token)
				}
			}
			if err := l.Remove(t.Context(), "globex", e.ID); !errors.Is(err, revocation.ErrNotFound) {
				t.Errorf("another tenant removes it: %v", err)
			}
			if err := l.Remove(t.Context(), "acme", e.ID); err != nil || l.Revoked(tc.revoked[0], now) || len(l.Entries("acme")) > 0 {
				t.Errorf("after the removal: %v, %v", err, l.Entries("acme"))
			}
		})
	}
}

func TestAnEntryOutlivesEveryTokenThatItIsAbout(t *testing.T) {
	t.Parallel()
	l := revocation.New(revocation.Options{})
	now := time.Now()
	e := add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByTenant})
	// The longest lifetime and leeway that an issuer may have.
	if last := now.Add(24*time.Hour + 5*time.Minute); !l.Revoked(revocation.Token{Tenant: "acme", Subject: "alice", Issued: now.Add(-time.Second)}, last) || e.Expires.Before(last) {
		t.Errorf("it expires %v", e.Expires)
	}
}

func TestRevokingAgainNeverGivesTokensBack(t *testing.T) {
	t.Parallel()
	l := revocation.New(revocation.Options{})
	add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByTenant})
	again := add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByTenant, Before: time.Now().Add(-time.Hour), Reason: "again"})
	if !l.Revoked(revocation.Token{Tenant: "acme", Subject: "alice", Issued: time.Now().Add(-time.Minute)}, time.Now()) || again.Reason != "again" {
		t.Errorf("%+v", l.Entries("acme"))
	}
}

func TestATenantUsesUpItsOwnRevocationsOnly(t *testing.T) {
	t.Parallel()
	l := revocation.New(revocation.Options{})
	for i := range 10_000 {
		add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByID, Value: strconv.Itoa(i)})
	}
	if _, err := l.Add(t.Context(), revocation.Entry{Tenant: "acme", Kind: revocation.BySubject, Value: "alice"}, time.Now()); !errors.Is(err, sharedset.ErrFull) {
		t.Errorf("one more: %v", err)
	}
	add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByID, Value: "1"})
	add(t, l, revocation.Entry{Tenant: "globex", Kind: revocation.BySubject, Value: "gus"})
}

func TestWhatIsWrongWithAnEntryIsSaid(t *testing.T) {
	t.Parallel()
	l := revocation.New(revocation.Options{})
	for name, e := range map[string]revocation.Entry{
		"kind":                {Kind: "everything"},
		"no jti":              {Kind: revocation.ByID},
		"tenant with a value": {Kind: revocation.ByTenant, Value: "alice"},
		"long":                {Kind: revocation.ByID, Value: strings.Repeat("x", 1025)},
		"control":             {Kind: revocation.BySubject, Value: "a\x00b"},
		"reason":              {Kind: revocation.BySubject, Value: "a", Reason: "a\nb"},
		"jti with a moment":   {Kind: revocation.ByID, Value: "a", Before: time.Now()},
		"too far ahead":       {Kind: revocation.ByTenant, Before: time.Now().Add(time.Hour)},
	} {
		e.Tenant = "acme"
		var invalid *revocation.InvalidError
		if _, err := l.Add(t.Context(), e, time.Now()); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByID, Value: strings.Repeat("<", 1024), Reason: strings.Repeat("&", 256)})
}

func TestEveryReplicaHeedsARevocationWithinASecond(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	replica := func() *revocation.List {
		client, err := redisconn.Open(url, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		l := revocation.New(revocation.Options{Store: sharedset.NewRedisStore(client, revocation.Name)})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = l.Run(ctx) }()
		t.Cleanup(func() { cancel(); <-ended; _ = client.Close() })
		l.Await(t.Context())
		return l
	}
	one, two := replica(), replica()
	token := revocation.Token{Tenant: "acme", Subject: "alice", ID: "t1", Issued: time.Now().Add(-time.Minute)}
	slowest := time.Duration(0)
	for _, e := range []revocation.Entry{{Kind: revocation.ByID, Value: "t1"}, {Kind: revocation.BySubject, Value: "alice"}, {Kind: revocation.ByTenant}} {
		e.Tenant = "acme"
		added := add(t, one, e)
		began := time.Now()
		for !two.Revoked(token, time.Now()) {
			if time.Since(began) > 20*time.Second {
				t.Fatal("the other replica does not heed it")
			}
			time.Sleep(time.Millisecond)
		}
		slowest = max(slowest, time.Since(began))
		if err := two.Remove(t.Context(), "acme", added.ID); err != nil {
			t.Fatal(err)
		}
		for one.Revoked(token, time.Now()) {
			time.Sleep(time.Millisecond)
		}
	}
	t.Logf("the slowest of three took %v", slowest)
}

func TestRevokedAllocatesNothing(t *testing.T) {
	l := revocation.New(revocation.Options{})
	add(t, l, revocation.Entry{Tenant: "acme", Kind: revocation.ByID, Value: "t1"})
	now, token := time.Now(), revocation.Token{Tenant: "acme", Subject: "alice", ID: "t2"}
	if n := testing.AllocsPerRun(100, func() { l.Revoked(token, now) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
