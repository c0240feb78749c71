package sharedset_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"github.com/meshwarden/meshwarden/extauthz/internal/redisconn"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
	"github.com/meshwarden/meshwarden/extauthz/internal/statedb"
)

type set = sharedset.Set[string]

func item(key, value string, lives time.Duration) sharedset.Item[string] {
	return sharedset.Item[string]{Key: key, Value: value, Expires: time.Now().Add(lives)}
}

func put(t *testing.T, s *set, key, value string) {
	t.Helper()
	if err := s.Put(t.Context(), item(key, value, time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func value(s *set, key string) string {
	found, ok := s.Lookup([]byte(key), time.Now())
	if !ok {
		return ""
	}
	return found.Value
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in 20 s it did not come true that %s", what)
		}
	}
}

// replica is a running set over a Redis.
func replica(t *testing.T, url string, options sharedset.Options) *set {
	t.Helper()
	client, err := redisconn.Open(url, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	options.Name, options.Store = "things", sharedset.NewRedisStore(client, "things")
	s := sharedset.New[string](options)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = client.Close()
	})
	s.Await(t.Context())
	return s
}

func TestInMemoryRecordsAreThereUntilTheyExpireOrAreDeleted(t *testing.T) {
	t.Parallel()
	s := sharedset.New[string](sharedset.Options{Name: "things"})
	if !s.Loaded() || !s.Empty() {
		t.Error("a set without a store has something to wait for")
	}
	before := s.Version()
	put(t, s, "a", "1")
	put(t, s, "a", "2")
	if s.Version() == before || value(s, "a") != "2" || s.Empty() {
		t.Error("the second version is not there")
	}
	if err := s.Put(t.Context(), item("short", "x", 50*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Lookup([]byte("short"), time.Now().Add(time.Second)); ok {
		t.Error("an expired record is found")
	}
	if err := s.Delete(t.Context(), "a"); err != nil || value(s, "a") != "" {
		t.Error("a deleted record is found")
	}
	if err := s.Delete(t.Context(), "nothing"); err != nil {
		t.Error(err)
	}
	for _, i := range s.Items("") {
		if i.Key == "a" {
			t.Error("a deleted record is listed")
		}
	}
}

func TestASetHasBounds(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	for name, s := range map[string]*set{
		"memory": sharedset.New[string](sharedset.Options{Name: "things", Max: 2}), "redis": replica(t, url, sharedset.Options{Max: 2}),
	} {
		put(t, s, "a", "1")
		put(t, s, "b", "1")
		put(t, s, "a", "2")
		if err := s.Put(t.Context(), item("c", "1", time.Hour)); !errors.Is(err, sharedset.ErrFull) {
			t.Errorf("%s: a third record: %v", name, err)
		}
		for what, i := range map[string]sharedset.Item[string]{
			"key": item(strings.Repeat("k", sharedset.MaxKey+1), "", time.Hour), "value": item("k", strings.Repeat("v", sharedset.MaxValue), time.Hour),
		} {
			if err := s.Put(t.Context(), i); err == nil {
				t.Errorf("%s: a long %s is taken", name, what)
			}
		}
	}
	// The bound is the store's too: a replica that does not know of the others' records yet.
	late := sharedset.New[string](sharedset.Options{Name: "things", Max: 2, Store: storeAt(t, url)})
	if err := late.Put(t.Context(), item("c", "1", time.Hour)); !errors.Is(err, sharedset.ErrFull) {
		t.Errorf("a third record in Redis: %v", err)
	}
}

func TestAGroupUsesUpItsOwnRecordsOnly(t *testing.T) {
	t.Parallel()
	s := sharedset.New[string](sharedset.Options{Name: "things", Max: 5, Group: sharedset.SecondPart, MaxGroup: 2})
	put(t, s, "k\x00acme\x001", "1")
	put(t, s, "k\x00acme\x002", "1")
	put(t, s, "k\x00acme\x002", "2")
	if err := s.Put(t.Context(), item("l\x00acme\x003", "1", time.Hour)); !errors.Is(err, sharedset.ErrFull) {
		t.Errorf("a third record of acme's: %v", err)
	}
	put(t, s, "k\x00globex\x001", "1")
	if err := s.Put(t.Context(), item("k\x00globex\x002", "1", -time.Second)); err != nil {
		t.Error(err)
	}
	put(t, s, "k\x00globex\x003", "1")
}

func TestAnExpiredRecordMakesRoomInItsGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sharedset.New[string](sharedset.Options{Name: "things", Group: sharedset.SecondPart, MaxGroup: 1})
		if err := s.Put(t.Context(), item("k\x00acme\x001", "1", time.Second)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(2 * time.Minute) // swept
		put(t, s, "k\x00acme\x002", "1")
		cancel()
		<-done
	})
}

