package apikeys

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Lifetimes of a key and of the secret that a rotation replaces (requirement R-06).
const (
	DefaultLifetime = 90 * 24 * time.Hour
	MaxLifetime     = 365 * 24 * time.Hour
	DefaultGrace    = 24 * time.Hour
	MaxGrace        = 30 * 24 * time.Hour
)

// Bounds of the texts of a key.
const (
	maxNameBytes  = 255
	maxListLength = 64
)

// Key is what is known of an API key; its secret is shown once, when it is made.
type Key struct {
	// ID names the key in lists, logs and policies (input.identity.key_id); it is part of every secret of the key.
	ID   string `json:"id"`
	Hash Hash   `json:"hash"`
	// Tenant is the one that the key belongs to.
	Tenant string `json:"tenant"`
	// Name says what the key is for. Subject is the principal that it acts as.
	Name    string   `json:"name"`
	Subject string   `json:"subject"`
	Roles   []string `json:"roles,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// The secret is valid before Expires, unless the key is revoked.
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	// Rotated is when the secret replaced another one, zero before the first rotation.
	Rotated time.Time `json:"rotated,omitzero"`
	// Previous is the secret before that, while it is still good.
	Previous Previous `json:"previous,omitzero"`
	// Revoked is zero for a key in use.
	Revoked time.Time `json:"revoked,omitzero"`
	// Revision grows with each change, so that of two versions the later is known.
	Revision uint64 `json:"revision,omitempty"`
	// Request is the SHA-256 of what the key was asked for with, when that may be asked again (IDFor).
	Request Hash `json:"request,omitzero"`
}

// Previous is a secret that was replaced. It is valid before Expires.
type Previous struct {
	Hash    Hash      `json:"hash"`
	Expires time.Time `json:"expires"`
}

// Hashes are those of the secrets that the key has, the present one first.
func (k *Key) Hashes() []Hash {
	if k.Previous.Hash == (Hash{}) {
		return []Hash{k.Hash}
	}
	return []Hash{k.Hash, k.Previous.Hash}
}

// States of a key.
const (
	Active  = "active"
	Expired = "expired"
	Revoked = "revoked"
)

// State is Active, Expired or Revoked.
func (k *Key) State(now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return Revoked
	case !now.Before(k.Expires):
		return Expired
	}
	return Active
}

// Request is what a new key should be.
type Request struct {
	Tenant, Name string
	// Subject defaults to Name.
	Subject       string
	Roles, Scopes []string
	// Lifetime is above 0 and at most MaxLifetime; 0 means DefaultLifetime.
	Lifetime time.Duration
	// ID is the new key's, by IDFor; empty draws one.
	ID string
}

// New returns a new key and its secret.
func New(r Request, now time.Time) (secret string, key Key, err error) {
	if r.ID == "" {
		r.ID = randomBase62(idLength)
	}
	if r.Subject == "" {
		r.Subject = r.Name
	}
	now = now.UTC().Truncate(time.Second)
	secret, hash := generateFor(r.ID)
	key = Key{
		ID: r.ID, Hash: hash, Tenant: r.Tenant, Name: r.Name, Subject: r.Subject,
		Roles: r.Roles, Scopes: r.Scopes, Created: now, Expires: now.Add(lifetime(r.Lifetime)), Revision: 1,
	}
	if err := key.Validate(); err != nil {
		return "", Key{}, err
	}
	return secret, key, nil
}

func lifetime(asked time.Duration) time.Duration {
	if asked == 0 {
		return DefaultLifetime
	}
	return asked
}

// Errors of changes that the state of the key does not permit.
var (
	ErrRevoked    = errors.New("the key is revoked")
	ErrInGrace    = errors.New("the previous secret is still good: wait, or rotate without grace")
	ErrNoPrevious = errors.New("the key has no previous secret that is still good")
)

// Rotate gives the key a new secret, valid for life (0 for DefaultLifetime), and returns it. The present one stays good
// for grace, at most MaxGrace, and neither beyond its own end nor the new one's. While an earlier one is in its grace only a rotation without
// grace is possible, which ends both: of three secrets, nobody could say which is in use.
func (k *Key) Rotate(life, grace time.Duration, now time.Time) (secret string, err error) {
	now = now.UTC().Truncate(time.Second)
	switch {
	case !k.Revoked.IsZero():
		return "", ErrRevoked
	case grace < 0 || grace > MaxGrace:
		return "", fmt.Errorf("the grace of a rotation is at most %d days", MaxGrace/(24*time.Hour))
	case grace > 0 && now.Before(k.Previous.Expires):
		return "", ErrInGrace
	}
	next := *k
	next.Previous = Previous{}
	secret, next.Hash = generateFor(k.ID)
	next.Rotated, next.Expires = now, now.Add(lifetime(life))
	if grace > 0 && now.Before(k.Expires) {
		next.Previous = Previous{Hash: k.Hash, Expires: earliest(now.Add(grace), k.Expires, next.Expires)}
	}
	next.Revision++
	if err := next.Validate(); err != nil {
		return "", err
	}
	*k = next
	return secret, nil
}

func earliest(times ...time.Time) time.Time { return slices.MinFunc(times, time.Time.Compare) }

// Revoke ends all secrets of the key from now on. A key that already is revoked stays as it is.
func (k *Key) Revoke(now time.Time) {
	if k.Revoked.IsZero() {
		k.Revoked = now.UTC().Truncate(time.Second)
		k.Revision++
	}
}

// RevokePrevious ends the secret that was replaced, before its grace has.
func (k *Key) RevokePrevious(now time.Time) error {
	if !now.Before(k.Previous.Expires) {
		return ErrNoPrevious
	}
	k.Previous = Previous{}
	k.Revision++
	return nil
}

// Validate reports what no key may be.
func (k *Key) Validate() error {
	issued := k.Created
	if !k.Rotated.IsZero() {
		issued = k.Rotated
	}
	switch {
	case len(k.ID) != idLength || strings.Trim(k.ID, alphabet) != "":
		return fmt.Errorf("an id has %d letters and digits", idLength)
	case k.Hash == Hash{}:
		return errors.New("the hash is missing")
	case !k.Expires.After(issued) || issued.Before(k.Created):
		return errors.New("a key expires after it was created")
	case k.Expires.Sub(issued) > MaxLifetime:
		return fmt.Errorf("a key lives at most %d days", MaxLifetime/(24*time.Hour))
	case (k.Previous.Hash == Hash{}) != k.Previous.Expires.IsZero() || k.Previous.Hash == k.Hash:
		return errors.New("a previous secret has a hash of its own and an end")
	case k.Previous.Expires.After(k.Rotated.Add(MaxGrace)):
		return fmt.Errorf("a previous secret is good for at most %d days", MaxGrace/(24*time.Hour))
	}
	return k.validateTexts()
}

func (k *Key) validateTexts() error {
	for _, f := range []struct{ name, value string }{{"tenant", k.Tenant}, {"name", k.Name}, {"subject", k.Subject}} {
		if !plain(f.value) {
			return fmt.Errorf("the %s has 1 to %d bytes without control characters", f.name, maxNameBytes)
		}
	}
	for _, f := range []struct {
		name   string
		values []string
	}{{"role", k.Roles}, {"scope", k.Scopes}} {
		if len(f.values) > maxListLength {
			return fmt.Errorf("a key has at most %d %ss", maxListLength, f.name)
		}
		for _, v := range f.values {
			if !plain(v) || strings.ContainsAny(v, " ,") {
				return fmt.Errorf("the %s %q has no spaces, commas or control characters, and 1 to %d bytes", f.name, v, maxNameBytes)
			}
		}
	}
	return nil
}

func plain(s string) bool {
	return s != "" && len(s) <= maxNameBytes && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
