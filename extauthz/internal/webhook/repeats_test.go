package webhook_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/webhook"
)

func digest(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func TestAMessageIsNewOnceForItsTenantAndSender(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := webhook.NewRepeats(nil, func() time.Time { return now })
	until := now.Add(time.Minute)
	for i, c := range []struct {
		tenant, sender, text string
		want                 bool
	}{
		{"acme", "s", "m", true}, {"acme", "s", "m", false}, {"acme", "s", "n", true}, {"acme", "z", "m", true}, {"globex", "s", "m", true}, {"acme", "s", "m", false},
	} {
		if first, err := r.First(t.Context(), c.tenant, c.sender, digest(c.text), until); first != c.want || err != nil {
			t.Errorf("%d: %v %v", i, first, err)
		}
	}
	now = until // by this clock; another's may be a minute behind
	if first, _ := r.First(t.Context(), "acme", "s", digest("m"), until); first {
		t.Error("forgotten while a slower clock takes the signature for good")
	}
	now = until.Add(time.Minute)
	if first, _ := r.First(t.Context(), "acme", "s", digest("m"), now.Add(time.Minute)); !first {
		t.Error("remembered for too long")
	}
}

func TestOneOfManyAtOnceIsFirst(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	replicas := []*webhook.Repeats{webhook.NewRepeats(redistest.Client(t, server.URL), nil), webhook.NewRepeats(redistest.Client(t, server.URL), nil)}
	var firsts atomic.Int32
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			first, err := replicas[i%2].First(t.Context(), "acme", "s", digest("m"), time.Now().Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	group.Wait()
	if firsts.Load() != 1 {
		t.Errorf("%d were first", firsts.Load())
	}
}

func TestWithoutRedisNobodyKnowsWhatOtherReplicasSaw(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r := webhook.NewRepeats(redistest.Client(t, server.URL), nil)
	server.Kill(t)
	if first, err := r.First(t.Context(), "acme", "s", digest("m"), time.Now().Add(time.Minute)); !first || !errors.Is(err, webhook.ErrUnavailable) {
		t.Errorf("%v %v", first, err)
	}
	if first, err := r.First(t.Context(), "acme", "s", digest("m"), time.Now().Add(time.Minute)); first || err != nil {
		t.Errorf("what this replica saw itself: %v %v", first, err)
	}
}

func TestAMessageThatWasNotAdmittedAfterAllIsNewAgain(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r := webhook.NewRepeats(redistest.Client(t, server.URL), nil)
	until := time.Now().Add(time.Minute)
	server.Kill(t)
	if _, err := r.First(t.Context(), "acme", "s", digest("m"), until); !errors.Is(err, webhook.ErrUnavailable) {
		t.Fatal(err)
	}
	r.Forget("acme", "s", digest("m"))
	r.Forget("acme", "s", digest("never seen"))
	server.Restart(t)
	if first, err := r.First(t.Context(), "acme", "s", digest("m"), until); !first || err != nil {
		t.Errorf("sent again: %v %v", first, err)
	}
}

func TestWhatASlowRedisRememberedOfARefusedMessageIsTakenBack(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := redistest.Client(t, server.URL)
	one, two := webhook.NewRepeats(client, nil), webhook.NewRepeats(redistest.Client(t, server.URL), nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- one.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	until := time.Now().Add(time.Hour)
	if first, err := one.First(t.Context(), "acme", "s", digest("admitted"), until); !first || err != nil {
		t.Fatal(first, err)
	}
	server.Pause(t)
	if _, err := one.First(t.Context(), "acme", "s", digest("m"), until); !errors.Is(err, webhook.ErrUnavailable) {
		t.Fatal(err)
	}
	server.Resume(t)
	keys := func() int { return int(client.DBSize(t.Context()).Val()) }
	await(t, "Redis has remembered the message that it did not answer for", func() bool { return keys() == 2 })
	one.Forget("acme", "s", digest("m"))
	await(t, "it is taken back", func() bool { return keys() == 1 })
	for i, want := range []bool{true, false} {
		if first, err := two.First(t.Context(), "acme", "s", digest("m"), until); first != want || err != nil {
			t.Errorf("time %d at another replica: %v %v", i, first, err)
		}
	}
	if keys() != 2 {
		t.Error("more was taken back")
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not happen in time", what)
		}
	}
}

func TestAFullMemoryHereLeavesTheReplicasOwn(t *testing.T) {
	t.Parallel()
	r := webhook.NewRepeats(redistest.Client(t, redistest.Start(t).URL), nil)
	until := time.Now().Add(time.Hour)
	for i := range 65_536 {
		r.Fill("acme", digest(strconv.Itoa(i)), until)
	}
	for i, want := range []bool{true, false} {
		if first, err := r.First(t.Context(), "acme", "s", digest("one more"), until); first != want || err != nil {
			t.Errorf("time %d: %v %v", i, first, err)
		}
	}
}

func TestAFullMemoryAdmitsNothingNewAndHarmsNoOtherTenant(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := webhook.NewRepeats(nil, func() time.Time { return now })
	for i := range 65_536 {
		if first, err := r.First(t.Context(), "acme", "s", digest(strconv.Itoa(i)), now.Add(time.Hour)); !first || err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := r.First(t.Context(), "acme", "s", digest("one more"), now.Add(time.Hour)); !errors.Is(err, webhook.ErrUnavailable) {
		t.Errorf("a full memory said %v", err)
	}
	if _, err := r.First(t.Context(), "globex", "s", digest("m"), now.Add(time.Hour)); err != nil {
		t.Errorf("another tenant: %v", err)
	}
	if total, fullest, refused := r.Counts(); total != 65_537 || fullest != 65_536 || refused != 1 {
		t.Errorf("%d remembered, %d of one tenant, %d not", total, fullest, refused)
	}
	now = now.Add(time.Hour + time.Minute)
	if first, err := r.First(t.Context(), "acme", "s", digest("one more"), now.Add(time.Hour)); !first || err != nil {
		t.Errorf("later: %v %v", first, err)
	}
}
