package keyadmin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// list shows a part of the tenant's keys, by id.
func (a *api) list(w http.ResponseWriter, r *http.Request) {
	tenant := r.PathValue("tenant")
	// Keys outlive their tenant's place in the configuration.
	if a.ring.Count(tenant) == 0 && a.configured(w, r) == nil {
		return
	}
	part, err := parsePart(r, a.now())
	if err != nil {
		invalid(w, r, err)
		return
	}
	keys, more := a.ring.Page(tenant, part.after, part.limit, part.match)
	page := admin.KeyPage{}
	if page.Keys, err = a.shown(r.Context(), tenant, keys); err != nil {
		failed(w, r, err)
		return
	}
	if more {
		page.Next = keys[len(keys)-1].ID
	}
	adminapi.WriteJSON(w, http.StatusOK, page)
}

// part is which keys to list.
type part struct {
	limit int
	after string
	match func(*apikeys.Key) bool
}

func parsePart(r *http.Request, now time.Time) (part, error) {
	p := part{limit: admin.DefaultPage}
	var filters []func(*apikeys.Key) bool
	for name, values := range r.URL.Query() {
		if len(values) != 1 {
			return p, fmt.Errorf("the parameter %s stands more than once", name)
		}
		value := values[0]
		switch name {
		case "limit":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > admin.MaxPage {
				return p, fmt.Errorf("limit is a number from 1 to %d", admin.MaxPage)
			}
			p.limit = n
		case "cursor":
			p.after = value
		case "state":
			if !slices.Contains([]string{apikeys.Active, apikeys.Expired, apikeys.Revoked}, value) {
				return p, errors.New("state is active, expired or revoked")
			}
			filters = append(filters, func(k *apikeys.Key) bool { return k.State(now) == value })
		case "name":
			filters = append(filters, func(k *apikeys.Key) bool { return k.Name == value })
		case "subject":
			filters = append(filters, func(k *apikeys.Key) bool { return k.Subject == value })
		case "expires_before":
			at, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return p, errors.New("expires_before is a time as 2026-01-31T00:00:00Z")
			}
			filters = append(filters, func(k *apikeys.Key) bool { return k.Expires.Before(at) })
		default:
			return p, errors.New("there is no parameter " + name)
		}
	}
	p.match = func(k *apikeys.Key) bool {
		for _, filter := range filters {
			if !filter(k) {
				return false
			}
		}
		return true
	}
	return p, nil
}

// shown adds to keys how often they were used.
func (a *api) shown(ctx context.Context, tenant string, keys []apikeys.Key) ([]admin.APIKey, error) {
	ids := make([]string, len(keys))
	for i := range keys {
		ids[i] = keys[i].ID
	}
	uses, err := a.ring.Uses(ctx, tenant, ids)
	if err != nil {
		return nil, err
	}
	list := make([]admin.APIKey, len(keys))
	for i := range keys {
		list[i] = admin.Shown(keys[i], a.now())
		list[i].Uses = &uses[i].Count
		if !uses[i].Last.IsZero() {
			list[i].LastUsed = &uses[i].Last
		}
	}
	return list, nil
}

func (a *api) show(w http.ResponseWriter, r *http.Request) {
	key, found := a.ring.Get(r.PathValue("tenant"), r.PathValue("id"))
	if !found {
		failed(w, r, keyring.ErrUnknown)
		return
	}
	list, err := a.shown(r.Context(), key.Tenant, []apikeys.Key{key})
	if err != nil {
		failed(w, r, err)
		return
	}
	adminapi.WriteJSON(w, http.StatusOK, list[0])
}

