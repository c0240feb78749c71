// Package keyadmin is the admin API's operations on API keys. It does not know who may call them, which package adminapi
// decides, nor how keys are stored.
package keyadmin

import (
	"net/http"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// Options of the operations.
type Options struct {
	Ring *keyring.Ring
	// Tenant returns a tenant of the configuration in effect, nil for an unknown one; ready is false before there is one.
	Tenant func(name string) (t *plane.Tenant, ready bool)
	// Now is the clock (default time.Now).
	Now func() time.Time
}

type api struct {
	ring   *keyring.Ring
	tenant func(string) (*plane.Tenant, bool)
	now    func() time.Time
}

// Mount adds the operations to the server.
func Mount(server *adminapi.Server, options Options) {
	a := &api{ring: options.Ring, tenant: options.Tenant, now: options.Now}
	if a.now == nil {
		a.now = time.Now
	}
	for pattern, handler := range map[string]http.HandlerFunc{
		"POST /v1/tenants/{tenant}/keys":             a.create,
		"GET /v1/tenants/{tenant}/keys":              a.list,
		"GET /v1/tenants/{tenant}/keys/{id}":         a.show,
		"POST /v1/tenants/{tenant}/keys/{id}/rotate": a.rotate,
		"POST /v1/tenants/{tenant}/keys/{id}/revoke": a.revoke,
		"POST /v1/keys/import":                       a.importKeys,
	} {
		server.Handle(pattern, a.loaded(handler))
	}
}

// loaded refuses to speak about keys that were never read.
func (a *api) loaded(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !a.ring.Complete() {
			failed(w, r, keyring.ErrUnavailable)
			return
		}
		handler(w, r)
	}
}
