// Package identity turns the credentials of a request into a verified principal. It knows neither
// Envoy nor routes nor policies, and it does not decide whether the principal may do anything.
package identity

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meshwarden/meshwarden/internal/apikeys"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
)

// Credentials are the raw header values of a request; empty means that the header is absent. A header
// that stands twice is the caller's to refuse.
type Credentials struct {
	Authorization string
	// APIKey is the X-Api-Key header.
	APIKey string
}

// Identity is a verified principal. It is shared between requests: nothing in it may be modified.
type Identity struct {
	policy.IdentityInput
	// Expires is when the credential stops being accepted, leeway included; zero for an anonymous request.
	Expires time.Time
}

// Key is an API key as it is stored.
type Key = apikeys.Key

// KeyStore finds API keys by the SHA-256 of the whole key.
type KeyStore interface {
	Lookup(hash [32]byte) (Key, bool)
}

// Options configure a Verifier.
type Options struct {
	// Keys finds API keys; nil means that there are none.
	Keys KeyStore
	// CacheSize bounds the verified-token cache (default 65,536 tokens of up to 2 KiB; a longer one counts
	// once for each 2 KiB).
	CacheSize int
	// Now is the clock (default time.Now).
	Now func() time.Time
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
}

// Verifier verifies credentials. It is safe for concurrent use.
type Verifier struct{ options Options }

// NewVerifier returns a Verifier with an empty cache.
func NewVerifier(options Options) *Verifier { return &Verifier{options: options} }

// Identify verifies what the request carries. The reason is Allowed for a verified credential, of whatever
// tenant (the caller enforces tenancy), and for a request without one, whose Kind is anonymous; otherwise
// the identity is nil. hostTenant owns the host of the request: X-Api-Key is ours only where that tenant
// accepts API keys or the value has the form of one, and the upstream's own business elsewhere.
func (v *Verifier) Identify(ctx context.Context, ix *Index, hostTenant string, c Credentials) (*Identity, reason.Reason) {
	return nil, reason.CredentialInvalid
}

// KeyFileOptions configure a KeyFile.
type KeyFileOptions struct {
	// Logger takes what goes wrong with the file (default: nothing is logged).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
	// Poll is how often the file is looked at besides the operating system's notifications, which not all
	// file systems send (default 2s).
	Poll time.Duration
}

// KeyFile is the KeyStore of a JSON file (package apikeys). The file may be replaced at any time.
type KeyFile struct{}

// OpenKeyFile reads the file. A missing file holds no keys; a bad one is an error.
func OpenKeyFile(path string, options KeyFileOptions) (*KeyFile, error) { return &KeyFile{}, nil }

// Lookup finds a key.
func (f *KeyFile) Lookup(hash [32]byte) (Key, bool) { return Key{}, false }

// Run follows changes of the file until ctx ends. A bad file is logged and counted, and the last good one stays.
func (f *KeyFile) Run(ctx context.Context) error { return nil }

// Ready reports whether the file as it is now is the one in use.
func (f *KeyFile) Ready() error { return nil }
