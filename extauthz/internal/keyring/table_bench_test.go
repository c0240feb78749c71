package keyring_test

import (
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// BenchmarkTable measures a look-up, and the memory of a key when there are many.
func BenchmarkTable(b *testing.B) {
	const n = 200_000
	before := heap()
	r := keyring.New(keyring.Options{})
	hashes := make([][32]byte, 1024)
	for i := range n {
		key := apikeys.Key{
			ID: apikeys.IDFor(string(binary.BigEndian.AppendUint64(nil, uint64(i)))), Tenant: "tenant-" + string(rune('a'+i%26)),
			Name: "service-" + string(rune('a'+i%26)) + "-production", Roles: []string{"viewer"}, Scopes: []string{"orders:read"},
			Created: time.Unix(1_800_000_000, 0), Expires: time.Unix(1_807_000_000, 0), Revision: 1,
		}
		key.Subject = key.Name
		key.Hash = sha256.Sum256([]byte(key.ID))
		hashes[i%len(hashes)] = key.Hash
		r.Put(&key)
	}
	size := float64(heap()-before) / n
	for b.Loop() {
		for i := range hashes {
			if _, ok := r.Lookup(hashes[i]); !ok {
				b.Fatal("a key is missing")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hashes)), "ns/lookup")
	b.ReportMetric(size, "B/key")
	runtime.KeepAlive(r)
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
