package keyring_test

import (
	"bytes"
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

func TestKeysAreAnnouncedBeforeTheirEndAndForgottenAfterIt(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Now()
	lines, registry := &log{}, prometheus.NewRegistry()
	store := places["bbolt"](t).open()
	r := still(t, keyring.Options{Store: store, Logger: lines.logger(), Registerer: registry, Now: func() time.Time { return now }})
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

func TestWhatWasReadBeforeAKeyWasRevokedDoesNotBringItBack(t *testing.T) {
	t.Parallel()
	r := keyring.New(keyring.Options{})
	secret, key := newKey(t, "acme", "ci")
	other, others := newKey(t, "globex", "ci")
	r.Put(&key)
	r.Put(&others)
	read, changes := []apikeys.Key{key}, r.Changes()
	key.Revoke(time.Now())
	r.Put(&key)
	if r.Replace("acme", read, changes) || state(r, secret) != "revoked" {
		t.Error("the key is " + state(r, secret))
	}
	if !r.Replace("globex", nil, changes) || state(r, other) != "unknown" {
		t.Error("another tenant's change stands in the way")
	}
	if !r.Replace("acme", read, r.Changes()) || state(r, secret) != "good" {
		t.Error("what the store has lost is kept")
	}
}

func TestAKeyThatWasRevokedWhen1970BeganIsRevoked(t *testing.T) {
	t.Parallel()
	r := keyring.New(keyring.Options{})
	secret, key := newKey(t, "acme", "ci")
	key.Revoked = time.Unix(0, 0)
	if r.Put(&key); state(r, secret) != "revoked" {
		t.Error("it is " + state(r, secret))
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
	if err := raw.Set(t.Context(), "mw:{globex}:api-keys", "not ours", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := raw.SAdd(t.Context(), "mw:{meshwarden}:api-key-tenants", "globex").Err(); err != nil {
		t.Fatal(err)
	}
	r := run(t, keyring.Options{Store: store, Logger: lines.logger()})
	if r.Len() != 1 || r.Count("globex") != 0 || state(r, secret) != "good" {
		t.Errorf("%d keys", r.Len())
	}
	if n := lines.count("api key not taken over"); n < 5 {
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
