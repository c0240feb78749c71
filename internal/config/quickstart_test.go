package config_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/config"
)

func TestTheQuickstartIsValid(t *testing.T) {
	t.Parallel()
	s := load(t, config.NewLoader("../../examples/quickstart"))
	if len(s.Tenants) != 2 || len(s.Tenants["globex"].Modules) != 1 || !s.Tenants["globex"].Spec.Auth.APIKeys.Enabled || s.ScanPolicies["guarded"].Spec.Mode != "enforce" {
		t.Errorf("%+v", s)
	}
}
