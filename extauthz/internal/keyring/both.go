package keyring

import "github.com/meshwarden/meshwarden/extauthz/internal/identity"

// Both are a store's keys and a file's. The store has the last word on every key that it has: one that was imported into it
// and rotated or revoked there may stand in the file as it was.
type Both struct {
	Ring *Ring
	File *File
}

// Lookup implements identity.KeyStore.
func (b Both) Lookup(hash [32]byte) (identity.Key, bool) {
	if key, ok := b.Ring.Lookup(hash); ok {
		return key, true
	}
	key, ok := b.File.Lookup(hash)
	if !ok || !b.Ring.Complete() || b.Ring.Has(key.Tenant, key.ID) {
		return identity.Key{}, false
	}
	return key, true
}

// Complete implements identity.KeyStore.
func (b Both) Complete() bool { return b.Ring.Complete() }
