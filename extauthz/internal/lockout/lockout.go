// Package lockout shuts out addresses, and principals from addresses, whose authentications failed too often. It does
// not know what a credential is, and waits for no store while a request does.
package lockout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
	"github.com/meshwarden/meshwarden/extauthz/internal/sharedset"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Name is the set's in stores, metrics and logs.
const Name = "lockouts"

// Bounds.
const (
	// maxSubject is the longest name that is counted by; it is OpenID Connect's bound of a sub.
	maxSubject = 255
	// queueSize is how many failures wait to be counted; further ones are lost, and counted as such.
	queueSize = 4096
	// batchSize is how many failures are counted in one round trip.
	batchSize = 128
	// maxPerTenant bounds a tenant's lockouts: whoever attacks one from many addresses leaves the others theirs.
	maxPerTenant = 20_000
	// seenSize is how many revoked credentials are remembered, so that each counts once.
	seenSize = 4096
)

// Limits are a tenant's. The zero value locks nobody out.
type Limits struct {
	Enabled            bool
	Principal, Address int
	Window, Duration   time.Duration
	Exempt             []netip.Prefix
}

// ParseLimits reads a tenant's configuration. It believes nothing of what the control plane has checked, and checks it
// by the same code.
func ParseLimits(spec tenant.Lockout) (limits Limits, err error) {
	spec.Default()
	if problems := spec.Validate(); len(problems) > 0 {
		return Limits{}, fmt.Errorf("%s: %s", problems[0].Path, problems[0].Reason)
	}
	limits = Limits{Enabled: *spec.Enabled, Principal: spec.PrincipalFailures, Address: spec.AddressFailures}
	if limits.Window, err = time.ParseDuration(spec.Window); err != nil {
		return Limits{}, fmt.Errorf("window: %w", err)
	}
	if limits.Duration, err = time.ParseDuration(spec.Duration); err != nil {
		return Limits{}, fmt.Errorf("duration: %w", err)
	}
	for _, text := range spec.Exempt {
		prefix, _ := tenant.Network(text) // Validate has read it too
		limits.Exempt = append(limits.Exempt, prefix)
	}
	return limits, nil
}

// Kind says what is locked out.
type Kind string

// Kinds.
const (
	// OfAddress locks an address out, whoever it says to be.
	OfAddress Kind = "address"
	// OfPrincipal locks a principal out from one address.
	OfPrincipal Kind = "principal"
)

// Lock is one lockout.
type Lock struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	Kind   Kind   `json:"kind"`
	// Address is an IPv4 address or an IPv6 /64.
	Address string `json:"address"`
	// Subject is the principal that the failed credentials named, of an OfPrincipal.
	Subject string    `json:"subject,omitempty"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"`
}

// Options configure a Guard.
type Options struct {
	// Store shares the lockouts (default: memory alone).
	Store sharedset.Store
	// Counter counts failures over all replicas (default: this replica's memory alone, which also counts while the
	// Counter fails).
	Counter    Counter
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Guard knows who is locked out. It is safe for concurrent use.
type Guard struct {
	set     *sharedset.Set[Lock]
	failed  chan Attempt
	seen    *otter.Cache[[sha256.Size]byte, struct{}]
	shared  Counter
	local   *localCounter
	log     *slog.Logger
	dropped prometheus.Counter
	counted prometheus.Counter
	locked  map[Kind]prometheus.Counter
}

// New returns a Guard that has locked nobody out until its store was read.
func New(options Options) *Guard {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	factory := promauto.With(options.Registerer)
	locked := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_lockouts_total", Help: "Lockouts that this replica brought about, by kind: address or principal.",
	}, []string{"kind"})
	return &Guard{
		set: sharedset.New[Lock](sharedset.Options{
			Name: Name, Store: options.Store, Group: sharedset.SecondPart, MaxGroup: maxPerTenant, Logger: options.Logger, Registerer: options.Registerer,
		}),
		failed: make(chan Attempt, queueSize),
		seen:   otter.Must(&otter.Options[[sha256.Size]byte, struct{}]{MaximumSize: seenSize, ExpiryCalculator: otter.ExpiryWriting[[sha256.Size]byte, struct{}](time.Hour)}),
		shared: options.Counter, local: newLocalCounter(), log: options.Logger,
		counted: factory.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_failed_authentications_total", Help: "Failed authentications that count for a lockout.",
		}),
		dropped: factory.NewCounter(prometheus.CounterOpts{
			Name: "meshwarden_extauthz_failed_authentications_dropped_total", Help: "Failed authentications that were not counted because the queue was full.",
		}),
		locked: map[Kind]prometheus.Counter{OfAddress: locked.WithLabelValues(string(OfAddress)), OfPrincipal: locked.WithLabelValues(string(OfPrincipal))},
	}
}

// Load reads the store once.
func (g *Guard) Load(ctx context.Context) error { return g.set.Load(ctx) }

