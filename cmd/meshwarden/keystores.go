package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// serverKeys are the keys of an ext_authz server.
type serverKeys struct{ client *admin.Client }

func (s serverKeys) create(ctx context.Context, tenant string, ask admin.CreateKey) (admin.NewSecret, error) {
	return s.client.CreateKey(ctx, tenant, ask)
}

func (s serverKeys) list(ctx context.Context, tenant, state string) ([]admin.APIKey, error) {
	filters := url.Values{}
	if state != "" {
		filters.Set("state", state)
	}
	return s.client.Keys(ctx, tenant, filters)
}

func (s serverKeys) show(ctx context.Context, tenant, id string) (admin.APIKey, error) {
	return s.client.Key(ctx, tenant, id)
}

func (s serverKeys) rotate(ctx context.Context, tenant, id string, ask admin.RotateKey) (admin.NewSecret, error) {
	return s.client.RotateKey(ctx, tenant, id, ask)
}

func (s serverKeys) revoke(ctx context.Context, tenant, id string, ask admin.RevokeKey) (admin.APIKey, error) {
	return s.client.RevokeKey(ctx, tenant, id, ask)
}

// fileKeys are the keys of a file. dir is the configuration that new keys are checked against.
type fileKeys struct{ dir, path string }

func (f fileKeys) create(_ context.Context, tenant string, ask admin.CreateKey) (made admin.NewSecret, err error) {
	lifetime, err := admin.ParseDuration(ask.Lifetime)
	if err != nil {
		return made, err
	}
	t, err := loadTenant(f.dir, tenant)
	if err != nil {
		return made, err
	}
	if err := acceptsKey(t, ask.Roles); err != nil {
		return made, err
	}
	now := time.Now()
	err = apikeys.Update(f.path, func(file *apikeys.File) error {
		secret, key, err := file.Create(apikeys.Request{
			Tenant: tenant, Name: ask.Name, Subject: ask.Subject, Roles: ask.Roles, Scopes: ask.Scopes, Lifetime: lifetime,
		}, now)
		made = admin.NewSecret{Key: secret, APIKey: admin.Shown(key, now)}
		return err
	})
	return made, err
}

// acceptsKey refuses a key that could never be used.
func acceptsKey(t *plane.Tenant, roles []string) error {
	if t.Spec.Auth.APIKeys == nil || !t.Spec.Auth.APIKeys.Enabled {
		return fmt.Errorf("tenant %s does not accept API keys: set spec.auth.api_keys.enabled", t.Name)
	}
	for _, role := range roles {
		if !t.Spec.HasRole(role) {
			return fmt.Errorf("tenant %s has no role %q", t.Name, role)
		}
	}
	return nil
}

func (f fileKeys) list(_ context.Context, tenant, state string) ([]admin.APIKey, error) {
	file, err := apikeys.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		file = apikeys.NewFile()
	} else if err != nil {
		return nil, err
	}
	now := time.Now()
	list := []admin.APIKey{}
	for i := range file.Keys {
		key := &file.Keys[i]
		if (tenant == "" || key.Tenant == tenant) && (state == "" || key.State(now) == state) {
			list = append(list, admin.Shown(*key, now))
		}
	}
	slices.SortStableFunc(list, func(a, b admin.APIKey) int { return strings.Compare(a.Tenant, b.Tenant) })
	return list, nil
}

func (f fileKeys) show(_ context.Context, tenant, id string) (admin.APIKey, error) {
	file, err := apikeys.ReadFile(f.path)
	if err != nil {
		return admin.APIKey{}, err
	}
	key, err := file.Change(id, of(tenant, func(*apikeys.Key) error { return nil }))
	return admin.Shown(key, time.Now()), err
}

func (f fileKeys) rotate(_ context.Context, tenant, id string, ask admin.RotateKey) (made admin.NewSecret, err error) {
	lifetime, err := admin.ParseDuration(ask.Lifetime)
	if err != nil {
		return made, err
	}
	grace, err := admin.ParseDuration(ask.Grace)
	if err != nil {
		return made, err
	}
	made.APIKey, err = f.change(tenant, id, func(k *apikeys.Key) (err error) {
		made.Key, err = k.Rotate(lifetime, grace, time.Now())
		return err
	})
	return made, err
}

func (f fileKeys) revoke(_ context.Context, tenant, id string, ask admin.RevokeKey) (admin.APIKey, error) {
	return f.change(tenant, id, func(k *apikeys.Key) error {
		if ask.Secret == admin.SecretPrevious {
			return k.RevokePrevious(time.Now())
		}
		k.Revoke(time.Now())
		return nil
	})
}

func (f fileKeys) change(tenant, id string, change func(*apikeys.Key) error) (shown admin.APIKey, err error) {
	err = apikeys.Update(f.path, func(file *apikeys.File) error {
		key, err := file.Change(id, of(tenant, change))
		shown = admin.Shown(key, time.Now())
		return err
	})
	return shown, err
}

// of refuses a key of another tenant than the one that was named, if one was.
func of(tenant string, change func(*apikeys.Key) error) func(*apikeys.Key) error {
	return func(k *apikeys.Key) error {
		if tenant != "" && k.Tenant != tenant {
			return fmt.Errorf("the API key %s is not of tenant %s", k.ID, tenant)
		}
		return change(k)
	}
}
