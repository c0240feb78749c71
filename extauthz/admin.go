package extauthz

import (
	"errors"
	"net/http"

	"github.com/meshwarden/meshwarden/docs/openapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/adminapi"
	"github.com/meshwarden/meshwarden/extauthz/internal/keyadmin"
	"github.com/meshwarden/meshwarden/extauthz/internal/securityapi"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// openAdminAPI binds the admin API and mounts what it offers.
func (s *Server) openAdminAPI() (err error) {
	if s.options.AdminAPI == "" {
		return nil
	}
	if s.database == nil && s.redis == nil {
		return errors.New("--admin-api needs --redis or --state-dir: what it changes must outlive the process")
	}
	s.adminAPI, err = adminapi.New(adminapi.Options{
		Address: s.options.AdminAPI, TLS: s.options.TLS, TokenFile: s.options.AdminTokens,
		Logger: s.options.Logger, Registerer: s.options.Registry,
	})
	if err != nil {
		return err
	}
	description, err := openapi.Admin()
	if err != nil {
		return err
	}
	s.adminAPI.HandleAny("GET /v1/openapi.json", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description)
	}))
	securityapi.Mount(s.adminAPI, securityapi.Options{Revocations: s.revocations, Lockouts: s.lockouts, KnowsTenant: s.knowsTenant})
	keyadmin.Mount(s.adminAPI, keyadmin.Options{Ring: s.keys, Tenant: s.tenant})
	return nil
}

// tenant is one of the configuration in effect.
func (s *Server) tenant(name string) (t *plane.Tenant, ready bool) {
	state := s.state.Load()
	if state == nil {
		return nil, false
	}
	return state.Tenant(name), true
}
