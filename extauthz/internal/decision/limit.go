package decision

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/extauthz/internal/quota"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// limit is a parsed tenant.Quota: a charge but for its key.
type limit struct {
	charge quota.Charge
	per    string
}

// parseLimit turns a limit that tenant.Quota.Validate accepts into what the stores take.
func parseLimit(q tenant.Quota) (limit, error) {
	l := limit{charge: quota.Charge{Name: q.Name, Limit: q.Limit}, per: q.Per}
	switch q.Algorithm {
	case tenant.TokenBucket:
		l.charge.Algorithm, l.charge.Refill = quota.TokenBucket, q.Refill
	case tenant.SlidingWindow:
		window, err := time.ParseDuration(q.Window)
		if err != nil {
			return limit{}, fmt.Errorf("window: %w", err)
		}
		l.charge.Algorithm, l.charge.Window = quota.SlidingWindow, window
	default:
		return limit{}, fmt.Errorf("algorithm %q is not known", q.Algorithm)
	}
	return l, nil
}

// sharer says who shares a limit of one request.
type sharer struct {
	tenant, route, ip string
	identity          *identity.Identity
}

// key is what shares the limit. Parts of different kinds never meet: each starts with its own word.
func (s *sharer) key(per string) string {
	switch per {
	case "subject":
		return s.subject()
	case "key":
		if s.identity.Kind == policy.KindAPIKey {
			return "key:" + s.identity.KeyID
		}
		return s.subject()
	case "ip":
		return "ip:" + network(s.ip)
	case "route":
		return "route:" + s.route
	}
	return "tenant"
}

// subject is the principal, with its tenant when it is another's; without a credential it is the address.
func (s *sharer) subject() string {
	switch {
	case s.identity.Kind == policy.KindAnonymous:
		return "ip:" + network(s.ip)
	case s.identity.Tenant != s.tenant:
		return "foreign:" + s.identity.Tenant + "/" + s.identity.Subject
	}
	return "subject:" + s.identity.Subject
}

// network is the address that one client cannot change at will: an IPv6 host has a /64 of its own.
func network(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if address = address.Unmap(); address.Is4() {
		return address.String()
	}
	prefix, err := address.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