// contradicting is a store whose records lie behind its last write, as when only its state was lost.
type contradicting struct{ reads int }

func (c *contradicting) Changes(context.Context, sharedset.Position, int) (sharedset.Changes, error) {
	c.reads++
	many := make([]sharedset.Record, 500)
	for i := range many {
		many[i] = sharedset.Record{Key: strconv.Itoa(i), Value: []byte(`"v"`), Expires: time.Now().Add(time.Hour), Written: 1}
	}
	return sharedset.Changes{Records: many, Next: sharedset.Position{Sequence: 1000}, Last: sharedset.Position{Sequence: 1}}, nil
}

func (*contradicting) Write(context.Context, int, []sharedset.Record) (sharedset.Position, int64, error) {
	return sharedset.Position{}, 0, nil
}
func (*contradicting) Purge(context.Context, time.Time) error { return nil }
func (*contradicting) Shared() bool                           { return true }

func TestAStoreThatContradictsItselfIsNotReadForEver(t *testing.T) {
	t.Parallel()
	store := &contradicting{}
	s := sharedset.New[string](sharedset.Options{Name: "things", Store: store})
	if err := s.Load(t.Context()); err == nil || store.reads > 4 {
		t.Errorf("%d reads: %v", store.reads, err)
	}
	if value(s, "1") != "v" {
		t.Error("what was read does not count")
	}
}

