package keyring_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"go.etcd.io/bbolt"

	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/statedb"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// log collects lines.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), text)
}

func (l *log) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// metric adds up a metric's values with a label value, or all of them for "".
func metric(t *testing.T, registry *prometheus.Registry, name, label string) (sum float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "meshwarden_extauthz_"+name && (label == "" || m.GetLabel()[0].GetValue() == label) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

// use looks a secret up n times, as admitted requests do.
func use(t *testing.T, r *keyring.Ring, secret string, n int) {
	t.Helper()
	for range n {
		key, ok := r.Lookup(sha256.Sum256([]byte(secret)))
		if !ok {
			t.Fatal("the key is unknown")
		}
		key.Uses.Used(time.Now())
	}
}

// flaky is a store whose AddUses fails when fail says so, before or after it was done.
type flaky struct {
	keyring.Store
	before, after func(keyring.Batch) error
}

func (f *flaky) AddUses(ctx context.Context, batch keyring.Batch) error {
	if f.before != nil {
		if err := f.before(batch); err != nil {
			return err
		}
	}
	err := f.Store.AddUses(ctx, batch)
	if err == nil && f.after != nil {
		err = f.after(batch)
	}
	return err
}

func TestABatchOfUsesThatBrokeOffIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	open := redisStore(t, redistest.Start(t).URL)
	lost := errors.New("the connection broke")
	for name, store := range map[string]*flaky{
		"in the middle": {Store: open()},
		"at the end":    {Store: open(), after: func(keyring.Batch) error { return lost }},
		"before it":     {Store: open(), before: func(keyring.Batch) error { return lost }},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "in the middle" {
				store.before = func(b keyring.Batch) error { // one tenant's uses arrive
					some := b
					some.Uses = b.Uses[:1]
					if err := store.Store.AddUses(t.Context(), some); err != nil {
						t.Fatal(err)
					}
					return lost
				}
			}
			r := run(t, keyring.Options{Store: store})
			secrets, ids, tenants := []string{}, []string{}, []string{"acme", "globex", "initech"}
			for _, tenant := range tenants {
				secret, key := create(t, r, tenant, name)
				secrets, ids = append(secrets, secret), append(ids, key.ID)
				use(t, r, secret, 3)
			}
			r.Flush(t.Context())
			use(t, r, secrets[0], 2) // meanwhile
			r.Flush(t.Context())
			store.before, store.after = nil, nil
			r.Flush(t.Context())
			r.Flush(t.Context())
			for i, tenant := range tenants {
				got, err := r.Uses(t.Context(), tenant, ids[i:i+1])
				want := uint64(3)
				if i == 0 {
					want = 5
				}
				if err != nil || got[0].Count != want || got[0].Last.IsZero() {
					t.Errorf("%s: %v, want %d (%v)", tenant, got, want, err)
				}
			}
		})
	}
}

