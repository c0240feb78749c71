package keyring_test

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// watched is a key file that is being followed.
type watched struct {
	*keyring.File
	path     string
	registry *prometheus.Registry
}

func watch(t *testing.T, poll time.Duration) *watched {
	t.Helper()
	w := &watched{path: filepath.Join(t.TempDir(), apikeys.FileName), registry: prometheus.NewRegistry()}
	var err error
	if w.File, err = keyring.OpenFile(w.path, keyring.FileOptions{Poll: poll, Registerer: w.registry}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		if err := w.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); group.Wait() })
	return w
}

func (w *watched) create(t *testing.T, name string) (hash [32]byte, id string) {
	t.Helper()
	if err := apikeys.Update(w.path, func(f *apikeys.File) error {
		secret, key, err := f.Create(apikeys.Request{Tenant: "acme", Name: name}, time.Now())
		hash, id = sha256.Sum256([]byte(secret)), key.ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return hash, id
}

func (w *watched) has(hash [32]byte) bool {
	_, ok := w.Lookup(hash)
	return ok
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestKeyFileIsFollowed(t *testing.T) {
	t.Parallel()
	for name, poll := range map[string]time.Duration{"by notification": time.Hour, "by polling": 5 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, poll)
			first, id := w.create(t, "first")
			eventually(t, "a key of a new file is found", func() bool { return w.has(first) })
			second, _ := w.create(t, "second")
			eventually(t, "a second key is found", func() bool { return w.has(first) && w.has(second) })
			if err := apikeys.Update(w.path, func(f *apikeys.File) error {
				_, err := f.Change(id, func(k *apikeys.Key) error { k.Revoke(time.Now()); return nil })
				return err
			}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the first is revoked", func() bool { k, _ := w.Lookup(first); return k.Revoked })
		})
	}
}

func TestBadKeyFileLeavesTheLastGoodOne(t *testing.T) {
	t.Parallel()
	w := watch(t, 5*time.Millisecond)
	hash, _ := w.create(t, "ci")
	eventually(t, "the key is found", func() bool { return w.has(hash) })
	good, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"cut off": func() error { return os.WriteFile(w.path, good[:len(good)/2], 0o600) },
		"empty":   func() error { return os.WriteFile(w.path, nil, 0o600) },
		"gone":    func() error { return os.Remove(w.path) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		eventually(t, name+": the file is reported", func() bool { return w.Ready() != nil })
		if !w.has(hash) {
			t.Errorf("%s: the key is lost", name)
		}
		if err := os.WriteFile(w.path, good, 0o600); err != nil {
			t.Fatal(err)
		}
		eventually(t, name+": the file is good again", func() bool { return w.Ready() == nil })
	}
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			seen[f.GetName()] += m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	if seen["meshwarden_extauthz_key_file_keys"] != 1 || seen["meshwarden_extauthz_key_file_reloads_total"] < 7 {
		t.Errorf("metrics: %v", seen)
	}
}

func TestBadKeyFileIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.OpenFile(path, keyring.FileOptions{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}
