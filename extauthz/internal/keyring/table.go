package keyring

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// Bounds of what is held in memory, about 350 bytes a key (BenchmarkTable).
const (
	// MaxKeys of all tenants.
	MaxKeys = 1_000_000
	// MaxTenantKeys of one tenant, so that none can use up what is there for all.
	MaxTenantKeys = 10_000
)

// shards of the table by hash: requests of one do not wait for changes in another.
const shards = 64

// Table holds every key in memory. Requests find keys by hash, operators by tenant and id. It is safe for concurrent use.
type Table struct {
	log func(tenant, id, problem string)

	shards [shards]struct {
		sync.RWMutex
		byHash map[apikeys.Hash]*entry
	}
	// mu is held while keys change; requests do not take it.
	mu      sync.RWMutex
	tenants map[string]*tenantKeys
	size    int
	// changes counts what Put took in.
	changes uint64
}

// tenantKeys are one tenant's, with the grants that they share: most keys of a tenant are of few kinds.
type tenantKeys struct {
	byID   map[string]*entry
	grants map[string]*grant
	// changed is the table's count of changes at the last one of this tenant.
	changed uint64
}

func newTable(log func(tenant, id, problem string)) *Table {
	t := &Table{log: log, tenants: map[string]*tenantKeys{}}
	for i := range t.shards {
		t.shards[i].byHash = map[apikeys.Hash]*entry{}
	}
	return t
}

// lookup finds the key that has a secret with the hash.
func (t *Table) lookup(hash apikeys.Hash) *entry {
	shard := &t.shards[hash[0]%shards]
	shard.RLock()
	defer shard.RUnlock()
	return shard.byHash[hash]
}

// Len is how many keys there are.
func (t *Table) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.size
}

// Put takes a key in, unless a later revision of it is here already.
func (t *Table) Put(key *apikeys.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if held := t.find(key.Tenant, key.ID); held != nil && held.revision > key.Revision {
		return
	}
	t.put(key)
	if of := t.tenants[key.Tenant]; of != nil {
		t.changes++
		of.changed = t.changes
	}
}

// Changes counts what Put has taken in so far. A store asks for it before it reads what it gives to Replace.
func (t *Table) Changes() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.changes
}

// Replace makes keys all that the tenant has, whatever their revisions: the store may have lost some. They were read when there
// were that many changes; when one of the tenant has come since, nothing is done and it returns false, because what was read
// may be older: a key that was revoked meanwhile must not come back.
func (t *Table) Replace(tenant string, keys []apikeys.Key, changes uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if of := t.tenants[tenant]; of != nil && of.changed > changes {
		return false
	}
	stay := make(map[string]bool, len(keys))
	for i := range keys {
		stay[keys[i].ID] = true
	}
	if of := t.tenants[tenant]; of != nil {
		for id := range of.byID {
			if !stay[id] {
				t.remove(tenant, id)
			}
		}
	}
	for i := range keys {
		t.put(&keys[i])
	}
	return true
}

// Remove forgets a key.
func (t *Table) Remove(tenant, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.remove(tenant, id)
}

// Tenants are those that have keys.
func (t *Table) Tenants() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	names := make([]string, 0, len(t.tenants))
	for name := range t.tenants {
		names = append(names, name)
	}
	return names
}

func (t *Table) find(tenant, id string) *entry {
	if of := t.tenants[tenant]; of != nil {
		return of.byID[id]
	}
	return nil
}

func (t *Table) put(key *apikeys.Key) {
	held := t.find(key.Tenant, key.ID)
	if held == nil && t.size >= MaxKeys {
		t.log(key.Tenant, key.ID, "there are too many keys")
		return
	}
	for _, hash := range key.Hashes() {
		if other := t.lookup(hash); other != nil && other != held {
			t.log(key.Tenant, key.ID, "another key has its secret")
			return
		}
	}
	of := t.tenants[key.Tenant]
	if of == nil {
		of = &tenantKeys{byID: map[string]*entry{}, grants: map[string]*grant{}}
		t.tenants[key.Tenant] = of
	}
	next := pack(key, of.hold(key))
	if held == nil {
		t.size++
		next.uses = &uses{usual: partHour}
	} else {
		next.uses = held.uses
	}
	of.byID[next.id] = next
	hashes := key.Hashes()
	for _, hash := range hashes {
		t.set(hash, next)
	}
	if held != nil {
		for _, hash := range held.hashes() {
			if !slices.Contains(hashes, hash) {
				t.set(hash, nil)
			}
		}
		of.release(held.grant)
	}
}

