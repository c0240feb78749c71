package remotejwks

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/jwks"
)

// Keys is a key set as it was published. It is immutable.
type Keys struct {
	list []*jwks.Key
}

// Find returns the key that a token with this key id must be signed by, or nil. A token without a key id, and a
// key without one, are matched only where the set has a single key, so that there is nothing to choose.
func (k *Keys) Find(id string) *jwks.Key {
	if k == nil {
		return nil
	}
	for _, key := range k.list {
		if key.ID == id {
			return key
		}
	}
	if len(k.list) == 1 && (id == "" || k.list[0].ID == "") {
		return k.list[0]
	}
	return nil
}

// with returns the set of the newly read keys, in which a key that was there before is the same object: tokens
// that it verified stay verified. It is k itself when nothing changed.
func (k *Keys) with(read []jwks.Key) *Keys {
	next := &Keys{list: make([]*jwks.Key, len(read))}
	for i := range read {
		next.list[i] = &read[i]
		if k == nil {
			continue
		}
		if held := slices.IndexFunc(k.list, func(old *jwks.Key) bool { return old.Equal(&read[i]) }); held >= 0 {
			next.list[i] = k.list[held]
		}
	}
	if k != nil && slices.Equal(k.list, next.list) {
		return k
	}
	return next
}

func (k *Keys) ids() []string {
	ids := make([]string, len(k.list))
	for i, key := range k.list {
		ids[i] = key.ID
	}
	return ids
}
