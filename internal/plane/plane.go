// Package plane is the vocabulary of the tenant plane: the documents that the control plane
// distributes to extauthz replicas over delta ADS under our own type URLs, and their encoding.
//
// On the wire a document is a google.protobuf.Any whose value is the message
//
//	message Document { bytes json = 1; }
//
// so that generic xDS tools can pass it on, while the schema stays that of the Go types.
package plane

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Type URLs of the tenant plane.
const (
	TypeTenant     = "type.googleapis.com/meshwarden.v1.Tenant"
	TypeScanPolicy = "type.googleapis.com/meshwarden.v1.ScanPolicy"
	TypePlatform   = "type.googleapis.com/meshwarden.v1.Platform"
)

// PlatformName is the name of the one TypePlatform resource.
const PlatformName = "platform"

// Module is one Rego file. Path is relative to the configuration directory.
type Module struct {
	Path   string `json:"path"`
	Source string `json:"source"`
}

// Tenant is one tenant as extauthz needs it; the resource name is Name. The spec is defaulted and
// its file references are resolved (jwks_file and secret_file are inlined).
type Tenant struct {
	Name    string            `json:"name"`
	Spec    tenant.TenantSpec `json:"spec"`
	Modules []Module          `json:"modules,omitempty"`
	// ScanPolicies maps the scan policy names that the spec uses to the hash of their documents.
	ScanPolicies map[string]string `json:"scan_policies,omitempty"`
	// Candidate is a version that is asked about the same requests and decides none of them.
	Candidate *Candidate `json:"candidate,omitempty"`
}

// Candidate is another version of a tenant, in all parts that policies are asked about.
type Candidate struct {
	Spec         tenant.TenantSpec `json:"spec"`
	Modules      []Module          `json:"modules,omitempty"`
	ScanPolicies map[string]string `json:"scan_policies,omitempty"`
}

// ScanPolicy is a content-addressed scan policy document; the resource name is Hash.
type ScanPolicy struct {
	Hash     string `json:"hash"`
	Document []byte `json:"document"`
}

// Platform holds what all tenants share: the platform owner's own Rego modules.
type Platform struct {
	Modules []Module `json:"modules,omitempty"`
}

// Encode wraps a document for the wire; version is the content hash of it.
func Encode(typeURL string, document any) (resource *anypb.Any, version string, err error) {
	raw, err := json.Marshal(document)
	if err != nil {
		return nil, "", fmt.Errorf("encode %s: %w", typeURL, err)
	}
	value, err := proto.MarshalOptions{Deterministic: true}.Marshal(wrapperspb.Bytes(raw))
	if err != nil {
		return nil, "", fmt.Errorf("encode %s: %w", typeURL, err)
	}
	sum := sha256.Sum256(value)
	return &anypb.Any{TypeUrl: typeURL, Value: value}, hex.EncodeToString(sum[:16]), nil
}

// Decode reads what Encode wrote into document, which must be the type that belongs to the URL.
func Decode(resource *anypb.Any, document any) error {
	var wrapped wrapperspb.BytesValue
	if err := proto.Unmarshal(resource.GetValue(), &wrapped); err != nil {
		return fmt.Errorf("decode %s: %w", resource.GetTypeUrl(), err)
	}
	if err := json.Unmarshal(wrapped.GetValue(), document); err != nil {
		return fmt.Errorf("decode %s: %w", resource.GetTypeUrl(), err)
	}
	return nil
}
