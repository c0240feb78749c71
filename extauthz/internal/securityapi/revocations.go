// Package securityapi is the part of the admin API by which operators answer security events: revocations and
// lockouts. It does not know how requests are judged by them.
package securityapi

import (
	"errors"
	"net/http"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/lockout"
	"github.com/meshwarden/meshwarden/extauthz/internal/revocation"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Mounter takes handlers; *adminapi.Server is one.
type Mounter interface {
	Handle(pattern string, handler http.Handler)
}

// Options are what the operations work on.
type Options struct {
	Revocations *revocation.List
	Lockouts    *lockout.Guard
	// KnowsTenant reports whether a tenant exists; what is of none is not found.
	KnowsTenant func(name string) bool
	// Now is the clock (default time.Now).
	Now func() time.Time
}

type api struct{ Options }

// Mount adds the operations.
func Mount(to Mounter, options Options) {
	if options.Now == nil {
		options.Now = time.Now
	}
	a := &api{options}
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /v1/tenants/{tenant}/revocations":         a.listRevocations,
		"POST /v1/tenants/{tenant}/revocations":        a.revoke,
		"DELETE /v1/tenants/{tenant}/revocations/{id}": a.removeRevocation,
		"GET /v1/tenants/{tenant}/lockouts":            a.listLockouts,
		"DELETE /v1/tenants/{tenant}/lockouts/{id}":    a.clearLockout,
	} {
		to.Handle(pattern, a.ofTenant(handler))
	}
}

// ofTenant answers 404 for a tenant that does not exist.
func (a *api) ofTenant(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.KnowsTenant(r.PathValue("tenant")) {
			adminapi.WriteError(w, r, http.StatusNotFound, reason.CodeNotFound, "no such tenant")
			return
		}
		handler(w, r)
	})
}

func (a *api) listRevocations(w http.ResponseWriter, r *http.Request) {
	list := []admin.Revocation{}
	for _, e := range a.Revocations.Entries(r.PathValue("tenant")) {
		list = append(list, shown(e))
	}
	adminapi.WriteJSON(w, http.StatusOK, admin.Revocations{Revocations: list})
}

func shown(e revocation.Entry) admin.Revocation {
	return admin.Revocation{
		ID: e.ID, Tenant: e.Tenant, Kind: string(e.Kind), Value: e.Value, Before: e.Before, Reason: e.Reason, By: e.By,
		Created: e.Created, Expires: e.Expires,
	}
}

func (a *api) revoke(w http.ResponseWriter, r *http.Request) {
	var ask admin.Revoke
	if !adminapi.ReadJSON(w, r, &ask) {
		return
	}
	entry, err := a.Revocations.Add(r.Context(), revocation.Entry{
		Tenant: r.PathValue("tenant"), Kind: revocation.Kind(ask.Kind), Value: ask.Value, Before: ask.Before, Reason: ask.Reason,
		By: adminapi.CallerOf(r.Context()).Name,
	}, a.Now())
	if err != nil {
		refuse(w, r, err)
		return
	}
	w.Header().Set("Location", r.URL.Path+"/"+entry.ID)
	adminapi.WriteJSON(w, http.StatusCreated, shown(entry))
}

func (a *api) removeRevocation(w http.ResponseWriter, r *http.Request) {
	if err := a.Revocations.Remove(r.Context(), r.PathValue("tenant"), r.PathValue("id")); err != nil {
		refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// refuse answers an error. What the store says of itself is not for the client.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var invalid *revocation.InvalidError
	switch {
	case errors.As(err, &invalid):
		adminapi.WriteError(w, r, http.StatusBadRequest, reason.CodeValidation, invalid.Problem)
	case errors.Is(err, revocation.ErrNotFound), errors.Is(err, lockout.ErrNotFound):
		adminapi.WriteError(w, r, http.StatusNotFound, reason.CodeNotFound, err.Error())
	case errors.Is(err, sharedset.ErrFull):
		adminapi.WriteError(w, r, http.StatusConflict, reason.CodeConflict, "there are too many revocations: revoke a subject or the tenant in place of single tokens")
	case errors.Is(err, sharedset.ErrUnavailable):
		adminapi.WriteError(w, r, http.StatusServiceUnavailable, reason.CodeUnavailable, "the store is away, and nothing may have been changed: try again")
	default:
		adminapi.WriteError(w, r, http.StatusInternalServerError, reason.CodeInternal, "internal error")
	}
}
