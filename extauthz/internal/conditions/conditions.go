// Package conditions tells which of a tenant's or a route's conditions a request does not meet. It knows
// neither requests nor policies, only facts that others established.
package conditions

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/networks"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Facts of a request.
type Facts struct {
	// Address of the client; the zero value when it is not known.
	Address netip.Addr
	Now     time.Time
	// DeviceTrusted and Risk are what the tenant's signals say; a negative Risk is not known.
	DeviceTrusted bool
	Risk          int64
}

// Set is compiled conditions, immutable. A nil one has none.
type Set struct {
	allow, deny   networks.Set
	only          bool
	hours         []span
	zone          *time.Location
	trustedDevice bool
	maxRisk       int64
}

// span is one tenant.Hours: minutes of a day, of those days on which it begins.
type span struct {
	days     [7]bool
	from, to int
}

// New compiles conditions that tenant.Validate accepts; c may be nil.
func New(c *tenant.Conditions, timezone string) (*Set, error) {
	if c == nil {
		return nil, nil
	}
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return nil, fmt.Errorf("timezone: %w", err)
	}
	s := &Set{zone: zone, trustedDevice: c.TrustedDevice, maxRisk: int64(c.MaxRisk), only: len(c.AllowIPs) > 0}
	if s.allow, err = Networks(c.AllowIPs); err != nil {
		return nil, fmt.Errorf("allow_ips: %w", err)
	}
	if s.deny, err = Networks(c.DenyIPs); err != nil {
		return nil, fmt.Errorf("deny_ips: %w", err)
	}
	for _, h := range c.Hours {
		compiled, err := newSpan(h)
		if err != nil {
			return nil, err
		}
		s.hours = append(s.hours, compiled)
	}
	return s, nil
}

// Networks compiles a list of addresses and networks.
func Networks(list []string) (networks.Set, error) {
	prefixes := make([]netip.Prefix, len(list))
	for i, s := range list {
		var ok bool
		if prefixes[i], ok = tenant.Network(s); !ok {
			return networks.Set{}, fmt.Errorf("%q is not an address or network", s)
		}
	}
	return networks.New(prefixes), nil
}

func newSpan(h tenant.Hours) (s span, err error) {
	var fromOK, toOK bool
	s.from, fromOK = tenant.ClockMinute(h.From)
	s.to, toOK = tenant.ClockMinute(h.To)
	if !fromOK || !toOK {
		return s, fmt.Errorf("hours: %q to %q are not times of day", h.From, h.To)
	}
	for _, name := range h.Days {
		day, ok := tenant.Weekday(name)
		if !ok {
			return s, fmt.Errorf("hours: %q is not a day", name)
		}
		s.days[day] = true
	}
	if len(h.Days) == 0 {
		s.days = [7]bool{true, true, true, true, true, true, true}
	}
	return s, nil
}

// contains reports whether a minute of a day is in the span, which may have begun the day before.
func (s *span) contains(day time.Weekday, minute int) bool {
	if s.from < s.to {
		return s.days[day] && s.from <= minute && minute < s.to
	}
	return s.days[day] && s.from <= minute || s.days[(day+6)%7] && minute < s.to
}

// Unmet appends the reasons of the conditions that do not hold, each at most once.
func (s *Set) Unmet(list []string, f *Facts) []string {
	if s == nil {
		return list
	}
	if s.only && !s.allow.Contains(f.Address) || !s.deny.Empty() && (!f.Address.IsValid() || s.deny.Contains(f.Address)) {
		list = add(list, reason.AddressNotAllowed)
	}
	if len(s.hours) > 0 && !s.open(f.Now) {
		list = add(list, reason.TimeNotAllowed)
	}
	if s.trustedDevice && !f.DeviceTrusted {
		list = add(list, reason.DeviceNotTrusted)
	}
	if s.maxRisk > 0 && (f.Risk < 0 || f.Risk > s.maxRisk) {
		list = add(list, reason.RiskTooHigh)
	}
	return list
}

func (s *Set) open(now time.Time) bool {
	local := now.In(s.zone)
	minute := local.Hour()*60 + local.Minute()
	for i := range s.hours {
		if s.hours[i].contains(local.Weekday(), minute) {
			return true
		}
	}
	return false
}

func add(list []string, r reason.Reason) []string {
	for _, other := range list {
		if other == string(r) {
			return list
		}
	}
	return append(list, string(r))
}
