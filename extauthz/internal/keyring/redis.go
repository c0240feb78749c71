package keyring

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// What is in Redis. A tenant's keys are in one hash, id to record; its field versionField is a new random text with each
// change, by which Sync knows the tenants to read again. Changes are announced in a stream.
const (
	tenantsKey   = "mw:{meshwarden}:api-key-tenants"
	changesKey   = "mw:{meshwarden}:api-key-changes"
	versionField = ""
	// maxChanges are remembered, about; a replica that falls behind by more finds them at the next Sync.
	maxChanges = 100_000
	// followFor is how long Follow waits, and followMost how long an answer may take beyond that.
	followFor  = 500 * time.Millisecond
	followMost = 2 * time.Second
	// maxAnnounced are read at once.
	maxAnnounced = 1000
	// maxTries bounds how often a change is made again because another was faster.
	maxTries = 16
	// versionsAtOnce and tenantsAtOnce are read in one round trip.
	versionsAtOnce = 1000
	tenantsAtOnce  = 8
)

func recordsKey(tenant string) string { return "mw:{" + tenant + "}:api-keys" }
func usesKey(tenant string) string    { return "mw:{" + tenant + "}:api-key-uses" }
func batchKey(tenant, writer string) string {
	return "mw:{" + tenant + "}:api-key-batch:" + writer
}

//go:embed *.lua
var scripts embed.FS

func script(name string) *redis.Script {
	source, err := scripts.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return redis.NewScript(string(source))
}

// shared is the store of all replicas, in Redis.
type shared struct {
	client                       redis.UniversalClient
	create, change, remove, uses *redis.Script
	// last and versions are how far Sync and Follow have come.
	last     string
	versions map[string]string
}

// NewRedis returns the store in Redis. It does not wait for the server.
func NewRedis(client redis.UniversalClient) Store {
	return &shared{
		client: client, versions: map[string]string{},
		create: script("create.lua"), change: script("change.lua"), remove: script("remove.lua"), uses: script("uses.lua"),
	}
}

// Sync reads the tenants whose keys have another version than when they were read last. What is announced while it reads
// stands in the stream behind where it began.
func (s *shared) Sync(ctx context.Context, table *Table) error {
	newest, err := s.client.XRevRangeN(ctx, changesKey, "+", "-", 1).Result()
	if err != nil {
		return away(err)
	}
	last := "0-0"
	if len(newest) > 0 {
		last = newest[0].ID
	}
	changes := table.Changes()
	tenants, err := s.client.SMembers(ctx, tenantsKey).Result()
	if err != nil {
		return away(err)
	}
	known := make(map[string]bool, len(tenants))
	for _, tenant := range tenants {
		known[tenant] = true
	}
	for _, tenant := range table.Tenants() {
		if !known[tenant] && table.Replace(tenant, nil, changes) {
			delete(s.versions, tenant)
		}
	}
	changed, err := s.changed(ctx, table, tenants)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changed, tenantsAtOnce) {
		if err := s.read(ctx, table, some); err != nil {
			return err
		}
	}
	s.last = last
	return nil
}

// spoilt reports an error about what somebody else has put in a tenant's place. It concerns no other tenant, and this one
// keeps the keys that are known.
func spoilt(err error) bool { return err != nil && redis.HasErrorPrefix(err, "WRONGTYPE") }

// changed are the tenants whose version differs from the one that was read.
func (s *shared) changed(ctx context.Context, table *Table, tenants []string) (changed []string, err error) {
	for some := range slices.Chunk(tenants, versionsAtOnce) {
		// Errors are looked at one by one: one of them may be of one tenant.
		answers, _ := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, tenant := range some {
				p.HGet(ctx, recordsKey(tenant), versionField)
			}
			return nil
		})
		for i, answer := range answers {
			version, err := answer.(*redis.StringCmd).Result()
			if spoilt(err) {
				table.log(some[i], "", err.Error())
				continue
			}
			if err != nil && !errors.Is(err, redis.Nil) {
				return nil, away(err)
			}
			if held, known := s.versions[some[i]]; !known || held != version {
				changed = append(changed, some[i])
			}
		}
	}
	return changed, nil
}

func (s *shared) read(ctx context.Context, table *Table, tenants []string) error {
	changes := table.Changes()
	answers, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, tenant := range tenants {
			p.HGetAll(ctx, recordsKey(tenant))
		}
		return nil
	})
	if err != nil {
		return away(err) // what is spoilt only now is passed over by the next Sync
	}
	for i, answer := range answers {
		tenant := tenants[i]
		records := answer.(*redis.MapStringStringCmd).Val()
		keys := make([]apikeys.Key, 0, len(records))
		for id, record := range records {
			if id == versionField {
				continue
			}
			if key, ok := table.decode(tenant, id, []byte(record)); ok {
				keys = append(keys, key)
			}
		}
		if table.Replace(tenant, keys, changes) {
			s.versions[tenant] = records[versionField]
		}
	}
	return nil
}

// Follow reads the announcements behind the last ones, and the keys that they name.
func (s *shared) Follow(ctx context.Context, table *Table) error {
	// A server that is gone without a word must not hold up the detection of that.
	ctx, cancel := context.WithTimeout(ctx, followFor+followMost)
	defer cancel()
	streams, err := s.client.XRead(ctx, &redis.XReadArgs{Streams: []string{changesKey, s.last}, Count: maxAnnounced, Block: followFor}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return away(err)
	}
	last := s.last
	var named []name
	seen := map[name]bool{}
	for _, message := range streams[0].Messages {
		last = message.ID
		tenant, _ := message.Values["tenant"].(string)
		id, _ := message.Values["id"].(string)
		if n := (name{tenant, id}); !seen[n] {
			seen[n] = true
			named = append(named, n)
		}
	}
	if err := s.readAgain(ctx, table, named); err != nil {
		return err
	}
	s.last = last
	return nil
}

