package admin

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// What of a token a revocation compares.
const (
	RevokeJTI     = "jti"
	RevokeSubject = "subject"
	RevokeTenant  = "tenant"
)

// Revoke asks for tokens to be refused before they expire.
type Revoke struct {
	// Kind is RevokeJTI, RevokeSubject or RevokeTenant; Value the jti or the subject, empty for a tenant.
	Kind  string `json:"kind"`
	Value string `json:"value,omitempty"`
	// Before is the moment until which, inclusive, tokens are meant by their iat (default now); not for a jti.
	Before time.Time `json:"before,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Revocation is one that holds.
type Revocation struct {
	ID     string    `json:"id"`
	Tenant string    `json:"tenant"`
	Kind   string    `json:"kind"`
	Value  string    `json:"value,omitempty"`
	Before time.Time `json:"before,omitzero"`
	Reason string    `json:"reason,omitempty"`
	// By is the admin token or certificate that it was made with.
	By      string    `json:"by,omitempty"`
	Created time.Time `json:"created"`
	// Expires is when no token can be left that it is about.
	Expires time.Time `json:"expires"`
}

// Revocations is the list of a tenant's.
type Revocations struct {
	Revocations []Revocation `json:"revocations"`
}

// Lockout is an address, or a principal from an address, whose authentications failed too often.
type Lockout struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	// Kind is address or principal.
	Kind string `json:"kind"`
	// Address is an IPv4 address or an IPv6 /64.
	Address string `json:"address"`
	// Subject is what the failed credentials name, unverified.
	Subject string    `json:"subject,omitempty"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"`
}

// Lockouts is the list of a tenant's.
type Lockouts struct {
	Lockouts []Lockout `json:"lockouts"`
}

func tenantPath(tenant, what string, id ...string) string {
	path := "/v1/tenants/" + url.PathEscape(tenant) + "/" + what
	for _, part := range id {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// Revoke has tokens refused.
func (c *Client) Revoke(ctx context.Context, tenant string, ask Revoke) (made Revocation, err error) {
	err = c.Do(ctx, http.MethodPost, tenantPath(tenant, "revocations"), ask, &made)
	return made, err
}

// Revocations returns a tenant's, the newest first.
func (c *Client) Revocations(ctx context.Context, tenant string) ([]Revocation, error) {
	var list Revocations
	err := c.Do(ctx, http.MethodGet, tenantPath(tenant, "revocations"), nil, &list)
	return list.Revocations, err
}

// RemoveRevocation takes one back.
func (c *Client) RemoveRevocation(ctx context.Context, tenant, id string) error {
	return c.Do(ctx, http.MethodDelete, tenantPath(tenant, "revocations", id), nil, nil)
}

// Lockouts returns a tenant's, the newest first.
func (c *Client) Lockouts(ctx context.Context, tenant string) ([]Lockout, error) {
	var list Lockouts
	err := c.Do(ctx, http.MethodGet, tenantPath(tenant, "lockouts"), nil, &list)
	return list.Lockouts, err
}

// ClearLockout ends one.
func (c *Client) ClearLockout(ctx context.Context, tenant, id string) error {
	return c.Do(ctx, http.MethodDelete, tenantPath(tenant, "lockouts", id), nil, nil)
}