// rotate gives the key a new secret; the present one stays good for its grace.
func (a *api) rotate(w http.ResponseWriter, r *http.Request) {
	var ask admin.RotateKey
	if !adminapi.ReadJSON(w, r, &ask) {
		return
	}
	life, err := lifetime(ask.Lifetime)
	if err != nil {
		invalid(w, r, err)
		return
	}
	grace := apikeys.DefaultGrace
	if ask.Grace != "" {
		if grace, err = admin.ParseDuration(ask.Grace); err != nil {
			invalid(w, r, err)
			return
		}
	}
	var secret string
	key, err := a.ring.Change(r.Context(), r.PathValue("tenant"), r.PathValue("id"), func(k *apikeys.Key) (err error) {
		secret, err = k.Rotate(life, grace, a.now())
		return rule(err)
	})
	if err != nil {
		failed(w, r, err)
		return
	}
	adminapi.WriteJSON(w, http.StatusOK, admin.NewSecret{Key: secret, APIKey: admin.Shown(key, a.now())})
}

// rule marks an error of a key's own rules, whose text is for the client.
func rule(err error) error {
	if err == nil || slices.ContainsFunc(conflicts, func(c error) bool { return errors.Is(err, c) }) {
		return err
	}
	return &invalidError{err}
}

// revoke ends the key, or the secret before its last rotation.
func (a *api) revoke(w http.ResponseWriter, r *http.Request) {
	var ask admin.RevokeKey
	if !adminapi.ReadJSON(w, r, &ask) {
		return
	}
	var change func(*apikeys.Key) error
	switch ask.Secret {
	case "", admin.SecretAll:
		change = func(k *apikeys.Key) error {
			k.Revoke(a.now())
			return nil
		}
	case admin.SecretPrevious:
		change = func(k *apikeys.Key) error { return k.RevokePrevious(a.now()) }
	default:
		invalid(w, r, errors.New("secret is all or previous"))
		return
	}
	key, err := a.ring.Change(r.Context(), r.PathValue("tenant"), r.PathValue("id"), change)
	if err != nil {
		failed(w, r, err)
		return
	}
	adminapi.WriteJSON(w, http.StatusOK, admin.Shown(key, a.now()))
}

// importKeys takes in keys as they stand in a key file. One that the store has stays as it is there.
func (a *api) importKeys(w http.ResponseWriter, r *http.Request) {
	var ask admin.ImportKeys
	if !adminapi.ReadJSON(w, r, &ask) {
		return
	}
	if len(ask.Keys) == 0 || len(ask.Keys) > admin.MaxImport {
		invalid(w, r, fmt.Errorf("an import has 1 to %d keys", admin.MaxImport))
		return
	}
	result := admin.ImportResult{Refused: []admin.RefusedKey{}}
	for i := range ask.Keys {
		key := &ask.Keys[i]
		refused, err := a.importKey(r.Context(), key)
		switch {
		case err == nil:
			result.Imported++
		case errors.Is(err, keyring.ErrExists):
			result.Unchanged++
		case refused != "":
			result.Refused = append(result.Refused, admin.RefusedKey{ID: key.ID, Tenant: key.Tenant, Reason: refused})
		default:
			failed(w, r, err)
			return
		}
	}
	adminapi.WriteJSON(w, http.StatusOK, result)
}

var errNotConfigured = errors.New("no such tenant")

// importKey returns why a key was refused, if it was for what it is.
func (a *api) importKey(ctx context.Context, key *apikeys.Key) (refused string, err error) {
	if err := key.Validate(); err != nil {
		return err.Error(), err
	}
	t, ready := a.tenant(key.Tenant)
	if !ready {
		return "", fmt.Errorf("%w: no configuration yet", keyring.ErrUnavailable)
	}
	if t == nil {
		return errNotConfigured.Error(), errNotConfigured
	}
	held, err := a.ring.Create(ctx, *key)
	switch {
	case errors.Is(err, keyring.ErrExists) && held.Hash != key.Hash && held.Revision <= key.Revision:
		return "another key has the id", errors.New("another key has the id")
	case errors.Is(err, keyring.ErrTaken), errors.Is(err, keyring.ErrFull):
		return err.Error(), err
	}
	return "", err
}
