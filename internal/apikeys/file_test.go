package apikeys_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

var epoch = time.Date(2026, 11, 24, 12, 0, 0, 123, time.UTC)

func create(t *testing.T, path string, r apikeys.Request) (string, apikeys.Key) {
	t.Helper()
	var secret string
	var key apikeys.Key
	if err := apikeys.Update(path, func(f *apikeys.File) (err error) {
		secret, key, err = f.Create(r, epoch)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return secret, key
}

func TestCreatedKeyIsReadBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), apikeys.FileName)
	secret, key := create(t, path, apikeys.Request{Tenant: "acme", Name: "ci", Roles: []string{"viewer"}, Scopes: []string{"orders:read"}})
	file, err := apikeys.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]apikeys.Key{key}, file.Keys); diff != "" {
		t.Error(diff)
	}
	hash, _ := apikeys.Parse(secret)
	want := apikeys.Key{
		ID: key.ID, Hash: hash, Tenant: "acme", Name: "ci", Subject: "ci", Roles: []string{"viewer"}, Scopes: []string{"orders:read"},
		Created: epoch.Truncate(time.Second), Expires: epoch.Truncate(time.Second).Add(90 * 24 * time.Hour),
		Revision: 1,
	}
	if diff := cmp.Diff(want, key); diff != "" {
		t.Error(diff)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), secret[len(apikeys.Prefix)+12:]) {
		t.Error("the file holds the secret")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a new file has the mode %v, want 0600 (%v)", info.Mode(), err)
	}
}

func TestMissingFileIsToldFromAnEmptyOne(t *testing.T) {
	t.Parallel()
	if _, err := apikeys.ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func revoke(at time.Time) func(*apikeys.Key) error {
	return func(k *apikeys.Key) error {
		k.Revoke(at)
		return nil
	}
}

func TestRevokeKeepsTheFirstMoment(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), apikeys.FileName)
	_, key := create(t, path, apikeys.Request{Tenant: "acme", Name: "ci"})
	for _, at := range []time.Time{epoch.Add(time.Hour), epoch.Add(2 * time.Hour)} {
		if err := apikeys.Update(path, func(f *apikeys.File) error { _, err := f.Change(key.ID, revoke(at)); return err }); err != nil {
			t.Fatal(err)
		}
	}
	file, err := apikeys.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := file.Keys[0].Revoked, epoch.Add(time.Hour).Truncate(time.Second); !got.Equal(want) {
		t.Errorf("revoked at %v, want %v", got, want)
	}
	if _, err := file.Change("nosuchid0000", revoke(epoch)); err == nil {
		t.Error("an unknown id is changed")
	}
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), apikeys.FileName)
	const writers, each = 8, 5
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				if err := apikeys.Update(path, func(f *apikeys.File) error {
					_, _, err := f.Create(apikeys.Request{Tenant: "acme", Name: fmt.Sprint(w, i)}, epoch)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	file, err := apikeys.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Keys) != writers*each {
		t.Errorf("%d keys are left of %d", len(file.Keys), writers*each)
	}
}

func TestFailedUpdateLeavesTheFileAndNoDebris(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, apikeys.FileName)
	create(t, path, apikeys.Request{Tenant: "acme", Name: "ci"})
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = apikeys.Update(path, func(f *apikeys.File) error {
		_, _, err := f.Create(apikeys.Request{Tenant: "acme", Name: "ci", Lifetime: 366 * 24 * time.Hour}, epoch)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "at most 365 days") {
		t.Errorf("a key for 366 days: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the file changed")
	}
	if found, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
}

func TestUpdateKeepsPermissionsAndSymbolicLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real.json"), filepath.Join(dir, "link.json")
	create(t, target, apikeys.Request{Tenant: "acme", Name: "one"})
	if err := os.Chmod(target, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	create(t, link, apikeys.Request{Tenant: "acme", Name: "two"})
	file, err := apikeys.ReadFile(target)
	if err != nil || len(file.Keys) != 2 {
		t.Errorf("the file behind the link: %v, %v", file, err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, want 0640 (%v)", info.Mode(), err)
	}
}

func TestBadFilesAreRefusedWhole(t *testing.T) {
	t.Parallel()
	const hash = `"hash":"00000000000000000000000000000000000000000000000000000000000000ff"`
	const other = `"hash":"00000000000000000000000000000000000000000000000000000000000000fe"`
	const dates = `"created":"2026-01-01T00:00:00Z","expires":"2026-02-01T00:00:00Z"`
	key := func(fields string) string { return `{"version":1,"keys":[{` + fields + `}]}` }
	good := `"id":"abcdefghijkl",` + hash + `,"tenant":"acme","name":"ci","subject":"ci",` + dates
	if _, err := apikeys.ParseFile([]byte(key(good))); err != nil {
		t.Fatalf("the good file: %v", err)
	}
	for name, content := range map[string]string{
		"empty":                   ``,
		"cut off":                 key(good)[:50],
		"not JSON":                "\x00\x01",
		"another version":         `{"version":2,"keys":[]}`,
		"no version":              `{"keys":[]}`,
		"unknown field":           key(good + `,"secret":"x"`),
		"two documents":           key(good) + key(good),
		"the same key twice":      `{"version":1,"keys":[{` + good + `},{` + good + `}]}`,
		"short hash":              key(strings.Replace(good, "00ff", "ff", 1)),
		"no hash":                 key(strings.Replace(good, hash+",", "", 1)),
		"no tenant":               key(strings.Replace(good, `"acme"`, `""`, 1)),
		"control character":       key(strings.Replace(good, `"acme"`, `"ac\u0007me"`, 1)),
		"bad id":                  key(strings.Replace(good, "abcdefghijkl", "abcdefghij-l", 1)),
		"expires before creation": key(strings.Replace(good, "2026-02", "2025-02", 1)),
		"lives too long":          key(strings.Replace(good, "2026-02", "2027-02", 1)),
		"role with a comma":       key(good + `,"roles":["viewer,admin"]`),
		"a revoked secret twice":  key(good + `,"rotated":"2026-01-02T00:00:00Z","previous":{` + hash + `,"expires":"2026-01-03T00:00:00Z"}`),
		"a previous for ever":     key(good + `,"rotated":"2026-01-02T00:00:00Z","previous":{` + other + `,"expires":"2026-02-03T00:00:00Z"}`),
		"a previous before any":   key(good + `,"previous":{` + other + `,"expires":"2026-01-03T00:00:00Z"}`),
		"a previous without end":  key(good + `,"rotated":"2026-01-02T00:00:00Z","previous":{` + other + `,"expires":"0001-01-01T00:00:00Z"}`),
		"rotated before created":  key(good + `,"rotated":"2025-12-02T00:00:00Z"`),
		"scope with a space":      key(good + `,"scopes":["a b"]`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if file, err := apikeys.ParseFile([]byte(content)); err == nil {
				t.Errorf("accepted: %v", file)
			}
		})
	}
}
