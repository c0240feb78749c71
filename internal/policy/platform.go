package policy

import (
	"context"
	"errors"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/reason"
)

var errNotBuilt = errors.New("policy engine is not built yet")

// Platform is the compiled first stage. It is immutable and safe for concurrent use.
type Platform struct{}

// CompilePlatform compiles the embedded packs and the platform owner's modules into one query. The
// modules' packages are platform or platform.*. Errors are of type *Error.
func CompilePlatform(modules []plane.Module) (*Platform, error) { return &Platform{}, nil }

// Decide evaluates data.meshwarden.main.decision. It always returns a usable Decision: with an error, one
// that denies with reason.PolicyError, or reason.PolicyTimeout when ctx ended first; the error names the
// module and is for the log, never for the client.
func (p *Platform) Decide(ctx context.Context, in *Input) (Decision, error) {
	return Decision{Reason: reason.PolicyError}, errNotBuilt
}

// Reads lists the input paths that the compiled policies can read, such as "request.method" or
// "request.headers.x-team"; "" means all of input. Sorted.
func (p *Platform) Reads() []string { return nil }

// TenantModule is one tenant's own compiled modules. It is immutable and safe for concurrent use.
type TenantModule struct{}

// CompileTenant compiles the tenant's modules (package tenant or tenant.*) alone, without built-ins that
// reach outside. Files ending in _test.rego are left out. Errors are of type *Error. Without any module it
// returns nil, whose Narrow changes nothing.
func CompileTenant(name string, modules []plane.Module) (*TenantModule, error) { return nil, nil }

// Narrow evaluates the tenant's modules with d as input.decision and applies their deny, quotas and scan
// to it. A denied d is returned as it is. Errors are as those of Platform.Decide.
func (m *TenantModule) Narrow(ctx context.Context, in *Input, d Decision) (Decision, error) {
	return d, nil
}

// Reads is as Platform.Reads.
func (m *TenantModule) Reads() []string { return nil }

// Cache answers repeated questions without evaluating. It is safe for concurrent use.
type Cache struct{}

// NewCache returns a cache of at most entries decisions (default 65,536 when 0).
func NewCache(entries int) *Cache { return &Cache{} }

// Decide runs both stages, or answers from the cache. The key holds the values of exactly those input
// fields that the policies read, their versions, and the tenant's. m may be nil. Results are as those of
// Platform.Decide; errors are never cached.
func (c *Cache) Decide(ctx context.Context, p *Platform, m *TenantModule, in *Input) (Decision, error) {
	d, err := p.Decide(ctx, in)
	if err != nil {
		return d, err
	}
	return m.Narrow(ctx, in, d)
}
