// Package config reads the configuration directory into validated, immutable snapshots and says of
// everything that it refuses in which file, line and column it stands and why. It knows the files, YAML
// and the references between objects; it must not know Envoy, xDS or how policies are evaluated.
package config

import (
	"fmt"
	"os"
	"strconv"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Snapshot is the whole configuration, each object in its newest version without problems. It is
// immutable; an object that did not change keeps its pointer from one snapshot to the next.
type Snapshot struct {
	// Gateway is defaulted; it has no listeners when no gateway.yaml was ever valid.
	Gateway tenant.GatewaySpec
	// Upstreams and ScanPolicies are defaulted and keyed by name. They hold what the tenants refer to, also
	// when its file is gone but a tenant's last good version still needs it.
	Upstreams    map[string]tenant.UpstreamSpec
	ScanPolicies map[string]ScanPolicy
	// Tenants are defaulted, with jwks_file and secret_file inlined (and those fields emptied), the tenant's
	// own modules attached (tests left out) and ScanPolicies filled.
	Tenants map[string]*plane.Tenant
	// Platform holds the modules of policies/.
	Platform plane.Platform
	// Warnings are of what took effect and may have another one than its author believes, sorted as problems are.
	Warnings []Problem
}

// ScanPolicy is a scan policy as it was written and as the scanner reads it.
type ScanPolicy struct {
	Spec tenant.ScanPolicySpec
	plane.ScanPolicy
}

// Problem is one reason why an object was not taken over from its files, or of a warning.
type Problem struct {
	// Object is "gateway", "upstream/NAME", "scanpolicy/NAME", "tenant/NAME", "platform", or empty for a file
	// that belongs to no object.
	Object string `json:"object,omitempty"`
	// File is relative to the configuration directory, with slashes.
	File string `json:"file"`
	// Line and Column count from 1 (columns in bytes for Rego, in characters for YAML); 0 when the problem has no place.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Reason says what is wrong, in one line, without key material.
	Reason string `json:"reason"`
}

// String formats p as file:line:column: reason.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ": " + p.Reason
}

// Warning formats p, which is one of Snapshot.Warnings, as compilers do: file:line:column: warning: reason.
func (p Problem) Warning() string {
	p.Reason = "warning: " + p.Reason
	return p.String()
}

// CheckDir returns an error unless dir is a directory that can be listed. Servers ask at their start: a
// directory that goes away later keeps its last good configuration, but one that never was is a mistake.
func CheckDir(dir string) error {
	if _, err := os.ReadDir(dir); err != nil {
		return fmt.Errorf("configuration directory: %w", err)
	}
	return nil
}
