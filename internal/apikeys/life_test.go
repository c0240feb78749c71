package apikeys_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

const day = 24 * time.Hour

func newKey(t *testing.T) (string, apikeys.Key) {
	t.Helper()
	secret, key, err := apikeys.New(apikeys.Request{Tenant: "acme", Name: "ci"}, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return secret, key
}

func hashOf(t *testing.T, secret string) apikeys.Hash {
	t.Helper()
	hash, ok := apikeys.Parse(secret)
	if !ok {
		t.Fatalf("%d bytes are no key", len(secret))
	}
	return hash
}

func TestRotationKeepsTheKeyAndBothSecretsForItsGrace(t *testing.T) {
	t.Parallel()
	first, key := newKey(t)
	at := epoch.Add(80 * day).Truncate(time.Second)
	second, err := key.Rotate(0, day, at)
	if err != nil {
		t.Fatal(err)
	}
	if key.Hash != hashOf(t, second) || key.Previous.Hash != hashOf(t, first) || second[:15] != first[:15] {
		t.Error("the secrets are not those of the key")
	}
	if !key.Expires.Equal(at.Add(90*day)) || !key.Previous.Expires.Equal(at.Add(day)) || !key.Rotated.Equal(at) || key.Revision != 2 {
		t.Errorf("%+v", key)
	}
	if err := key.Validate(); err != nil {
		t.Error(err)
	}
	before := key
	if _, err := key.Rotate(0, day, at.Add(time.Hour)); !errors.Is(err, apikeys.ErrInGrace) || key.Revision != before.Revision {
		t.Errorf("a rotation in the grace of another: %v", err)
	}
	third, err := key.Rotate(day, 0, at.Add(time.Hour))
	if err != nil || key.Hash != hashOf(t, third) || len(key.Hashes()) != 1 {
		t.Errorf("without grace one secret is left, not %d (%v)", len(key.Hashes()), err)
	}
}

func TestGraceEndsWithThePreviousSecretItself(t *testing.T) {
	t.Parallel()
	_, key := newKey(t)
	end := key.Expires
	if _, err := key.Rotate(0, 30*day, end.Add(-time.Hour)); err != nil || !key.Previous.Expires.Equal(end) {
		t.Errorf("grace until %v, want %v (%v)", key.Previous.Expires, end, err)
	}
	_, short := newKey(t)
	if _, err := short.Rotate(time.Hour, day, epoch); err != nil || !short.Previous.Expires.Equal(short.Expires) {
		t.Errorf("the previous secret is good until %v, and the key until %v (%v)", short.Previous.Expires, short.Expires, err)
	}
	_, expired := newKey(t)
	if _, err := expired.Rotate(0, day, end); err != nil || len(expired.Hashes()) != 1 || expired.State(end) != apikeys.Active {
		t.Errorf("an expired key has %d secrets after its rotation (%v)", len(expired.Hashes()), err)
	}
}

func TestRefusedChangesChangeNothing(t *testing.T) {
	t.Parallel()
	_, revoked := newKey(t)
	revoked.Revoke(epoch)
	for name, change := range map[string]func(*apikeys.Key) error{
		"a longer grace":        func(k *apikeys.Key) error { _, err := k.Rotate(0, 30*day+1, epoch); return err },
		"a grace of the past":   func(k *apikeys.Key) error { _, err := k.Rotate(0, -1, epoch); return err },
		"a longer life":         func(k *apikeys.Key) error { _, err := k.Rotate(366*day, day, epoch); return err },
		"a life that is over":   func(k *apikeys.Key) error { _, err := k.Rotate(-day, day, epoch); return err },
		"no previous to revoke": func(k *apikeys.Key) error { return k.RevokePrevious(epoch) },
		"a revoked key":         func(k *apikeys.Key) error { *k = revoked; _, err := k.Rotate(0, day, epoch); return err },
	} {
		_, key := newKey(t)
		hash := key.Hash
		err := change(&key)
		if err == nil || key.Hash != hash && key.Hash != revoked.Hash || key.Revision > 2 {
			t.Errorf("%s: %v, %+v", name, err, key)
		}
	}
}

func TestPreviousSecretCanEndAlone(t *testing.T) {
	t.Parallel()
	_, key := newKey(t)
	second, err := key.Rotate(0, day, epoch.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	if err := key.RevokePrevious(epoch.Add(day)); err != nil || len(key.Hashes()) != 1 || key.Hash != hashOf(t, second) || key.State(epoch.Add(day)) != apikeys.Active {
		t.Errorf("%+v, %v", key, err)
	}
}

func TestIDForNamesOneKeyASeed(t *testing.T) {
	t.Parallel()
	_, key, err := apikeys.New(apikeys.Request{Tenant: "acme", Name: "ci", ID: apikeys.IDFor("seed")}, epoch)
	if err != nil || key.ID != apikeys.IDFor("seed") || key.ID == apikeys.IDFor("another") {
		t.Errorf("id %q: %v", key.ID, err)
	}
}

func FuzzParse(f *testing.F) {
	secret, _, _ := apikeys.Generate()
	f.Add(secret)
	f.Add(secret[:len(secret)-1])
	f.Add(apikeys.Prefix)
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		hash, ok := apikeys.Parse(text)
		if ok && (len(text) != apikeys.Length || text[:3] != apikeys.Prefix) || !ok && hash != (apikeys.Hash{}) {
			t.Errorf("%q: %v", text, ok)
		}
	})
}

// FuzzParseFile: what is taken is written so that it is taken again, and holds no key that could not be made.
func FuzzParseFile(f *testing.F) {
	_, key, err := apikeys.New(apikeys.Request{Tenant: "acme", Name: "ci", Roles: []string{"viewer"}}, epoch)
	if err != nil {
		f.Fatal(err)
	}
	rotated := key
	if _, err := rotated.Rotate(0, day, epoch.Add(day)); err != nil {
		f.Fatal(err)
	}
	for _, k := range []apikeys.Key{key, rotated} {
		raw, err := json.Marshal(apikeys.File{Version: 1, Keys: []apikeys.Key{k}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := apikeys.ParseFile(raw)
		if err != nil {
			return
		}
		for i := range file.Keys {
			if err := file.Keys[i].Validate(); err != nil {
				t.Error(err)
			}
		}
		again, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := apikeys.ParseFile(again); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}