func TestAStoppedRingLeavesNoUses(t *testing.T) {
	everyStore(t, func(t *testing.T, at place) {
		r := keyring.New(keyring.Options{Store: at.open()})
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { r.Run(ctx); close(ended) }()
		eventually(t, "the keys are loaded", r.Complete)
		secret, key := create(t, r, "acme", "ci")
		use(t, r, secret, 7)
		stop()
		<-ended
		if got, err := at.open().Uses(t.Context(), "acme", []string{key.ID}); err != nil || got[0].Count != 7 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestAKeyThatIsUsedUnusuallyOftenIsReportedOnceAnHour(t *testing.T) {
	t.Parallel()
	lines, registry := &log{}, prometheus.NewRegistry()
	r := run(t, keyring.Options{Store: places["bbolt"](t).open(), Logger: lines.logger(), Registerer: registry})
	secret, key := create(t, r, "acme", "ci")
	hour := func(n int) {
		t.Helper()
		use(t, r, secret, n/2)
		r.Flush(t.Context())
		use(t, r, secret, n-n/2)
		r.Flush(t.Context())
		r.EndHour()
	}
	const text = "used unusually often"
	hour(5000) // the hour in which it came
	hour(200)  // its first whole one: what is usual is not known before it is over
	hour(keyring.JumpFloor)
	if lines.count(text) != 0 {
		t.Error("a key is reported without need")
	}
	hour(5000)
	if lines.count(text) != 1 || lines.count("key_id="+key.ID) != 1 || metric(t, registry, "api_key_jumps_total", "") != 1 {
		t.Errorf("%d reports", lines.count(text))
	}
	for range 30 { // it becomes usual
		hour(5000)
	}
	before := lines.count(text)
	hour(10_000)
	if lines.count(text) != before {
		t.Error("twice the usual is reported")
	}
}

func TestKeysAreAnnouncedBeforeTheirEndAndForgottenAfterIt(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Now()
	lines, registry := &log{}, prometheus.NewRegistry()
	store := places["bbolt"](t).open()
	r := run(t, keyring.Options{Store: store, Logger: lines.logger(), Registerer: registry, Now: func() time.Time { return now }})
	_, soon := create(t, r, "acme", "soon")
	_, revoked := create(t, r, "acme", "revoked")
	if _, err := r.Change(t.Context(), "acme", revoked.ID, revoke); err != nil {
		t.Fatal(err)
	}
	long, err := r.Change(t.Context(), "acme", soon.ID, func(k *apikeys.Key) error { _, err := k.Rotate(365*day, 0, now); return err })
	if err != nil {
		t.Fatal(err)
	}
	_, soon = create(t, r, "globex", "soon")
	inspect := func(at time.Time) {
		now = at
		r.Inspect(t.Context())
		r.Inspect(t.Context())
	}
	const text = "expires soon"
	inspect(soon.Expires.Add(-8 * day))
	if lines.count(text) != 0 || metric(t, registry, "api_keys_expiring", "30d") != 1 || metric(t, registry, "api_keys_expiring", "7d") != 0 {
		t.Error("8 days before")
	}
	inspect(soon.Expires.Add(-6 * day))
	if lines.count(text) != 1 || lines.count("key_id="+soon.ID) != 1 || metric(t, registry, "api_keys_expiring", "7d") != 1 {
		t.Errorf("%d announcements 6 days before", lines.count(text))
	}
	inspect(soon.Expires.Add(-5 * day))
	if lines.count(text) != 2 {
		t.Errorf("%d announcements a day later", lines.count(text))
	}
	inspect(soon.Expires.Add(29 * day))
	for state, want := range map[string]float64{apikeys.Active: 1, apikeys.Expired: 1, apikeys.Revoked: 1} {
		if got := metric(t, registry, "api_keys", state); got != want {
			t.Errorf("%v keys are %s", got, state)
		}
	}
	inspect(soon.Expires.Add(31 * day))
	if r.Len() != 1 || !r.Has("acme", long.ID) {
		t.Errorf("%d keys are kept", r.Len())
	}
	next := keyring.New(keyring.Options{Store: store})
	if err := store.Sync(t.Context(), next.Table); err != nil || next.Len() != 1 {
		t.Errorf("%d keys are kept in the store (%v)", next.Len(), err)
	}
}

func TestAChangeWhoseAnnouncementWasLostIsFoundBySync(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	open := redisStore(t, server.URL)
	writer, reader := open(), open()
	secret, key := newKey(t, "acme", "ci")
	if _, err := writer.Create(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	r := keyring.New(keyring.Options{Store: reader})
	sync := func() {
		t.Helper()
		if err := reader.Sync(t.Context(), r.Table); err != nil {
			t.Fatal(err)
		}
	}
	sync()
	if state(r, secret) != "good" {
		t.Fatal("the key is unknown")
	}
	if _, err := writer.Change(t.Context(), "acme", key.ID, revoke); err != nil {
		t.Fatal(err)
	}
	raw := redistest.Client(t, server.URL)
	if err := raw.Del(t.Context(), "mw:{meshwarden}:api-key-changes").Err(); err != nil {
		t.Fatal(err)
	}
	sync()
	if state(r, secret) != "revoked" {
		t.Error("the revocation is not found")
	}
	// What the store has lost, nobody may use.
	if err := raw.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	sync()
	if state(r, secret) != "unknown" || r.Len() != 0 {
		t.Error("a key that the store has not is taken")
	}
}

func TestALaterRevisionIsNotUndoneByAnEarlierOne(t *testing.T) {
	t.Parallel()
	r := keyring.New(keyring.Options{})
	secret, key := newKey(t, "acme", "ci")
	revoked := key
	revoked.Revoke(time.Now())
	r.Put(&revoked)
	r.Put(&key) // it was read before
	if state(r, secret) != "revoked" {
		t.Error("the revocation is undone")
	}
}

func TestRecordsThatCannotBeUsedAreUnknownAndReported(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	raw, lines := redistest.Client(t, server.URL), &log{}
	store := redisStore(t, server.URL)()
	secret, key := newKey(t, "acme", "ci")
	if _, err := store.Create(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	record, err := raw.HGet(t.Context(), "mw:{acme}:api-keys", key.ID).Result()
	if err != nil {
		t.Fatal(err)
	}
	for id, spoilt := range map[string]string{
		"aaaaaaaaaaaa": record, // of another id
		"bbbbbbbbbbbb": "{",
		"cccccccccccc": strings.Replace(strings.Replace(record, key.ID, "cccccccccccc", 1), `"tenant":"acme"`, `"tenant":"globex"`, 1),
		"dddddddddddd": strings.Replace(record, key.ID, "dddddddddddd", 1), // its secret is another's
	} {
		if err := raw.HSet(t.Context(), "mw:{acme}:api-keys", id, spoilt, "", id).Err(); err != nil {
			t.Fatal(err)
		}
	}
	r := run(t, keyring.Options{Store: store, Logger: lines.logger()})
	if r.Len() != 1 || r.Count("globex") != 0 || state(r, secret) != "good" {
		t.Errorf("%d keys", r.Len())
	}
	if n := lines.count("api key not taken over"); n < 4 {
		t.Errorf("%d reports", n)
	}
	if lines.count(secret) > 0 {
		t.Error("the log shows a secret")
	}
}

func TestATenantHasAsManyKeysAsItMay(t *testing.T) {
	t.Parallel()
	id := func(i int) string { return fmt.Sprintf("%012d", i) }
	places := map[string]func() keyring.Store{
		"bbolt": func() keyring.Store {
			db, err := statedb.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			if err := db.Update(func(tx *bbolt.Tx) error {
				keys, err := tx.CreateBucket([]byte("api-keys"))
				if err != nil {
					return err
				}
				acme, err := keys.CreateBucket([]byte("acme"))
				for i := 0; i < keyring.MaxTenantKeys && err == nil; i++ {
					err = acme.Put([]byte(id(i)), []byte("{}"))
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return boltStore(t, db)
		},
		"redis": func() keyring.Store {
			server := redistest.Start(t)
			fields := []string{"", "version"}
			for i := range keyring.MaxTenantKeys {
				fields = append(fields, id(i), "{}")
			}
			if err := redistest.Client(t, server.URL).HSet(t.Context(), "mw:{acme}:api-keys", fields).Err(); err != nil {
				t.Fatal(err)
			}
			return redisStore(t, server.URL)()
		},
	}
	for name, full := range places {
		store := full()
		_, key := newKey(t, "acme", "one more")
		if _, err := store.Create(t.Context(), key); !errors.Is(err, keyring.ErrFull) {
			t.Errorf("%s: one more: %v", name, err)
		}
		_, key = newKey(t, "globex", "another's")
		if _, err := store.Create(t.Context(), key); err != nil {
			t.Errorf("%s: another tenant's: %v", name, err)
		}
		if err := store.Remove(t.Context(), "acme", id(0)); err != nil {
			t.Fatal(err)
		}
		_, key = newKey(t, "acme", "in its place")
		if _, err := store.Create(t.Context(), key); err != nil {
			t.Errorf("%s: in the place of one that was removed: %v", name, err)
		}
	}
}

func TestTheStoreHasTheLastWordOnAFilesKeys(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), apikeys.FileName)
	secrets := map[string]string{}
	var imported apikeys.Key
	if err := apikeys.Update(path, func(f *apikeys.File) error {
		for _, name := range []string{"imported", "own"} {
			secret, key, err := f.Create(apikeys.Request{Tenant: "acme", Name: name}, time.Now())
			if err != nil {
				return err
			}
			secrets[name] = secret
			if name == "imported" {
				imported = key
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	file, err := keyring.OpenFile(path, keyring.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	empty := keyring.Both{Ring: keyring.New(keyring.Options{}), File: file}
	if state(empty, secrets["own"]) != "unknown" || empty.Complete() {
		t.Error("before the store has answered nobody knows whether it has ended the file's keys")
	}
	both := keyring.Both{Ring: run(t, keyring.Options{Store: places["bbolt"](t).open()}), File: file}
	if state(both, secrets["own"]) != "good" || state(both, secrets["imported"]) != "good" {
		t.Error("the file's keys are not taken")
	}
	if _, err := both.Ring.Create(t.Context(), imported); err != nil {
		t.Fatal(err)
	}
	var rotated string
	if _, err := both.Ring.Change(t.Context(), "acme", imported.ID, func(k *apikeys.Key) (err error) {
		rotated, err = k.Rotate(0, 0, time.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"own": state(both, secrets["own"]), "imported": state(both, secrets["imported"]), "rotated": state(both, rotated)}
	if diff := cmp.Diff(map[string]string{"own": "good", "imported": "unknown", "rotated": "good"}, got); diff != "" {
		t.Error(diff)
	}
}
