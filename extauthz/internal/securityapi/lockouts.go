package securityapi

import (
	"net/http"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
)

func (a *api) listLockouts(w http.ResponseWriter, r *http.Request) {
	adminapi.WriteJSON(w, http.StatusOK, map[string]any{"lockouts": a.Lockouts.Locks(r.PathValue("tenant"))})
}

func (a *api) clearLockout(w http.ResponseWriter, r *http.Request) {
	if err := a.Lockouts.Clear(r.Context(), r.PathValue("tenant"), r.PathValue("id")); err != nil {
		refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
