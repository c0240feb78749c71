package keyring

import (
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// grant is what keys of one kind may do.
type grant struct {
	name          string
	tenant        string
	roles, scopes []string
	holders       int
}

// entry is one key, packed: times are in Unix seconds, 0 for none. It is immutable but for uses, which later versions of the
// key take over.
type entry struct {
	id, name, subject                  string
	grant                              *grant
	hash                               apikeys.Hash
	previous                           *apikeys.Previous
	created, rotated, expires, revoked int64
	revision                           uint64
	uses                               *uses
}

func pack(key *apikeys.Key, g *grant) *entry {
	e := &entry{
		id: key.ID, name: key.Name, subject: key.Subject, grant: g, hash: key.Hash, revision: key.Revision,
		created: seconds(key.Created), rotated: seconds(key.Rotated), expires: seconds(key.Expires), revoked: seconds(key.Revoked),
	}
	if e.subject == e.name {
		e.subject = e.name // one copy of the bytes
	}
	if key.Previous.Hash != (apikeys.Hash{}) {
		previous := key.Previous
		e.previous = &previous
	}
	return e
}

func (e *entry) key() apikeys.Key {
	key := apikeys.Key{
		ID: e.id, Hash: e.hash, Tenant: e.grant.tenant, Name: e.name, Subject: e.subject, Roles: e.grant.roles, Scopes: e.grant.scopes,
		Created: moment(e.created), Rotated: moment(e.rotated), Expires: moment(e.expires), Revoked: moment(e.revoked), Revision: e.revision,
	}
	if e.previous != nil {
		key.Previous = *e.previous
	}
	return key
}

func (e *entry) hashes() []apikeys.Hash {
	if e.previous == nil {
		return []apikeys.Hash{e.hash}
	}
	return []apikeys.Hash{e.hash, e.previous.Hash}
}

// credential is what a request with the secret of that hash needs to know.
func (e *entry) credential(hash apikeys.Hash) identity.Key {
	key := identity.Key{
		ID: e.id, Tenant: e.grant.tenant, Subject: e.subject, Roles: e.grant.roles, Scopes: e.grant.scopes,
		Expires: moment(e.expires), Revoked: e.revoked != 0,
	}
	if e.hash != hash {
		key.Expires = e.previous.Expires
	}
	return key
}

// seconds is t, 0 for the zero time alone: a key that was revoked when 1970 began is revoked.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(1, t.Unix())
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