// name is a key's.
type name struct{ tenant, id string }

// readAgain reads single keys; what is not there, or cannot be used, is unknown from now on.
func (s *shared) readAgain(ctx context.Context, table *Table, named []name) error {
	answers, _ := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, n := range named {
			p.HGet(ctx, recordsKey(n.tenant), n.id)
		}
		return nil
	})
	for i, answer := range answers {
		n := named[i]
		record, err := answer.(*redis.StringCmd).Bytes()
		if spoilt(err) {
			table.log(n.tenant, n.id, err.Error())
			continue
		}
		if err != nil && !errors.Is(err, redis.Nil) {
			return away(err)
		}
		if err == nil {
			if key, ok := table.decode(n.tenant, n.id, record); ok {
				table.Put(&key)
				continue
			}
		}
		table.Remove(n.tenant, n.id)
	}
	return nil
}

// announce tells all replicas. A change whose announcement failed is reported as failed, so that nobody takes it for
// done before it is everywhere; made again, it is announced again.
func (s *shared) announce(ctx context.Context, tenant, id string) error {
	return away(s.client.XAdd(ctx, &redis.XAddArgs{
		Stream: changesKey, MaxLen: maxChanges, Approx: true, Values: []string{"tenant", tenant, "id", id},
	}).Err())
}

func (s *shared) Create(ctx context.Context, key apikeys.Key) (held apikeys.Key, err error) {
	record, err := json.Marshal(key)
	if err != nil {
		return held, fmt.Errorf("encode API key: %w", err)
	}
	// Before the key itself: a tenant without keys does no harm, keys of a tenant that is not listed would be lost.
	if err := s.client.SAdd(ctx, tenantsKey, key.Tenant).Err(); err != nil {
		return held, away(err)
	}
	answer, err := s.create.Run(ctx, s.client, []string{recordsKey(key.Tenant)}, key.ID, record, rand.Text(), MaxTenantKeys).Text()
	switch {
	case err != nil:
		return held, away(err)
	case answer == "full":
		return held, ErrFull
	case answer != "created":
		if err := json.Unmarshal([]byte(answer), &held); err != nil {
			return held, fmt.Errorf("decode API key: %w", err)
		}
	}
	if err := s.announce(ctx, key.Tenant, key.ID); err != nil {
		return apikeys.Key{}, err
	}
	if answer != "created" {
		return held, ErrExists
	}
	return held, nil
}

func (s *shared) Change(ctx context.Context, tenant, id string, change func(*apikeys.Key) error) (apikeys.Key, error) {
	for range maxTries {
		record, err := s.client.HGet(ctx, recordsKey(tenant), id).Result()
		if errors.Is(err, redis.Nil) || id == versionField {
			return apikeys.Key{}, ErrUnknown
		}
		if err != nil {
			return apikeys.Key{}, away(err)
		}
		var key apikeys.Key
		if err := json.Unmarshal([]byte(record), &key); err != nil {
			return apikeys.Key{}, fmt.Errorf("decode API key: %w", err)
		}
		if err := change(&key); err != nil {
			return apikeys.Key{}, err
		}
		next, err := json.Marshal(key)
		if err != nil {
			return apikeys.Key{}, fmt.Errorf("encode API key: %w", err)
		}
		done, err := s.change.Run(ctx, s.client, []string{recordsKey(tenant)}, id, record, next, rand.Text()).Bool()
		if err != nil {
			return apikeys.Key{}, away(err)
		}
		if done {
			return key, s.announce(ctx, tenant, id)
		}
	}
	return apikeys.Key{}, fmt.Errorf("%w: others change the key all the time", ErrUnavailable)
}

func (s *shared) Remove(ctx context.Context, tenant, id string) error {
	if err := s.remove.Run(ctx, s.client, []string{recordsKey(tenant), usesKey(tenant)}, id, rand.Text()).Err(); err != nil {
		return away(err)
	}
	return s.announce(ctx, tenant, id)
}

// AddUses calls the script once a tenant. After a failure some may be done, which the batch's number keeps from being
// done again.
func (s *shared) AddUses(ctx context.Context, batch Batch) error {
	tenants := map[string][]any{}
	for _, u := range batch.Uses {
		if tenants[u.Tenant] == nil {
			tenants[u.Tenant] = []any{batch.Number}
		}
		tenants[u.Tenant] = append(tenants[u.Tenant], u.ID, u.Count, u.Last.Unix())
	}
	for tenant, arguments := range tenants {
		keys := []string{recordsKey(tenant), usesKey(tenant), batchKey(tenant, batch.Writer)}
		if err := s.uses.Run(ctx, s.client, keys, arguments...).Err(); err != nil {
			return away(err)
		}
	}
	return nil
}

func (s *shared) Uses(ctx context.Context, tenant string, ids []string) ([]Uses, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	answers, err := s.client.HMGet(ctx, usesKey(tenant), ids...).Result()
	if err != nil {
		return nil, away(err)
	}
	list := make([]Uses, len(ids))
	for i, answer := range answers {
		text, _ := answer.(string)
		count, last, _ := strings.Cut(text, " ")
		n, err := strconv.ParseUint(count, 10, 64)
		seconds, err2 := strconv.ParseInt(last, 10, 64)
		if err == nil && err2 == nil {
			list[i] = Uses{n, time.Unix(seconds, 0).UTC()}
		}
	}
	return list, nil
}
