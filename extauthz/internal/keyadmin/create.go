package keyadmin

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyring"
	"github.com/meshwarden/meshwarden/internal/admin"
	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// maxIdempotencyKey bounds the header Idempotency-Key.
const maxIdempotencyKey = 255

// create makes a key. With an Idempotency-Key, the id follows from it: the same request again finds the key that it made, whose
// secret is not shown again, and another request with that Idempotency-Key is refused.
func (a *api) create(w http.ResponseWriter, r *http.Request) {
	var ask admin.CreateKey
	if !adminapi.ReadJSON(w, r, &ask) {
		return
	}
	request, err := a.request(r, &ask)
	if err != nil {
		invalid(w, r, err)
		return
	}
	if t := a.configured(w, r); t == nil || !accepts(w, r, t, ask.Roles) {
		return
	}
	secret, key, err := apikeys.New(request, a.now())
	if err != nil {
		invalid(w, r, err)
		return
	}
	if request.ID != "" {
		key.Request = fingerprint(&ask)
	}
	held, err := a.ring.Create(r.Context(), key)
	w.Header().Set("Location", "/v1/tenants/"+key.Tenant+"/keys/"+key.ID)
	switch {
	case err == nil:
		adminapi.WriteJSON(w, http.StatusCreated, admin.NewSecret{Key: secret, APIKey: admin.Shown(key, a.now())})
	case errors.Is(err, keyring.ErrExists) && request.ID != "" && held.Request == key.Request:
		w.Header().Set("Idempotency-Replayed", "true")
		adminapi.WriteJSON(w, http.StatusOK, admin.NewSecret{APIKey: admin.Shown(held, a.now())})
	case errors.Is(err, keyring.ErrExists):
		w.Header().Del("Location")
		adminapi.WriteError(w, r, http.StatusUnprocessableEntity, reason.CodeValidation, "the Idempotency-Key was used for another request")
	default:
		w.Header().Del("Location")
		failed(w, r, err)
	}
}

// request reads what the key should be.
func (a *api) request(r *http.Request, ask *admin.CreateKey) (request apikeys.Request, err error) {
	request = apikeys.Request{
		Tenant: r.PathValue("tenant"), Name: ask.Name, Subject: ask.Subject, Roles: ask.Roles, Scopes: ask.Scopes,
	}
	if request.Lifetime, err = lifetime(ask.Lifetime); err != nil {
		return request, err
	}
	switch keys := r.Header.Values("Idempotency-Key"); {
	case len(keys) > 1, len(keys) == 1 && !idempotencyKey(keys[0]):
		return request, errors.New("an Idempotency-Key is one header of 1 to 255 visible ASCII characters")
	case len(keys) == 1:
		request.ID = apikeys.IDFor(request.Tenant + "\x00" + keys[0])
	}
	return request, nil
}

func idempotencyKey(s string) bool {
	return s != "" && len(s) <= maxIdempotencyKey && !slices.ContainsFunc([]byte(s), func(b byte) bool { return b <= ' ' || b >= 0x7f })
}

// fingerprint tells requests apart. It is not kept in the clear, since names may be personal.
func fingerprint(ask *admin.CreateKey) apikeys.Hash {
	raw, err := json.Marshal(ask)
	if err != nil {
		panic(err) // texts and lists of texts
	}
	return sha256.Sum256(raw)
}

// lifetime reads a lifetime, 0 for the default.
func lifetime(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := admin.ParseDuration(text)
	if err == nil && d == 0 {
		err = errors.New("a lifetime is above 0")
	}
	return d, err
}

// configured returns the tenant of the path, or answers and returns nil.
func (a *api) configured(w http.ResponseWriter, r *http.Request) *plane.Tenant {
	t, ready := a.tenant(r.PathValue("tenant"))
	switch {
	case !ready:
		w.Header().Set("Retry-After", "1")
		adminapi.WriteError(w, r, http.StatusServiceUnavailable, reason.CodeUnavailable, "there is no configuration yet")
	case t == nil:
		adminapi.WriteError(w, r, http.StatusNotFound, reason.CodeNotFound, "no such tenant")
	}
	return t
}

// accepts answers when a key with these roles could never be used.
func accepts(w http.ResponseWriter, r *http.Request, t *plane.Tenant, roles []string) bool {
	if t.Spec.Auth.APIKeys == nil || !t.Spec.Auth.APIKeys.Enabled {
		adminapi.WriteError(w, r, http.StatusConflict, reason.CodeConflict, "the tenant does not accept API keys (spec.auth.api_keys.enabled)")
		return false
	}
	for _, role := range roles {
		if !t.Spec.HasRole(role) {
			invalid(w, r, errors.New("the tenant has no role "+role))
			return false
		}
	}
	return true
}

// invalid answers with what is wrong about the request.
func invalid(w http.ResponseWriter, r *http.Request, err error) {
	adminapi.WriteError(w, r, http.StatusUnprocessableEntity, reason.CodeValidation, err.Error())
}

// conflicts are the errors that the state of a key or store brings, whose texts are for clients.
var conflicts = []error{apikeys.ErrRevoked, apikeys.ErrInGrace, apikeys.ErrNoPrevious, keyring.ErrFull, keyring.ErrTaken}

// failed answers with why a change was not made.
func failed(w http.ResponseWriter, r *http.Request, err error) {
	for _, conflict := range conflicts {
		if errors.Is(err, conflict) {
			adminapi.WriteError(w, r, http.StatusConflict, reason.CodeConflict, conflict.Error())
			return
		}
	}
	var rule *invalidError
	switch {
	case errors.Is(err, keyring.ErrUnknown):
		adminapi.WriteError(w, r, http.StatusNotFound, reason.CodeNotFound, "no such key")
	case errors.As(err, &rule):
		invalid(w, r, rule.error)
	case errors.Is(err, keyring.ErrUnavailable):
		w.Header().Set("Retry-After", "1")
		adminapi.WriteError(w, r, http.StatusServiceUnavailable, reason.CodeUnavailable, "the API key store is away; whether the change was made is unknown, and to make it again is safe")
	default:
		adminapi.WriteError(w, r, http.StatusInternalServerError, reason.CodeInternal, "internal error")
	}
}

// invalidError is a rule of keys that a request breaks.
type invalidError struct{ error }