// Await waits until Run has asked the store once, whatever it said.
func (g *Guard) Await(ctx context.Context) { g.set.Await(ctx) }

// Close ends the clean-up of tables in the background.
func (g *Guard) Close() {
	g.seen.StopAllGoroutines()
	g.local.failures.StopAllGoroutines()
}

// Attempt is an authentication of one request.
type Attempt struct {
	Limits *Limits
	// Tenant owns the host.
	Tenant string
	// Address is the client's; an invalid one is neither counted nor locked out.
	Address netip.Addr
	// Subject is the principal that the credentials name, verified or not; it may be empty.
	Subject string
}

// Idle reports whether nobody is locked out, at the cost of one load.
func (g *Guard) Idle() bool { return g.set.Empty() }

// Locked reports until when the address of an attempt is locked out, or its principal from there. Without a
// subject only the address is looked at.
func (g *Guard) Locked(a Attempt, now time.Time) (until time.Time, locked bool) {
	if g.set.Empty() || !a.counts() {
		return time.Time{}, false
	}
	var buffer [512]byte
	network := networks.OfClient(a.Address)
	if item, found := g.set.Lookup(appendKey(buffer[:0], OfAddress, a.Tenant, network, ""), now); found {
		return item.Expires, true
	}
	if a.Subject == "" || len(a.Subject) > maxSubject {
		return time.Time{}, false
	}
	item, found := g.set.Lookup(appendKey(buffer[:0], OfPrincipal, a.Tenant, network, a.Subject), now)
	return item.Expires, found
}

// counts reports whether an attempt may be counted and locked out.
func (a *Attempt) counts() bool {
	if a.Limits == nil || !a.Limits.Enabled || !a.Address.IsValid() {
		return false
	}
	address := a.Address.Unmap().WithZone("")
	return !slices.ContainsFunc(a.Limits.Exempt, func(p netip.Prefix) bool { return p.Contains(address) })
}

// Failed counts an attempt that failed for a reason, soon and not now. credential is what was shown; a revoked one
// counts once, since its owner's own client may go on showing it.
func (g *Guard) Failed(a Attempt, why reason.Reason, credential string) {
	if !a.counts() {
		return
	}
	switch why {
	case reason.CredentialInvalid, reason.CredentialConflict:
	case reason.CredentialRevoked:
		if _, first := g.seen.SetIfAbsent(sha256.Sum256([]byte(a.Tenant+"\x00"+credential)), struct{}{}); !first {
			return
		}
	default:
		return
	}
	select {
	case g.failed <- a:
		g.counted.Inc()
	default:
		g.dropped.Inc()
	}
}

// appendKey writes a key that differs for different lockouts: only the last part may hold a NUL.
func appendKey(dst []byte, kind Kind, tenant string, network netip.Prefix, subject string) []byte {
	dst = append(append(dst, kind...), 0)
	dst = append(append(dst, tenant...), 0)
	dst = append(network.Addr().AppendTo(dst), 0)
	return append(dst, subject...)
}

// ErrNotFound says that there is no such lockout.
var ErrNotFound = errors.New("no such lockout")

// Locks are a tenant's lockouts, the newest first.
func (g *Guard) Locks(tenant string) []Lock {
	locks := g.set.Values(tenant)
	slices.SortStableFunc(locks, func(a, b Lock) int { return b.Since.Compare(a.Since) })
	return locks
}

// Clear ends a lockout on every replica.
func (g *Guard) Clear(ctx context.Context, tenant, id string) error {
	for _, item := range g.set.Items(tenant) {
		if item.Value.ID == id {
			return g.set.Delete(ctx, item.Key)
		}
	}
	return ErrNotFound
}

// lock locks out, at once here and soon everywhere.
func (g *Guard) lock(ctx context.Context, c Count, now time.Time) {
	network := networks.OfClient(c.Attempt.Address)
	l := Lock{
		Tenant: c.Attempt.Tenant, Kind: c.Kind, Address: network.String(),
		Since: now.UTC().Truncate(time.Second), Until: now.UTC().Add(c.Attempt.Limits.Duration).Truncate(time.Second),
	}
	if network.Addr().Is4() {
		l.Address = network.Addr().String()
	}
	if c.Kind == OfPrincipal {
		l.Subject = c.Attempt.Subject
	}
	key := string(appendKey(nil, c.Kind, l.Tenant, network, l.Subject))
	sum := sha256.Sum256([]byte(key))
	l.ID = hex.EncodeToString(sum[:12])
	item := sharedset.Item[Lock]{Key: key, Value: l, Expires: l.Until}
	if err := g.set.Put(ctx, item); err != nil {
		g.log.Error("lockout not shared", "error", err)
		if err := g.set.Keep(item); err != nil {
			return
		}
	}
	g.locked[c.Kind].Inc()
	g.log.Warn("locked out", "tenant", l.Tenant, "kind", string(l.Kind), "address", l.Address, "subject", l.Subject, "failures", c.Limit(), "window", c.Attempt.Limits.Window, "until", l.Until)
}