func (t *Table) remove(tenant, id string) {
	of := t.tenants[tenant]
	if of == nil || of.byID[id] == nil {
		return
	}
	held := of.byID[id]
	for _, hash := range held.hashes() {
		t.set(hash, nil)
	}
	of.release(held.grant)
	delete(of.byID, id)
	t.size--
	if len(of.byID) == 0 {
		delete(t.tenants, tenant)
	}
}

func (t *Table) set(hash apikeys.Hash, e *entry) {
	shard := &t.shards[hash[0]%shards]
	shard.Lock()
	defer shard.Unlock()
	if e == nil {
		delete(shard.byHash, hash)
		return
	}
	shard.byHash[hash] = e
}

// hold returns the grant of a key.
func (of *tenantKeys) hold(key *apikeys.Key) *grant {
	// Neither roles nor scopes have commas or spaces.
	name := strings.Join(key.Roles, ",") + " " + strings.Join(key.Scopes, ",")
	g := of.grants[name]
	if g == nil {
		g = &grant{name: name, tenant: key.Tenant, roles: slices.Clone(key.Roles), scopes: slices.Clone(key.Scopes)}
		of.grants[name] = g
	}
	g.holders++
	return g
}

func (of *tenantKeys) release(g *grant) {
	if g.holders--; g.holders == 0 {
		delete(of.grants, g.name)
	}
}

// Get returns one key.
func (t *Table) Get(tenant, id string) (apikeys.Key, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	e := t.find(tenant, id)
	if e == nil {
		return apikeys.Key{}, false
	}
	return e.key(), true
}

// Has reports whether the tenant has a key of that id.
func (t *Table) Has(tenant, id string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.find(tenant, id) != nil
}

// Count is how many keys the tenant has.
func (t *Table) Count(tenant string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if of := t.tenants[tenant]; of != nil {
		return len(of.byID)
	}
	return 0
}

// Page returns up to limit of the tenant's keys behind the id after, by id, that match.
func (t *Table) Page(tenant, after string, limit int, match func(*apikeys.Key) bool) (keys []apikeys.Key, more bool) {
	for _, e := range t.sorted(tenant, after) {
		key := e.key()
		if !match(&key) {
			continue
		}
		if len(keys) == limit {
			return keys, true
		}
		keys = append(keys, key)
	}
	return keys, false
}

func (t *Table) sorted(tenant, after string) []*entry {
	t.mu.RLock()
	defer t.mu.RUnlock()
	of := t.tenants[tenant]
	if of == nil {
		return nil
	}
	entries := make([]*entry, 0, len(of.byID))
	for id, e := range of.byID {
		if id > after {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	return entries
}

// each calls visit for every key, a tenant at a time: changes wait for one tenant's at most.
func (t *Table) each(visit func(*entry)) {
	for _, tenant := range t.Tenants() {
		t.eachOf(tenant, visit)
	}
}

func (t *Table) eachOf(tenant string, visit func(*entry)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if of := t.tenants[tenant]; of != nil {
		for _, e := range of.byID {
			visit(e)
		}
	}
}

// decode reads a record. One that cannot be read, or is of another place, is left out: an unknown key admits nobody.
func (t *Table) decode(tenant, id string, record []byte) (apikeys.Key, bool) {
	var key apikeys.Key
	err := json.Unmarshal(record, &key)
	if err == nil {
		err = key.Validate()
	}
	if err == nil && (key.Tenant != tenant || key.ID != id) {
		err = errors.New("the record is of another key")
	}
	if err != nil {
		t.log(tenant, id, err.Error())
		return apikeys.Key{}, false
	}
	return key, true
}
