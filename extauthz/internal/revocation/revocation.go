// Package revocation keeps what tokens were revoked before their time: by id, by subject, or a tenant's altogether.
// It does not know what a token looks like.
package revocation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Name is the set's in stores, metrics and logs.
const Name = "revocations"

// Kind says what of a token is compared.
type Kind string

// Kinds.
const (
	// ByID revokes the one token with this jti.
	ByID Kind = admin.RevokeJTI
	// BySubject revokes all tokens of a principal that were issued until a moment.
	BySubject Kind = admin.RevokeSubject
	// ByTenant does so for all of a tenant's principals.
	ByTenant Kind = admin.RevokeTenant
)

// maxPerTenant bounds a tenant's entries, so that none can keep the others from revoking. Who needs more revokes subjects, or all.
const maxPerTenant = 10_000

// Bounds of an entry's texts in bytes. A token whose jti is longer is refused, so that every one can be revoked.
const (
	MaxValue  = 1024
	MaxReason = 256
)

// lifetime is how long an entry is kept after the last token that it can be about was issued.
const lifetime = tenant.MaxTokenLifetime + 2*tenant.MaxTokenLeeway

// maxAhead is how far in the future the moment of an entry may lie: issuers' clocks may be ahead.
const maxAhead = tenant.MaxTokenLeeway

// Entry is one revocation.
type Entry struct {
	// ID names the entry: that of the same tenant, kind and value is always the same.
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	Kind   Kind   `json:"kind"`
	// Value is the jti or the subject; empty for a tenant.
	Value string `json:"value,omitempty"`
	// Before is the moment until which, inclusive, tokens are revoked by their iat; zero for a jti.
	Before time.Time `json:"before,omitzero"`
	// Reason and By are for people: why, and who.
	Reason  string    `json:"reason,omitempty"`
	By      string    `json:"by,omitempty"`
	Created time.Time `json:"created"`
	// Expires is when no token can be left that the entry is about.
	Expires time.Time `json:"expires"`
}

// List is all revocations. It is safe for concurrent use.
type List struct {
	set *sharedset.Set[Entry]
}

// Options configure a List.
type Options struct {
	// Store keeps the entries (default: memory alone).
	Store sharedset.Store
	// Max bounds them (default 100,000; some 50 MB).
	Max        int
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// New returns a List that knows nothing until it has read its store.
func New(options Options) *List {
	return &List{sharedset.New[Entry](sharedset.Options{
		Name: Name, Store: options.Store, Max: options.Max, Group: sharedset.SecondPart, MaxGroup: maxPerTenant,
		Logger: options.Logger, Registerer: options.Registerer,
	})}
}

// Load reads the store once.
func (l *List) Load(ctx context.Context) error { return l.set.Load(ctx) }

// Run follows the store until ctx ends.
func (l *List) Run(ctx context.Context) error { return l.set.Run(ctx) }

// Await waits until the store was asked once, whatever it said.
func (l *List) Await(ctx context.Context) { l.set.Await(ctx) }

// Loaded reports whether the store has answered, so that tokens which are not in the list are not revoked.
func (l *List) Loaded() bool { return l.set.Loaded() }

// Version changes with every entry: a token that was not revoked at a version is not until it changes.
func (l *List) Version() uint64 { return l.set.Version() }

// Token is what of a token is compared. ID may be empty.
type Token struct {
	Tenant, Subject, ID string
	Issued              time.Time
}

// Revoked reports whether a token is revoked. It does no I/O: three look-ups in memory.
func (l *List) Revoked(t Token, now time.Time) bool {
	if l.set.Empty() {
		return false
	}
	var buffer [256]byte
	if t.ID != "" {
		if _, found := l.set.Lookup(appendKey(buffer[:0], ByID, t.Tenant, t.ID), now); found {
			return true
		}
	}
	if e, found := l.set.Lookup(appendKey(buffer[:0], BySubject, t.Tenant, t.Subject), now); found && !t.Issued.After(e.Value.Before) {
		return true
	}
	e, found := l.set.Lookup(appendKey(buffer[:0], ByTenant, t.Tenant, ""), now)
	return found && !t.Issued.After(e.Value.Before)
}

// appendKey writes a key that differs for different entries: neither a kind nor a tenant's name holds a NUL.
func appendKey(dst []byte, kind Kind, tenant, value string) []byte {
	dst = append(append(dst, kind...), 0)
	dst = append(append(dst, tenant...), 0)
	return append(dst, value...)
}

func (e *Entry) key() string { return string(appendKey(nil, e.Kind, e.Tenant, e.Value)) }

// InvalidError says what is wrong with an entry, in words for who sent it.
type InvalidError struct{ Problem string }

func (e *InvalidError) Error() string { return e.Problem }

func invalid(format string, args ...any) error { return &InvalidError{fmt.Sprintf(format, args...)} }

// Add revokes. Without a moment, everything issued until now is meant. When it returns, the store has the entry,
// this replica heeds it, and the others do within a second. An entry of the same kind and value is replaced,
// unless that would give tokens back.
func (l *List) Add(ctx context.Context, e Entry, now time.Time) (Entry, error) {
	if err := e.complete(now); err != nil {
		return Entry{}, err
	}
	if held, found := l.set.Lookup([]byte(e.key()), now); found && held.Value.Before.After(e.Before) {
		e.Before, e.Expires = held.Value.Before, held.Value.Expires
	}
	if err := l.set.Put(ctx, sharedset.Item[Entry]{Key: e.key(), Value: e, Expires: e.Expires}); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// complete checks what was sent and fills in the rest.
func (e *Entry) complete(now time.Time) error {
	switch {
	case e.Kind != ByID && e.Kind != BySubject && e.Kind != ByTenant:
		return invalid("kind must be jti, subject or tenant")
	case (e.Value == "") != (e.Kind == ByTenant):
		return invalid("value is the jti or the subject, and nothing for a tenant")
	case len(e.Value) > MaxValue || strings.ContainsFunc(e.Value, unicode.IsControl):
		return invalid("value has at most %d bytes and no control characters", MaxValue)
	case len(e.Reason) > MaxReason || strings.ContainsFunc(e.Reason, unicode.IsControl):
		return invalid("reason has at most %d bytes and no control characters", MaxReason)
	case e.Kind == ByID && !e.Before.IsZero():
		return invalid("before is not for a jti: there is only one token")
	case e.Before.After(now.Add(maxAhead)):
		return invalid("before is at most %v from now", maxAhead)
	}
	e.Created = now.UTC().Truncate(time.Millisecond)
	if e.Kind != ByID && e.Before.IsZero() {
		e.Before = e.Created
	}
	e.Before = e.Before.UTC()
	e.Expires = e.Created.Add(lifetime)
	if e.Before.After(e.Created) {
		e.Expires = e.Before.Add(lifetime)
	}
	sum := sha256.Sum256([]byte(e.key()))
	e.ID = hex.EncodeToString(sum[:12])
	return nil
}

// ErrNotFound says that there is no such entry.
var ErrNotFound = errors.New("no such revocation")

// Remove takes an entry back: tokens that have not expired yet are accepted again.
func (l *List) Remove(ctx context.Context, tenant, id string) error {
	for _, e := range l.Entries(tenant) {
		if e.ID == id {
			return l.set.Delete(ctx, e.key())
		}
	}
	return ErrNotFound
}

// Entries are those of a tenant, the newest first.
func (l *List) Entries(tenant string) []Entry {
	list := l.set.Values(tenant)
	slices.SortStableFunc(list, func(a, b Entry) int { return b.Created.Compare(a.Created) })
	return list
}
