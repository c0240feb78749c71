// Package ads serves versioned resources over delta ADS and keeps account of what every client has
// acknowledged, refused or not yet answered. It knows neither tenants nor Envoy's configuration.
package ads

import (
	"google.golang.org/protobuf/types/known/anypb"
)

// Role is what a client is; it decides which types the client can see.
type Role string

// Roles.
const (
	Envoy    Role = "envoy"
	Extauthz Role = "extauthz"
)

// Type is one resource type that the server serves.
type Type struct {
	URL string
	// Label names the type in metrics and status.
	Label string
	// Visible is the only role that sees resources of the type.
	Visible Role
	// Single puts each resource in a response of its own: a client refuses responses, not resources, so one
	// owner's bad resource would hold back another's.
	Single bool
}

// Key names a resource.
type Key struct{ Type, Name string }

// Resource is one version of a resource. It is immutable.
type Resource struct {
	Key
	// Version is a hash of the content, so that any replica, and this one after a restart, gives the same.
	Version string
	// Body is sent as it is to all clients.
	Body *anypb.Any
	// Renew, when set, returns the same content in bytes that no client has seen, if nonce was never used before.
	// Envoy acknowledges bytes that it once refused without applying them (RATIONALE.md).
	Renew func(nonce uint64) *anypb.Any
}

// Nack is a client's refusal of one resource.
type Nack struct {
	Key
	Version string
	// Message is the client's own text.
	Message string
}
