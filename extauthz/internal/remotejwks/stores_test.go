package remotejwks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/remotejwks"
	"github.com/meshwarden/meshwarden/extauthz/internal/statedb"
)

func TestStoresKeepDocuments(t *testing.T) {
	t.Parallel()
	db, err := statedb.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	client, err := redisconn.Open(redistest.Start(t).URL, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	bolt, err := remotejwks.NewBoltStore(db)
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]remotejwks.Store{"bolt": bolt, "redis": remotejwks.NewRedisStore(client)} {
		if got, err := store.Load(t.Context(), "a"); got != nil || err != nil {
			t.Errorf("%s: %q, %v before anything was saved", name, got, err)
		}
		for _, document := range []string{"first", strings.Repeat("x", 1<<20)} {
			if err := store.Save(t.Context(), "a", []byte(document)); err != nil {
				t.Fatal(name, err)
			}
			if got, err := store.Load(t.Context(), "a"); string(got) != document || err != nil {
				t.Errorf("%s: %.20q, %v", name, got, err)
			}
		}
	}
}

func TestDocumentsThatAreTooOldAreRemoved(t *testing.T) {
	t.Parallel()
	db, err := statedb.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	open := func() remotejwks.Store {
		store, err := remotejwks.NewBoltStore(db)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	for name, age := range map[string]time.Duration{"young": time.Hour, "old": 8 * 24 * time.Hour} {
		document := fmt.Sprintf(`{"fetched": %q, "keys": {}}`, time.Now().Add(-age).Format(time.RFC3339))
		if err := open().Save(t.Context(), name, []byte(document)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{"young": true, "old": false} {
		if got, err := open().Load(t.Context(), name); err != nil || got != nil != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
