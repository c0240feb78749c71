package admin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// APIKey is what is shown of a key: neither its secrets nor their hashes.
type APIKey struct {
	ID      string     `json:"id"`
	Tenant  string     `json:"tenant"`
	Name    string     `json:"name"`
	Subject string     `json:"subject"`
	Roles   []string   `json:"roles"`
	Scopes  []string   `json:"scopes"`
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Rotated *time.Time `json:"rotated,omitempty"`
	// PreviousExpires is when the secret before the last rotation ends, while it is good.
	PreviousExpires *time.Time `json:"previous_expires,omitempty"`
	Revoked         *time.Time `json:"revoked,omitempty"`
	// State is active, expired or revoked.
	State string `json:"state"`
	// Uses and LastUsed lag by some seconds; nil where uses are not counted, or there was none.
	Uses     *uint64    `json:"uses,omitempty"`
	LastUsed *time.Time `json:"last_used,omitempty"`
}

// Shown is key as it is shown at a time.
func Shown(key apikeys.Key, now time.Time) APIKey {
	shown := APIKey{
		ID: key.ID, Tenant: key.Tenant, Name: key.Name, Subject: key.Subject,
		Roles: append([]string{}, key.Roles...), Scopes: append([]string{}, key.Scopes...),
		Created: key.Created, Expires: key.Expires, State: key.State(now),
	}
	if !key.Rotated.IsZero() {
		shown.Rotated = &key.Rotated
	}
	if shown.State != apikeys.Revoked && now.Before(key.Previous.Expires) {
		shown.PreviousExpires = &key.Previous.Expires
	}
	if !key.Revoked.IsZero() {
		shown.Revoked = &key.Revoked
	}
	return shown
}

// NewSecret is the answer to a creation or rotation: the only time that the secret is seen.
type NewSecret struct {
	// Key is the secret; empty when the creation was made before, with the same idempotency key.
	Key string `json:"key,omitempty"`
	APIKey
}

// CreateKey asks for a new key.
type CreateKey struct {
	Name string `json:"name"`
	// Subject defaults to Name.
	Subject string   `json:"subject,omitempty"`
	Roles   []string `json:"roles,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// Lifetime is a Duration (default 90d).
	Lifetime string `json:"lifetime,omitempty"`
}

// RotateKey asks for a new secret.
type RotateKey struct {
	// Lifetime of the new secret (default 90d), and Grace of the present one (default 24h), as Durations.
	Lifetime string `json:"lifetime,omitempty"`
	Grace    string `json:"grace,omitempty"`
}

// RevokeKey asks for the end of a key, or of its previous secret alone.
type RevokeKey struct {
	// Secret is SecretAll (default) or SecretPrevious.
	Secret string `json:"secret,omitempty"`
}

// Secrets that can be revoked.
const (
	SecretAll      = "all"
	SecretPrevious = "previous"
)

// KeyPage is a part of a tenant's keys, by id.
type KeyPage struct {
	Keys []APIKey `json:"keys"`
	// Next is the cursor of the next part, empty at the end.
	Next string `json:"next,omitempty"`
}

// Bounds of a page and of an import.
const (
	DefaultPage = 100
	MaxPage     = 1000
	MaxImport   = 500
)

// ImportKeys asks for keys as they stand in a key file.
type ImportKeys struct {
	Keys []apikeys.Key `json:"keys"`
}

// ImportResult says what became of each.
type ImportResult struct {
	Imported int `json:"imported"`
	// Unchanged were there already, and stay as they are in the store.
	Unchanged int          `json:"unchanged"`
	Refused   []RefusedKey `json:"refused"`
}

// RefusedKey is a key that was not imported.
type RefusedKey struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	Reason string `json:"reason"`
}

var duration = regexp.MustCompile(`^([0-9]{1,9})([smhd])$`)

// ParseDuration reads a Duration: a whole number of seconds, minutes, hours or days, as 90d or 0s.
func ParseDuration(text string) (time.Duration, error) {
	parts := duration.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("a duration is a whole number with s, m, h or d, as 90d, not %q", text)
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("duration: %w", err) // nine digits fit
	}
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[parts[2]]
	if n > int64(1<<63-1)/int64(unit) {
		return 0, fmt.Errorf("the duration %q is too long", text)
	}
	return time.Duration(n) * unit, nil
}

// FormatDuration writes a Duration, of whole seconds.
func FormatDuration(d time.Duration) string {
	if day := 24 * time.Hour; d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + "s"
}

func keysPath(tenant string, rest ...string) string {
	path := "/v1/tenants/" + url.PathEscape(tenant) + "/keys"
	for _, part := range rest {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// CreateKey makes a key.
func (c *Client) CreateKey(ctx context.Context, tenant string, ask CreateKey) (made NewSecret, err error) {
	return made, c.Do(ctx, http.MethodPost, keysPath(tenant), ask, &made)
}

// Key returns one key.
func (c *Client) Key(ctx context.Context, tenant, id string) (key APIKey, err error) {
	return key, c.Do(ctx, http.MethodGet, keysPath(tenant, id), nil, &key)
}

// Keys returns all keys of a tenant that the filters let through, by id.
func (c *Client) Keys(ctx context.Context, tenant string, filters url.Values) (keys []APIKey, err error) {
	keys = []APIKey{}
	query := url.Values{"limit": {strconv.Itoa(MaxPage)}}
	for name, values := range filters {
		query[name] = values
	}
	for {
		var page KeyPage
		if err := c.Do(ctx, http.MethodGet, keysPath(tenant)+"?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		keys = append(keys, page.Keys...)
		if page.Next == "" {
			return keys, nil
		}
		query.Set("cursor", page.Next)
	}
}

// RotateKey gives a key a new secret.
func (c *Client) RotateKey(ctx context.Context, tenant, id string, ask RotateKey) (made NewSecret, err error) {
	return made, c.Do(ctx, http.MethodPost, keysPath(tenant, id, "rotate"), ask, &made)
}

// RevokeKey ends a key, or its previous secret.
func (c *Client) RevokeKey(ctx context.Context, tenant, id string, ask RevokeKey) (key APIKey, err error) {
	return key, c.Do(ctx, http.MethodPost, keysPath(tenant, id, "revoke"), ask, &key)
}

// ImportKeys brings keys of a file to the store, MaxImport at a time.
func (c *Client) ImportKeys(ctx context.Context, keys []apikeys.Key) (total ImportResult, err error) {
	total.Refused = []RefusedKey{}
	for len(keys) > 0 {
		n := min(len(keys), MaxImport)
		var some ImportResult
		if err := c.Do(ctx, http.MethodPost, "/v1/keys/import", ImportKeys{keys[:n]}, &some); err != nil {
			return total, err
		}
		total.Imported += some.Imported
		total.Unchanged += some.Unchanged
		total.Refused = append(total.Refused, some.Refused...)
		keys = keys[n:]
	}
	return total, nil
}
