package keyring_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/extauthz/internal/redistest"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// A cluster has the same operations over several hash slots.
func TestRandomChangesLeaveWhatAModelSays(t *testing.T) {
	t.Parallel()
	all := maps.Clone(places)
	all["cluster"] = func(t testing.TB) place { return place{redisStore(t, "redis+cluster://"+redistest.Cluster(t)), true} }
	for name, start := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := start(t).replicas(t)
			rings := []*keyring.Ring{first, second}
			model := map[string]apikeys.Key{} // by tenant and id
			secrets := map[string]string{}    // by secret, whose
			random := rand.New(rand.NewPCG(1, 2))
			for range 150 {
				change(t, rings[random.IntN(len(rings))], random, model, secrets)
			}
			for i, ring := range rings {
				eventually(t, fmt.Sprintf("replica %d has what the model says", i), func() bool { return cmp.Equal(held(ring), model) })
				for secret, whose := range secrets {
					key := model[whose]
					want := "unknown"
					if hash, _ := apikeys.Parse(secret); slices.Contains(key.Hashes(), hash) {
						want = map[bool]string{true: "good", false: "revoked"}[key.Revoked.IsZero()]
					}
					if got := state(ring, secret); got != want {
						t.Errorf("replica %d: a secret of %s is %s, not %s", i, whose, got, want)
					}
				}
			}
		})
	}
}

// change makes one change, to the ring and to the model.
func change(t *testing.T, r *keyring.Ring, random *rand.Rand, model map[string]apikeys.Key, secrets map[string]string) {
	t.Helper()
	tenant := fmt.Sprint("tenant-", random.IntN(5))
	if len(model) < 5 || random.IntN(4) == 0 {
		secret, key := create(t, r, tenant, "ci")
		model[tenant+"/"+key.ID] = key
		secrets[secret] = tenant + "/" + key.ID
		return
	}
	names := slices.Sorted(maps.Keys(model))
	name := names[random.IntN(len(names))]
	key := model[name]
	now := time.Now()
	alter := map[int]func(*apikeys.Key) error{
		0: revoke,
		1: func(k *apikeys.Key) error { return k.RevokePrevious(now) },
		2: func(k *apikeys.Key) error {
			secret, err := k.Rotate(0, time.Duration(random.IntN(2))*time.Hour, now)
			if err == nil {
				secrets[secret] = name
			}
			return err
		},
	}[min(random.IntN(6), 2)]
	got, err := r.Change(t.Context(), key.Tenant, key.ID, alter)
	if err == nil {
		model[name] = got
	}
}

func held(r *keyring.Ring) map[string]apikeys.Key {
	all := map[string]apikeys.Key{}
	for _, tenant := range r.Tenants() {
		keys, _ := r.Page(tenant, "", keyring.MaxTenantKeys, func(*apikeys.Key) bool { return true })
		for _, key := range keys {
			all[tenant+"/"+key.ID] = key
		}
	}
	return all
}
