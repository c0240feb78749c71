package securityapi

import (
	"net/http"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/internal/admin"
)

func (a *api) listLockouts(w http.ResponseWriter, r *http.Request) {
	list := []admin.Lockout{}
	for _, l := range a.Lockouts.Locks(r.PathValue("tenant")) {
		list = append(list, admin.Lockout{ID: l.ID, Tenant: l.Tenant, Kind: string(l.Kind), Address: l.Address, Subject: l.Subject, Since: l.Since, Until: l.Until})
	}
	adminapi.WriteJSON(w, http.StatusOK, admin.Lockouts{Lockouts: list})
}

func (a *api) clearLockout(w http.ResponseWriter, r *http.Request) {
	if err := a.Lockouts.Clear(r.Context(), r.PathValue("tenant"), r.PathValue("id")); err != nil {
		refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