func storeAt(t *testing.T, url string) sharedset.Store {
	t.Helper()
	client, err := redisconn.Open(url, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return sharedset.NewRedisStore(client, "things")
}

func TestReplicasHaveWhatOneOfThemWasToldAndALateOneToo(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	one, two := replica(t, url, sharedset.Options{}), replica(t, url, sharedset.Options{})
	for i := range 1200 { // more than two pages
		put(t, one, fmt.Sprint("k", i), "first")
	}
	await(t, "the other replica has all", func() bool { return len(two.Items("")) == 1200 })
	late := replica(t, url, sharedset.Options{})
	if len(late.Items("")) != 1200 {
		t.Errorf("a late replica is loaded with %d records", len(late.Items("")))
	}
	put(t, two, "k7", "second")
	if err := two.Delete(t.Context(), "k8"); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*set{"one": one, "late": late} {
		await(t, name+" has the change", func() bool { return value(s, "k7") == "second" && value(s, "k8") == "" })
	}
	put(t, one, "k8", "again")
	await(t, "a deleted record can come back", func() bool { return value(two, "k8") == "again" })
}

func TestARedisThatLostEverythingGetsItBackFromAReplica(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one := replica(t, server.URL, sharedset.Options{})
	put(t, one, "a", "1")
	put(t, one, "b", "1")
	if err := one.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	server.Kill(t)
	if value(one, "a") != "1" {
		t.Error("the record went with the server")
	}
	if err := one.Put(t.Context(), item("c", "1", time.Hour)); !errors.Is(err, sharedset.ErrUnavailable) || value(one, "c") != "" {
		t.Errorf("a record that the store does not have is taken: %v", err)
	}
	server.Restart(t)
	await(t, "a new replica has what the old one had", func() bool {
		other := replica(t, server.URL, sharedset.Options{})
		return value(other, "a") == "1" && value(other, "b") == ""
	})
	put(t, one, "c", "1")
}

func TestAClockThatIsAheadDoesNotUndoALaterWrite(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	ahead := sharedset.Record{
		Key: "a", Value: []byte("null"), Deleted: true, Expires: time.Now().Add(time.Hour), Written: time.Now().Add(time.Hour).UnixMicro(),
	}
	if _, _, err := storeAt(t, server.URL).Write(t.Context(), 10, []sharedset.Record{ahead}); err != nil {
		t.Fatal(err)
	}
	// A replica that has not read that yet.
	s := sharedset.New[string](sharedset.Options{Name: "things", Store: storeAt(t, server.URL)})
	put(t, s, "a", "1")
	if err := s.Load(t.Context()); err != nil || value(s, "a") != "1" {
		t.Errorf("%q, %v", value(s, "a"), err)
	}
	other := replica(t, server.URL, sharedset.Options{})
	await(t, "another replica has it too", func() bool { return value(other, "a") == "1" })
}

func TestAWriteThatTheStoreLostIsMadeAgain(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one, two := replica(t, server.URL, sharedset.Options{}), replica(t, server.URL, sharedset.Options{})
	put(t, one, "a", "1")
	await(t, "the other replica has it", func() bool { return value(two, "a") == "1" })
	put(t, one, "b", "1")
	// A failover to a server that did not have the last write yet: the sequence goes back.
	client := redistest.Client(t, server.URL)
	client.HIncrBy(t.Context(), "mw:{set-things}:state", "sequence", -1)
	client.HDel(t.Context(), "mw:{set-things}:records", "b")
	client.ZRem(t.Context(), "mw:{set-things}:log", "b")
	await(t, "Redis has the lost write again", func() bool {
		return client.HExists(t.Context(), "mw:{set-things}:records", "b").Val()
	})
	await(t, "so has the other replica", func() bool { return value(two, "b") == "1" })
}

func TestExpiredRecordsLeaveRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	store := storeAt(t, server.URL)
	s := sharedset.New[string](sharedset.Options{Name: "things", Store: store})
	put(t, s, "a", "1")
	if err := s.Put(t.Context(), item("b", "1", time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := store.Purge(t.Context(), time.Now().Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	changes, err := store.Changes(t.Context(), sharedset.Position{}, 10)
	if err != nil || len(changes.Records) != 1 || changes.Records[0].Key != "a" {
		t.Errorf("%+v, %v", changes, err)
	}
}

func openDatabase(t *testing.T, dir string) *bbolt.DB {
	t.Helper()
	db, err := statedb.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func inDatabase(t *testing.T, db *bbolt.DB) *set {
	t.Helper()
	store, err := sharedset.NewBoltStore(db, "things")
	if err != nil {
		t.Fatal(err)
	}
	return sharedset.New[string](sharedset.Options{Name: "things", Store: store})
}

func TestADatabaseKeepsRecordsOverARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDatabase(t, dir)
	first := inDatabase(t, db)
	put(t, first, "a", "1")
	put(t, first, "b", "1")
	if err := first.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	db = openDatabase(t, dir)
	defer db.Close()
	second := inDatabase(t, db)
	if second.Loaded() {
		t.Error("loaded before anything was read")
	}
	if err := second.Load(t.Context()); err != nil || !second.Loaded() {
		t.Fatal(err)
	}
	if value(second, "a") != "1" || value(second, "b") != "" {
		t.Errorf("%v", second.Items(""))
	}
	store, _ := sharedset.NewBoltStore(db, "things")
	if err := store.Purge(t.Context(), time.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	third := inDatabase(t, db)
	if err := third.Load(t.Context()); err != nil || !third.Empty() {
		t.Errorf("%v, %v after everything expired", third.Items(""), err)
	}
}

func TestADamagedRecordIsAnError(t *testing.T) {
	t.Parallel()
	db := openDatabase(t, t.TempDir())
	defer db.Close()
	s := inDatabase(t, db)
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("set-things")).Put([]byte("a"), []byte("x")) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Load(t.Context()); err == nil || s.Loaded() {
		t.Error("no error")
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	s := sharedset.New[string](sharedset.Options{Name: "things"})
	put(t, s, "a", "1")
	now, key := time.Now(), []byte("a")
	if n := testing.AllocsPerRun(100, func() { s.Lookup(key, now) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
