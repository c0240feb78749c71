// Package handoff is the one string that extauthz leaves in Envoy's dynamic metadata for the wasm
// filter: which tenant the request belongs to and which scan policy judges it. One string leaf,
// because numbers and nested structs reach a wasm VM in awkward encodings (RATIONALE.md).
package handoff

import "strings"

// Namespace is the dynamic metadata namespace of Envoy's ext_authz filter and Key the field in it.
const (
	Namespace = "envoy.filters.http.ext_authz"
	Key       = "meshwarden"
)

const version = "1"

// Handoff travels from extauthz to the filter once a request.
type Handoff struct {
	// Tenant is the tenant's name.
	Tenant string
	// ScanPolicy is the lower-case hexadecimal SHA-256 of the scan policy document; empty means the
	// filter's built-in strict policy.
	ScanPolicy string
	// RequestID is Envoy's x-request-id.
	RequestID string
	// Mode overrides the scan policy's own mode for this request: enforce, shadow, off; empty leaves it.
	Mode string
}

// String encodes h as "1 tenant policy request-id mode"; an empty field is written "-".
func (h Handoff) String() string {
	return version + " " + field(h.Tenant) + " " + field(h.ScanPolicy) + " " + field(h.RequestID) + " " + field(h.Mode)
}

func field(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// Parse decodes what String wrote; ok is false for anything else.
func Parse(s string) (h Handoff, ok bool) {
	parts := strings.Split(s, " ")
	if len(parts) != 5 || parts[0] != version {
		return Handoff{}, false
	}
	for i, p := range parts[1:] {
		switch p {
		case "":
			return Handoff{}, false
		case "-":
			parts[i+1] = ""
		}
	}
	return Handoff{Tenant: parts[1], ScanPolicy: parts[2], RequestID: parts[3], Mode: parts[4]}, true
}
